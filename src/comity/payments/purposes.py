"""Purposes of payments: the external codes of ISO 20022 and the groups agreements speak in.

A payment says what it is for with one code of the external set `ExternalPurpose1Code`
(`Purp/Cd`); a framework agreement speaks of goods, tuition or remittances. The table here says
which codes belong to which group. Whether a given payment is covered is for
`comity.agreements` to judge.

Source of the codes: the external code sets of ISO 20022 as packed in
`@taprsvp/iso20022_external_codes` 1.0.1 (`code_sets/external_purpose_code.json`, 329 codes).
ISO publishes new editions every quarter; the set is data and grows with them.

How the groups were drawn:

- The definition text of the code decides, not the letters: `EQPT` is cash collateral for equity
  options, not equipment, and stands in no group.
- *goods*: purchase of goods, suppliers, commodities, retail. A payment for goods and services
  in one sum (`GDSV`) stands with the goods, which are the part a customs declaration proves.
- *services*: services bought, transport, insurance, rent, utilities, telecommunications, health
  care, fees, and charges for intellectual property (services in the balance of payments).
- *education*: tuition. `EDUC` is the fee of a school, `STDY` the other costs of study.
- *remittances*: what a person abroad sends or earns. It follows the term of the IMF's Balance
  of Payments Manual (6th edition, appendix 5): transfers between persons and the compensation
  of employees, and with them pensions. The set has no `FAMI` or `REMT`: support of a family is
  `DEPD` (dependent support), a transfer without any other purpose `GIFT`.
- *investment*: loans and their service, securities, dividends, interest, property.
- *government*: taxes, payments to or by an authority, benefits paid by a state.
- No group: what says how a payment is made and not for what (cards, cheques, instant
  payments), what banks do among themselves (collateral, foreign exchange, liquidity), and what
  could be anything (`OTHR`, `IVPT`, `ADVA`). An agreement may name such codes one by one.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.errors import RejectedError

PURPOSE_MISSING: Final = 0
"""The column value of a payment that states no purpose."""

_CODE = re.compile(r"[A-Z0-9]{4}", re.ASCII)


class PurposeSyntaxError(RejectedError):
    """A text is not of the form of an external purpose code.

    Attributes:
        found: the text.
    """

    def __init__(self, found: str) -> None:
        super().__init__(
            f"purpose code: found {found!r}, expected four capital letters or digits, as `GDDS`"
        )
        self.found = found


class PurposeGroup(StrEnum):
    """What an agreement may cover, in the words agreements use."""

    GOODS = "goods"  # purchase and sale of goods
    SERVICES = "services"  # services of every kind, insurance and licences included
    EDUCATION = "education"  # tuition and the costs of study
    REMITTANCES = "remittances"  # transfers between persons, pay, pensions
    INVESTMENT = "investment"  # capital, loans and what they yield
    GOVERNMENT = "government"  # taxes, authorities, benefits of a state


PURPOSE_GROUP_ORDER: Final = tuple(PurposeGroup)
"""Position of a group = its number in `PURPOSE_GROUPS` and in every column of groups."""

_CODES: Final = """
ACCT ADCS ADMG ADVA AEMP AGRT AIRB ALLW ALMY AMEX ANNI ANTS AREN AUCO B112 BBSC BCDM BCFG BECH BENE
BEXP BFWD BKDF BKFE BKFM BKIP BKPP BLDM BNET BOCE BOND BONU BR12 BUSB CABD CAEQ CAFI CASH CBCR CBFF
CBFR CBLK CBTV CCHD CCIR CCPC CCPM CCRD CCSM CDBL CDCB CDCD CDCS CDDP CDEP CDOC CDQC CFDI CFEE CGDD
CHAR CLPR CMDT COLL COMC COMM COMP COMT CORT COST CPEN CPKC CPYR CRDS CRPR CRSP CRTL CSDB CSLP CVCF
DBCR DBTC DCRD DEBT DEPD DEPT DERI DICL DIVD DMEQ DNTS DSMT DVPM ECPG ECPR ECPU EDUC EFTC EFTD ELEC
ENRG EPAY EQPT EQTS EQUS ESTX ETUP EXPT EXTD FACT FAND FCOL FCPM FEES FERB FIXI FLCR FNET FORW FREX
FUTR FWBC FWCC FWLV FWSB FWSC FXNT GAFA GAHO GAMB GASB GDDS GDSV GFRP GIFT GOVI GOVT GSCB GSTX GVEA
GVEB GVEC GVED GWLT HEDG HLRP HLST HLTC HLTI HREC HSPC HSTX ICCP ICRF IDCP IHRP INPC INPR INSC INSM
INSU INTC INTE INTP INTX INVS IPAY IPCA IPDO IPEA IPEC IPEW IPPS IPRT IPU2 IPUW IVPT LBIN LBRI LCOL
LFEE LICF LIFI LIMA LMEQ LMFI LMRK LOAN LOAR LOTT LREB LREV LSFL LTCF MAFC MARF MARG MBSB MBSC MCDM
MCFG MDCS MGCC MGSC MOMA MP2B MP2P MSVC MTUP NETT NITX NOWS NWCH NWCM OCCC OCDM OCFG OFEE OPBC OPCC
OPSB OPSC OPTN OTCD OTHR OTLC PADD PAYR PCOM PDEP PEFC PENO PENS PHON PLDS PLRF POPE PPTI PRCP PRME
PTSP PTXP RAPI RCKE RCPT RDTX REBT REFU RELG RENT REOD REPO RETL RHBS RIMB RINP RLWY RMCO ROYA RPBC
RPCC RPNT RPSB RPSC RRBN RRCT RRTP RVPM RVPO SALA SASW SAVG SBSC SCIE SCIR SCRP SCVE SECU SEPI SERV
SHBC SHCC SHSL SLEB SLOA SLPI SPLT SPSP SSBE STDY SUBS SUPP SWBC SWCC SWFP SWPP SWPT SWRS SWSB SWSC
SWUF TAXR TAXS TBAN TBAS TBBC TBCC TBIL TCSC TELI TLRF TLRR TMPG TPRI TPRP TRAD TRCP TREA TRFD TRNC
TRPT TRVC UBIL UNIT VATX VIEW WEBI WHLD WTER
"""

PURPOSE_CODES: Final = tuple(_CODES.split())
"""Every code of `ExternalPurpose1Code`, sorted."""

_GROUP_CODES: Final[dict[PurposeGroup, str]] = {
    PurposeGroup.GOODS: "AGRT CMDT GDDS GDSV GSCB RETL SUPP",
    PurposeGroup.SERVICES: (
        "ADCS ADMG AIRB ANTS BLDM BUSB CAFI CBTV CFEE COMM CPKC CPYR CVCF DMEQ DNTS ELEC ENRG"
        " FEES FERB GASB HLTC HLTI HSPC ICRF INPC INPR INSC INSU LICF LIFI LTCF MDCS MSVC NOWS"
        " NWCH NWCM OFEE OTLC PHON PPTI RELG RENT RLWY ROYA SCVE SERV SUBS TBIL TRAD TRPT UBIL"
        " VIEW WTER"
    ),
    PurposeGroup.EDUCATION: "EDUC STDY",
    PurposeGroup.REMITTANCES: "ALLW ALMY BONU DEPD GIFT MP2P PAYR PENS SALA SPSP",
    PurposeGroup.INVESTMENT: (
        "BKDF BKFM BKIP BKPP CFDI CLPR DIVD HLRP HLST INTE INVS LOAN LOAR PCOM PDEP PLDS PLRF"
        " SECU SEPI UNIT"
    ),
    PurposeGroup.GOVERNMENT: (
        "AEMP BBSC BECH BENE CCHD ESTX FAND FWLV GAFA GAHO GFRP GOVI GOVT GSTX GVEA GVEB GVEC"
        " GVED GWLT HSTX INTX NITX PTXP RDTX RHBS SSBE TAXR TAXS TCSC VATX WHLD"
    ),
}

_GROUP_OF: Final[dict[str, PurposeGroup]] = {
    code: group for group, codes in _GROUP_CODES.items() for code in codes.split()
}

FAMILY_REMITTANCE_CODE: Final = "DEPD"
"""What examples and generators write for money sent home to a family."""

TUITION_CODE: Final = "EDUC"
"""What examples and generators write for a school's or university's fee."""


def is_purpose(code: str) -> bool:
    """Return whether the code is one of `ExternalPurpose1Code`."""
    return code in _KNOWN


def purpose_group(code: str) -> PurposeGroup | None:
    """Return the group of a code, or None for a code of no group or one not in the set."""
    return _GROUP_OF.get(code)


def purposes_of(groups: Iterable[PurposeGroup]) -> tuple[str, ...]:
    """Return the codes of all the groups, sorted, each once."""
    wanted = frozenset(groups)
    return tuple(code for code in PURPOSE_CODES if _GROUP_OF.get(code) in wanted)


def pack_purpose(code: str) -> int:
    """Return the four characters of a code as a big-endian number that fits an int32.

    Packed codes sort as their texts do. The code need not be in the set.

    Raises:
        PurposeSyntaxError: the text is not four capital letters or digits.
    """
    if _CODE.fullmatch(code) is None:
        raise PurposeSyntaxError(code)
    return int.from_bytes(code.encode("ascii"), "big")


def unpack_purpose(number: int) -> str:
    """Return the code of a packed number, the empty text for `PURPOSE_MISSING`.

    Raises:
        PurposeSyntaxError: the number is no packed code.
    """
    if number == PURPOSE_MISSING:
        return ""
    if not 0 < number < 1 << 31:
        raise PurposeSyntaxError(str(number))
    code = number.to_bytes(4, "big").decode("latin-1")
    if _CODE.fullmatch(code) is None:
        raise PurposeSyntaxError(str(number))
    return code


def _group_number(code: str) -> int:
    group = _GROUP_OF.get(code)
    return -1 if group is None else PURPOSE_GROUP_ORDER.index(group)


def _frozen_numbers() -> NDArray[np.int32]:
    column = np.array([pack_purpose(code) for code in PURPOSE_CODES], dtype=np.int32)
    column.setflags(write=False)
    return column


def _frozen_groups() -> NDArray[np.int8]:
    column = np.array([_group_number(code) for code in PURPOSE_CODES], dtype=np.int8)
    column.setflags(write=False)
    return column


_KNOWN: Final = frozenset(PURPOSE_CODES)

PURPOSE_NUMBERS: Final[NDArray[np.int32]] = _frozen_numbers()
"""The packed codes in ascending order, read-only: look a column up with `np.searchsorted`."""

PURPOSE_GROUPS: Final[NDArray[np.int8]] = _frozen_groups()
"""Beside each of `PURPOSE_NUMBERS` the position in `PURPOSE_GROUP_ORDER`, -1 for no group."""
