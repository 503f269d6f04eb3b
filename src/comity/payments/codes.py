"""Small enumerations that stand in the columns; their numbers are part of the journal's format."""

from enum import IntEnum


class Definition(IntEnum):
    """Message definition and variant a payment or an order came in."""

    PACS_008 = 0  # customer credit transfer
    PACS_009 = 1  # financial institution credit transfer
    PACS_009_COV = 2  # the same, covering a customer transfer
    PACS_004 = 3  # return of one of those, whole or in part
    CAMT_056 = 4  # request to cancel payments
    CAMT_007 = 5  # request to modify payments: their priority, place and times
    PACS_002 = 6  # status report of a settlement agent on what it was asked


class Priority(IntEnum):
    """Place in the queue: all of one class before the next, each in order of arrival."""

    URGENT = 0  # SttlmPrty URGT; may draw on everything
    HIGH = 1  # HIGH; leaves what is reserved for urgent payments
    NORMAL = 2  # NORM, or none given; leaves what is reserved for urgent and for high ones


class OrderKind(IntEnum):
    """What a bank orders to be done with payments of its own; or a settlement agent's answer."""

    CANCEL = 1  # withdraw one payment
    CANCEL_MESSAGE = 2  # withdraw every payment of one message
    MODIFY = 3  # change the priority, the place in its class, or the times of one payment
    AGENT_RESERVED = 4  # answer: the leg in the agent's currency is reserved there
    AGENT_SETTLED = 5  # answer: it is settled there, and final
    AGENT_REFUSED = 6  # answer: it is not, and will not be settled there


class QueuePlace(IntEnum):
    """Where in its class a payment is to stand."""

    UNCHANGED = 0
    FRONT = 1  # before all others of its class
    END = 2  # behind all others of its class


class AgentRequest(IntEnum):
    """What a settlement agent is asked about a leg that it settles in another system."""

    RESERVE = 1  # earmark the leg's amount, and settle nothing yet
    SETTLE = 2  # settle what is reserved
    RELEASE = 3  # forget it: the trade has ended
    REPORT = 4  # say what became of it


class OrderStatus(IntEnum):
    """What came of an order."""

    DONE = 1  # carried out
    PENDING = 2  # its payment is locked: answered again when the lock ends
    REFUSED = 3  # not carried out, for a stated reason
    FORWARDED = 4  # its payment is final: the instructed agent is asked


class Mechanism(IntEnum):
    """By which mechanism a payment settled."""

    NONE = 0
    GROSS = 1  # by itself, on arrival or from the queue
    CYCLE = 2  # in a multilateral netting cycle
    CENTRAL_BANK = 3  # two currencies, through the central banks
    MULTILATERAL = 4  # in one moment with other queued payments that cover it
    BILATERAL = 5  # offset against one payment in the opposite direction
    SELECTION = 6  # in one moment with others, chosen without the order of queues
    BILATERAL_CYCLE = 7  # in a netting cycle, with all payments between the same two participants
    DEALER = 8  # two currencies, bought from a dealer at its quote
    PVP = 9  # both legs of a trade in two currencies at once, each covered by itself


