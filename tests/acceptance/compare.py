"""Compare a crawl's feeds with the ground truth of a WordPress site, field by field.

    python tests/acceptance/compare.py TRUTH.jsonl DATA_DIR --edition main

TRUTH has one JSON object per line and post: edition, url, id, title_rendered, wp_published,
wp_modified, author, sections, tags, language, image, gallery, photo_credit, blocks, body_readable,
and cases, which names what is special about it. The exit status is 1 if anything differs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Record = dict[str, Any]

FURNITURE = re.compile(
    r"Читайте также|Подпи(?:шитесь|сывайтесь)|Поделиться|Заметили ошибку|email.protected|"
    r"Страницы: 1|Фото: |Посмотреть эту публикацию|Популярное|Сейчас -\d|"
    "[\u00a0\u00ad\u200b-\u200f\ufeff]"
)
NOT_TEXT = {"figcaption", "embed", "own-embed", "related"}


def read(paths: list[Path]) -> list[Record]:
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def plain(text: str) -> str:
    text = re.sub("[\u00ad\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", text).strip()


def pieces(text: str) -> list[str]:
    """Return the blocks of an article's text without list marks, table rows as their cells."""
    found: list[str] = []
    for block in text.split("\n\n"):
        found += [plain(cell) for cell in block.removeprefix("- ").split("\t")]
    return found


def differences(article: Record, truth: Record, id_prefix: str) -> dict[str, tuple[object, object]]:
    blocks = [plain(b["text"]) for b in truth["blocks"] if b["t"] not in NOT_TEXT]
    pictures = [truth["image"]] if truth["image"] else []
    credit = truth["photo_credit"] if truth["image"] else None
    wanted = {
        "id": f"{id_prefix}:{truth['id']}",
        "title": plain(truth["title_rendered"]),
        "published_at": truth["wp_published"],
        "modified_at": truth["wp_modified"],
        "date_precision": "second",
        "language": truth["language"],
        "authors": [truth["author"]] if truth["author"] else [],
        "sections": sorted(truth["sections"]),
        "tags": sorted(truth["tags"]),
        "images": pictures + truth["gallery"],
        "credit": credit,
        "text": [block for block in blocks if block],
        "furniture": [],
        "lead": next((block for block in blocks if block), None),
        "related": "own-embed" in truth["cases"],
        "embeds": [case[6:] for case in truth["cases"] if case.startswith("embed-")],
    }
    got = {
        **{key: article[key] for key in wanted if key in article},
        "sections": sorted(section["slug"] or "" for section in article["sections"]),
        "tags": sorted(article["tags"]),
        "images": [image["url"] for image in article["images"]],
        "credit": article["images"][0]["credit"] if article["images"] else None,
        "text": pieces(article["text"]),
        "furniture": FURNITURE.findall(article["text"]),
        "related": bool(article["related"]),
        "embeds": [embed["kind"] for embed in article["embeds"]],
    }
    return {key: (wanted[key], got[key]) for key in wanted if wanted[key] != got[key]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--edition", choices=("main", "kaz"), default="main")
    options = parser.parse_args()
    truth = [t for t in read([options.truth]) if t["edition"] == options.edition]
    id_prefix = "365info" if options.edition == "main" else "365info-kaz"
    articles = read(sorted(options.data.glob("articles-*.jsonl")))
    rejected = read(sorted(options.data.glob("rejected-*.jsonl")))
    by_url = {unquote(article["url"]): article for article in articles}
    reasons = {unquote(r["url"]): r["reason"] for r in rejected}
    wrong: Counter[str] = Counter()
    public = {unquote(post["url"]) for post in truth if post["body_readable"]}
    for post in truth:
        url = unquote(post["url"])
        if not post["body_readable"]:
            if url in by_url and url not in public:  # a deleted one's address is free again
                wrong["not public"] += 1
                print(f"NOT PUBLIC {url}")
            continue
        if url not in by_url:
            if not (
                "exact-duplicate" in " ".join(post["cases"]) and reasons.get(url) == "duplicate"
            ):
                wrong["missing"] += 1
                print(f"MISSING {url} {post['cases']} {reasons.get(url)}")
            continue
        for field, (expected, got) in differences(by_url[url], post, id_prefix).items():
            wrong[field] += 1
            print(f"{field} {url} {post['cases']}\n  expected {expected!r}\n  got      {got!r}")
    for url in by_url.keys() - {unquote(post["url"]) for post in truth}:
        wrong["unknown"] += 1
        print(f"UNKNOWN {url}")
    if len(by_url) != len(articles):
        wrong["twice"] = len(articles) - len(by_url)
    print(f"{len(articles)} articles against {len(truth)} posts: {dict(wrong) or 'all agree'}")
    return 1 if wrong or not articles else 0


if __name__ == "__main__":
    sys.exit(main())
