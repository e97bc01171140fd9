"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest

from replica import Newsroom, Server

hypothesis.settings.register_profile("kznews", deadline=None)  # machines are busy at times
hypothesis.settings.load_profile("kznews")


@pytest.fixture
def server(newsroom: Newsroom) -> Iterator[Server]:
    """The look-alike at work, with the articles of a test file's own ``newsroom``."""
    with Server(newsroom) as server:
        yield server
