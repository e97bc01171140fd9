"""Several Scrapyds that crawl for one archive: a job goes to one that answers."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Any, Self

from deploy.client import Client, ScrapydSaysNoError
from deploy.target import DeployError, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Given = list[tuple[str, str]]
"""Arguments of a job, as Scrapyd takes them."""
UnderWay = list[tuple[Client, list[dict[str, Any]]]]
"""The jobs that run or wait at each node."""


class Nodes:
    """The Scrapyds in ``KZNEWS_SCRAPYD_URL``. One that does not answer is skipped."""

    def __init__(self, clients: Iterable[Client]) -> None:
        self.clients = list(clients)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Return those of the environment in random order: others may start jobs just now."""
        targets = Target.read(environment)
        return cls(map(Client, random.sample(targets, len(targets))))

    def schedule(self, spider: str, given: Given) -> tuple[Client, str]:
        """Give a job to the node with the fewest, else to the next; return the node and the job.

        Of equal nodes it is the one that waited longest. Raises ``DeployError`` if no node takes
        it.
        """
        return self._give(self._under_way(), spider, given)

    def schedule_unless_at_work(self, spider: str, given: Given) -> tuple[Client, str] | None:
        """Do the same, or return None if a job of the spider runs or waits at any node."""
        found = self._under_way()
        if any(entry["spider"] == spider for _, jobs in found for entry in jobs):
            return None
        return self._give(found, spider, given)

    def _give(self, found: UnderWay, spider: str, given: Given) -> tuple[Client, str]:
        error: DeployError | None = None
        for client, _ in sorted(found, key=lambda each: len(each[1])):
            try:
                job = client.schedule(client.project, spider, given)
            except DeployError as refusal:
                error = error or _of(client, refusal)
                continue
            self.clients.remove(client)
            self.clients.append(client)
            return client, job
        assert error
        raise error

    def _under_way(self) -> UnderWay:
        """Return the running and waiting jobs of each node that answers."""
        found, errors = [], []
        for client in self.clients:
            try:
                found.append((client, client.under_way()))
            except DeployError as error:
                errors.append(_of(client, error))
        for passed_over in errors if found else errors[1:]:
            print(f"passed over: {passed_over}", file=sys.stderr, flush=True)
        if not found:
            raise errors[0]
        return found


def _of(client: Client, error: DeployError) -> DeployError:
    """Return an error that names its node."""
    if not isinstance(error, ScrapydSaysNoError):
        return error
    return DeployError(
        f"Scrapyd at {client.url} says: {error.last_line}; `make deploy` brings a working version"
    )
