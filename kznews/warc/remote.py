"""Files by path or address, opened as streams."""

from __future__ import annotations

from io import BufferedReader
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

TIMEOUT = 60.0
"""Seconds without a byte after which a download is given up."""


def open_file(name: str) -> BufferedReader:
    """Open a path, or an address with http, https or s3, for reading as a stream.

    Raises ``OSError``.
    """
    return BufferedReader(_download(name)) if "://" in name else Path(name).open("rb")


def _download(url: str) -> Any:
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"}:
        return urlopen(url, timeout=TIMEOUT)  # noqa: S310 (checked)
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
    return found["Body"]
