"""The egg for Scrapyd, built outside the working tree, and the name of its version."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from deploy.target import DeployError

ROOT = Path(__file__).parent.parent
PARTS = ("README.md", "pyproject.toml", "requirements.txt", "scrapy.cfg", "setup.py")


def build(directory: Path, root: Path = ROOT) -> Path:
    """Build the egg of a project; all intermediate files stay in ``directory``.

    A copy is built, because setuptools leaves files in the tree that would disturb another build.
    """
    tree, egg = directory / "tree", directory / "kznews.egg"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "kznews", tree / "kznews", ignore=ignored)
    for name in PARTS:
        shutil.copy(root / name, tree)
    done = subprocess.run(
        (sys.executable, "-m", "scrapyd_client.deploy", "--debug", "--build-egg", str(egg)),
        cwd=tree,
        env={**os.environ, "TMPDIR": str(directory)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not egg.exists():
        own = done.stderr.rpartition("Traceback (most recent call last):")[0] or done.stderr
        why = own.strip().rpartition("\n")[2] or "no word of why"
        raise DeployError(
            f"the egg cannot be built ({why}): repair it, `python setup.py bdist_egg` shows it all"
        )
    return egg


def new_version(root: Path = ROOT) -> str:
    """Return a name that sorts by time after earlier ones and contains the commit.

    Scrapyd runs the version that sorts last: compared as text, unless all are plain numbers.
    """
    moment = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
    git = ("git", "describe", "--always", "--dirty", "--exclude=*")
    try:
        commit = subprocess.run(
            git, cwd=root, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return moment
    return f"{moment}-{commit}"
