"""What a post is made of, and what a perfect reader must make of it."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Almaty")
BASE = "@@BASE@@"
OTHER_EDITION = "@@OTHER@@"
PAGE_BREAK = "<!--nextpage-->"
CATCH_ALL = ("poslednie-novosti", "glavnoe", "songy-zhanalyqtar", "basty-zhanalyqtar")

_SPACES = re.compile("[\\u00a0\\u2000-\\u200a\\u202f\\u205f\\u3000 \\t]+")
_INVISIBLE = re.compile("[\\u00ad\\u200b-\\u200f\\u2060\\ufeff]")
_TAG = re.compile(r"<[^>]+>")


def esc(text: str) -> str:
    """Escape text for HTML."""
    return html.escape(text, quote=True)


def clean(text: str) -> str:
    """Reduce odd spaces and invisible characters the way the output must have them."""
    tidy = _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    return "\n".join(line.strip() for line in tidy.strip().split("\n"))


def plain(markup: str) -> str:
    """Return the clean text of a piece of inline HTML."""
    return clean(html.unescape(_TAG.sub("", markup)))


@dataclass(frozen=True)
class Term:
    """A category or a tag."""

    id: int
    slug: str
    name: str
    taxonomy: str = "category"
    parent: Term | None = None

    @property
    def path(self) -> str:
        """Address below the site root; a child category stands under its parent."""
        above = f"{self.parent.slug}/" if self.parent else ""
        return f"/{'category' if self.taxonomy == 'category' else 'tag'}/{above}{self.slug}"


@dataclass(frozen=True)
class Author:
    """Somebody who signs articles."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class Picture:
    """An image by the path of its original, with what is printed below it.

    `printed=False` is for a lead image whose credit stands elsewhere on the page.
    """

    path: str
    caption: str | None = None
    credit: str | None = None
    printed: bool = True

    @property
    def below(self) -> str:
        """The printed caption line."""
        credit = f"Фото: {self.credit}" if self.credit else ""
        return " ".join(part for part in (self.caption, credit) if part)


@dataclass(frozen=True)
class Piece:
    """A stretch of body HTML together with what must be read from it."""

    html: str
    texts: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    embeds: tuple[tuple[str, str], ...] = ()
    related: tuple[str, ...] = ()


def paragraph(markup: str, related: tuple[str, ...] = ()) -> Piece:
    """Make an ordinary paragraph from inline HTML."""
    return Piece(f"<p>{markup}</p>", (plain(markup),), related=related)


