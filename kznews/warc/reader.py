"""Reads WARC and ARC files as streams: one recorded answer after another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from kznews.items import PageRecord
from kznews.warc.packing import unpacked
from kznews.warc.remote import open_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedReader

    from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader

_STARTS = (b"WARC/", b"filedesc:")
_PEEKED = 1024
_PASSED_OVER = 200
"""Records that are skipped at a time."""
_STATUS = re.compile("[1-5][0-9][0-9]")
_CUT = "the file ends within a record"
_NOT_OF_THE_PAGE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_BROKEN = (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, OSError, ValueError)


class BrokenFileError(Exception):
    """A file cannot be read further; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded answer, and where it stands. ``body`` is unpacked."""

    url: str
    at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    page: PageRecord


def read_records(
    name: str, wanted: Callable[[str, datetime], bool], most_bytes: int
) -> Iterator[Recorded | None]:
    """Yield the answers whose address and date are wanted, in the order of the file.

    Others are skipped by the header of their record, and None is yielded now and then while there
    are many. A body is cut at ``most_bytes``. Raises ``OSError`` if the file cannot be opened,
    ``BrokenFileError`` if it cannot be read further, after everything that was complete before.
    """
    with open_file(name) as file:
        yield from _read(file, name.rpartition("/")[2], wanted, most_bytes)


def _read(
    file: BufferedReader, name: str, wanted: Callable[[str, datetime], bool], most_bytes: int
) -> Iterator[Recorded | None]:
    records = _opened(file)
    for number in count(1):
        offset = records.offset
        try:
            record = next(records, None)
            if record is None:
                if records.fh.tell() > records.offset:
                    raise EOFError(_CUT)
                return
            url, at = _target(record)
            is_wanted = record.rec_type == "response" and at is not None and wanted(url, at)
            raw = record.raw_stream.read(most_bytes) if is_wanted else b""
            records.read_to_end()
            if record.raw_stream.tell() < (record.length or 0):
                raise EOFError(_CUT)
            if records.err_count:
                raise ValueError("a record does not end where it says")
            found = _recorded(records.loader, raw, most_bytes) if is_wanted else None
        except _BROKEN as error:
            raise BrokenFileError(f"after {offset:,} bytes: {_first_line(error)}") from None
        if found and at:
            yield Recorded(url, at, *found, PageRecord(name, offset))
        elif number % _PASSED_OVER == 0:
            yield None


def _opened(file: BufferedReader) -> ArchiveIterator:
    if not (start := file.peek(_PEEKED)):
        raise BrokenFileError("it is empty")
    if not unpacked(start, "", _PEEKED).startswith(_STARTS):
        raise BrokenFileError("it is neither WARC nor ARC")
    return ArchiveIterator(file, arc2warc=True, no_record_parse=True)


def _target(record: ArcWarcRecord) -> tuple[str, datetime | None]:
    """Return the address and the instant that a record's header names."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    try:
        at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
    except ValueError:
        return url, None
    return url, at if at.tzinfo else at.replace(tzinfo=UTC)


def _recorded(
    loader: ArcWarcRecordLoader, raw: bytes, most_bytes: int
) -> tuple[int, tuple[tuple[str, str], ...], bytes] | None:
    """Return status, headers and unpacked body of an answer; None for one without a header."""
    stream = BytesIO(raw)
    http = loader.load_http_headers("response", "http:", stream, len(raw))
    if http is None:
        return None
    if (http.get_header("Transfer-Encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    body = unpacked(stream.read(), http.get_header("Content-Encoding") or "", most_bytes)
    status = http.get_statuscode()
    headers = tuple((n, v) for n, v in http.headers if n.lower() not in _NOT_OF_THE_PAGE)
    return int(status) if _STATUS.fullmatch(status) else 0, headers, body


def _first_line(error: Exception) -> str:
    line = str(error).strip().partition("\n")[0][:100]
    return "".join(filter(str.isprintable, line)) or type(error).__name__
