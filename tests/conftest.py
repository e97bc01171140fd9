"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest

from replica import Newsroom, Server

hypothesis.settings.register_profile("kznews", deadline=None)  # machines are busy at times
hypothesis.settings.load_profile("kznews")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a third of the time tests wait for what they started."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture
def server(newsroom: Newsroom) -> Iterator[Server]:
    """The look-alike at work, with the articles of a test file's own ``newsroom``."""
    with Server(newsroom) as server:
        yield server
