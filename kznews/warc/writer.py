"""Writes WARC 1.1: one gzip member per record, files that appear when they are complete."""

from __future__ import annotations

import fcntl
import gzip
import zlib
from contextlib import suppress
from dataclasses import dataclass
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from kznews.items import PageRecord
from kznews.storage.whole_files import appear, to_disk
from kznews.warc.packing import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from warcio.recordloader import ArcWarcRecord

SUFFIX = ".warc.gz"
PART = ".part"
_COMPRESSION = 1
"""zlib's level: most bodies are compressed already."""
_CHUNK = 1 << 20
_INFO = 4_096
"""The most bytes of a file's ``warcinfo``."""
_BUILDER = RecordBuilder(warc_version="1.1")
_OF_THE_TRANSFER = frozenset({"transfer-encoding", "content-length", "connection"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer. ``body`` is as received, still compressed."""

    url: str
    at: datetime
    method: str
    request_headers: Sequence[tuple[str, str]]
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


class PageFiles:
    """The WARC files of one run, named ``<stem>-<number>.warc.gz`` in a directory.

    A file is written under a hidden name and locked; it gets its own name at ``most_bytes`` and at
    the end. ``info`` is each file's description of itself (a ``warcinfo`` record). The oldest files
    with the same ``isPartOf`` are removed when together they exceed ``most_in_all``.
    """

    def __init__(
        self,
        directory: Path,
        stem: str,
        info: Mapping[str, str],
        most_bytes: int,
        most_in_all: int | None = None,
    ) -> None:
        self.directory = directory
        self.stem = stem
        self.info = info
        self.most_bytes = most_bytes
        self.most_in_all = most_in_all
        self.number = 0
        self._file: IO[bytes] | None = None

    @property
    def _name(self) -> str:
        return f"{self.stem}-{self.number:05d}{SUFFIX}"

    @property
    def _part(self) -> Path:
        return self.directory / f".{self._name}{PART}"

    def write(self, exchange: Exchange) -> PageRecord:
        """Write an answer and its request; return the answer's place. Raises ``OSError``."""
        file = self._open()
        record = PageRecord(self._name, file.tell())
        response = _response(exchange)
        file.write(_member(response))
        file.write(_member(_request(exchange, response)))
        file.flush()
        if file.tell() >= self.most_bytes:
            self.close()
        return record

    def close(self) -> None:
        """Finish the open file. Raises ``OSError``."""
        if self._file is not None:
            file, self._file = self._file, None
            _appear(file, self._part)
            self.number += 1
            if self.most_in_all is not None:
                prune_files(self.directory, self.most_in_all, self.info["isPartOf"])

    def abandon(self) -> None:
        """Leave the open file as it is, for the next run to finish."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _open(self) -> IO[bytes]:
        if self._file is None:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("xb")
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self._file.write(_member(_BUILDER.create_warcinfo_record(self._name, self.info)))
        return self._file


def finish_files(directory: Path) -> Iterator[tuple[Path, int]]:
    """Finish the files of dead runs, each up to its last whole record.

    Yields each file under its own name with the number of bytes that were cut off. A file that a
    living run writes is left alone; one without a whole record is removed, and yielded as well.
    """
    for part in sorted(directory.glob(f".*{SUFFIX}{PART}")):
        with suppress(BlockingIOError, FileNotFoundError):  # a living run's, or just finished
            yield _own_name(part), _finish(part)


def _finish(part: Path) -> int:
    """Finish a file without a writer; return how many bytes are cut off."""
    with part.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        whole = _whole_members(file)
        cut = part.stat().st_size - whole
        file.truncate(whole)
        if whole:
            file.seek(whole)
            _appear(file, part)
        else:
            part.unlink()
    return cut


def prune_files(directory: Path, most_bytes: int, part_of: str) -> None:
    """Remove the oldest files of a kind until together they are at most ``most_bytes``."""
    sizes = {}
    for path in directory.glob(f"*{SUFFIX}"):
        with suppress(OSError):  # another run may have removed it
            if _is_part_of(path, part_of):
                sizes[path] = path.stat()
    total = sum(stat.st_size for stat in sizes.values())
    for path, stat in sorted(sizes.items(), key=lambda item: (item[1].st_mtime, item[0].name)):
        if total <= most_bytes:
            break
        path.unlink(missing_ok=True)
        total -= stat.st_size


def _response(exchange: Exchange) -> ArcWarcRecord:
    """Return the answer's record, without the headers of the transfer."""
    kept = [
        (name.encode("ascii", "replace").decode(), value)
        for name, value in exchange.headers
        if name.lower() not in _OF_THE_TRANSFER
    ]
    headers = StatusAndHeaders(
        f"{exchange.status} {responses.get(exchange.status, '')}".strip(),
        [*kept, ("Content-Length", str(len(exchange.body)))],
        protocol="HTTP/1.1",
    )
    return _BUILDER.create_warc_record(
        exchange.url,
        "response",
        payload=BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=headers,
        warc_headers_dict=_date(exchange),
    )


def _request(exchange: Exchange, response: ArcWarcRecord) -> ArcWarcRecord:
    host, _, path = exchange.url.partition("://")[2].partition("/")
    headers = StatusAndHeaders(
        f"{exchange.method} /{path} HTTP/1.1",
        [("Host", host), *exchange.request_headers],
        is_http_request=True,
    )
    answers = response.rec_headers.get_header("WARC-Record-ID")
    return _BUILDER.create_warc_record(
        exchange.url,
        "request",
        http_headers=headers,
        warc_headers_dict=_date(exchange) | {"WARC-Concurrent-To": answers},
    )


def _date(exchange: Exchange) -> dict[str, str]:
    return {"WARC-Date": f"{exchange.at:%Y-%m-%dT%H:%M:%S.%f}Z"}


def _member(record: ArcWarcRecord) -> bytes:
    """Return a record as a gzip member."""
    buffer = BytesIO()
    WARCWriter(buffer, gzip=False).write_record(record)
    return gzip.compress(buffer.getvalue(), _COMPRESSION, mtime=0)


def _whole_members(file: IO[bytes]) -> int:
    """Return where the last whole gzip member of a file ends."""
    end = offset = 0
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS + 16)
    while data := file.read(_CHUNK):
        offset += len(data)
        while data:
            try:
                unpacker.decompress(data)
            except zlib.error:
                return end
            if not unpacker.eof:
                break
            data = unpacker.unused_data
            end = offset - len(data)
            unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS + 16)
    return end


def _is_part_of(path: Path, kind: str) -> bool:
    """Whether a file's first record says so."""
    with path.open("rb") as file:
        start = unpacked(file.read(_INFO), "gzip", _INFO)
    return f"isPartOf: {kind}\r\n".encode() in start.partition(b"\r\n\r\n")[2]


def _own_name(part: Path) -> Path:
    return part.with_name(part.name.removeprefix(".").removesuffix(PART))


def _appear(file: IO[bytes], part: Path) -> None:
    """Give a file its own name, and close it: that unlocks it."""
    to_disk(file)
    appear(part, _own_name(part))
    file.close()
