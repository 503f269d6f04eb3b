"""Terms of netting from an agreement's file, and `resources.csv`: what participants put up."""

from typing import Final

from comity.agreements import (
    AfterShortfall,
    CycleConversion,
    Repaid,
    ResourceKind,
    ResourceTerms,
    ShortfallLayer,
    ShortfallTerms,
)
from comity.arrangement.csv_rows import CsvFile, RowReader
from comity.arrangement.scheme_files import Place, Places
from comity.arrangement.toml_tables import TableReader
from comity.fx import JUMP_PERCENT_MAX, PUBLISHERS, RateRule

STALE_AFTER_DAYS_MAX: Final = 366
RESOURCE_COLUMNS: Final = ("participant", "currency", "kind", "amount")


def read_shortfall(table: TableReader | None) -> ShortfallTerms | None:
    """Read `[shortfall]`, which may be absent."""
    if table is None:
        return None
    terms = ShortfallTerms(
        layers=table.texts("layers", _layer, " | ".join(ShortfallLayer)),
        then=table.choice("then", AfterShortfall),
        repaid=table.choice("repaid", Repaid, Repaid.AT_CLOSE),
    )
    table.close()
    return terms


def read_cycle_conversion(table: TableReader | None) -> CycleConversion | None:
    """Read `[cycle_conversion]`, which may be absent."""
    if table is None:
        return None
    fixing = table.value("fixing")
    if not isinstance(fixing, str) or fixing not in PUBLISHERS:
        found = "nothing" if fixing is None else f"{fixing!r:.60}"
        table.refuse("fixing", found, " | ".join(PUBLISHERS))
    terms = CycleConversion(
        fixing=str(fixing),
        rule=table.choice("rule", RateRule),
        stale_after_days=table.integer("stale_after_days", minimum=0, maximum=STALE_AFTER_DAYS_MAX),
        jump_percent=table.percent("jump_percent"),
    )
    if not 0 < terms.jump_percent <= JUMP_PERCENT_MAX:
        expected = f"more than 0 and at most {JUMP_PERCENT_MAX}"
        table.refuse("jump_percent", str(terms.jump_percent), expected)
    table.close()
    return terms


def read_resources(file: CsvFile | None, places: Places) -> tuple[ResourceTerms, ...]:
    """Read `resources.csv`, which may be absent; its faults gather in `file.faults`."""
    if file is None:
        return ()
    resources = []
    for row in file.rows:
        reader = RowReader(file, row)
        code = reader.currency("currency")
        resource = ResourceTerms(
            participant=reader.bic("participant"),
            currency=code,
            kind=reader.choice("kind", ResourceKind),
            amount_minor=reader.amount_minor("amount", code, minimum=1),
        )
        places.note(resource, Place(file, line=row.line))
        resources.append(resource)
    return tuple(resources)


def _layer(text: str) -> ShortfallLayer | None:
    return ShortfallLayer(text) if text in frozenset(ShortfallLayer) else None
