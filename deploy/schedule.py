"""What a timer does: ask Scrapyd for a crawl, unless one of the same spider runs or waits.

``python -m deploy.schedule 365info-latest max_articles=500``
"""

from __future__ import annotations

import argparse
import os
import sys

from deploy.client import Client, ScrapydSaysNoError
from deploy.target import DeployError, Target


def main() -> None:
    parser = argparse.ArgumentParser(prog="deploy.schedule", description=__doc__)
    parser.add_argument("spider")
    parser.add_argument("arguments", nargs="*", metavar="NAME=VALUE")
    options = parser.parse_args()
    given = [(name, value) for name, _, value in (w.partition("=") for w in options.arguments)]
    try:
        client = Client(Target.read(os.environ))
        if client.is_at_work(spider=options.spider):
            print(f"{options.spider} is still at work")
        else:
            job = client.schedule(client.project, options.spider, given)
            print(f"{options.spider} is scheduled as job {job}")
    except ScrapydSaysNoError as error:
        sys.exit(
            f"schedule: Scrapyd says: {error.last_line}; `make deploy` brings a working version"
        )
    except DeployError as error:
        sys.exit(f"schedule: {error}")


if __name__ == "__main__":
    main()
