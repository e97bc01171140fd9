"""Uploaded feeds: articles count as delivered only when the storage has confirmed the upload."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from scrapy.utils.test import get_crawler

from kznews import finish_reasons
from kznews.exporters import feed_export
from kznews.items import Article
from kznews.storage import archive
from kznews.storage.database import ArchiveError
from replica import Newsroom, Server
from tests.crawling import crawl

ARTICLES = 70
BUCKET = "news"


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """The address of a server that speaks S3."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not answers(port):
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"the storage ended with {process.wait(0.1)}")
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def bucket(storage: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in (
        ("AWS_ENDPOINT_URL", storage),
        ("AWS_ACCESS_KEY_ID", "who"),
        ("AWS_SECRET_ACCESS_KEY", "geheim"),
        ("AWS_DEFAULT_REGION", "eu-central-1"),
        ("KZNEWS_FEEDS", f"s3://{BUCKET}/kznews"),
        ("KZNEWS_FEEDS_BATCH", "25"),
    ):
        monkeypatch.setenv(name, value)
    return boto3.resource("s3").Bucket(BUCKET)


def uploaded(bucket: Any) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of the uploaded articles by the name of their file."""
    files = [file for file in bucket.objects.all() if "/articles-" in file.key]
    return {
        file.key: [json.loads(line) for line in file.get()["Body"].read().splitlines()]
        for file in files
    }


def test_what_is_uploaded_is_delivered_and_what_is_not_comes_again(
    bucket: Any, tmp_path: Path
) -> None:
    with Server(Newsroom(articles=ARTICLES, oddities=False)) as server:
        failed = crawl(server.url, tmp_path, spider="365info-backfill")
        assert failed.status == 1
        assert "geheim" not in failed.log
        bucket.create(CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        run = crawl(server.url, tmp_path, spider="365info-backfill")
        again = crawl(server.url, tmp_path, spider="365info-backfill")
    assert (run.status, again.status) == (0, 0)
    assert f"{ARTICLES} articles of it come with this one" in run.log
    files = uploaded(bucket)
    ids = [article["id"] for lines in files.values() for article in lines]
    assert (len(ids), len(set(ids))) == (ARTICLES, ARTICLES)
    assert sorted(map(len, files.values())) == [20, 25, 25]
    assert not list(tmp_path.glob("articles-*"))


class Storage:
    """Confirms what it is given, or fails."""

    error: Exception | None = None

    def __init__(self, uri: str, *, feed_options: Any) -> None:
        """Take what every storage is told."""

    def open(self, _: Any) -> Any:
        return io.BytesIO()

    def store(self, _: Any) -> None:
        if self.error:
            raise self.error


@pytest.mark.parametrize(
    ("error", "reason", "said"),
    [
        (None, "archive", "cannot write memory://a.jsonl: it is there, but cannot be noted"),
        (ValueError("no such bucket"), "output", "cannot write memory://a.jsonl: ValueError: no s"),
    ],
)
def test_an_upload_that_fails_or_cannot_be_noted_fails_the_run(
    error: Exception | None,
    reason: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def is_full(*_: Any) -> None:
        raise ArchiveError("the archive cannot be used")

    monkeypatch.setattr(Storage, "error", error)
    feeds = {"memory://a.jsonl": {"format": "jsonlines"}}
    crawler = get_crawler(settings_dict={"FEEDS": feeds, "FEED_STORAGES": {"memory": Storage}})
    exporter = feed_export.FeedExporter(crawler)
    monkeypatch.setattr(archive, "begun", lambda _: None)
    exporter.open_spider(cast("Any", SimpleNamespace(crawler=crawler)))
    deliveries = SimpleNamespace(confirmed=is_full)
    monkeypatch.setattr(archive, "begun", lambda _: SimpleNamespace(deliveries=deliveries))
    ended: list[str] = []
    monkeypatch.setattr(finish_reasons, "end_run", lambda _, reason: ended.append(reason))
    exporter.item_scraped(Article(id="365info:1"), crawler.spider)
    asyncio.run(exporter.close_spider(cast("Any", crawler.spider)))
    assert ended == [reason]
    assert finish_reasons.exit_status(crawler.stats.get_stats()) == 1
    assert said in caplog.text
    assert "Traceback" not in caplog.text
