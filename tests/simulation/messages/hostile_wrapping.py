"""What stands around the parts of a hostile message: document, header, wrapper and blanks."""

import re
from random import Random

from tests.simulation.messages.hostile_changes import laid_out, prefixed, with_other_text
from tests.unit.messages import instructions as made

MESSAGE = {
    "pacs.008.001.08": "FIToFICstmrCdtTrf",
    "pacs.009.001.08": "FICdtTrf",
    "pacs.004.001.09": "PmtRtr",
    "camt.056.001.08": "FIToFIPmtCxlReq",
    "camt.007.001.08": "ModfyTx",
    "pacs.002.001.10": "FIToFIPmtStsRpt",
}
JUNK = (
    *("<CdtTrfTxInf>x</CdtTrfTxInf>", "<x>y</x>", "<Document/>", "t", "<PmtRtr>y</PmtRtr>"),
    "<PmtRtr><TxInf>x</TxInf></PmtRtr>",
)


def written(random: Random, definition: str, parts: list[str], *, header: float) -> bytes:
    """Return the bytes of a message.

    Args:
        random: draws how it is written.
        definition: of the message.
        parts: what stands in its message element.
        header: the share of messages that have a business header, 0 … 1.
    """
    name = MESSAGE[definition]
    body = f"<{name}>{''.join(parts)}</{name}>"
    space = f"urn:iso:std:iso:20022:tech:xsd:{definition}"
    document = f'<Document xmlns="{space}">{body}</Document>'
    if random.random() < 0.05:
        document = prefixed(f"<Document>{body}</Document>").replace(
            "<p:Document", f'<p:Document xmlns:p="{space}"', 1
        )
    if random.random() < header:
        document = _wrapped(random, definition, document)
    declaration = random.choice(('<?xml version="1.0" encoding="UTF-8"?>\n', "", "\ufeff"))
    return laid_out(random, declaration + document).encode("utf-8", "surrogatepass")


def _wrapped(random: Random, definition: str, document: str) -> str:
    head = made.header(MsgDefIdr=f"<MsgDefIdr>{definition}</MsgDefIdr>")
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        head = with_other_text(random, head, odd=random.random() < 0.2)
    match random.randrange(24):
        case 0:
            return f"<W>{document}{head}</W>"
        case 1:
            depth = random.randint(1, 8)
            return "<a>" * depth + head + document + "</a>" * depth
        case 2:
            return f"<W>{head}{document}{document}</W>"
        case 3:
            # A document too deep to be looked for must not be taken for the one that is found.
            false = re.search(r"<((?:CdtTrf)?TxInf)>.*</\1>", document, re.DOTALL)
            inner = false[0].replace(">1", ">6") if false else ""
            deep = "<a>" * 8 + f"<Document>{inner}</Document>" + "</a>" * 8
            true = re.sub('xmlns="', 'xmlns:p="', prefixed(document), count=1)
            return f"<W>{deep}{true if random.random() < 0.7 else document}</W>"
        case 4:
            junk = random.choice(JUNK)
            sides = [junk, ""] if random.random() < 0.5 else ["", junk]
            return f"<W>{sides[0]}{head}{document}{sides[1]}</W>"
        case 5:
            return f"<W><h>{head}</h><d>{document}</d></W>"
        case 6:
            return f"<W>{head}{head}{document}</W>"
        case _:
            return f'<W xmlns="urn:w">{head}{document}</W>'
