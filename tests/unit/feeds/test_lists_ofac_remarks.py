"""Identifiers and weak aliases in OFAC's remarks."""

import pytest

from comity.feeds.lists_ofac_remarks import read_remarks


@pytest.mark.parametrize(
    ("remark", "kind", "value"),
    [
        ("SWIFT/BIC ABCDRU2X; all offices.", "bic", "ABCDRU2X"),
        ("alt. SWIFT/BIC ABCDRU2XMOS.", "bic", "ABCDRU2XMOS"),
        ("BIK (RU) 044525000.", "bik", "044525000"),
        ("DOB 1970; Passport 1084010 (Nowhere).", "passport", "1084010"),
        ("alt. Passport RL 1622378 (Nowhere) issued 1999", "passport", "RL 1622378"),
        ("Passport C 1415363 - 16/2/1421H issued 21 May 2000.", "passport", "C 1415363"),
        ("Passport No.: 0310857, Nowhere, Issue Date 2006.", "passport", "0310857"),
        ("Passport OR1 and Other National ID No. 2810.", "national_id", "2810"),
        ("Passport OR1 and Other National ID No. 2810.", "passport", "OR1"),
        ("NIT # 800146749-7 (Nowhere).", "tax_id", "800146749-7"),
        ("R.F.C. DIB-771110-HQ1 (Nowhere).", "tax_id", "DIB-771110-HQ1"),
        ("V.A.T. Number BE 454,419,759.", "tax_id", "BE 454,419,759"),
        ("Tax ID No. 7704000000 (Russia).", "tax_id", "7704000000"),
        ("Registration Number 1027700000000 (Russia).", "registration", "1027700000000"),
        ("Public Registration Number 467323, Doc. 694710.", "registration", "467323"),
        ("Business Registration Document # UNP 101119568.", "registration", "101119568"),
        ("Vessel Registration Identification IMO 9187629.", "imo", "9187629"),
        ("International Maritime Organization No. (5777731).", "imo", "5777731"),
        ("LEI 5493001KJTIIGC8Y1R12.", "lei", "5493001KJTIIGC8Y1R12"),
        (
            "Digital Currency Address - XBT 1InventedAddress9.",
            "digital_currency_address",
            "1InventedAddress9",
        ),
    ],
)
def test_a_labelled_number_becomes_an_identifier(remark: str, kind: str, value: str) -> None:
    assert (kind, value) in read_remarks(remark).identifiers


@pytest.mark.parametrize(
    "remark",
    [
        "",
        "DOB 10 Dec 1948; POB Town, Country; Gender Male.",
        "Passport issued in Town, Country.",
        "NIT # Provisional (Country).",
        "SWIFT/BIC unknown 12.",
        "Passports 12345.",
        "Telephone (98)(21)(66153220); Fax No. 263-4-487261.",
    ],
)
def test_a_piece_without_a_number_of_known_label_stays_a_remark(remark: str) -> None:
    assert read_remarks(remark).identifiers == ()


@pytest.mark.parametrize(
    ("remark", "names"),
    [
        ("a.k.a. 'KK'.", ("KK",)),
        ("DOB 1970; a.k.a. 'O'NAME'; f.k.a. 'OLD NAME'; Gender Male.", ("O'NAME", "OLD NAME")),
        ("Linked To: KARAKUSH.", ()),
    ],
)
def test_aliases_in_remarks_are_weak_names(remark: str, names: tuple[str, ...]) -> None:
    assert read_remarks(remark).weak_names == names
