"""What the documents of the folder's formats say is what the loader does."""

import re
from pathlib import Path

import pytest
from tests.unit.arrangement.small_folder import SMALL

from comity.agreements import (
    AccountKind,
    AfterShortfall,
    CreditPayee,
    CycleNetting,
    LedgerIs,
    PaysIn,
    QuoteForm,
    QuoteSide,
    Repaid,
    SettlementAsset,
    ShortfallLayer,
)
from comity.arrangement import folder_notes, load_quotes, load_scheme
from comity.arrangement.dealing_files import QUOTE_COLUMNS
from comity.arrangement.scheme_files import (
    ACCOUNT_COLUMNS,
    PARTICIPANT_COLUMNS,
    PARTICIPANT_OPTIONAL,
    RESERVATION_COLUMNS,
)
from comity.fx import RateRule
from comity.payments.purposes import PurposeGroup

FORMATS = Path(__file__).parents[3] / "docs" / "formats"
NAMES = ("arrangement.md", "agreements.md", "quotes.md")
TEXT = "".join((FORMATS / name).read_text(encoding="utf-8") for name in NAMES)
EXAMPLE = re.compile(r"^### `([^`]+\.(?:toml|csv))`$(.*?)^```(?:toml|csv)\n(.*?)^```$", re.M | re.S)


def test_the_examples_make_a_folder_that_loads(tmp_path: Path) -> None:
    for name, _, text in EXAMPLE.findall(TEXT):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    scheme = load_scheme(tmp_path)
    assert folder_notes(tmp_path) == ()
    keys = [each.key for each in scheme.agreements]
    assert keys == ["kg-ru-dealt@1", "kg-ru-goods@1", "kg-ru-two-currencies@1"]
    assert len(load_quotes(tmp_path, scheme)) == 3


@pytest.mark.parametrize("path", sorted(SMALL.rglob("*.toml")), ids=lambda path: path.stem)
def test_every_field_is_documented(path: Path) -> None:
    keys = re.findall(r"^([a-z_]+) =", path.read_text(encoding="utf-8"), re.M)
    assert [key for key in keys if f"`{key}`" not in TEXT] == []


@pytest.mark.parametrize(
    "word",
    [
        *PARTICIPANT_COLUMNS,
        *ACCOUNT_COLUMNS,
        *RESERVATION_COLUMNS,
        *AccountKind,
        *CreditPayee,
        *QUOTE_COLUMNS,
        *QuoteForm,
        *QuoteSide,
        *LedgerIs,
        *PaysIn,
        *PurposeGroup,
        *RateRule,
        *AfterShortfall,
        *CycleNetting,
        *Repaid,
        *ShortfallLayer,
        "amount",
        *PARTICIPANT_OPTIONAL,
        *SettlementAsset,
    ],
)
def test_every_column_and_choice_is_documented(word: str) -> None:
    assert f"`{word}`" in TEXT