class EventKind(IntEnum):
    """What kind of fact an event states, and what its columns mean."""

    PAYMENT = 1  # subject payment; states; detail agreement; value see lifecycle
    HOLD = 2  # subject payment; value the amount held (negative: released), detail 1: loro too
    MESSAGE = 3  # subject message; reason why it was refused, 0 accepted
    DUPLICATE = 4  # subject payment that answers; value the message number that repeated it
    ALARM = 5  # subject payment; reason
    CYCLE = 6  # subject cycle; CycleState; value gross on CALCULATED, net on SETTLED
    POSITION = 7  # subject cycle; detail participant; value net position
    CENTRAL_BANKS = 8  # subject agreement; after a CentralBankStep; value the net
    DAY = 9  # subject business day; DayPhase
    CLOSING = 10  # subject account; value closing balance
    CONFIGURED = 11  # a control was taken over; detail ControlKind
    RESOLUTION = 12  # subject count; after a ResolutionKind; value sum; detail currency
    ORDER = 13  # subject order; after an OrderStatus; value payment, -1 none; detail OrderKind
    ORDER_REPEATED = 14  # subject order that came again; the rest as it is answered now
    SELECTION = 15  # subject count; after a ResolutionKind; value sum; detail currency
    SELECTION_BOUND = 16  # subject nodes searched; value what no choice passes; detail currency
    CYCLE_FIGURE = 17  # subject cycle; after a CycleFigure; value and detail as that says
    DRAW = 18  # subject cycle; after a DrawnFrom; detail participant; value what it draws
    REPAYMENT = 19  # subject participant; after a DrawnFrom; detail currency; value paid back
    INTERBANK_FINAL = 20  # subject payment: its central banks have settled; detail agreement
    LINE_HOLD = 21  # subject payment; value held of the credit line (negative: released)
    OVERDUE = 22  # subject payment: it still waits at the time by which it should have settled
    PAIR = 23  # subject pair; PairState; value first leg on UNMATCHED, second on MATCHED; reason
    RETURN = 24  # subject payment that returns; value the one it returns; detail its agreement
    SELECTION_WORTH = 25  # of several currencies: subject count; value; detail currency of it
    DEAL = 26  # subject payment; detail number of the quote; value what the dealer pays out
    QUOTE_HELD_BACK = 28  # subject number of the quote; after a QuoteFault; detail dealer
    DEALER_FIGURE = 29  # subject dealer; after a DealerFigure; detail currency; value
    AGENT_ASKED = 30  # subject pair; after an AgentRequest; value payment, the leg outside
    CASE = 31  # subject payment; after a CaseState; detail acts so far; value minor units blocked


class CentralBankStep(IntEnum):
    """What came of a settlement between central banks."""

    WAITS = 0  # for cover, or for a rate of the day
    SETTLED = 1
    CARRIED = 2  # payees are paid, the balance stands within its credit line


class ResolutionKind(IntEnum):
    """How good the choice of payments that settle together is known to be."""

    GREATEST = 1  # nothing else that is allowed settles more, of any queue
    MAXIMAL = 2  # no queue could go further by itself
    OPTIMAL = 3  # out of any order: no choice is worth more
    BOUNDED = 4  # out of any order: the best found; no choice is worth more than the bound


class CaseState(IntEnum):
    """States of a screening case: a payment that is held because a party may be on a list."""

    OPEN = 1
    FALSE_POSITIVE = 2  # final, of two people: the party is another one
    TRUE_MATCH = 3  # final, of two people: the party is the listed one
    ESCALATED = 4  # others are asked; it can still be decided


class PairState(IntEnum):
    """States of a pair of payments that settle against one another, in two currencies."""

    UNMATCHED = 1  # one leg is here and waits for the other
    MATCHED = 2  # both are here and agree on the terms
    BOTH_RESERVED = 3  # both are earmarked: nothing but a commitment may follow
    SETTLED = 4  # final: both legs in one moment
    RELEASED = 5  # final: the legs are judged anew, on another day or with another partner
    EXPIRED = 6  # final: neither leg settles


class QuoteFault(IntEnum):
    """Why a dealer's quote is not dealt at on a day."""

    NOT_IN_FORCE = 1  # its agreement has no version in force
    DEALER_NOT_ACTIVE = 2  # the dealer is restricted or suspended
    NO_OFFICIAL_RATE = 3  # there is nothing to set it around, or to hold it against
    AWAY = 4  # further from the official rate than agreed
    INVERTED = 5  # the dealer would buy for more than it sells for
    NOT_COUNTABLE = 6  # amounts at this price could not be counted


class DealerFigure(IntEnum):
    """What a dealer's day came to in one currency, minor units."""

    TAKEN = 1  # what it was paid
    PAID_OUT = 2  # what it paid
    RESULT = 3  # taken, less what the official rate says it paid out for that


