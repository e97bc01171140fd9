"""Scrapyd's API, with a limit for every wait and an error for every invalid answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from scrapyd_client import ScrapydClient

from deploy.target import DeployError, Target

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = (5.0, 30.0)
"""Seconds for a connection, and for an answer: Scrapyd may list the spiders of an egg meanwhile."""


class ScrapydSaysNoError(DeployError):
    """Scrapyd could not do what was asked; it says so with HTTP status 200."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.last_line = message.strip().splitlines()[-1].strip() if message.strip() else "?"


class Client(ScrapydClient):  # type: ignore[misc]
    """One project on a Scrapyd."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.url, target.username or None, target.password)
        self.project = target.project

    def add_version(self, version: str, egg: Path) -> int:
        """Upload an egg; return how many spiders Scrapyd found in it."""
        parameters = {"project": self.project, "version": version}
        with egg.open("rb") as file:
            answer = self._ask("POST", "addversion", data=parameters, files={"egg": file})
        return int(answer["spiders"])

    def spiders_in(self, version: str) -> list[str]:
        parameters = {"project": self.project, "_version": version}
        found: list[str] = self._get("listspiders", parameters)["spiders"]
        return found

    def under_way(self) -> list[dict[str, Any]]:
        """Return the running and waiting jobs."""
        jobs = self.jobs(self.project)
        return [*jobs["pending"], *jobs["running"]]

    def is_at_work(self, *, job: str) -> bool:
        """Whether a job runs or waits."""
        return any(entry["id"] == job for entry in self.under_way())

    def log(self, spider: str, job: str) -> str:
        """Return the log of a job, empty if there is none."""
        answer = self._send("GET", f"logs/{self.project}/{spider}/{job}.log")
        return answer.content.decode("utf-8", "replace") if answer.ok else ""

    def _get(self, basename: str, params: dict[str, str] | None = None) -> Any:
        return self._ask("GET", basename, params=params)

    def _post(self, basename: str, data: Any) -> Any:
        return self._ask("POST", basename, data=data)

    def _ask(self, method: str, name: str, **options: Any) -> Any:
        answer = self._send(method, f"{name}.json", **options)
        try:
            content = answer.json()
        except ValueError:
            content = None
        if not isinstance(content, dict) or "status" not in content:
            raise DeployError(
                f"what answers at {self.url} is no Scrapyd (HTTP status {answer.status_code}): put "
                "its address into KZNEWS_SCRAPYD_URL"
            )
        if content["status"] != "ok":
            raise ScrapydSaysNoError(str(content.get("message", "")))
        return content

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            answer = requests.request(
                method, f"{self.url}/{path}", auth=self.auth, timeout=PATIENCE, **options
            )
        except requests.RequestException as error:
            raise DeployError(
                f"Scrapyd does not answer at {self.url} ({type(error).__name__}): start it "
                "(systemctl start scrapyd), or put its address into KZNEWS_SCRAPYD_URL"
            ) from None
        if answer.status_code == requests.codes.unauthorized:
            raise DeployError(
                f"Scrapyd at {self.url} refuses the credentials: set KZNEWS_SCRAPYD_USERNAME and "
                "KZNEWS_SCRAPYD_PASSWORD to those it was started with"
            )
        return answer
