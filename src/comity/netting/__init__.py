"""Net positions: what remains of many payments when only differences are paid."""

from comity.netting.positions import net_multilaterally

__all__ = ["net_multilaterally"]
