"""What the tests of the web room share."""

import pytest


@pytest.fixture
def database_kind() -> str:
    """Run on one database: what happens between a request and a service does not depend on it."""
    return "sqlite"
