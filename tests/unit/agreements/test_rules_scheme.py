"""Agreements that do not fit their scheme or one another."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from comity.agreements import Agreement, CycleTerms, Scheme, find_fit_violations, find_violations
from comity.payments.purposes import PurposeGroup

Found = list[tuple[str, str]]


def fitted(scheme: Scheme, *agreements: Agreement) -> Found:
    """Return field and finding of each violation of the scheme with these agreements only."""
    violations = find_fit_violations(replace(scheme, agreements=agreements))
    return [(".".join(map(str, each.path)), each.found) for each in violations]


def test_a_sound_scheme_breaks_no_rule(scheme: Scheme) -> None:
    assert find_violations(scheme) == ()


def test_violations_come_from_membership_to_agreements(
    scheme: Scheme, agreements: dict[str, Agreement]
) -> None:
    goods = replace(agreements["goods"], parties=("KG", "KZ"), valid_until=date(2025, 1, 1))
    broken = replace(scheme, agreements=(goods,), calendars=scheme.calendars[:1])
    paths = [each.path for each in find_violations(broken)]
    assert paths == [("country",), ("valid_until",), ("parties",)]


def test_parties_and_currencies_are_those_of_members(
    scheme: Scheme, agreements: dict[str, Agreement]
) -> None:
    goods = agreements["goods"]
    assert fitted(scheme, replace(goods, parties=("KG", "KZ"))) == [("parties", "KZ")]
    assert fitted(scheme, replace(goods, currencies=("KZT", "RUB"))) == [("currencies", "KZT")]
    named = replace(goods, settlement=replace(goods.settlement, asset_currency="USD"))
    assert fitted(scheme, named) == [("settlement.asset_currency", "USD")]


def test_two_currencies_are_the_two_parties_own(
    scheme: Scheme, agreements: dict[str, Agreement]
) -> None:
    kazakhstan = replace(scheme.members[0], country="KZ", currency="KZT", agent="CBKZKZ20")
    wider = replace(scheme, members=(*scheme.members, kazakhstan))
    education = replace(agreements["education"], currencies=("KZT", "RUB"))
    assert ("currencies", "KZT, RUB") in fitted(wider, education)


def test_central_banks_need_accounts_with_each_other(
    scheme: Scheme, agreements: dict[str, Agreement]
) -> None:
    accounts = tuple(each for each in scheme.accounts if each.participant != "CBRURU20")
    found = fitted(replace(scheme, accounts=accounts), agreements["education"])
    assert found == [("settlement.tier", "no account of CBRURU20 in KGS")]


@pytest.mark.parametrize(
    ("agreement_id", "changes", "expected"),
    [
        ("goods", {"customer": time(7)}, [("cut_offs.customer", "07:00 Asia/Bishkek")]),
        ("goods", {"customer": time(7, 1)}, []),
        ("goods", {"interbank": time(18, 15)}, [("cut_offs.interbank", "18:15 Asia/Bishkek")]),
        ("goods", {"interbank": time(18, 14)}, []),
        # Moscow is three hours behind Bishkek all year.
        (
            "goods",
            {"time_zone": "Europe/Moscow", "interbank": time(15, 14), "customer": time(4, 1)},
            [],
        ),
        (
            "goods",
            {"time_zone": "Europe/Moscow", "interbank": time(15, 15), "customer": time(4)},
            [
                ("cut_offs.customer", "04:00 Europe/Moscow"),
                ("cut_offs.interbank", "15:15 Europe/Moscow"),
            ],
        ),
        # Berlin is five hours behind Bishkek in winter and four in summer.
        (
            "goods",
            {"time_zone": "Europe/Berlin", "customer": time(3, 1), "interbank": time(13, 14)},
            [],
        ),
        (
            "goods",
            {"time_zone": "Europe/Berlin", "customer": time(2, 30), "interbank": time(13, 30)},
            [
                ("cut_offs.customer", "02:30 Europe/Berlin"),
                ("cut_offs.interbank", "13:30 Europe/Berlin"),
            ],
        ),
    ],
)
def test_cut_offs_lie_within_the_business_day_on_every_day_of_the_year(
    scheme: Scheme,
    agreements: dict[str, Agreement],
    agreement_id: str,
    changes: dict[str, Any],
    expected: Found,
) -> None:
    agreement = agreements[agreement_id]
    cut_offs = replace(agreement.cut_offs, **changes)
    assert fitted(scheme, replace(agreement, cut_offs=cut_offs)) == expected


def test_cycles_settle_before_the_day_closes(
    scheme: Scheme, agreements: dict[str, Agreement]
) -> None:
    late = replace(agreements["services"], cycles=(CycleTerms(time(17), time(18, 15)),))
    assert fitted(scheme, late) == [("cycles.0.settles", "18:15 Asia/Bishkek")]


def test_conversion_and_central_banks_keep_to_the_business_day(
    scheme: Scheme, agreements: dict[str, Agreement]
) -> None:
    education = agreements["education"]
    assert education.conversion is not None
    assert education.central_bank_settlement is not None
    late = replace(
        education,
        conversion=replace(education.conversion, fixed_at=time(6)),
        central_bank_settlement=replace(education.central_bank_settlement, settles=time(19)),
    )
    assert fitted(scheme, late) == [
        ("conversion.fixed_at", "06:00 Asia/Bishkek"),
        ("central_bank_settlement.settles", "19:00 Asia/Bishkek"),
    ]


def test_a_short_agreement_is_checked_on_its_own_days_only(
    scheme: Scheme, agreements: dict[str, Agreement]
) -> None:
    goods = agreements["goods"]
    cut_offs = replace(
        goods.cut_offs, time_zone="Europe/Berlin", customer=time(2, 30), interbank=time(13)
    )
    winter = replace(
        goods, valid_from=date(2026, 1, 1), valid_until=date(2026, 1, 31), cut_offs=cut_offs
    )
    summer = replace(winter, valid_from=date(2026, 7, 1), valid_until=date(2026, 7, 31))
    assert fitted(scheme, winter) == []
    assert fitted(scheme, summer) == [("cut_offs.customer", "02:30 Europe/Berlin")]


def test_a_version_is_there_once(scheme: Scheme, agreements: dict[str, Agreement]) -> None:
    goods = agreements["goods"]
    other = replace(goods, purposes=(PurposeGroup.GOVERNMENT,))
    assert fitted(scheme, goods, other) == [("version", "goods@1 again")]


def test_one_netting_pool_has_one_set_of_cycles(
    scheme: Scheme, agreements: dict[str, Agreement]
) -> None:
    services, remittances = agreements["services"], agreements["remittances"]
    fewer = replace(remittances, cycles=remittances.cycles[:1])
    found = [("settlement.netting_pool", "main with other cycles than remittances@1")]
    assert fitted(scheme, services, fewer) == found
    apart = replace(fewer, settlement=replace(fewer.settlement, netting_pool="second"))
    assert fitted(scheme, services, apart) == []
    later = replace(fewer, valid_from=date(2027, 1, 1), valid_until=None)
    assert fitted(scheme, services, later) == []


def test_overlapping_agreements_are_named_with_all_they_share(
    scheme: Scheme, agreements: dict[str, Agreement]
) -> None:
    (violation,) = fitted(
        scheme, agreements["goods"], replace(agreements["goods"], version=2, limits=())
    )
    assert violation[0] == "valid_from"
    assert violation[1].startswith("goods@1 and goods@2 both cover payments in one currency")
