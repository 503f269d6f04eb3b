"""Framework agreements as data: who is bound, what is covered, how it settles.

Pure records with the rules they must keep. Reading them from files is `comity.arrangement`;
carrying them out is `comity.settlement`.
"""

from comity.agreements.carried_balance import CarriedBalanceTerms, InterestBooked
from comity.agreements.dealing_terms import Dealer, DealingTerms, NamedDealer, QuoteForm
from comity.agreements.document import DocumentError
from comity.agreements.membership import (
    AccountKind,
    AccountTerms,
    AgentHours,
    Member,
    Participant,
    ParticipantStatus,
    Tier,
    VehicleCurrency,
)
from comity.agreements.netting_terms import (
    AfterShortfall,
    CycleConversion,
    CycleNetting,
    Repaid,
    ResourceKind,
    ResourceTerms,
    ShortfallLayer,
    ShortfallTerms,
)
from comity.agreements.overlap import Overlap, find_overlaps
from comity.agreements.position_limits import Haircut, PositionLimit, PositionLimitKind
from comity.agreements.quotes import Quote, QuoteSide
from comity.agreements.rules_dealing import find_quote_violations
from comity.agreements.rules_membership import MEMBERS_MIN, find_membership_violations
from comity.agreements.rules_scheme import find_fit_violations, find_violations
from comity.agreements.rules_terms import find_term_violations
from comity.agreements.scheme import (
    SCHEME_FORMAT,
    BusinessDayTerms,
    Scheme,
    scheme_from_document,
    scheme_to_document,
)
from comity.agreements.terms import (
    AfterCutOff,
    Agreement,
    AmountLimits,
    CentralBankSettlement,
    ConversionTerms,
    CreditPayee,
    CutOffs,
    CycleShortfall,
    CycleTerms,
    FinalityEvent,
    FinalityTerms,
    LedgerIs,
    LiquiditySaving,
    PaymentVersusPayment,
    PaysIn,
    QueueThreshold,
    Release,
    ReturnsAt,
    SettlementAsset,
    SettlementMode,
    SettlementTerms,
    SettlementTier,
    UnsettledAtClose,
)
from comity.agreements.violations import Violation

__all__ = [
    "MEMBERS_MIN",
    "SCHEME_FORMAT",
    "AccountKind",
    "AccountTerms",
    "AfterCutOff",
    "AfterShortfall",
    "AgentHours",
    "Agreement",
    "AmountLimits",
    "BusinessDayTerms",
    "CarriedBalanceTerms",
    "CentralBankSettlement",
    "ConversionTerms",
    "CreditPayee",
    "CutOffs",
    "CycleConversion",
    "CycleNetting",
    "CycleShortfall",
    "CycleTerms",
    "Dealer",
    "DealingTerms",
    "DocumentError",
    "FinalityEvent",
    "FinalityTerms",
    "Haircut",
    "InterestBooked",
    "LedgerIs",
    "LiquiditySaving",
    "Member",
    "NamedDealer",
    "Overlap",
    "Participant",
    "ParticipantStatus",
    "PaymentVersusPayment",
    "PaysIn",
    "PositionLimit",
    "PositionLimitKind",
    "QueueThreshold",
    "Quote",
    "QuoteForm",
    "QuoteSide",
    "Release",
    "Repaid",
    "ResourceKind",
    "ResourceTerms",
    "ReturnsAt",
    "Scheme",
    "SettlementAsset",
    "SettlementMode",
    "SettlementTerms",
    "SettlementTier",
    "ShortfallLayer",
    "ShortfallTerms",
    "Tier",
    "UnsettledAtClose",
    "VehicleCurrency",
    "Violation",
    "find_fit_violations",
    "find_membership_violations",
    "find_overlaps",
    "find_quote_violations",
    "find_term_violations",
    "find_violations",
    "scheme_from_document",
    "scheme_to_document",
]
