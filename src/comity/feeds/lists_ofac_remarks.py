"""Reader of the remarks in OFAC's list: numbers, codes and weak aliases in half-free text.

Remarks are pieces between semicolons, `Passport 1234567 (Country)`, `SWIFT/BIC ABCDRU2X`. A piece
that begins with a label known here gives an identifier; every other piece stays what it is, a
remark, which is kept whole with the entry. An unknown label therefore loses no entry and no name.
"""

import re
from dataclasses import dataclass

from comity.identifiers import is_bic


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is read of one entry's remarks.

    Attributes:
        identifiers: pairs (kind, value as published), in order.
        weak_names: aliases that stand only in the remarks, which OFAC calls weak.
    """

    identifiers: tuple[tuple[str, str], ...]
    weak_names: tuple[str, ...]


_LABELS = {
    "bic": ("SWIFT/BIC", "SWIFT"),
    "bik": ("BIK (RU)", "BIK"),
    "lei": ("Legal Entity Identifier", "LEI"),
    "passport": (
        "Passport",
        "Passport No.",
        "Passport Booklet",
        "Diplomatic Passport",
        "Diplomatic Passport Laissez-Passer",
        "Stateless Person Passport",
        "British National Overseas Passport",
        "Travel Document Number",
    ),
    "tax_id": (
        "Tax ID No.",
        "Tax ID No. RIF",
        "NIT",
        "R.F.C.",
        "RFC",
        "RUC",
        "RIF",
        "RTN",
        "C.I.F.",
        "C.U.I.T.",
        "US FEIN",
        "V.A.T. Number",
        "Italian Fiscal Code",
        "Fiscal Code",
        "Romanian Tax Registration",
        "Paraguayan tax identification number",
        "Numero Unico de Identificacao Tributaria (NUIT)",
    ),
    "national_id": (
        "National ID No.",
        "National ID No. CNIC",
        "National ID No. NIC",
        "National Foreign ID Number",
        "National Foreign ID Number RNE",
        "Identification Number",
        "Turkish Identificiation Number",  # spelt so by the publisher
        "Turkish Identification Number",
        "Cedula No.",
        "Cedula No. T.I.",
        "C.U.R.P.",
        "C.U.I.P.",
        "D.N.I.",
        "N.I.E.",
        "I.F.E.",
        "LE Number",
        "SSN",
        "Personal ID Card",
        "Bosnian Personal ID No.",
        "Moroccan Personal ID No.",
        "Kenyan ID No.",
        "UAE Identification",
        "Citizen's Card Number",
        "Numero de Identidad",
        "CNP (Personal Numerical Code)",
        "Tazkira National ID Card",
        "Stateless Person ID Card",
        "Refugee ID Card",
        "Residency Number",
        "Electoral Registry No.",
        "Credencial electoral",
        "Cartilla de Servicio Militar Nacional",
        "Driver's License No.",
        "Birth Certificate Number",
        "Immigration No.",
        "VisaNumberID",
        "Romanian Permanent Resident CAN",
        "Tarjeta Profesional",
    ),
    "registration": (
        "Registration ID",
        "Registration Number",
        "Business Registration Number",
        "Business Registration Document",
        "Business Registration Document # CUD",
        "Business Registration Document # UNP",
        "Business Number",
        "Branch Unit Number",
        "Enterprise Number",
        "Legal Entity Number",
        "Company Number",
        "Company ID: No.",
        "UK Company Number",
        "C.R. No.",
        "Romanian C.R.",
        "Commercial Registry Number",
        "Chamber of Commerce Number",
        "Istanbul Chamber of Comm. No.",
        "Dubai Chamber of Commerce Membership No.",
        "Certificate of Incorporation Number",
        "Public Registration Number",
        "Government Gazette Number",
        "Matricula Mercantil No",
        "Folio Mercantil No.",
        "Trade License No.",
        "License",
        "Afghan Money Service Provider License Number",
        "Registered Charity No.",
        "United Social Credit Code Certificate (USCCC)",
        "Unified Social Credit Code (USCC)",
        "D-U-N-S Number",
        "SRE Permit No.",
        "Central Registration Number",
    ),
    "imo": (
        "Vessel Registration Identification IMO",
        "Vessel Registration Identification",
        "Company Number IMO",
        "Identification Number IMO",
        "International Maritime Organization No.",
    ),
    "mmsi": ("MMSI",),
    "tail_number": ("Aircraft Tail Number", "Previous Aircraft Tail Number"),
    "isin": ("Identification Number ISIN",),
    "digital_currency_address": ("Digital Currency Address",),
}

_KIND_BY_LABEL = {label.lower(): kind for kind, labels in _LABELS.items() for label in labels}
_LONGEST_FIRST = sorted(_KIND_BY_LABEL, key=len, reverse=True)
_ANY_LABEL = "|".join(map(re.escape, _LONGEST_FIRST))
_LABEL = re.compile(rf"(?:alt\. )?(?P<label>{_ANY_LABEL})(?=[\s:#])[\s:#]*", re.IGNORECASE)
_PIECE_END = re.compile(
    rf"\.?;|\.$| and (?:[A-Z][a-z]+ )?(?=(?:{_ANY_LABEL})[\s:#])", re.IGNORECASE
)
_COIN = re.compile(r"- [A-Z]{2,5} ")
"""The coin of a digital currency address stands between label and address."""

_END_OF_VALUE = re.compile(r" \(|, |,?\s*\b(?:issued|expires|expired)\b| - | at |\.? Doc\. ")
_ENCLOSED = re.compile(r"\(([^()]*)\)$")
_WEAK_NAME = re.compile(r"[afn]\.k\.a\. '(?P<name>.*?)'(?=[.,)\s]*(?:$|[;)]| [a-z(]))")


def read_remarks(text: str) -> Remarks:
    """Return the identifiers and weak aliases of one entry's remarks."""
    identifiers: list[tuple[str, str]] = []
    weak_names: list[str] = []
    for piece in _PIECE_END.split(text):
        identifiers += _identifiers(piece.strip())
        weak_names += [match["name"].strip() for match in _WEAK_NAME.finditer(piece)]
    return Remarks(
        tuple(dict.fromkeys(identifiers)), tuple(dict.fromkeys(filter(None, weak_names)))
    )


def _identifiers(piece: str) -> list[tuple[str, str]]:
    label = _LABEL.match(piece)
    if label is None:
        return []
    kind = _KIND_BY_LABEL[label["label"].lower()]
    rest = _COIN.sub("", piece[label.end() :])
    enclosed = _ENCLOSED.fullmatch(rest)
    value = enclosed[1] if enclosed else _END_OF_VALUE.split(rest, maxsplit=1)[0]
    value = value.strip(" .,:#")
    if kind == "bic":
        return [(kind, value)] if is_bic(value) else []
    return [(kind, value)] if any(map(str.isdigit, value)) else []
