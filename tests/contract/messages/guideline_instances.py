"""Random messages that follow the usage guideline, made from its schemas themselves.

Structure is drawn from a seed; the text of a leaf is one of a few for its type, among them the
shortest, the longest and the strangest that the type allows.
"""

from random import Random
from xml.sax.saxutils import escape

from lxml import etree

from comity.messages.guideline_schemas import guideline_text

XS = "{http://www.w3.org/2001/XMLSchema}"
STRANGE = " \n\rЫ & <b> \"q\" 'a' ]]> \ue000\U0001f600\t."


def _texts(length: int) -> list[str]:
    return ["я", " ", "x" * length, STRANGE[:length], "&" * length]


TEXTS: dict[str, list[str]] = {
    "Text16": _texts(16),
    "Text35": _texts(35),
    "Text70": _texts(70),
    "Text105": _texts(105),
    "Text140": _texts(140),
    "Reference34": ["!", "~" * 34, "A B<C>&D"],
    "Reference35": ["!", "~" * 35, "A B<C>&D"],
    "Code4": ["A", "9ZZ0"],
    "Code5": ["A", "RUCBC"],
    "Code10": ["1", "A123456789"],
    "Code35": ["A", "9" * 35],
    "ClearingSystemCode": ["A", "ST2"],
    "PurposeCode": ["GDDS", "0000"],
    "CountryCode": ["RU", "KG"],
    "CurrencyCode": ["RUB", "ZZZ"],
    "Bic": ["AAAARU20", "BBBBKG20XXX"],
    "Lei": ["0123456789ABCDEFGH01"],
    "Iban": ["KG000", "RU00" + "a" * 30],
    "Uetr": ["0aa00000-1111-4222-8333-00000000000f"],
    "Date": ["0001-01-01", "2026-02-28", "9999-12-31"],
    "DateTime": ["2026-05-25T00:00:00", "9999-12-31T23:59:59.123456789-14:00"],
    "DateTimeWithOffset": ["2026-05-25T23:59:59Z", "0001-01-01T00:00:00.1+14:00"],
    "Time": ["00:00:00", "23:59:59Z", "09:00:00+06:00", "00:30:00-13:59"],
    "Count": ["1", "9999999"],
    "Rate": ["0", "99999.999999"],
    "Quantity": ["0", "0.00001", "9999999999999.99999", "9999999999999999.99", "9" * 18],
    "CountedQuantity": ["0", "0.00001", "9999999999999.99999"],
    "Asked": ["PVP0", "PVP999999999"],
    "CounterTerms": [
        "/PVP/FX-1/RUB1.5",
        "/PVP/FX-1/KGS1500.25",
        "/PVP/" + "A.:+-" * 7 + "/ZZZ0.00001",
        "/PVP/0/JPY" + "9" * 18,
        "/PVP/1/USD9999999999999.99",
    ],
    "xs:boolean": ["true", "false", "1", "0"],
}


class Guideline:
    """The types of one schema and of the types it includes."""

    def __init__(self, definition_id: str) -> None:
        names = (f"{definition_id}.xsd", "types.xsd")
        roots = [etree.fromstring(guideline_text(name)) for name in names]
        named = [one for root in roots for one in root if one.get("name") is not None]
        self.types = {str(one.get("name")): one for one in named if one.get("type") is None}
        (self.root,) = [one for one in roots[0] if one.tag == f"{XS}element"]

    def message(self, seed: int) -> str:
        """Return the text of the root element without its namespace."""
        return self._element(Random(seed), self.root)

    def simple_types(self) -> set[str]:
        """Return the names of all types of texts."""
        return {name for name, one in self.types.items() if one.tag == f"{XS}simpleType"}

    def _element(self, random: Random, element: etree._Element) -> str:
        name, type_name = element.get("name"), str(element.get("type"))
        definition = self.types.get(type_name)
        if definition is None or definition.tag == f"{XS}simpleType":
            text = self._text(random, type_name)
            if name == "Nm" and not text.strip():
                text = "."  # A blank name is refused, which a schema cannot say.
            text = escape(text, {"\r": "&#13;"})
            return f"<{name}>{text}</{name}>"
        extension = definition.find(f".//{XS}extension")
        if extension is not None:
            value = self._text(random, str(extension.get("base")))
            return f'<{name} Ccy="{random.choice(["RUB", "KGS", "JPY"])}">{value}</{name}>'
        return f"<{name}>{self._content(random, definition[0])}</{name}>"

    def _content(self, random: Random, particle: etree._Element) -> str:
        if particle.tag == f"{XS}element":
            least, most = int(particle.get("minOccurs", "1")), particle.get("maxOccurs", "1")
            count = random.randint(least, 3 if most == "unbounded" else int(most))
            return "".join(self._element(random, particle) for _ in range(count))
        if particle.tag == f"{XS}group":
            return self._content(random, self.types[str(particle.get("ref"))][0])
        if particle.tag == f"{XS}choice":
            return self._content(random, random.choice(list(particle)))
        assert particle.tag == f"{XS}sequence"
        return "".join(self._content(random, one) for one in particle)

    def _text(self, random: Random, type_name: str) -> str:
        if type_name in TEXTS:
            return random.choice(TEXTS[type_name])
        choices = self.types[type_name].iterfind(f".//{XS}enumeration")
        return random.choice([str(one.get("value")) for one in choices])
