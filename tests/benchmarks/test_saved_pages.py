"""How the benchmark of saved pages compares results with the expected values."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from benchmarks.saved_pages import judge, measure, pages_of, table

TEXT = "Акимат объявил о ремонте моста, движение перекроют до конца месяца. " * 4
GOLD = {"title": "Мост закрыт", "published": "2026-11-24T15:40:00+05:00", "text": TEXT}


def test_a_folder_of_pages_makes_a_table(tmp_path: Path) -> None:
    head = '<meta property="og:type" content="article"><title>Мост закрыт</title>'
    page = (
        f"<html><head>{head}</head><body><article><h1>Мост закрыт</h1>"
        f"<time datetime='2026-11-24T10:40:00Z'>24.11</time><p>{TEXT}</p></article></body></html>"
    )
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(page.encode()))
    row = {"key": "a", "url": "https://news.example/most", "zone": "Asia/Almaty", "seen": None}
    (tmp_path / "pages.jsonl").write_text(json.dumps(row | {"gold": GOLD}) + "\n")
    told = [measure(page) for page in pages_of(tmp_path)]
    figures = told[0]["kznews"][0]
    assert all(figures[name] for name in ("title near", "day", "instant"))
    assert figures["text recall"] == 1
    assert not figures["harmed"]
    assert "| text recall | 1.000 |" in table(told)


def test_half_a_text_is_harm_that_a_doubt_tells() -> None:
    half = {"text": TEXT[: len(TEXT) // 2], "title": "Другое", "at": "2026-11"}
    told = judge(half, GOLD)
    assert (told["harmed"], told["silent harm"], told["doubted in vain"]) == (True, True, False)
    assert not any(told[name] for name in ("title near", "day", "instant"))
    assert not judge(half | {"suspect": "half"}, GOLD)["silent harm"]
    assert judge({"text": TEXT, "suspect": "x"}, GOLD)["doubted in vain"]
