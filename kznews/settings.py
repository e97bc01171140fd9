"""Every setting, once, with its reason. ``python -m tools.reference`` makes docs/settings.md of it.

Paths come from the environment: the working directory of a Scrapyd job is not ours. A number that
is none stays as it is written, for ``kznews/commands`` to say so.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kznews import __version__
from kznews.exporters import feed_export


def _number(name: str, default: int) -> Any:
    text = os.environ.get(name) or str(default)
    return int(text) if text.isascii() and text.isdigit() else text


BOT_NAME = "kznews"
SPIDER_MODULES = ["kznews.spiders"]
NEWSPIDER_MODULE = "kznews.spiders"
COMMANDS_MODULE = "kznews.commands"

# --- Where results go -----------------------------------------------------------------------------
# Directory of the archive and of all files that a run writes.
KZNEWS_DATA_DIR = Path(os.environ.get("KZNEWS_DATA_DIR", "data")).absolute()
# The archive: archive.db in KZNEWS_DATA_DIR, or postgresql+psycopg://user@host/database.
KZNEWS_ARCHIVE_URL = os.environ.get(
    "KZNEWS_ARCHIVE_URL", f"sqlite:///{quote(str(KZNEWS_DATA_DIR / 'archive.db'))}"
)
KZNEWS_PAGES = os.environ.get("KZNEWS_PAGES", "doubtful")  # pages kept as WARC: or none, all
KZNEWS_PAGES_MAX = _number("KZNEWS_PAGES_MAX", 200_000_000)  # bytes, of the doubtful
# Directory of the feeds, KZNEWS_DATA_DIR by default, or s3://bucket/path.
KZNEWS_FEEDS = os.environ.get("KZNEWS_FEEDS") or str(KZNEWS_DATA_DIR)
KZNEWS_FEEDS_BATCH = _number("KZNEWS_FEEDS_BATCH", 1000)  # items of a file on S3
FEEDS = feed_export.below(KZNEWS_FEEDS, KZNEWS_FEEDS_BATCH)
FEED_URI_PARAMS = "kznews.exporters.feed_export.uri_params"
FEED_STORAGES = dict.fromkeys(("", "file"), "kznews.exporters.file_storage.FileFeedStorage")
FEED_EXPORTERS = {
    **dict.fromkeys(("jsonlines", "jsonl", "jl"), "kznews.exporters.json_lines.LinesExporter"),
    "csv": "kznews.exporters.csv_table.CsvExporter",
}
FEED_EXPORT_ENCODING = "utf-8"  # else Cyrillic becomes \\u escapes
FEED_STORE_EMPTY = False  # a run that brings nothing leaves no file, and replaces none

# --- Who we are, and how we behave ----------------------------------------------------------------
# Who asks, with an address to write to: put yours there.
USER_AGENT = os.environ.get(
    "KZNEWS_USER_AGENT", f"kznews/{__version__} (news archive; contact: set KZNEWS_USER_AGENT)"
)
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0  # seconds from request to request, above 0 always
DOWNLOAD_DELAY_JITTER = 0.5
CONCURRENT_REQUESTS = 2
CONCURRENT_REQUESTS_PER_DOMAIN = 2
AUTOTHROTTLE_ENABLED = True  # slower when the site is
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0
KZNEWS_RETRY_AFTER_MAX = 600.0  # seconds; a site that asks for more is left alone
KZNEWS_RATE_LIMITS_IN_A_ROW = 6  # answers 429 that end the run
KZNEWS_RATE_LIMIT_PAUSE = 5.0  # seconds after one without Retry-After, twice that after the next
KZNEWS_ROBOTS_PAUSE = 10.0  # seconds until a robots.txt that failed is asked again, then twice that
KZNEWS_CRAWL_DELAY_MAX = 120.0  # seconds; a site that asks for more is left alone
KZNEWS_CHALLENGES_IN_A_ROW = 3  # Cloudflare's, that end the run
KZNEWS_CHALLENGE_PAUSE = 30.0  # seconds of quiet after the first one, twice that after the next

# --- What is looked at again ----------------------------------------------------------------------
KZNEWS_REVISIT_HOURS = 48.0  # articles younger than this may still be edited

# --- Where what is gone is looked for -------------------------------------------------------------
# The index of a web archive.
KZNEWS_WAYBACK_CDX = os.environ.get("KZNEWS_WAYBACK_CDX", "https://web.archive.org/cdx/search/cdx")
# Where it shows what it holds.
KZNEWS_WAYBACK_REPLAY = os.environ.get("KZNEWS_WAYBACK_REPLAY", "https://web.archive.org/web")
DOWNLOAD_SLOTS = {  # 24 of 30 requests a minute, and 60 of 600, that the Internet Archive allows
    "wayback-index": {"delay": 2.5, "concurrency": 1, "jitter": 0.0},
    "wayback-captures": {"delay": 1.0, "concurrency": 1, "jitter": 0.0},
}

# --- What is given up, and when -------------------------------------------------------------------
RETRY_TIMES = 3
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # said once, as a rejection
DOWNLOAD_TIMEOUT = 30.0
DOWNLOAD_MAXSIZE = 20_000_000
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
KZNEWS_SITEMAP_FILES = 10_000  # of a site, those of its indexes included
KZNEWS_SITEMAP_DEPTH = 5  # indexes in indexes
KZNEWS_SITEMAP_ADDRESSES = 1_000_000  # of articles, in all files together
KZNEWS_DEAD_IN_A_ROW = 200  # articles of a section that are not there, before it is given up
KZNEWS_READ_SECONDS = 10.0  # of CPU time for reading one page or post, then too_slow; 0: no limit
METAREFRESH_MAXDELAY = 5  # seconds; a slower one is for a person

# --- What only a browser shows --------------------------------------------------------------------
ADDONS = {
    "kznews.addons.PlainLog": -1,
    "kznews.addons.OtherSpiders": 0,
    "kznews.browser.handler.Browser": 0,
    "kznews.addons.QuickStart": 1,
}
KZNEWS_RENDER = os.environ.get("KZNEWS_RENDER", "auto")  # or always, never; the argument wins
KZNEWS_BROWSER = os.environ.get("KZNEWS_BROWSER")  # a path; else whichever is found
KZNEWS_BROWSER_CDP = os.environ.get("KZNEWS_BROWSER_CDP")  # or the address of a running one
KZNEWS_BROWSER_TIMEOUT = 30.0  # seconds for a page to come, and for each time a list grows
KZNEWS_BROWSER_QUIET = 2.0  # seconds in which nothing comes, until nothing is waited for
KZNEWS_BROWSER_LOADS = 1000  # times that a list may grow

# --- Safety ---------------------------------------------------------------------------------------
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# --- What Scrapy brings and no crawl here uses ----------------------------------------------------
SPIDER_MIDDLEWARES = {
    "kznews.spidermiddlewares.keep_pages.KeepPagesMiddleware": 500,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads the callback's source anew for every response

# --- How an article is processed ------------------------------------------------------------------
# Crawls know what they asked for; the default drops a redirect to a known address without a word.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
DOWNLOAD_HANDLERS = dict.fromkeys(
    ("http", "https"), "kznews.browser.download_handler.DownloadHandler"
)
DOWNLOADER_MIDDLEWARES = {
    "kznews.downloadermiddlewares.replay.ReplayMiddleware": 20,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    # the project's own stand where Scrapy's stood
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "kznews.downloadermiddlewares.offsite.OffsiteMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "kznews.downloadermiddlewares.robots.RobotsTxtMiddleware": 100,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "kznews.downloadermiddlewares.redirect.MetaRefreshMiddleware": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "kznews.downloadermiddlewares.decompression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "kznews.downloadermiddlewares.cookies.CookiesMiddleware": 700,
    "kznews.downloadermiddlewares.exchange.ExchangeMiddleware": 595,  # before decompression
    "kznews.downloadermiddlewares.captures.CaptureMiddleware": 594,
    # between decompression (590) and retries (550): a challenge is not worth a retry
    "kznews.downloadermiddlewares.cloudflare.CloudflareMiddleware": 585,
    "kznews.downloadermiddlewares.retry_after.RetryAfterMiddleware": 570,
}
ITEM_PIPELINES = {
    "kznews.pipelines.clean.CleanPipeline": 100,
    "kznews.pipelines.normalize_dates.NormalizeDatesPipeline": 200,
    "kznews.pipelines.validate.ValidatePipeline": 300,
    "kznews.pipelines.duplicates.DuplicatesPipeline": 400,
    "kznews.pipelines.near_duplicates.NearDuplicatesPipeline": 450,
    "kznews.pipelines.store.StorePipeline": 500,
}
EXTENSIONS = {
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "kznews.extensions.run_report.Report": -1,  # before the next one closes the archive
    "kznews.extensions.run_record.RunRecord": 0,  # before the feeds, which repair
    "scrapy.extensions.feedexport.FeedExporter": None,
    "kznews.exporters.feed_export.FeedExporter": 0,
    "kznews.extensions.crawl_delay.CrawlDelay": 0,
    "kznews.extensions.finish_reason.Outcome": 0,
    "kznews.extensions.progress.RunProgress": 0,
}
# Bytes of pages that are in hand before no more are asked for: parsed ones take thirty times that.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1_000_000
CONCURRENT_ITEMS = 4  # the default starts 100 tasks a response, a quarter of all CPU time
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # newest first, as listed

# --- When a person should look --------------------------------------------------------------------
# Limits other than those of kznews/monitoring/rules.py, by the rule's name; None: off.
KZNEWS_ALARMS: dict[str, float | None] = {}
# Address that failures and alarms are posted to, each cause once a day.
KZNEWS_ALERT_WEBHOOK = os.environ.get("KZNEWS_ALERT_WEBHOOK")
KZNEWS_ALERT_FORMAT = os.environ.get("KZNEWS_ALERT_FORMAT", "json")  # or slack, telegram
KZNEWS_ALERT_CHAT = os.environ.get("KZNEWS_ALERT_CHAT")  # Telegram's chat_id

# Address that is called after every good run; {spider} in it stands for the spider's name.
KZNEWS_HEARTBEAT = os.environ.get("KZNEWS_HEARTBEAT")
# Text file with figures for Prometheus, written after every run.
KZNEWS_METRICS_FILE = os.environ.get("KZNEWS_METRICS_FILE")

# --- What is said ---------------------------------------------------------------------------------
KZNEWS_LOG_FORMAT = os.environ.get("KZNEWS_LOG_FORMAT", "text")  # or json, an object a line
KZNEWS_LOG_LEVEL = os.environ.get("KZNEWS_LOG_LEVEL", "INFO")  # or as -L says
# KZNEWS_LOG_LEVEL; where that is no level, Scrapy's own commands work all the same.
LOG_LEVEL = KZNEWS_LOG_LEVEL if KZNEWS_LOG_LEVEL in logging.getLevelNamesMapping() else "INFO"
LOG_FORMATTER = "kznews.logformatter.LogFormatter"  # an item by its address, not whole
LOG_VERSIONS: list[str] = []  # the report has those that matter
STATS_DUMP = False  # the report has what counts
LOGSTATS_INTERVAL = 60.0  # seconds from line to line that say how far a run is; 0: none
KZNEWS_PROGRESS = os.environ.get("KZNEWS_PROGRESS", "1")  # 0: no live lines on a terminal
