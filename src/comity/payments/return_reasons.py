"""Why a settled payment is returned: the external codes of ISO 20022.

A return says why with one code of the external set `ExternalReturnReason1Code`
(`RtrRsnInf/Rsn/Cd`), such as `AC04` (account closed), `FOCR` (cancellation asked for) or `DUPL`
(paid twice). Any code of the set is taken: which of them a bank may use is between the banks.

Source of the codes: the external code sets of ISO 20022 as packed in
`@taprsvp/iso20022_external_codes` 1.0.1 (104 codes). ISO publishes new editions every quarter; the
set is data and grows with them.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.payments.purposes import pack_purpose

_CODES: Final = (
    "AC01 AC02 AC03 AC04 AC06 AC07 AC13 AC14 AC15 AC16 AC17 AG01 AG02 AG07 AGNT AM01 AM02 AM03"
    " AM04 AM05 AM06 AM07 AM09 AM10 ARDT BE01 BE04 BE05 BE06 BE07 BE08 BE10 BE11 BE16 BE17 CN01"
    " CNOR CNPC CURR CUST DC04 DNOR DS28 DT01 DT02 DT04 DUPL ED01 ED03 ED05 EMVL ERIN FF03 FF04"
    " FF05 FF06 FF07 FOCR FR01 FRTR G004 MD01 MD02 MD05 MD06 MD07 MS02 MS03 NARR NOAS NOCM NOOR"
    " PINL RC01 RC03 RC04 RC07 RC08 RC11 RF01 RR01 RR02 RR03 RR04 RR05 RR06 RR07 RR08 RR09 RR11"
    " RR12 RUTA SL01 SL02 SL11 SL12 SL13 SL14 SP01 SP02 SVNR TM01 TRAC UPAY"
)

RETURN_REASON_CODES: Final[tuple[str, ...]] = tuple(_CODES.split())
"""Every code of the set, sorted."""

RETURN_REASON_NUMBERS: Final[NDArray[np.int32]] = np.array(
    [pack_purpose(code) for code in RETURN_REASON_CODES], np.int32
)
"""The packed codes, in the same order: as `PAYMENT_ROW` of a return has them in `purpose`."""
RETURN_REASON_NUMBERS.setflags(write=False)
