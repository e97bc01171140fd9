"""Which Scrapyd is used, and whether the connection to it is safe."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapyd_client.utils import get_config

if TYPE_CHECKING:
    from collections.abc import Mapping


class DeployError(Exception):
    """What went wrong, in one line that ends with what to do."""


@dataclass(frozen=True)
class Target:
    """A project on a Scrapyd server."""

    url: str
    project: str
    username: str
    password: str = field(repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> list[Target]:
        """Return the target of ``scrapy.cfg``, with address and credentials from the environment.

        Several addresses, separated by spaces, are several targets with the same credentials. On
        the server, Scrapyd's own names of the credentials work too. Raises ``DeployError`` if
        strangers could read what is sent, or send commands themselves.
        """
        config = get_config()
        if not config.has_section("deploy"):
            raise DeployError("scrapy.cfg has no [deploy] section: run this where the project is")
        urls = (environment.get("KZNEWS_SCRAPYD_URL") or config.get("deploy", "url")).split()
        username, password = (
            environment.get(f"KZNEWS_SCRAPYD_{name}") or environment.get(f"SCRAPYD_{name}") or ""
            for name in ("USERNAME", "PASSWORD")
        )
        project = config.get("deploy", "project")
        for url in urls:
            _check(url, username, password)
        return [cls(url.rstrip("/"), project, username, password) for url in urls]


def _check(url: str, username: str, password: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise DeployError(
            "KZNEWS_SCRAPYD_URL is no address of a server: set it to one such as "
            "http://127.0.0.1:6800"
        )
    if parts.username or parts.password:
        raise DeployError(
            "KZNEWS_SCRAPYD_URL holds credentials, which would end up in logs: put them into "
            "KZNEWS_SCRAPYD_USERNAME and KZNEWS_SCRAPYD_PASSWORD"
        )
    if bool(username) != bool(password):
        raise DeployError(
            "only one of the two credentials is set: set both KZNEWS_SCRAPYD_USERNAME and "
            "KZNEWS_SCRAPYD_PASSWORD"
        )
    if not _is_this_machine(parts.hostname) and not (parts.scheme == "https" and username):
        raise DeployError(
            f"{parts.hostname} is another machine, and who can upload there can run any code: use "
            "https with KZNEWS_SCRAPYD_USERNAME and KZNEWS_SCRAPYD_PASSWORD, or a tunnel "
            f"(ssh -NL 6800:127.0.0.1:6800 {parts.hostname})"
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
