"""Use cases: settling a day, proving a journal, delivering what must be told.

The ports a use case needs (`ports.Journal`, `ports.MessageSource`) are protocols here; their
adapters stand above.
"""

from comity.service.daybooks import assemble_daybook
from comity.service.delivery import Delivery, Outgoing, outgoing_of
from comity.service.proving import prove_day
from comity.service.settling import Inputs, Settled, settle_day
from comity.service.verification import Verification, verify_journal

__all__ = [
    "Delivery",
    "Inputs",
    "Outgoing",
    "Settled",
    "Verification",
    "assemble_daybook",
    "outgoing_of",
    "prove_day",
    "settle_day",
    "verify_journal",
]
