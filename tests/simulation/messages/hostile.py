"""Seeded messages between right and wrong: valid ones of many shapes, then changed in odd ways.

`Messages.one(random)` gives the bytes of one file. Shapes of transactions come from a small pool,
so that a reader that lives through many messages meets the same markup again and again.
"""

import re
from itertools import product
from random import Random

from tests.contract.messages.guideline_instances import Guideline
from tests.simulation.messages.hostile_changes import BYTE_CHANGES, TEXT_CHANGES, with_other_text
from tests.simulation.messages.hostile_orders import Orders
from tests.simulation.messages.hostile_texts import AMOUNTS, BICS
from tests.simulation.messages.hostile_wrapping import written
from tests.unit.messages import instructions as made

CUSTOMERS, BANKS, RETURNS = "pacs.008.001.08", "pacs.009.001.08", "pacs.004.001.09"
TRANSACTION = {CUSTOMERS: "CdtTrfTxInf", BANKS: "CdtTrfTxInf", RETURNS: "TxInf"}
SHARED = ("IntrBkSttlmDt", "InstgAgt", "InstdAgt", "PmtTpInf")
ORDERS_SHARE = 0.2
LONG_SHAPE = 3_000


class Messages:
    """A pool of shapes and what is made of them."""

    def __init__(self, seed: int, shapes: int = 24) -> None:
        random = Random(seed)
        self.orders = Orders(seed, shapes)
        self.shapes: dict[tuple[str, frozenset[str]], list[str]] = {}
        for number in range(shapes):
            for definition, name in TRANSACTION.items():
                text = Guideline(definition).message(random.randrange(2**32) + number)
                for one in re.findall(f"<{name}>.*?</{name}>", text, re.DOTALL):
                    self._keep(definition, one)
        for dates, priority in product(("", "<IntrBkSttlmDt>2026-05-25</IntrBkSttlmDt>"), (0, 1)):
            urgent = "<SttlmPrty>HIGH</SttlmPrty>" * priority
            one = made.transaction(1, IntrBkSttlmDt=dates, SttlmPrty=urgent)
            self._keep(CUSTOMERS, one)
            cover = made.underlying() * priority
            bank = made.bank_transaction(1, IntrBkSttlmDt=dates, UndrlygCstmrCdtTrf=cover)
            self._keep(BANKS, bank)
            back = made.payment_return(1, IntrBkSttlmDt=dates, SttlmPrty=urgent)
            self._keep(RETURNS, back)
            words = "<AddtlInf>as agreed</AddtlInf>" * priority
            told = f"<RtrRsnInf><Rsn><Cd>NARR</Cd></Rsn>{words}</RtrRsnInf>"
            self._keep(RETURNS, made.payment_return(1, IntrBkSttlmDt=dates, RtrRsnInf=told))

    def _keep(self, definition: str, shape: str) -> None:
        above = re.split("<(?:UndrlygCstmrCdtTrf|Dbtr)>", shape)[0]
        said = frozenset(name for name in SHARED if f"<{name}>" in above)
        self.shapes.setdefault((definition, said), []).append(shape)

    def one(self, random: Random) -> bytes:
        """Return a message: a quarter of them as they should be, the others changed."""
        is_ordering = random.random() < ORDERS_SHARE
        parts = self.orders.parts(random) if is_ordering else self._parts(random)
        for _ in range(random.choice((0, 1, 1, 2))):
            index = random.randrange(len(parts))
            parts[index] = random.choice(TEXT_CHANGES)(random, parts[index])
        if is_ordering:
            data = self.orders.written(random, parts)
        else:
            data = written(random, self._definition, parts, header=self._header_share)
        for _ in range(random.choice((0, 0, 0, 1, 1, 2))):
            data = random.choice(BYTE_CHANGES)(random, data)
        return data

    def _parts(self, random: Random) -> list[str]:
        """Return group header and transactions; the definition is told by the first shape."""
        wanted = random.choice((CUSTOMERS, BANKS, RETURNS))
        self._definition, said = key = random.choice(
            [one for one in self.shapes if one[0] == wanted]
        )
        currency = random.choice(("RUB", "RUB", "KGS", "JPY", "ZZZ", "BHD"))
        count = random.choice((1, 1, 2, 3, 3, 4, 5, random.choice((1, 1, 2, 12, 120))))
        pool = [random.choice(self.shapes[key]) for _ in range(random.choice((1, 1, 2, 3)))]
        if len(pool[0]) > LONG_SHAPE:
            count = min(count, 5)
        own = [transaction(random, random.choice(pool), currency) for _ in range(count)]
        kept = self._shared(random, said, own[0])
        self._header_share = 0.5 if kept["InstgAgt"] or "InstgAgt" in said else 0.95
        amounts = re.findall(r"<(?:Rtrd)?IntrBkSttlmAmt[^>]*>([0-9.]*)<", "".join(own))
        total = "" if random.random() < 0.6 else _sum(amounts)
        kept["CtrlSum"] = f"<CtrlSum>{total}</CtrlSum>" if total else ""
        if total and random.random() < 0.5:
            name = "TtlRtrdIntrBkSttlmAmt" if wanted == RETURNS else "TtlIntrBkSttlmAmt"
            kept[name] = f'<{name} Ccy="{currency}">{total}</{name}>'
        return [made.group_header(count, **kept), *own]

    def _shared(self, random: Random, said: frozenset[str], first: str) -> dict[str, str]:
        """Return what the group header says for all: what its transactions leave to it, mostly."""
        parts = {
            "IntrBkSttlmDt": "<IntrBkSttlmDt>2026-05-25</IntrBkSttlmDt>",
            "InstgAgt": made.agent("InstgAgt", random.choice(BICS[:2])),
            "InstdAgt": made.agent("InstdAgt", random.choice(BICS)),
            "PmtTpInf": "<PmtTpInf><InstrPrty>HIGH</InstrPrty></PmtTpInf>" * random.randint(0, 1),
        }
        if self._definition == RETURNS:
            parts["PmtTpInf"] = ""
        alike = random.random() < 0.04
        kept = {name: "" if name in said and not alike else text for name, text in parts.items()}
        if alike or random.random() < 0.05:
            kept["InstgAgt"] = "".join(re.findall("<InstgAgt>.*?</InstgAgt>", first, re.DOTALL)[:1])
        if random.random() < 0.3:
            kept["InstgAgt"] = ""
        return kept


def transaction(random: Random, shape: str, currency: str) -> str:
    """Return a transaction of a shape: with an amount and a UETR of its own, and other texts."""
    shape = re.sub(
        r'<((?:Rtrd)?IntrBkSttlmAmt) Ccy="[A-Z]*">[^<]*',
        lambda found: f'<{found[1]} Ccy="{currency}">{random.choice(AMOUNTS)}',
        shape,
    )
    uetr = made.uetr(random.randrange(2**40))
    shape = re.sub("(<(?:Orgnl)?UETR>)[^<]*", rf"\g<1>{uetr}", shape)
    for _ in range(random.randint(0, 3)):
        shape = with_other_text(random, shape, odd=False)
    return shape


def _sum(amounts: list[str]) -> str:
    minor = sum(int(whole or 0) * 100 + int((cents + "00")[:2]) for whole, _, cents in
                (one.partition(".") for one in amounts))  # fmt: skip
    return f"{minor // 100}.{minor % 100:02d}"
