"""A plugin for Datasette: search, and pages in the language of the reader's browser."""

from __future__ import annotations

import json
import re
import sqlite3
from importlib.resources import files
from itertools import pairwise
from typing import Any

from datasette import hookimpl
from datasette.utils import tilde_encode
from jinja2 import DictLoader
from markupsafe import Markup, escape

from kznews.datasette_app.search import by_beginning
from kznews.datasette_app.versions import differences
from kznews.pipelines.duplicates import REREAD
from kznews.reporting import LANGUAGES
from kznews.text import web_address

PACKAGE = files(__package__)
WORDS: dict[str, dict[str, str]] = json.loads(PACKAGE.joinpath("words.json").read_text("utf-8"))
"""The words of the pages in each language."""
STYLE = PACKAGE.joinpath("style.css").read_text("utf-8")
FORM = frozenset({"_search", "section", "language", "day__gte", "day__lte"})
"""Arguments of the form above the articles; the page of the list does not belong to it."""
FACETS = "_facet=section&_facet=language&_facet=site&_facet=day&_facet_array=tags"
"""The facets, counted only on demand: tags take a second for 36,500 articles."""
OF_A_PAGE = frozenset({"_next", "_nofacet"})
HITS = """
  SELECT articles.id, highlight(articles_fts, 0, char(2), char(3)) AS title,
    snippet(articles_fts, 1, char(2), char(3), '…', 40) AS lead
  FROM articles_fts JOIN articles ON articles.rowid = articles_fts.rowid
  WHERE articles_fts MATCH :query AND articles.id IN (SELECT value FROM json_each(:ids))
"""
CHOICES = """
  SELECT {0} AS name, count(*) AS count FROM articles WHERE {0} IS NOT NULL
  GROUP BY 1 ORDER BY 2 DESC LIMIT 100
"""
EDITS = "SELECT * FROM versions WHERE id = :id ORDER BY version DESC LIMIT 21"
"""The last twenty edits are compared; the table ``versions`` has all."""
ALIKE = """
  SELECT id, title, published FROM articles
  WHERE id <> :id AND (id = :original OR duplicate_of = :id OR duplicate_of = :original)
  ORDER BY published LIMIT 20
"""
NEIGHBOUR = """
  SELECT id, title FROM articles
  WHERE site = :site AND (published, id) {0} (:published, :id)
  ORDER BY published {1}, id {1} LIMIT 1
"""


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Replace Datasette's reading of search queries by the project's."""
    conn.create_function("escape_fts", 1, by_beginning)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:
    """Give Datasette the templates of the package, also from within an egg."""
    found = PACKAGE.joinpath("templates").iterdir()
    env.loader.loaders.insert(0, DictLoader({file.name: file.read_text("utf-8") for file in found}))
    env.globals["style"] = Markup(STYLE)  # noqa: S704 (the project's own)
    env.filters |= {"tilde": tilde_encode, "web_address": web_address, "from_json": json.loads}


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(request: Any, datasette: Any, database: str | None) -> dict[str, Any]:
    """Return the words of the templates, and functions that query the database."""

    async def rows(sql: str, **values: Any) -> list[dict[str, Any]]:
        found = await datasette.get_database(database).execute(sql, values)
        return [dict(row) for row in found.rows]

    async def hits(search: str, shown: Any) -> dict[str, dict[str, Markup]]:
        """Return headline and snippet of a page's articles with the hits marked."""
        ids = json.dumps([row["id"] for row in shown])
        found = await rows(HITS, query=by_beginning(search), ids=ids) if search else []
        return {row["id"]: {name: marked(row[name]) for name in ("title", "lead")} for row in found}

    async def choices(column: str) -> list[dict[str, Any]]:
        return await rows(CHOICES.format(column))

    async def around(article: Any) -> dict[str, Any]:
        """Return an article's edits, near-duplicates and neighbours."""
        key = {"id": article["id"]}
        place = {"site": article["site"], "published": article["published"], **key}
        stored = await rows(EDITS, **key)
        return {
            "edits": [
                edit(before, after)
                for after, before in pairwise(stored)
                if after["cause"] != REREAD
            ],
            "alike": await rows(ALIKE, original=article["duplicate_of"], **key),
            "previous": await rows(NEIGHBOUR.format("<", "DESC"), **place),
            "next": await rows(NEIGHBOUR.format(">", "ASC"), **place),
        }

    language = language_of(request.headers.get("accept-language", "") if request else "")
    return {
        "language": language,
        "words": {name: text[language] for name, text in WORDS.items()},
        "kept_arguments": [
            (name, value)
            for name in (request.args if request else ())
            for value in request.args.getlist(name)
            if name not in FORM | OF_A_PAGE
        ],
        "facets": FACETS,
        "hits": hits,
        "choices": choices,
        "around": around,
        "differences": differences,
    }


def language_of(header: str) -> str:
    """Return the language that a browser prefers, of those that the pages have."""
    wanted = []
    for part in header.lower().split(",")[:20]:
        name, _, weight = part.strip().partition(";q=")
        code = re.split("[-_]", name)[0]
        try:
            wanted.append((-float(weight or 1), code))
        except ValueError:
            continue
    return next((code for _, code in sorted(wanted, key=lambda x: x[0]) if code in LANGUAGES), "en")


def marked(text: str) -> Markup:
    """Return text as HTML; what FTS5 put between two control characters is a hit."""
    html = str(escape(text)).replace("\x02", "<mark>").replace("\x03", "</mark>")
    return Markup(html)  # noqa: S704 (escaped above)


def edit(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return when a version was stored and what it changed."""
    changes = {
        name: differences(before[name] or "", after[name] or "")
        for name in ("title", "text")
        if before[name] != after[name]
    }
    return {"stored": after["stored"][:16].replace("T", " "), "changes": changes}
