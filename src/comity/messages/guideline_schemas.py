"""The usage guideline's schemas: which messages comity takes, said in XML Schema.

They are written for this product and narrower than ISO 20022's own. A schema object of lxml may
not be used by two threads at once, so every reader keeps its own set.
"""

from importlib import resources
from typing import Any, Final

from lxml import etree

from comity.messages.definitions import NAMESPACE

_FOLDER: Final = "guideline"
_WORDS_MAX: Final = 500
_TOGETHER_MAX: Final = 100


def guideline_text(name: str) -> bytes:
    """Return a file of the guideline, such as `pacs.008.001.08.xsd`."""
    return (resources.files("comity.messages") / _FOLDER / name).read_bytes()


class _IncludedTypes(etree.Resolver):
    """Gives `types.xsd` from the package to the schema that includes it, never from a disk."""

    # The stubs of lxml leave out the context that lxml passes.
    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
        """Return the included file as a parser input."""
        return self.resolve_string(guideline_text("types.xsd"), context, base_url=system_url)


class GuidelineSchemas:
    """The schemas by definition identifier, loaded when they are first asked for."""

    def __init__(self) -> None:
        self._schemas: dict[str, etree.XMLSchema] = {}

    def fault_of(self, element: etree._Element, definition_id: str) -> str | None:
        """Return what is wrong with a header or document, None if it follows the guideline."""
        schema = self._schemas.get(definition_id)
        if schema is None:
            schema = self._schemas[definition_id] = _load(definition_id)
        if schema.validate(element):
            return None
        return _first_fault(schema, definition_id)

    def fault_of_message(self, document: etree._Element, definition_id: str) -> str | None:
        """Return the same of a document, whose transactions the schema sees some at a time.

        Its log names every fault by its path, which takes minutes for a long message without one
        right text. That transactions repeat is all the schema says of them together.
        """
        message = document[0] if len(document) else document
        if len(message) <= 1 + _TOGETHER_MAX:
            return self.fault_of(document, definition_id)
        # The stubs of lxml know no slices.
        slices: Any = message
        transactions = slices[1:]
        fault = None
        for start in range(0, len(transactions), _TOGETHER_MAX):
            slices[1:] = transactions[start : start + _TOGETHER_MAX]
            fault = self.fault_of(document, definition_id)
            if fault is not None:
                break
        slices[1:] = transactions
        return fault


def _load(definition_id: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_IncludedTypes())
    return etree.XMLSchema(etree.fromstring(guideline_text(f"{definition_id}.xsd"), parser))


def _first_fault(schema: etree.XMLSchema, definition_id: str) -> str:
    log: Any = schema.error_log
    for entry in log:
        text = entry.message.replace(f"{{{NAMESPACE}{definition_id}}}", "")
        return f"line {entry.line}: {text[:_WORDS_MAX]}"
    return "the schema gives no reason"
