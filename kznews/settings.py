"""All settings with their meaning; ``python -m tools.reference`` makes docs/settings.md of them.

Paths come from the environment, because a Scrapyd job has another working directory. An invalid
number stays a text, and ``kznews/commands`` reports it.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kznews import __version__
from kznews.exporters import feeds

variables: set[str] = set()
"""The names of the environment that are read; one that is empty counts as unset."""


def _text(name: str, default: str | None = None) -> Any:
    variables.add(name)
    return os.environ.get(name) or default


def _number(name: str, default: int) -> Any:
    text = str(_text(name, str(default)))
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else text


BOT_NAME = "kznews"
SPIDER_MODULES = ["kznews.spiders"]
NEWSPIDER_MODULE = "kznews.spiders"
COMMANDS_MODULE = "kznews.commands"

# --- Where results go -----------------------------------------------------------------------------
# Directory of the archive and of all files that a run writes.
KZNEWS_DATA_DIR = Path(_text("KZNEWS_DATA_DIR", "data")).expanduser().absolute()
# The archive: archive.db in KZNEWS_DATA_DIR, or postgresql+psycopg://user@host/database.
KZNEWS_ARCHIVE_URL = _text(
    "KZNEWS_ARCHIVE_URL",
    f"sqlite:///{quote(str(KZNEWS_DATA_DIR / 'archive.db'), errors='replace')}",
)
# Which pages are kept as WARC files: doubtful, none or all.
KZNEWS_PAGES = _text("KZNEWS_PAGES", "doubtful")
# Bytes of all doubtful pages; above it the oldest files are removed.
KZNEWS_PAGES_MAX = _number("KZNEWS_PAGES_MAX", 200_000_000)
# Directory of the feeds (KZNEWS_DATA_DIR by default), or s3://bucket/path.
KZNEWS_FEEDS = _text("KZNEWS_FEEDS") or str(KZNEWS_DATA_DIR)
KZNEWS_FEEDS_BATCH = _number("KZNEWS_FEEDS_BATCH", 1000)  # Items per file on S3.
FEEDS = feeds.below(KZNEWS_FEEDS, KZNEWS_FEEDS_BATCH)
FEED_URI_PARAMS = "kznews.exporters.feeds.uri_params"
FEED_STORAGES = dict.fromkeys(("", "file"), "kznews.exporters.file_storage.FileFeedStorage")
FEED_EXPORTERS = {
    **dict.fromkeys(("jsonlines", "jsonl", "jl"), "kznews.exporters.json_lines.LinesExporter"),
    "csv": "kznews.exporters.csv_table.CsvExporter",
}
FEED_EXPORT_ENCODING = "utf-8"  # Scrapy's default writes Cyrillic as \\u escapes.
FEED_STORE_EMPTY = False  # A run without items leaves no file, and replaces none.

# --- Politeness -----------------------------------------------------------------------------------
# The name of the crawler with a contact: put yours there.
USER_AGENT = _text(
    "KZNEWS_USER_AGENT", f"kznews/{__version__} (news archive; contact: set KZNEWS_USER_AGENT)"
)
ROBOTSTXT_OBEY = True  # Whether robots.txt is obeyed.
DOWNLOAD_DELAY = 1.0  # Seconds between two requests; must be above 0.
DOWNLOAD_DELAY_JITTER = 0.5  # Share of the delay by which it varies.
CONCURRENT_REQUESTS = 2  # Requests at the same time.
CONCURRENT_REQUESTS_PER_DOMAIN = 2  # The same for one host.
AUTOTHROTTLE_ENABLED = True  # Whether the pace slows down when the site does.
AUTOTHROTTLE_START_DELAY = 1.0  # Seconds between the first requests.
AUTOTHROTTLE_MAX_DELAY = 30.0  # Seconds between requests to a very slow site.
# Longest Retry-After in seconds; if a site asks for more, the run ends.
KZNEWS_RETRY_AFTER_MAX = 600.0
KZNEWS_RATE_LIMITS_IN_A_ROW = 6  # Consecutive answers 429 after which the run ends.
# Seconds to wait after a 429 without Retry-After; twice that after the second, and so on.
KZNEWS_RATE_LIMIT_PAUSE = 5.0
# Seconds until a failed robots.txt is requested again; twice that the second time, and so on.
KZNEWS_ROBOTS_PAUSE = 10.0
# Longest Crawl-delay in seconds; if a site asks for more, the run ends.
KZNEWS_CRAWL_DELAY_MAX = 120.0
KZNEWS_CHALLENGES_IN_A_ROW = 3  # Consecutive challenges of Cloudflare after which the run ends.
# Seconds to wait after a challenge; twice that after the second, and so on.
KZNEWS_CHALLENGE_PAUSE = 30.0

# --- Edits ----------------------------------------------------------------------------------------
KZNEWS_REVISIT_HOURS = 48.0  # Age up to which articles are checked for edits.

# --- Web archives ---------------------------------------------------------------------------------
# Address of a web archive's index of captures.
KZNEWS_WAYBACK_CDX = _text("KZNEWS_WAYBACK_CDX", "https://web.archive.org/cdx/search/cdx")
# Address of its captures.
KZNEWS_WAYBACK_REPLAY = _text("KZNEWS_WAYBACK_REPLAY", "https://web.archive.org/web")
DOWNLOAD_SLOTS = {  # 24 of 30 requests a minute, and 60 of 600, that the Internet Archive allows
    "wayback-index": {"delay": 2.5, "concurrency": 1, "jitter": 0.0},
    "wayback-captures": {"delay": 1.0, "concurrency": 1, "jitter": 0.0},
}

# --- Limits ---------------------------------------------------------------------------------------
RETRY_TIMES = 3  # How often a failed request is repeated.
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # Such a request is also listed as rejected.
DOWNLOAD_TIMEOUT = 30.0  # Seconds for an answer.
DOWNLOAD_MAXSIZE = 20_000_000  # Bytes of an answer, also unpacked.
DOWNLOAD_WARNSIZE = 0  # No warning about a large answer.
REDIRECT_MAX_TIMES = 5  # Consecutive redirects that are followed.
KZNEWS_SITEMAP_FILES = 10_000  # Sitemap files of a site, with those of its indexes.
KZNEWS_SITEMAP_ADDRESSES = 1_000_000  # Addresses of articles in all sitemaps of a site.
KZNEWS_DEAD_IN_A_ROW = 200  # Consecutive dead links of a section after which it is given up.
# Seconds of CPU time for reading one page or post, then it is too_slow; 0: no limit.
KZNEWS_READ_SECONDS = 10.0
METAREFRESH_MAXDELAY = 5  # Seconds of a redirect by a meta tag; a slower one is not followed.
METAREFRESH_IGNORE_TAGS = ["noscript", "script", "style"]  # In them such a tag is none.

# --- The browser ----------------------------------------------------------------------------------
ADDONS = {
    "kznews.addons.PlainLog": -1,
    "kznews.addons.OtherSpiders": 0,
    "kznews.browser.handler.Browser": 0,
    "kznews.addons.QuickStart": 1,
}
# When a browser is used: auto, always or never; the argument render comes first.
KZNEWS_RENDER = _text("KZNEWS_RENDER", "auto")
# Path of the browser; without it an installed one is searched for.
KZNEWS_BROWSER = _text("KZNEWS_BROWSER")
# Address of a running browser's debugger.
KZNEWS_BROWSER_CDP = _text("KZNEWS_BROWSER_CDP")
KZNEWS_BROWSER_TIMEOUT = 30.0  # Seconds for a page, and for each growth of a list.
KZNEWS_BROWSER_QUIET = 2.0  # Seconds without news after which a page is complete.
KZNEWS_BROWSER_LOADS = 1000  # How often a list may grow.

# --- Safety ---------------------------------------------------------------------------------------
DOWNLOAD_VERIFY_CERTIFICATES = True  # Whether TLS certificates are checked.
TELNETCONSOLE_ENABLED = False  # No console over telnet.
REMOTE_CONTROL_ENABLED = False  # No control from outside.

# --- Parts of Scrapy that are not used ------------------------------------------------------------
SPIDER_MIDDLEWARES = {
    "kznews.spidermiddlewares.keep_pages.KeepPagesMiddleware": 500,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
WARN_ON_GENERATOR_RETURN_VALUE = False  # It reads a callback's source for every response.

# --- How an article is processed ------------------------------------------------------------------
# Crawls know what they requested; Scrapy's default drops a redirect to a known address silently.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
DOWNLOAD_HANDLERS = dict.fromkeys(
    ("http", "https"), "kznews.browser.download_handler.DownloadHandler"
)
DOWNLOADER_MIDDLEWARES = {
    "kznews.downloadermiddlewares.replay.ReplayMiddleware": 20,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    # the project's own, in the places of Scrapy's
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "kznews.downloadermiddlewares.offsite.OffsiteMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "kznews.downloadermiddlewares.robots.RobotsTxtMiddleware": 100,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "kznews.downloadermiddlewares.redirect.RedirectMiddleware": 600,
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
# Bytes of answers in memory above which no more are requested; parsed pages take 30 times that.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1_000_000
# Items of a response at the same time; the default of 100 takes a quarter of all CPU time.
CONCURRENT_ITEMS = 1
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # newest first, as listed

# --- Alarms and alerts ----------------------------------------------------------------------------
# Limits that differ from kznews/monitoring/rules.py, by the rule's name; None switches it off.
KZNEWS_ALARMS: dict[str, float | None] = {}
# Address to which failures and alarms are posted, each cause once a day.
KZNEWS_ALERT_WEBHOOK = _text("KZNEWS_ALERT_WEBHOOK")
# Format of the messages: json, slack or telegram.
KZNEWS_ALERT_FORMAT = _text("KZNEWS_ALERT_FORMAT", "json")
KZNEWS_ALERT_CHAT = _text("KZNEWS_ALERT_CHAT")  # Telegram's chat_id.

# Address that is called after every good run; {spider} in it stands for the spider's name.
KZNEWS_HEARTBEAT = _text("KZNEWS_HEARTBEAT")
# Text file with figures for Prometheus, written after every run.
KZNEWS_METRICS_FILE = _text("KZNEWS_METRICS_FILE")

# --- The log --------------------------------------------------------------------------------------
# Format of the log: text, or json with one object per line.
KZNEWS_LOG_FORMAT = _text("KZNEWS_LOG_FORMAT", "text")
KZNEWS_LOG_LEVEL = _text("KZNEWS_LOG_LEVEL", "INFO")  # Level of the log; -L comes first.
# With a wrong KZNEWS_LOG_LEVEL Scrapy's own commands still work.
LOG_LEVEL = KZNEWS_LOG_LEVEL if KZNEWS_LOG_LEVEL in logging.getLevelNamesMapping() else "INFO"
LOG_FORMATTER = "kznews.logformatter.LogFormatter"  # an item by its address
LOG_VERSIONS: list[str] = []  # The report has the versions.
STATS_DUMP = False  # Whether the log ends with Scrapy's statistics; the report has the main ones.
LOGSTATS_INTERVAL = 60.0  # Seconds between two lines of progress in the log; 0: none.
# Live lines of progress on a terminal; 0: lines in the log.
KZNEWS_PROGRESS = _text("KZNEWS_PROGRESS", "1")
