"""A folder to break."""

from pathlib import Path

import pytest
from tests.unit.arrangement.small_folder import copy_small


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a copy of tests/fixtures/arrangement-small."""
    return copy_small(tmp_path)
