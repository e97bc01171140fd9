"""WARC files: written completely, read up to a fault; the index of a web archive."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main

from kznews.warc.cdx import NoIndexError, chosen, index_query, read_index
from kznews.warc.packing import unpacked, zstd
from kznews.warc.reader import BrokenFileError, Recorded, read_records
from kznews.warc.writer import Exchange, PageFiles, finish_files, prune_files

AT = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)
HTML = "<html><body><p>Акимат объявил о ремонте дороги.</p></body></html>".encode()
SENT = (("Content-Type", "text/html; charset=UTF-8"), ("Content-Encoding", "gzip"))
ODD = (("X-Ключ", "é\x80"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Empty", ""))
WARC_OF_ONE = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://365info.kz/2026/11/a\r\n"
    b"WARC-Date: 2026-11-24T10:40:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
)
ARC = (
    b"filedesc://x.arc 0.0.0.0 20150101000000 text/plain 75\n1 0 Internet Archive\n"
    b"URL IP-address Archive-date Content-type Archive-length\n\n"
)


def exchange(name: str, body: bytes = HTML) -> Exchange:
    return Exchange(
        url=f"https://365info.kz/2026/11/{name}",
        at=AT,
        method="GET",
        request_headers=[("User-Agent", "kznews")],
        status=200,
        headers=[*SENT, ("Transfer-Encoding", "chunked"), *ODD],
        body=gzip.compress(body, mtime=0),
    )


def files(directory: Path, most_bytes: int = 10**9, stem: str = "365info") -> PageFiles:
    return PageFiles(directory, stem, {"software": "kznews"}, most_bytes)


def read(
    path: Path, wanted: Callable[[str, datetime], bool] = lambda _, __: True
) -> list[Recorded]:
    return list(filter(None, read_records(str(path), wanted, 1_000_000)))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    pages = files(tmp_path)
    places = [pages.write(exchange(name, HTML + name.encode())) for name in ("a", "b", "c")]
    assert not list(tmp_path.glob("*.warc.gz")), "a file appears when it is whole"
    pages.close()
    [path] = tmp_path.iterdir()
    found = read(path)
    assert [(r.url[-1], r.at, r.status, r.body) for r in found] == [
        (name, AT, 200, HTML + name.encode()) for name in "abc"
    ]
    assert [r.page for r in found] == places
    odd = ("X-????", "%C3%A9%C2%80")
    assert found[0].headers == (SENT[0], odd, *ODD[1:])


def test_other_tools_find_nothing_wrong_and_the_body_as_it_came(tmp_path: Path) -> None:
    pages = files(tmp_path)
    pages.write(exchange("a"))
    pages.close()
    [path] = tmp_path.iterdir()

    with pytest.raises(SystemExit, match=r"^0$"):
        main(["check", str(path)])
    with path.open("rb") as file:
        kinds = {
            r.rec_type: (r.rec_headers.get_header("WARC-Target-URI"), r.raw_stream.read())
            for r in ArchiveIterator(file)
        }
    assert list(kinds) == ["warcinfo", "response", "request"]
    assert kinds["response"] == (exchange("a").url, exchange("a").body)


def test_a_body_that_two_addresses_have_is_read_again_at_both(tmp_path: Path) -> None:
    pages = files(tmp_path)
    places = [pages.write(exchange(name)) for name in "ab"]
    pages.close()
    [path] = tmp_path.iterdir()
    assert [(r.url[-1], r.page) for r in read(path)] == list(zip("ab", places, strict=True))


def test_a_new_file_begins_where_one_is_full(tmp_path: Path) -> None:
    pages = files(tmp_path, most_bytes=1)
    for name in "ab":
        pages.write(exchange(name, name.encode()))
    pages.close()
    names = ["365info-00000.warc.gz", "365info-00001.warc.gz"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_a_dead_run_s_file_is_finished_up_to_its_last_whole_record(tmp_path: Path) -> None:
    pages = files(tmp_path)
    pages.write(exchange("a", b"a"))
    place = pages.write(exchange("b", b"b"))
    assert list(finish_files(tmp_path)) == [], "a living run's file is left alone"
    pages.close()
    [path] = tmp_path.iterdir()
    part = tmp_path / f".{path.name}.part"
    part.write_bytes(path.read_bytes()[: place.offset + 20])
    path.unlink()
    (tmp_path / ".365info-9.warc.gz.part").write_bytes(b"\x1f\x8b\x08")
    finished = dict(finish_files(tmp_path))
    assert finished == {path: 20, tmp_path / "365info-9.warc.gz": 3}
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert [r.body for r in read(path)] == [b"a"]


def test_the_oldest_files_of_their_kind_go_first(tmp_path: Path) -> None:
    for number in range(4):
        info = {"isPartOf": "all" if number == 0 else "doubtful"}
        pages = PageFiles(tmp_path, f"run{number}", info, 10**9)
        pages.write(exchange("a", bytes([number])))
        pages.close()
    (tmp_path / "other.warc.gz").write_bytes(b"no archive" * 1000)
    size = (tmp_path / "run1-00000.warc.gz").stat().st_size
    prune_files(tmp_path, 2 * size + size // 2, "doubtful")
    assert {path.name[:4] for path in tmp_path.iterdir()} == {"run0", "run2", "run3", "othe"}


def test_a_run_prunes_with_each_file(tmp_path: Path) -> None:
    pages = PageFiles(tmp_path, "run", {"isPartOf": "doubtful"}, 1, most_in_all=1500)
    for number in range(9):
        pages.write(exchange("a", bytes([number])))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1500
    assert (tmp_path / "run-00008.warc.gz").exists()


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    pages = files(tmp_path)
    for name in "abc":
        pages.write(exchange(name, name.encode()))
    pages.close()
    [path] = tmp_path.iterdir()
    assert [r.body for r in read(path, lambda url, at: url.endswith("b") and at == AT)] == [b"b"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty", b"", "it is empty"),
        ("text", b"hello world this is no archive\n" * 50, "neither WARC nor ARC"),
        ("har", b'{"log": {"entries": []}}', "neither WARC nor ARC"),
        ("packed", gzip.compress(b"nothing of the kind", mtime=0), "neither WARC nor ARC"),
        ("cut", WARC_OF_ONE + b"Content-Length: 900\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<p>", "within"),
        (
            "no length",
            WARC_OF_ONE + b"Content-Length: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            "does not end",
        ),
    ],
)
def test_a_broken_file_is_said_in_one_line(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BrokenFileError, match=said) as error:
        read(path)
    assert "\n" not in str(error.value)


def test_what_is_whole_before_a_fault_is_read(tmp_path: Path) -> None:
    pages = files(tmp_path)
    places = [pages.write(exchange(name, name.encode())) for name in "abc"]
    pages.close()
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[: places[2].offset + 30])
    records = filter(None, read_records(str(path), lambda _, __: True, 1000))
    assert [next(records).body, next(records).body] == [b"a", b"b"]
    with pytest.raises(BrokenFileError, match="within a record"):
        next(records)


def test_arc_files_and_bodies_whose_packing_is_not_said_are_read(tmp_path: Path) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + gzip.compress(HTML)
    head = f"https://365info.kz/2015/01/a 1.2.3.4 20150102030405 text/html {len(answer)}\n"
    path = tmp_path / "x.arc.gz"
    path.write_bytes(gzip.compress(ARC) + gzip.compress(head.encode() + answer + b"\n"))
    [record] = read(path)
    assert (record.url, record.body) == ("https://365info.kz/2015/01/a", HTML)
    assert record.at == datetime(2015, 1, 2, 3, 4, 5, tzinfo=UTC)


PACKINGS = {
    "br": brotli.compress(HTML),
    "zstd": zstd.compress(HTML),
    "gzip, br": brotli.compress(gzip.compress(HTML)),
    "x-gzip": gzip.compress(HTML),
    "deflate": zlib.compress(HTML)[2:-4],
    "": gzip.compress(HTML),
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_body_is_unpacked_whatever_it_is_packed_in(packing: str) -> None:
    assert unpacked(PACKINGS[packing], packing, 1_000) == HTML
    assert unpacked(HTML, packing, 1_000) == HTML, "its header may be wrong"


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip", "deflate"])
def test_a_body_is_unpacked_no_further_than_it_may_be(packing: str) -> None:
    assert unpacked(PACKINGS.get(packing, PACKINGS[""]), packing, 7) == HTML[:7]


ODD_HEADS = {
    "HTTP/2 200": b"content-type: text/html",
    "HTTP/1.1 200": b":status: 200",
    "HTTP/1.1 200 OK": b"Transfer-Encoding: chunked",
    "HTTP/1.0 200 OK": "Ключ: a\0b".encode(),
}


@pytest.mark.parametrize("line", ODD_HEADS)
def test_odd_answers_are_read(tmp_path: Path, line: str) -> None:
    answer = b"\r\n".join([line.encode(), ODD_HEADS[line], b"", HTML])
    path = tmp_path / "odd.warc"
    path.write_bytes(b"%bContent-Length: %d\r\n\r\n%b\r\n\r\n" % (WARC_OF_ONE, len(answer), answer))
    assert [(r.status, r.body) for r in read(path)] == [(200, HTML)]


ROW = ["20240301120000", "https://365info.kz:80/2024/03/a", "text/html", "200", "AAA"]
NAMES = ["timestamp", "original", "mimetype", "statuscode", "digest"]


def test_both_kinds_of_index_are_understood() -> None:
    theirs = json.dumps([NAMES, ROW, [], ["kz,365info)/2024/03/a 2024"]])
    captures, key = read_index(theirs)
    assert [(c.original, c.digest) for c in captures] == [(ROW[1], "AAA")]
    assert captures[0].at == datetime(2024, 3, 1, 12, tzinfo=UTC)
    assert key == "kz,365info)/2024/03/a 2024"
    pywb = {"timestamp": ROW[0], "url": ROW[1], "mime": "text/html", "status": "200", "digest": "B"}
    captures, key = read_index(f"{json.dumps(pywb)}\n{json.dumps(pywb | {'status': '404'})}\n")
    assert [(c.original, c.digest, key) for c in captures] == [(ROW[1], "B", None)]


@pytest.mark.parametrize("body", ["", "[]", "[[]]", json.dumps([NAMES])])
def test_an_index_without_a_capture_is_none(body: str) -> None:
    assert read_index(body) == ([], None)


def test_fields_may_come_in_any_order_among_others() -> None:
    names, row = [*NAMES[::-1], "robotflags"], [*ROW[::-1], "-"]
    assert read_index(json.dumps([names, row])) == read_index(json.dumps([NAMES, ROW]))


def test_rows_of_another_shape_are_passed_over() -> None:
    odd = [["2024"], ["2024999999999"] * 5, [None] * 5, "row", ["20240230000000", *ROW[1:]]]
    assert read_index(json.dumps([NAMES, *odd, ROW]))[0] == read_index(json.dumps([NAMES, ROW]))[0]


@pytest.mark.parametrize(
    "body",
    [
        *("<html>", "[" * 100_000, "org.archive.util 503", "{", '{"message": "busy"}', "5", "null"),
        *(json.dumps([ROW]), json.dumps([[["timestamp"]], ROW])),
    ],
)
def test_what_is_no_index_is_said(body: str) -> None:
    with pytest.raises(NoIndexError):
        read_index(body)


def test_the_index_is_asked_for_whole_days_and_only_the_internet_archive_in_pages() -> None:
    days = date(2024, 1, 2), date(2024, 3, 4)
    theirs, pywb = (
        parse_qs(urlsplit(index_query(index, "365info.kz", *days, "a b")).query)
        for index in ("https://web.archive.org/cdx/search/cdx", "http://127.0.0.1:8080/kz/cdx")
    )
    for query in (theirs, pywb):
        assert query["from"] == ["20240102000000"]
        assert query["to"] == ["20240304235959"]
        assert (query["resumeKey"], query["matchType"]) == (["a b"], ["host"])
    assert ("limit" in theirs, "limit" in pywb) == (True, False)


def test_of_an_address_the_last_the_first_or_each_change() -> None:
    rows = [[f"2024010{n}000000", ROW[1], "text/html", "200", d] for n, d in enumerate("ABBA", 1)]
    captures, _ = read_index(json.dumps([NAMES, *reversed(rows)]))
    assert [[c.timestamp[7] for c in chosen(captures, w)] for w in ("last", "first", "each")] == [
        ["4"], ["1"], ["1", "2", "4"],
    ]  # fmt: skip
