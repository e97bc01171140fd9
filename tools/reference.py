"""Makes docs/settings.md and docs/arguments.md from the code: ``python -m tools.reference``.

A setting's meaning is the comment above it or beside it in ``kznews/settings.py``; an argument's
stands in ``kznews/spiders/arguments.py``.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from kznews.spiders.arguments import ARGUMENTS
from kznews.spiders.base import NewsSpider

ROOT = Path(__file__).parent.parent
MADE = "<!-- Made by `python -m tools.reference` from the code: edit that. -->\n"
PACKAGES = ("kznews.", "scrapy.")
QUOTES = "'\""
GROUP = re.compile(r"# --- (.+?) -+")


class Setting(NamedTuple):
    """A setting as it stands in the code; ``variable`` is the environment's, or empty."""

    group: str
    name: str
    default: str
    variable: str
    meaning: str


def settings() -> Iterator[Setting]:
    """Yield the settings in their order, without those that only put the parts together."""
    source = (ROOT / "kznews" / "settings.py").read_text("utf-8")
    comments = {
        token.start[0]: token
        for token in tokenize.generate_tokens(StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    groups = {line: m[1] for line, x in comments.items() if (m := GROUP.match(x.string))}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        default, variable = _default(node.value)
        group = max((line for line in groups if line < node.lineno), default=0)
        if not (group and isinstance(target, ast.Name) and (default or variable)):
            continue
        above = node.lineno - 1
        while above in comments and above != group and comments[above].start[1] == 0:
            above -= 1
        lines = range(above + 1, (node.end_lineno or node.lineno) + 1)
        comment = " ".join(comments[n].string.lstrip("# ") for n in lines if n in comments)
        yield Setting(groups[group], target.id, default, variable, comment)


def _default(value: ast.expr) -> tuple[str, str]:
    """Return the default and the variable that changes it; nothing for what joins parts."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"_text", "_number"}:
            name, *default = map(ast.unparse, node.args)
            first = _constant(node.args[1]) if default else ""
            return first, f"`{name.strip(QUOTES)}`"
    return _constant(value), ""


def _constant(value: ast.expr) -> str:
    is_plain = isinstance(value, ast.Constant) and not str(value.value).startswith(PACKAGES)
    is_empty = isinstance(value, ast.Dict | ast.List) and len(ast.unparse(value)) == len("[]")
    text = ast.unparse(value).strip(QUOTES)
    return f"`{text}`" if is_plain or is_empty else ""


def settings_page() -> str:
    """Return docs/settings.md."""
    lines = [
        "# Settings\n",
        MADE,
        "Set a setting by `-s NAME=VALUE`, or by its environment variable if it has one;",
        "`KZNEWS_DATA_DIR`, `KZNEWS_FEEDS`, `KZNEWS_FEEDS_BATCH` and `KZNEWS_LOG_LEVEL` by the",
        "variable only. An empty variable counts as unset. A misspelt name is an error. Of",
        "[Scrapy's own](https://docs.scrapy.org/en/latest/topics/settings.html) this page lists",
        "those with another value than Scrapy's.",
    ]
    group = ""
    for setting in settings():
        if setting.group != group:
            group = setting.group
            lines += [
                f"\n## {group}\n",
                "| setting | value | variable | meaning |",
                "|---|---|---|---|",
            ]
        cells = (f"`{setting.name}`", setting.default, setting.variable, setting.meaning)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def arguments_page() -> str:
    """Return docs/arguments.md."""
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["kznews.spiders"]}))
    lines = [
        "# Arguments of the spiders\n",
        MADE,
        "`scrapy crawl <spider> -a NAME=VALUE`; `-a help=1` shows those of a spider.\n",
        "| argument | meaning | example |",
        "|---|---|---|",
        *(f"| `{n}` | {a.meaning} | `-a {n}={a.example}` |" for n, a in ARGUMENTS.items()),
        "\n## Spiders\n",
        "| spider | what it does | arguments |",
        "|---|---|---|",
    ]
    for name in loader.list():
        spider = loader.load(name)
        assert issubclass(spider, NewsSpider)
        about = (spider.__doc__ or "").partition("\n")[0]
        taken = ", ".join(f"`{argument}`" for argument in ARGUMENTS if argument in spider.taken())
        lines.append(f"| `{name}` | {about} | {taken} |")
    return "\n".join(lines) + "\n"


PAGES = {"settings.md": settings_page, "arguments.md": arguments_page}

if __name__ == "__main__":
    for file, page in PAGES.items():
        (ROOT / "docs" / file).write_text(page(), "utf-8")
