"""Records of the small arrangement, to vary."""

import pytest
from tests.unit.arrangement.small_folder import SMALL

from comity.agreements import Agreement, Scheme
from comity.arrangement import load_scheme


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    """Give the scheme of tests/fixtures/arrangement-small."""
    return load_scheme(SMALL)


@pytest.fixture(scope="session")
def agreements(scheme: Scheme) -> dict[str, Agreement]:
    """Give its agreements by id: goods gross, services cycle, remittances both, education CB."""
    return {agreement.id: agreement for agreement in scheme.agreements}
