"""Run the replica by itself: `python -m replica --port 8000`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from datetime import date
from pathlib import Path

from replica.newsroom import TODAY, Newsroom
from replica.server import Server


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="replica", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--seed", type=int, default=365)
    parser.add_argument("--theme", choices=("current", "old", "mixed"), default="current")
    parser.add_argument("--edition", choices=("main", "kaz"), default="main")
    parser.add_argument("--today", type=date.fromisoformat, default=TODAY, help="newest day")
    parser.add_argument("--plain", action="store_true", help="no oddities, ordinary articles only")
    parser.add_argument("--address-file", type=Path, help="gets the base URL when it is up")
    parser.add_argument("--delay", type=float, default=0, help="seconds before each answer")
    return parser.parse_args(words)


def main() -> None:
    """Serve until interrupted."""
    options = arguments()
    newsroom = Newsroom(
        options.articles,
        options.seed,
        options.edition,
        options.theme,
        oddities=not options.plain,
        today=options.today,
    )
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    server = Server(newsroom, options.port, delay=options.delay)
    try:
        server.start()
    except (OSError, OverflowError):
        sys.exit(f"port {options.port} is not available: name another with --port (make: PORT=…)")
    try:
        if options.address_file:
            options.address_file.write_text(server.url + "\n", encoding="utf-8")
        print(f"{len(newsroom.posts)} articles at {server.url}", flush=True)
        done.wait()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
