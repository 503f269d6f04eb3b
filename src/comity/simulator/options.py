"""Ways of organising settlement, each a few parameters of an agreement.

An option says how payments settle; with whom, in which currencies and with how much money is said
by the payments and the liquidity of a trial.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.agreements import CycleNetting, LiquiditySaving, Release
from comity.agreements.terms import SettlementMode

CYCLES_MAX: Final = 24


@dataclass(frozen=True, slots=True)
class Option:
    """One way of organising settlement.

    Attributes:
        name: under which it is asked for.
        title: as people write it.
        words: what happens to a payment, in one sentence.
        mode: one by one, in cycles, or urgent and high ones one by one and the rest in cycles.
        netting: of cycles.
        cycles: netting cycles of a day, 1 … `CYCLES_MAX`; 0 exactly where mode is gross.
        saving: how payments that wait settle against one another; None where each waits for its
            own cover.
        links: that payments with a link are legs of a trade, and settle both or none.
    """

    name: str
    title: str
    words: str
    mode: SettlementMode = SettlementMode.GROSS
    netting: CycleNetting = CycleNetting.MULTILATERAL
    cycles: int = 0
    saving: LiquiditySaving | None = None
    links: bool = False

    def __post_init__(self) -> None:
        """Check that cycles are there exactly where payments are netted."""
        assert 0 <= self.cycles <= CYCLES_MAX, "a day has at most as many cycles"
        assert self.mode.has_cycles == (self.cycles > 0), "cycles, and only where there is netting"


def with_cycles(option: Option, cycles: int) -> Option:
    """Return the option with another number of cycles, named for it."""
    return replace(option, name=f"{option.name}:{cycles}", cycles=cycles)


_SAVING = LiquiditySaving(bilateral_depth=10, multilateral_every=1)
_BY_DEFAULT = 4

OPTIONS: Final[Mapping[str, Option]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Option(
                "gross",
                "Gross, first come first served",
                "Each payment settles by itself, in the order of its sender's queue.",
            ),
            Option(
                "gross-bypass",
                "Gross, those that are covered first",
                "Each payment settles by itself; one that is covered may pass others that wait.",
                saving=LiquiditySaving(0, None, Release.BYPASS),
            ),
            Option(
                "gross-offset",
                "Gross, with offsetting",
                "Payments that wait settle against one another: in pairs at once, and every minute"
                " all that cover each other together.",
                saving=_SAVING,
            ),
            Option(
                "net-bilateral",
                "Netted pair by pair",
                "Each two banks pay only the difference of what they owe each other, at the"
                " day's cycles.",
                mode=SettlementMode.CYCLE,
                netting=CycleNetting.BILATERAL,
                cycles=_BY_DEFAULT,
            ),
            Option(
                "net-multilateral",
                "Netted among all",
                "Each bank pays or gets one net amount at each of the day's cycles.",
                mode=SettlementMode.CYCLE,
                cycles=_BY_DEFAULT,
            ),
            Option(
                "hybrid",
                "Urgent gross, the rest netted",
                "Payments of urgent and high priority settle one by one, the others in cycles.",
                mode=SettlementMode.BOTH,
                cycles=_BY_DEFAULT,
                saving=_SAVING,
            ),
            Option(
                "pvp",
                "Gross, trades versus payment",
                "As gross with offsetting, and both legs of a trade settle together or not at all.",
                saving=_SAVING,
                links=True,
            ),
        )
    }
)
"""Options by name, in the order in which they are shown."""
