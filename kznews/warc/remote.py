"""Files by path or address, opened as streams."""

from __future__ import annotations

from contextlib import closing, contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 60.0
"""Seconds without a byte after which a download is given up."""


class _Stream(RawIOBase):
    """A read-only source as a raw file."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_file(name: str) -> Iterator[BufferedReader]:
    """Open a path, or an address with http, https or s3, for reading as a stream.

    Raises ``OSError``.
    """
    if "://" not in name:
        with Path(name).open("rb") as file:
            yield file
        return
    with closing(_download(name)) as source:
        yield BufferedReader(_Stream(source))


def _download(url: str) -> IO[bytes]:
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"}:
        return urlopen(url, timeout=TIMEOUT)  # type: ignore[no-any-return]  # noqa: S310 (checked)
    if parts.scheme != "s3":
        raise OSError(f"{url}: expected a path, or an address with http, https or s3")
    try:
        import boto3  # noqa: PLC0415 (an extra)
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    except ImportError:
        raise OSError(f"{url}: `pip install boto3` reads from S3") from None
    try:
        found = boto3.client("s3").get_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"{url}: {error}") from None
    body: IO[bytes] = found["Body"]
    return body