@dataclass
class Post:
    """One article; `title` is HTML as WordPress renders it, instants are UTC."""

    id: int
    slug: str
    title: str
    published: datetime
    modified: datetime
    pieces: list[Piece]
    categories: list[Term]
    tags: list[Term] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    announcement: list[Piece] = field(default_factory=list)
    thumbnail: Picture | None = None
    oddities: list[str] = field(default_factory=list)
    language: str = "ru"
    theme: str = "current"
    body_class: str = "none-bold-first-p"
    password: bool = False
    sticky: bool = False
    link_style: str = "plain"
    graph: str = "usual"
    dates: str = "usual"
    clock: str = "usual"
    nesting: int = 0
    comments: list[str] = field(default_factory=list)
    old_slugs: list[str] = field(default_factory=list)
    outcome: str = "article"
    duplicate_of: int | None = None

    @property
    def local(self) -> datetime:
        """Publication in Almaty; the instant decides, so the doubled hour has both offsets."""
        return self.published.astimezone(ZONE)

    @property
    def path(self) -> str:
        """Canonical path."""
        return f"/{self.local:%Y/%m}/{self.slug}"

    @property
    def plain_title(self) -> str:
        """Headline as text."""
        return plain(self.title)

    @property
    def shown_title(self) -> str:
        """Headline HTML as visitors get it."""
        return f"Защищено: {self.title}" if self.password else self.title

    @property
    def content(self) -> str:
        """Body HTML as REST and feeds give it: whole, furniture-free."""
        return "\n".join(piece.html for piece in [*self.rest_announcement, *self.pieces])

    @property
    def rest_announcement(self) -> list[Piece]:
        """Announcement that is not also in the body; the page prints it in its own block."""
        body = {text for piece in self.pieces for text in piece.texts}
        return [piece for piece in self.announcement if not set(piece.texts) <= body]

    @property
    def all_pieces(self) -> list[Piece]:
        """Everything a reader meets, repetition dropped."""
        return [*self.rest_announcement, *self.pieces]

    @property
    def text(self) -> str:
        """The perfect text."""
        return "\n\n".join(text for piece in self.all_pieces for text in piece.texts)

    @property
    def lead(self) -> str | None:
        """First paragraph."""
        return next((text for piece in self.all_pieces for text in piece.texts), None)

    @property
    def pictures(self) -> list[Picture]:
        """Lead image first, every original once."""
        found: dict[str, Picture] = {}
        lead = (self.thumbnail,) if self.thumbnail else ()
        for picture in [*lead, *(picture for piece in self.pieces for picture in piece.pictures)]:
            found.setdefault(picture.path, picture)
        return list(found.values())

    @property
    def section(self) -> Term:
        """First category that is not a catch-all."""
        own = [term for term in self.categories if term.slug not in CATCH_ALL]
        return (own or self.categories)[0]

    def truth(self, now: datetime) -> dict[str, object]:
        """Describe the item a perfect reader makes of the article page.

        `rest` holds the fields whose value is different when the REST answer is read instead.
        """
        published, modified, precision = self._dates(now)
        exact: dict[str, object] = {
            "published_at": iso(self.published),
            "modified_at": iso(self.modified),
            "date_precision": "second",
        }
        seen: dict[str, object] = {
            "published_at": published,
            "modified_at": modified,
            "date_precision": precision,
        }
        rest = {key: value for key, value in exact.items() if seen[key] != value}
        if len(self.authors) > 1:
            rest["authors"] = [self.authors[0].name]
        hidden = self.password
        return {
            "id": self.id,
            "path": self.path,
            "outcome": self.outcome,
            "duplicate_of": self.duplicate_of,
            "oddities": list(self.oddities),
            "title": self.plain_title or None,
            "lead": None if hidden else self.lead,
            "text": "" if hidden else self.text,
            "authors": [author.name for author in self.authors],
            "section": self.section.name,
            "sections": [{"slug": term.slug, "name": term.name} for term in self.categories],
            "tags": [tag.name for tag in self.tags],
            **seen,
            "images": []
            if hidden
            else [
                {"url": picture.path, "caption": picture.caption, "credit": picture.credit}
                for picture in self.pictures
            ],
            "embeds": [
                {"kind": kind, "url": url} for piece in self.pieces for kind, url in piece.embeds
            ],
            "related": list(dict.fromkeys(p for piece in self.all_pieces for p in piece.related)),
            "language": self.language,
            "rest": rest,
        }

    def _dates(self, now: datetime) -> tuple[str, str | None, str]:
        if self.dates in {"usual", "wrong_offset"}:
            only_meta = self.graph == "missing" and self.modified <= self.published
            return iso(self.published), None if only_meta else iso(self.modified), "second"
        if self.dates == "future":
            return iso(self.published), None, "second"
        if self.clock == "relative":
            hours = int((now - self.published).total_seconds() // 3600)
            moment = now.timestamp() - hours * 3600
            return iso(datetime.fromtimestamp(moment, UTC).replace(second=0)), None, "minute"
        if self.clock in {"text", "kk"}:
            return iso(self.published.replace(second=0)), None, "minute"
        return f"{self.local:%Y-%m}", None, "month"


def iso(moment: datetime) -> str:
    """ISO 8601 with the Almaty offset of that instant."""
    return moment.astimezone(ZONE).isoformat(timespec="seconds")
