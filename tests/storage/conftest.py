"""One PostgreSQL server for all tests of a worker that need one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import postgresql


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a database that tests empty before they use it."""
    if postgresql.binaries() is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.server() as url:
        yield url


@pytest.fixture
def database(postgresql_server: str) -> str:
    """The URL of a new database."""
    return postgresql.new_database(postgresql_server)
