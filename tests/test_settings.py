"""Settings that must not change by accident: politeness, safety, the order of pipelines."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scrapy.extensions.feedexport import apply_uri_params
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
from sqlalchemy.engine import make_url

from kznews import settings
from kznews.addons import LISTS, QuickStart
from kznews.exporters.feeds import uri_params
from tools import reference

ROOT = Path(__file__).parent.parent


@pytest.fixture
def project() -> Settings:
    """Return Scrapy's settings under ours, as a crawl sees them."""
    merged = Settings()
    merged.setmodule(settings)
    return merged


def test_the_crawl_is_polite(project: Settings) -> None:
    assert project.getbool("ROBOTSTXT_OBEY")
    assert project.getfloat("DOWNLOAD_DELAY") >= 1
    assert project.getfloat("AUTOTHROTTLE_START_DELAY") >= 1
    assert project.getbool("AUTOTHROTTLE_ENABLED")
    assert 1 <= project.getint("CONCURRENT_REQUESTS_PER_DOMAIN") <= 2
    assert project.getint("CONCURRENT_REQUESTS") <= 2
    assert project.getfloat("KZNEWS_RETRY_AFTER_MAX") > 0
    assert project.getint("KZNEWS_CHALLENGES_IN_A_ROW") >= 1


def test_the_crawl_says_who_it_is(project: Settings) -> None:
    assert project["USER_AGENT"].startswith("kznews/")
    assert "contact" in project["USER_AGENT"]
    assert "Mozilla" not in project["USER_AGENT"]


def test_nobody_else_gets_in(project: Settings) -> None:
    listed = project.getwithbase("EXTENSIONS").items()
    extensions = {load_object(one).__module__ for one, order in listed if order is not None}
    assert extensions.isdisjoint({"scrapy.extensions.remote_control", "scrapy.extensions.telnet"})
    assert "kznews.exporters.feed_export" in extensions
    assert not project.getbool("TELNETCONSOLE_ENABLED")
    assert not project.getbool("REMOTE_CONTROL_ENABLED")
    assert project.getbool("DOWNLOAD_VERIFY_CERTIFICATES")


def test_a_run_ends_and_stays_small(project: Settings) -> None:
    assert 0 < project.getint("RETRY_TIMES") <= 5
    assert 0 < project.getfloat("DOWNLOAD_TIMEOUT") <= 60
    assert 0 < project.getint("DOWNLOAD_MAXSIZE") <= 50_000_000
    assert 0 < project.getint("REDIRECT_MAX_TIMES") <= 10
    assert project.getint("CONCURRENT_ITEMS") <= 8


def test_settings_are_read_without_what_a_run_needs() -> None:
    code = "import sys, kznews.settings; assert not {'scrapy', 'sqlalchemy'} & {*sys.modules}"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_feeds_are_utf_8_and_never_empty(project: Settings) -> None:
    assert project["FEED_EXPORT_ENCODING"] == "utf-8"
    assert not project.getbool("FEED_STORE_EMPTY")
    assert [feed["format"] for feed in project.getdict("FEEDS").values()] == ["jsonlines"] * 3


def test_an_article_is_cleaned_dated_judged_compared_and_then_stored(
    project: Settings,
) -> None:
    pipelines = project.getdict("ITEM_PIPELINES")
    assert [path.rpartition(".")[2] for path in sorted(pipelines, key=pipelines.__getitem__)] == [
        "CleanPipeline",
        "NormalizeDatesPipeline",
        "ValidatePipeline",
        "DuplicatesPipeline",
        "NearDuplicatesPipeline",
        "StorePipeline",
    ]


def test_a_challenge_is_seen_unpacked_and_before_the_retries(project: Settings) -> None:
    base = project.getdict("DOWNLOADER_MIDDLEWARES_BASE")
    ours = project.getdict("DOWNLOADER_MIDDLEWARES")
    prefix = "scrapy.downloadermiddlewares"
    unpacked = base[f"{prefix}.httpcompression.HttpCompressionMiddleware"]
    retried = base[f"{prefix}.retry.RetryMiddleware"]
    for name in ("cloudflare.CloudflareMiddleware", "retry_after.RetryAfterMiddleware"):
        assert retried < ours[f"kznews.downloadermiddlewares.{name}"] < unpacked


def test_scrapy_s_own_lists_stay_as_they_are(project: Settings) -> None:
    theirs = Settings()
    assert {name for name in theirs if str(name).endswith("_BASE")} == {
        name
        for name in project
        if str(name).endswith("_BASE") and dict(project[name]) == dict(theirs[name])
    }
    assert project.getbool("COOKIES_ENABLED")


