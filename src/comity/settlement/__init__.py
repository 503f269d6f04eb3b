"""The settlement engine: state and commands in, events and transfers out.

`engine.apply` is the one way anything settles. The packages below it know parts (queues, netting,
agreements, the ledger); here they become a business day.
"""

from comity.settlement.engine import ENGINE_VERSION, apply, new_state
from comity.settlement.state import State

__all__ = ["ENGINE_VERSION", "State", "apply", "new_state"]
