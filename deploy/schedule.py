"""What a timer does: ask a Scrapyd for a crawl, unless one of the same spider runs or waits.

``python -m deploy.schedule 365info-latest max_articles=500``
"""

from __future__ import annotations

import argparse
import os
import sys

from deploy.nodes import Nodes
from deploy.target import DeployError


def main() -> None:
    parser = argparse.ArgumentParser(prog="deploy.schedule", description=__doc__)
    parser.add_argument("spider")
    parser.add_argument("arguments", nargs="*", metavar="NAME=VALUE")
    options = parser.parse_args()
    given = [(name, value) for name, _, value in (w.partition("=") for w in options.arguments)]
    try:
        scheduled = Nodes.read(os.environ).schedule_unless_at_work(options.spider, given)
    except DeployError as error:
        sys.exit(f"schedule: {error}")
    if scheduled is None:
        print(f"{options.spider} is still at work")
    else:
        node, job = scheduled
        print(f"{options.spider} is scheduled as job {job} at {node.url}")


if __name__ == "__main__":
    main()