def test_what_is_switched_off_is_not_imported_and_all_else_stays_on(project: Settings) -> None:
    def switched_on() -> list[dict[Any, Any]]:
        return [dict(project.get_component_priority_dict_with_base(name)) for name in LISTS]

    before = switched_on()
    QuickStart().update_settings(project)
    assert switched_on() == before
    off = {name: order for key in LISTS for name, order in project[key].items() if order is None}
    assert not off


def dotted(value: Any) -> list[str]:
    """Return every path into this project that a setting holds."""
    if isinstance(value, str):
        return [value] if value.startswith(("kznews.", "scrapy.")) else []
    if isinstance(value, dict):
        return [path for pair in value.items() for part in pair for path in dotted(part)]
    if isinstance(value, (list, tuple)):
        return [path for part in value for path in dotted(part)]
    return []


def test_every_path_in_the_settings_leads_somewhere() -> None:
    values = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    modules = {"SPIDER_MODULES", "NEWSPIDER_MODULE", "COMMANDS_MODULE"}
    paths = [path for name in values.keys() - modules for path in dotted(values[name])]
    assert len(paths) >= 12
    for path in paths:
        assert load_object(path) is not None
    for path in [path for name in modules for path in dotted(values[name])]:
        __import__(path)


def elsewhere(directory: Path, **env: str) -> dict[str, Any]:
    """Return what the settings say in a process that runs in another directory."""
    script = (
        "import json; from kznews import settings as s; print(json.dumps({'data': str("
        "s.KZNEWS_DATA_DIR), 'feeds': list(s.FEEDS), 'agent': s.USER_AGENT, 'log': s.LOG_LEVEL, "
        "'archive': s.KZNEWS_ARCHIVE_URL}))"
    )
    clear = {name: value for name, value in os.environ.items() if not name.startswith("KZNEWS_")}
    done = subprocess.run(
        (sys.executable, "-W", "error", "-c", script),
        cwd=directory,
        env={**clear, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_results_go_to_an_absolute_directory(tmp_path: Path) -> None:
    assert elsewhere(tmp_path)["data"] == str(tmp_path / "data")
    told = elsewhere(tmp_path, KZNEWS_DATA_DIR="результаты/сегодня")
    assert told["data"] == str(tmp_path / "результаты/сегодня")
    assert {str(Path(uri).parent) for uri in told["feeds"]} == {told["data"]}
    assert elsewhere(tmp_path, KZNEWS_DATA_DIR="/srv/kznews")["data"] == "/srv/kznews"


@pytest.mark.parametrize(
    "name", ["feature%2Fbranch", "100%(time)s", "50 %d", "%(x)s", "q?x=1#a b", "дата:@&+"]
)
def test_signs_of_an_address_may_stand_in_the_name_of_the_directory(
    tmp_path: Path, name: str
) -> None:
    told = elsewhere(tmp_path, KZNEWS_DATA_DIR=name)
    assert make_url(told["archive"]).database == str(tmp_path / name / "archive.db")
    params = uri_params({"time": "now"}, None)
    files = [Path(apply_uri_params(uri, params)) for uri in told["feeds"]]
    assert {file.parent for file in files} == {tmp_path / name}
    assert "articles-now.jsonl" in {file.name for file in files}


def test_a_directory_may_be_below_the_home_one_s_and_an_empty_name_is_none(tmp_path: Path) -> None:
    told = elsewhere(tmp_path, KZNEWS_DATA_DIR="~/kz", HOME=str(tmp_path / "home"))
    assert told["data"] == str(tmp_path / "home" / "kz")
    assert elsewhere(tmp_path, KZNEWS_DATA_DIR="")["data"] == str(tmp_path / "data")


def test_the_environment_names_the_contact_and_the_log_level(tmp_path: Path) -> None:
    told = elsewhere(tmp_path, KZNEWS_USER_AGENT="me (me@example.kz)", KZNEWS_LOG_LEVEL="WARNING")
    assert (told["agent"], told["log"]) == ("me (me@example.kz)", "WARNING")


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_of_the_reference_is_what_the_code_says(name: str) -> None:
    """Where it is not: ``python -m tools.reference``."""
    assert (ROOT / "docs" / name).read_text("utf-8") == reference.PAGES[name]()


def test_every_setting_of_the_project_is_explained() -> None:
    found = {setting.name: setting for setting in reference.settings()}
    ours = {name for name in dir(settings) if name.startswith("KZNEWS_")}
    assert ours == {name for name in found if name.startswith("KZNEWS_")}
    assert [name for name in ours if not found[name].meaning] == []
    source = (ROOT / "kznews" / "settings.py").read_text("utf-8")
    read = set(re.findall(r'"(KZNEWS_[A-Z_]+)"', source))
    assert read == {x.variable.strip("`") for x in found.values() if x.variable}
