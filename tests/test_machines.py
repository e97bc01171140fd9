"""Several machines, one archive: PostgreSQL in place of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from replica import Newsroom, Server
from tests import postgresql
from tests.crawling import crawl

pytestmark = pytest.mark.xdist_group("postgresql")
ARTICLES = 130


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of an archive that all crawls of the test share."""
    if postgresql.binaries() is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.server() as url:
        monkeypatch.setenv("KZNEWS_ARCHIVE_URL", url)
        yield url


def test_one_machine_goes_on_where_another_stopped(shared: str, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    with Server(Newsroom(articles=ARTICLES, oddities=False)) as server:
        first = crawl(server.url, one, spider="365info-backfill", max_articles="40")
        engine = create_engine(shared)
        with engine.begin() as connection:  # as if it had died on another host, a while ago
            died = "UPDATE runs SET ended = NULL, host = 'one', lease = '' WHERE run = 1"
            connection.execute(text(died))
            connection.execute(text("UPDATE versions SET feed = NULL WHERE version = 1"))
        second = crawl(server.url, other, spider="365info-backfill")
        server.clear_log()
        third = crawl(server.url, one, spider="365info-backfill")
        with engine.begin() as connection:
            connection.execute(text("UPDATE runs SET ended = NULL, host = 'one' WHERE run = 3"))
            connection.execute(text("UPDATE runs SET lease = '9999' WHERE run = 3"))
        refused = crawl(server.url, other, spider="365info-latest")
        engine.dispose()
    assert (len(first.articles), second.status, len(second.articles)) == (40, 0, ARTICLES)
    assert "Run 1 did not end; this one goes on from there" in second.log
    assert "40 articles of it come with this one" in second.log
    assert (third.status, len(third.articles)) == (0, 40)
    assert refused.status == 1
    assert "365info is being crawled by 365info-backfill" in refused.log
    assert "on one" in refused.log
