"""The look-alike site as heavy as the real one, and served so fast that the server is no limit.

nginx caches every answer: a first crawl fills its cache, and the measured ones get compressed
answers from it in a fraction of a millisecond.
"""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from replica import Newsroom

MISSING = "nginx is needed: apt-get install nginx-light"
_CONFIG = """
user {user}; daemon off; pid {place}/pid; worker_processes 1; error_log {place}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 1000000;
  gzip on; gzip_comp_level 1; gzip_proxied any; gzip_min_length 256;
  gzip_types application/json application/rss+xml text/xml application/xml;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
  proxy_cache_path {place}/cache keys_zone=site:64m max_size=20g inactive=1d;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {origin}; proxy_set_header Host $http_host;
      proxy_cache site; proxy_cache_key $request_uri; proxy_cache_valid any 1d;
      proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
    }}
  }}
}}
"""


@contextmanager
def site(articles: int, *, templated: bool = False) -> Iterator[str]:
    """Serve so many articles on this machine; return the address.

    ``templated`` texts are forecasts, rates and the like, each with hundreds of siblings. The
    server is a separate process, because the kernel counts a parent's memory into the peak of its
    children.
    """
    words = [sys.executable, "-m", "benchmarks.serving", str(articles)]
    if templated:
        words.append("templated")
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout
        address = served.stdout.readline().strip()
        if not address:
            raise SystemExit(served.wait())
        yield address
        served.communicate("")


@contextmanager
def _site(articles: int, *, templated: bool) -> Iterator[str]:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/usr/local/sbin")
    if nginx is None:
        raise SystemExit(MISSING)
    from benchmarks.weight import heavy  # noqa: PLC0415 (not in the process that measures)
    from replica import Newsroom, Server  # noqa: PLC0415

    newsroom = Newsroom(articles=articles, oddities=False)
    if templated:
        _fill_templates(newsroom)
    with (
        Server(newsroom, dress=heavy) as server,
        tempfile.TemporaryDirectory() as folder,
        socket.socket() as free,
    ):
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        config = Path(folder) / "nginx.conf"
        config.write_text(
            _CONFIG.format(place=folder, user=getpass.getuser(), port=port, origin=server.url)
        )
        process = subprocess.Popen([nginx, "-p", folder, "-c", str(config)])
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _fill_templates(newsroom: Newsroom) -> None:
    """Replace each post's text by one made from a template."""
    from benchmarks.texts import FAMILIES  # noqa: PLC0415 (not in the process that measures)
    from replica.model import paragraph  # noqa: PLC0415

    rng = Random(365)
    for number, post in enumerate(newsroom.posts):
        text = FAMILIES[number % len(FAMILIES)](rng)
        post.pieces, post.announcement = [paragraph(block) for block in text.split("\n\n")], []


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise SystemExit(f"nginx ended with {process.returncode}")


def main() -> int:
    with _site(int(sys.argv[1]), templated="templated" in sys.argv) as address:
        print(address, flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
