"""Seeded requests to cancel or to change payments and agents' answers, between right and wrong."""

import re
from random import Random

from tests.contract.messages.guideline_instances import Guideline
from tests.simulation.messages.hostile_changes import with_other_text
from tests.simulation.messages.hostile_texts import BICS
from tests.simulation.messages.hostile_wrapping import MESSAGE, written
from tests.unit.messages import instructions as made

CANCELLATION, MODIFICATION = "camt.056.001.08", "camt.007.001.08"
ANSWER = "pacs.002.001.10"
PARTS = {
    CANCELLATION: ("Assgnmt", "Undrlyg"),
    MODIFICATION: ("MsgHdr", "Mod"),
    ANSWER: ("GrpHdr", "TxInfAndSts"),
}
HEADERS = 0.95
TOO_MANY = 1_001
OF_THE_SENDER = {CANCELLATION: "Assgnr", MODIFICATION: "InstgAgt", ANSWER: "InstgAgt"}


class Orders:
    """A pool of requests; `parts` draws one, `written` makes its bytes."""

    def __init__(self, seed: int, shapes: int) -> None:
        random = Random(seed)
        self.shapes: dict[str, list[list[str]]] = {one: [] for one in PARTS}
        for definition, kept in self.shapes.items():
            guideline = Guideline(definition)
            for _ in range(shapes):
                kept.append(split(guideline.message(random.randrange(2**32)), definition))
        for definition, request in (
            (CANCELLATION, made.cancellation_request()),
            (CANCELLATION, made.cancellation_request(made.cancel_message())),
            (MODIFICATION, made.modification_request()),
        ):
            self.shapes[definition] += [split(request.decode(), definition)] * 3

    def parts(self, random: Random) -> list[str]:
        """Return what stands in the message element of a request."""
        self._definition = random.choice(list(self.shapes))
        parts = [self._said_by(random, one) for one in random.choice(self.shapes[self._definition])]
        if random.random() < 0.02:
            parts[1:] = parts[1:] * (TOO_MANY // max(1, len(parts) - 1) + random.randint(0, 1))
        for _ in range(random.randint(0, 3)):
            index = random.randrange(len(parts))
            parts[index] = with_other_text(random, parts[index], odd=False)
        return parts

    def written(self, random: Random, parts: list[str]) -> bytes:
        """Return the bytes of the request whose parts were drawn last."""
        return written(random, self._definition, parts, header=HEADERS)

    def _said_by(self, random: Random, part: str) -> str:
        """Return a part that speaks for the header's sender, mostly."""
        name = OF_THE_SENDER[self._definition]
        bic = random.choice(BICS) if random.random() < 0.04 else random.choice(BICS[:2])
        return re.sub(rf"(?s)(<{name}>.*?<BICFI>)[^<]*", rf"\g<1>{bic}", part)


def split(text: str, definition: str) -> list[str]:
    """Return the parts of a message: what stands once, then each of what may repeat."""
    name = MESSAGE[definition]
    (body,) = re.findall(f"(?s)<{name}>(.*)</{name}>", text)
    once, each = PARTS[definition]
    return re.findall(f"(?s)<{once}>.*?</{once}>|<{each}>.*?</{each}>", body)
