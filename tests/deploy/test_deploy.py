"""Deployment to a real Scrapyd: a good egg is used, a bad one leaves nothing behind."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from zipfile import ZipFile

import pytest
from scrapyd.config import Config

from deploy import __main__ as deploying
from deploy import egg
from deploy.client import ScrapydSaysNoError
from deploy.target import DeployError, Target
from replica import Fault, Newsroom, Server
from replica.answer import Answer
from tests.crawling import ROOT
from tests.daemon import CREDENTIALS, Daemon, environment, free_port, scrapyd, within

DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
QUICK = ("setting=DOWNLOAD_DELAY=0.01", "setting=AUTOTHROTTLE_ENABLED=0", "setting=RETRY_TIMES=0")
SMOKE = " ".join(("sections=politika", *QUICK))
SPIDERS = ["365info", "365info-backfill", "365info-kaz", "365info-kaz-backfill"]


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with scrapyd(tmp_path / "scrapyd") as found:
        yield found


@pytest.fixture(scope="module")
def site() -> Iterator[Server]:
    with Server(Newsroom(articles=12, oddities=False)) as server:
        yield server


@dataclass
class Deployment:
    status: int
    said: str
    complaint: str


def run(words: tuple[str, ...], tmp_path: Path, target: dict[str, str], cwd: Path) -> Deployment:
    """Run a command that must leave nothing in the temporary directory, nor in the tree."""
    made = tmp_path / "made"
    made.mkdir(exist_ok=True)
    done = subprocess.run(
        words,
        cwd=cwd,
        env=environment(**target, TMPDIR=str(made)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert list(made.iterdir()) == []
    return Deployment(done.returncode, done.stdout, done.stderr)


def deploy(
    daemon: Daemon, tmp_path: Path, *words: str, cwd: Path = ROOT, password: str = CREDENTIALS[1]
) -> Deployment:
    command = (sys.executable, "-m", "deploy", *words)
    return run(command, tmp_path, daemon.target(password), cwd)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the project, to be broken."""
    copy = tmp_path / "project"
    for name in ("kznews", "deploy"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in egg.PARTS:
        shutil.copy(ROOT / name, copy)
    return copy


def refused(done: Deployment, *named: str) -> None:
    """See that a deployment failed with one line, which says why and what to do."""
    (line,) = done.complaint.splitlines()
    assert (done.status, done.said) == (1, "")
    assert line.startswith("deploy: ")
    assert [word for word in named if word not in line] == [], line


def test_make_deploy_brings_a_version_that_lists_schedules_and_crawls(
    daemon: Daemon, tmp_path: Path, site: Server
) -> None:
    ready = [f"--old-file={sys.prefix}/{name}" for name in (".ready", ".ready-dev")]
    command = ("make", "--no-print-directory", *ready, f"VENV={sys.prefix}", "deploy")
    (shown,) = re.findall(r"^make deploy (SMOKE=.*)$", GUIDE, re.MULTILINE)
    smoke = shlex.split(shown)[0].replace("http://127.0.0.1:8365", site.url)
    done = run((*command, f"{smoke} {SMOKE}"), tmp_path, daemon.target(), ROOT)
    assert site.url in smoke
    assert done.status == 0, done.complaint
    (version,) = daemon.versions()
    assert f"version {version} is in use" in done.said
    assert "1 articles, 0 rejected" in done.said
    assert daemon.client.spiders("kznews")[: len(SPIDERS)] == SPIDERS
    assert not (daemon.directory / "data").exists()  # the look-alike is no part of the archive
    (built,) = daemon.directory.glob("eggs/*/*.egg")
    files = [file for file in ROOT.glob("kznews/**/*.*") if file.suffix not in {".py", ".pyc"}]
    assert {str(file.relative_to(ROOT)) for file in files} <= set(ZipFile(built).namelist())
    schedule = (sys.executable, "-m", "deploy.schedule", "365info-latest")
    latest = (*schedule, f"base_url={site.url}", *QUICK)
    scheduled = Event()

    def hold(answer: Answer) -> Answer:
        scheduled.wait(30)
        return answer

    site.fault(re.compile("/wp-json/"), Fault(hold))
    first, second = (run(latest, tmp_path, daemon.target(), ROOT) for _ in range(2))
    scheduled.set()
    assert "365info-latest is scheduled as job" in first.said
    assert "365info-latest is still at work" in second.said
    within(30, lambda: not daemon.jobs_under_way())
    told = on_the_server(daemon, tmp_path, "runs").splitlines()
    assert [line.split()[1] for line in told[1:]] == ["365info-latest"]
    assert json.loads(daemon.articles()[0])["url"].startswith(site.url)
    assert "KB" in on_the_server(daemon, tmp_path, "report")


def on_the_server(daemon: Daemon, tmp_path: Path, *words: str) -> str:
    """Run the command that is on the server for people, with its places moved."""
    (tmp_path / "kznews.env").write_text("KZNEWS_USER_AGENT='tests (a; b)'\n")
    script = (DEPLOY / "kznews").read_text()
    for there, here in (
        ("/etc/kznews.env", str(tmp_path / "kznews.env")),
        ("/var/lib/kznews", str(daemon.directory)),
        ("/opt/kznews/venv", sys.prefix),
        ("runuser -u kznews --", "exec"),
    ):
        assert there in script
        script = script.replace(there, here)
    done = subprocess.run(
        ("sh", "-c", script.replace("exec exec", "exec"), "kznews", *words),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_an_egg_that_cannot_be_loaded_never_becomes_the_version_in_use(
    daemon: Daemon, tmp_path: Path, project: Path
) -> None:
    before = daemon.directory / "eggs" / "kznews" / "20260101000000.egg"
    before.parent.mkdir(parents=True)
    before.touch()
    broken = project / "kznews" / "spiders" / "broken.py"
    broken.write_text("raise ValueError('no such spider')\n")
    refused(deploy(daemon, tmp_path, cwd=project), "ValueError: no such spider", "scrapy list")
    assert daemon.versions() == ["20260101000000"]


def test_a_smoke_crawl_that_fails_is_told_with_its_reason(daemon: Daemon, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    done = deploy(daemon, tmp_path, "--smoke", f"base_url={nowhere} {SMOKE}")
    refused(done, "the smoke crawl failed as", nowhere)
    assert (daemon.versions(), daemon.jobs_under_way()) == ([], [])


def test_an_interrupted_deployment_takes_back_its_version_and_its_job(
    daemon: Daemon, tmp_path: Path
) -> None:
    with (
        Server(Newsroom(articles=12, oddities=False), delay=60) as silent,
        subprocess.Popen(
            (sys.executable, "-m", "deploy", "--smoke", f"base_url={silent.url} {SMOKE}"),
            cwd=ROOT,
            env=environment(**daemon.target()),
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        try:
            within(60, lambda: silent.max_in_flight > 0 or process.poll() is not None)
            assert process.poll() is None, process.stderr and process.stderr.read()
            within(20, lambda: [name[:2] for name in daemon.versions()] == ["0-"])
            process.terminate()
            _, complaint = process.communicate(timeout=60)
        finally:
            process.kill()
        assert (process.returncode, complaint.count("\n")) == (1, 1)
        assert "interrupted" in complaint
        assert (daemon.versions(), daemon.jobs_under_way()) == ([], [])


def test_wrong_credentials_a_stopped_daemon_and_another_server_are_told(
    daemon: Daemon, tmp_path: Path, site: Server
) -> None:
    refused(deploy(daemon, tmp_path, password="battery staple"), "KZNEWS_SCRAPYD_PASSWORD")
    assert daemon.versions() == []
    stopped = Daemon(daemon.directory, f"http://127.0.0.1:{free_port()}")
    refused(deploy(stopped, tmp_path), stopped.url, "systemctl start scrapyd")
    another = Daemon(daemon.directory, site.url)
    refused(deploy(another, tmp_path), site.url, "KZNEWS_SCRAPYD_URL")


@dataclass
class Pretender:
    """A Scrapyd as far as a deployment sees it, whose jobs end with given logs, then never."""

    logs: list[str]
    others: tuple[str, ...] = ()
    project: str = "kznews"
    url: str = "http://127.0.0.1:6800"
    spiders: tuple[str, ...] = ("365info",)

    def __post_init__(self) -> None:
        self.held: list[str] = []
        self.cancelled: list[str] = []
        self.scheduled: list[tuple[str, str]] = []

    def daemonstatus(self) -> None: ...

    def add_version(self, version: str, _: Path) -> None:
        self.held.append(version)

    def spiders_in(self, _: str) -> list[str]:
        return list(self.spiders)

    def versions(self, _: str) -> list[str]:
        return sorted([*self.held, *self.others])

    def delversion(self, _: str, version: str) -> None:
        self.held.remove(version)

    def schedule(self, _: str, spider: str, given: list[tuple[str, str]]) -> str:
        self.scheduled = given
        return "job"

    def is_at_work(self, *, job: str) -> bool:
        return not self.logs and job not in self.cancelled

    def log(self, *_: str) -> str:
        return self.logs.pop(0)

    def cancel(self, _: str, job: str) -> None:
        self.cancelled.append(job)


GOOD = """\
2026-11-25 16:24:05 [kznews.extensions.outcome] INFO: 1 articles, 0 rejected, 8 requests: finished
2026-11-25 16:24:05 [scrapy.statscollectors] INFO: Dumping Scrapy stats:
{'articles': 1,
 'finish_reason': 'finished',
 'finish_time': datetime.datetime(2026, 11, 25, 16, 24, 5, tzinfo=datetime.timezone.utc)}
"""
BUSY = (
    "2026-11-25 16:24:05 [kznews] ERROR: 365info is being crawled by another (run 2): this ends\n"
)
BUSY += GOOD.replace("finished", "busy").replace("'articles': 1", "'articles': 0")
UNWRITTEN = GOOD.replace(
    "{'articles'", "{'feedexport/failed_count/FileFeedStorage': 1,\n 'articles'"
)
DIED = "2026-11-25 16:24:05 [scrapy] CRITICAL: Unhandled error\nMemoryError\n"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(deploying, "build", lambda _: tmp_path / "kznews.egg")
    monkeypatch.setattr(deploying, "_PAUSE", 0.001)
    monkeypatch.setattr(deploying, "_CANCELLED_WITHIN", 0.01)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("pretender", "named", "cancelled"),
    [
        (Pretender([UNWRITTEN]), "failed as finished", False),
        (Pretender([DIED]), "died .Unhandled error.*journalctl", False),
        (Pretender([""]), "died .it left no log.*journalctl", False),
        (Pretender([BUSY] * 10_000), r"is being crawled by another \(run 2\).*has ended", False),
        (Pretender([BUSY]), r"crawled by another \(run 2\)", True),
        (Pretender([]), "did not end in time.*/jobs", True),
        (Pretender([GOOD], others=("r-HEAD",)), "r-HEAD sorts after", False),
        (Pretender([GOOD], spiders=("mine",)), "no spider 365info", False),
    ],
    ids=("unwritten", "died", "silent", "busy", "waits", "hangs", "shadowed", "spiders"),
)
def test_what_is_not_proven_good_is_removed(
    pretender: Pretender, named: str, cancelled: bool
) -> None:
    with pytest.raises(DeployError, match=named):
        deploying.deploy([pretender], [], 0.1)  # type: ignore[list-item]
    assert pretender.held == []
    assert bool(pretender.cancelled) == cancelled


@pytest.mark.usefixtures("quick")
def test_a_run_that_is_at_the_site_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    pretender = Pretender([BUSY, BUSY, GOOD])
    given = [("max_pages", "2"), ("setting", "A=1"), ("setting", "B=2")]
    deploying.deploy([pretender], given, 10)  # type: ignore[list-item]
    (version,) = pretender.held
    assert f"version {version} is in use" in capsys.readouterr().out
    own = [("_version", f"0-{version}"), ("setting", "LOG_LEVEL=INFO")]
    own.append(("setting", "STATS_DUMP=1"))
    assert pretender.scheduled == [("max_articles", "1"), *given, *own]


@pytest.mark.usefixtures("quick")
def test_of_several_servers_those_keep_a_version_that_did_well_with_it() -> None:
    good, bad, later = (
        Pretender([log], url=f"http://{name}")
        for name, log in (("good", GOOD), ("bad", DIED), ("later", GOOD))
    )
    with pytest.raises(DeployError, match=r"http://bad: the smoke crawl died"):
        deploying.deploy([good, bad, later], [], 10)  # type: ignore[list-item]
    assert [len(each.held) for each in (good, bad, later)] == [1, 0, 0]


def test_a_package_that_the_server_lacks_has_another_remedy_than_a_broken_module() -> None:
    lacks = deploying.unusable(ScrapydSaysNoError("…\nModuleNotFoundError: No module named 'ftfy'"))
    assert "ftfy" in str(lacks)
    assert "install requirements-scrapyd.txt" in str(lacks)
    broken = ScrapydSaysNoError("…\nModuleNotFoundError: No module named 'kznews.gone'\n")
    assert "scrapy list" in str(deploying.unusable(broken))


def test_a_setuptools_of_python_3_11_can_read_the_project() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert "license" not in tomllib.load(file)["project"]  # as a text it needs setuptools 77


def test_an_egg_that_cannot_be_built_is_told(tmp_path: Path, project: Path) -> None:
    (project / "setup.py").write_text("raise SystemExit('no egg today')\n")
    with pytest.raises(DeployError, match="no egg today"):
        egg.build(tmp_path / "built", root=project)


@pytest.mark.parametrize(
    ("url", "username", "password", "named"),
    [
        ("http://scrapyd.example.kz:6800", "kznews", "secret", "another machine"),
        ("https://scrapyd.example.kz", "", "", "another machine"),
        ("http://0.0.0.0:6800", "kznews", "secret", "another machine"),
        ("http://127.0.0.1:6800", "kznews", "", "both"),
        ("http://kznews:secret@127.0.0.1:6800", "", "", "holds credentials"),
        ("127.0.0.1:6800", "", "", "no address"),
    ],
)
def test_a_target_that_strangers_could_use_is_refused(
    url: str, username: str, password: str, named: str
) -> None:
    names = ("URL", "USERNAME", "PASSWORD")
    given = {
        f"KZNEWS_SCRAPYD_{n}": v for n, v in zip(names, (url, username, password), strict=True)
    }
    with pytest.raises(DeployError, match=named) as refusal:
        Target.read(given)
    assert "secret" not in str(refusal.value)


def test_a_target_comes_from_scrapy_cfg_and_the_environment() -> None:
    assert Target.read({}) == [Target("http://127.0.0.1:6800", "kznews", "", "")]
    own = {"SCRAPYD_USERNAME": "a", "SCRAPYD_PASSWORD": "b"}
    assert Target.read(own) == [Target("http://127.0.0.1:6800", "kznews", "a", "b")]
    far = {"KZNEWS_SCRAPYD_URL": "https://scrapyd.example.kz/", **own}
    assert Target.read(far) == [Target("https://scrapyd.example.kz", "kznews", "a", "b")]
    several = Target.read({"KZNEWS_SCRAPYD_URL": "http://127.0.0.1:6800/ http://127.0.0.1:6801"})
    assert [target.url for target in several] == ["http://127.0.0.1:6800", "http://127.0.0.1:6801"]
    assert "b'" not in repr(Target.read(own))


def test_a_newer_version_sorts_after_an_older_one_and_after_its_trial() -> None:
    version = egg.new_version()
    assert re.fullmatch(r"\d{14}(-[0-9a-f]{7,}(-dirty)?)?", version)
    assert f"0-{version}" < "20251231235959" < version


def test_scrapyd_reads_the_configuration_as_it_is_meant() -> None:
    config = Config(extra_sources=[str(DEPLOY / "scrapyd.conf")])
    assert config.get("bind_address") == "127.0.0.1"
    empty = ("items_dir", "jobs_dir", "username", "password")
    assert [name for name in empty if config.get(name, "")] == []
    assert config.get("jobstorage") == "scrapyd.jobstorage.SqliteJobStorage"
    known = Config().cp.options("scrapyd")
    assert set(config.cp.options("scrapyd")) == set(known)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text().replace("/opt/kznews/venv", sys.prefix)
        (tmp_path / unit.name).write_text(text)
    units = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run(
        ("systemd-analyze", "verify", "--man=no", *units),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(units) == 8


def test_every_file_that_the_guide_installs_is_there() -> None:
    named = re.findall(r"(?<![/\w])(?:deploy/\S+|\S*requirements-\w+\.txt|constraints\.txt)", GUIDE)
    assert len(named) > 8
    assert [name for name in named if not list(ROOT.glob(name.rstrip("`),;.:")))] == []
    enabled = set(re.findall(r"kznews-\w+@(?=365info)", GUIDE))
    assert {f"{name}.timer" for name in enabled} == {
        path.name for path in (DEPLOY / "systemd").glob("*.timer")
    }


def test_the_image_starts_nothing_that_obeys_everybody(tmp_path: Path) -> None:
    (line,) = (x for x in (DEPLOY / "Dockerfile").read_text().splitlines() if x[:4] == "CMD ")
    words = tuple(json.loads(line.removeprefix("CMD ")))
    for given, missing in (({}, "SCRAPYD_USERNAME"), ({"SCRAPYD_USERNAME": "kznews"}, "PASSWORD")):
        done = run(words, tmp_path, given, tmp_path)
        assert (done.status != 0, f"{missing}: is not set" in done.complaint) == (True, True)


def test_the_image_copies_what_there_is_and_nothing_is_secret() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]]
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {f"!{name.split('/')[0]}" for name in copied} == {x for x in let_in if x[0] == "!"}
    compose = (DEPLOY / "compose.yaml").read_text()
    named = re.findall(r"^ +(\w*(?:PASSWORD|WEBHOOK)): (.*)$", compose, re.MULTILINE)
    assert named
    assert [name for name, value in named if not value.startswith("${")] == []
    services = pytest.importorskip("yaml").safe_load(compose)["services"]
    assert services["scrapyd"]["ports"] == ["127.0.0.1:6800:6800"]
    assert [name for name, service in services.items() if "ports" in service] == ["scrapyd"]
    script = services["clock"]["command"].removeprefix("sh /opt/kznews/source/")
    assert (ROOT / script).exists()