class TransferKind(IntEnum):
    """Why money moved."""

    OPENING = 1  # pay-in that makes an opening balance
    PAYMENT = 2  # the settlement leg of a payment
    LORO = 3  # between a sponsored bank's account and its correspondent's own funds
    CYCLE = 4  # net position of a netting cycle
    TAKE_IN = 5  # payer's currency to the central bank that acts for the scheme
    OBLIGATION = 6  # what one central bank owes the other
    DISCHARGE = 7  # that obligation settled
    CENTRAL_BANKS = 8  # settlement between central banks
    PAY_OUT = 9  # payee's currency from the central bank
    ROUNDING = 10
    COLLATERAL_DRAWN = 11  # a debtor's collateral, for its position in a netting cycle
    CREDIT_DRAWN = 12  # its credit line, likewise
    FUND_DRAWN = 13  # somebody's contribution to the guarantee fund, likewise
    RECOURSE = 14  # what a debtor owes for that; below, what it has paid back
    COLLATERAL_RESTORED = 15  # drawn before, paid back
    CREDIT_REPAID = 16
    FUND_RESTORED = 17
    BILATERAL_NET = 18  # net of one pair of participants in a netting cycle
    DEALER_TAKES = 19  # payer's currency to the dealer
    NAMED_CURRENCY = 20  # the currency that the agreement names, between central banks
    INTEREST = 21  # accrued on a carried balance, not paid yet
    INTEREST_PAID = 22
    REVALUATION = 23  # what rates have moved between fixing and settlement
    VEHICLE = 25  # vehicle currency from the dealer that takes to the one that pays
    DEALER_PAYS = 26  # payee's currency from the dealer
    SET_ASIDE = 27  # to the blocked account; no name of a freeze, for statements show it


class CycleState(IntEnum):
    """States of a netting cycle; SCHEDULED and OPEN are the day's plan and have no event."""

    CUT_OFF = 1
    CALCULATED = 2
    ADVISED = 3
    FUNDING = 4
    SETTLING = 5
    SETTLED = 6  # final: posted
    ROLLED = 7  # final: its payments wait for the next cycle
    ABORTED = 8  # final: its payments failed
    PARTIAL = 9  # final: some of its payments were taken out, the rest is posted


class CycleFigure(IntEnum):
    """What is calculated of a netting cycle besides its gross sum and its net positions."""

    SLOT = 1  # value number of the first cycle of those that settle in one act
    BILATERAL_NET = 2  # value what would be paid if each pair settled its difference
    MULTILATERAL_NET = 3  # value what the net debtors owe
    MEMBERS_HASH = 4  # detail 0 to 3: 64 bits of the SHA-256 of the members; value as signed
    COVER_GROUP = 5  # detail lowest participant of the group that owes most; value its debit
    COVER_SURVIVORS = 6  # value what survivors then lack beyond their own resources
    COVER_FUND = 7  # value what is then left of the guarantee fund
    COVER_MISSING = 8  # value what nobody covers then; 0: it can settle
    LACKED = 9  # detail participant; value what no layer covered while all payments were in
    NEW_POSITION = 10  # detail participant; value its position without what was taken out
    CHARGED = 11  # detail participant; value what its share of the fund paid, for whomever
    CHOICE = 12  # value a ResolutionKind: how good what was taken out is known to be
    SLOT_ENDED = 13  # subject slot; value a CycleState: how its cycles ended together
    PAIR_DEBTOR = 14  # detail participant that owes in a pair; value its net; PAIR_CREDITOR follows
    PAIR_CREDITOR = 15  # detail the other participant; value transfer group of the net, -1 none
    CONVERTED_INTO = 16  # subject slot; detail ISO number of the asset its positions are paid in
    RATE_NUMERATOR = 17  # subject slot; detail currency; value minor units of the asset ...
    RATE_DENOMINATOR = 18  # ... for so many of the currency
    CONVERTED_POSITION = 19  # subject slot; detail participant; value position in the asset
    CONVERTED_NET = 20  # subject slot; value what was paid in, in the asset
    CONVERTED_GROUP = 21  # subject slot; value transfer group of that, -1 none


class DrawnFrom(IntEnum):
    """What a debtor of a netting cycle draws when its balance does not suffice."""

    COLLATERAL = 1
    CREDIT_LINE = 2
    GUARANTEE_FUND = 3


class DayPhase(IntEnum):
    """Phases of the business day that leave a record."""

    OPENED = 1
    CLOSED = 2


class ControlKind(IntEnum):
    """Commands that are not payments."""

    ADOPT_SCHEME = 1  # members, participants, accounts, agreements
    ADOPT_RATES = 2  # official rates as published
    ADOPT_LISTS = 3  # versions of the sanctions lists in use
    OPEN_DAY = 4  # the day's times in UTC, re-screening results
    ADVANCE = 5  # do everything that is due up to a time
    SELECT = 7  # settle what was chosen of the queues at a time at which that is due
    ADOPT_QUOTES = 9  # quotes of dealers, for the days that open from then on
    DECIDE_CASE = 10  # one act of one person on a screening case
    RESCREEN = 11  # hold what waits and is hit by lists that have changed
