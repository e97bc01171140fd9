"""The content of the look-alike: posts, sections, authors and tags, all from one seed."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from threading import RLock
from typing import Literal

from replica.model import (
    BASE,
    ZONE,
    Author,
    Picture,
    Piece,
    Post,
    Term,
    esc,
    paragraph,
)
from replica.scripted import Kind
from replica.terms import Edition, categories_for, make_categories, make_tags
from replica.words import PEOPLE, TOPICS, Writer, slugify

Theme = Literal["current", "old", "mixed"]

TODAY = date(2026, 11, 20)
YEARS_BACK = 12.5
NEW_THEME_SINCE = 2021
POOL_OF_PHOTOGRAPHERS = ("пресс-служба акимата", "Дина Сарбас", "archive.example", "Азамат Кулбай")

Builder = Callable[["Newsroom", Post], "list[Post] | None"]


@dataclass(frozen=True)
class Oddity:
    """A builder changes a drafted post and returns the companions it needs.

    `posts` counts the post and its companions.
    """

    build: Builder
    posts: int
    doc: str


ODDITIES: dict[str, Oddity] = {}
"""Every oddity by name; the modules of `replica.oddities` sign theirs in."""


class Newsroom:
    """A news site's database; the same arguments always give the same content.

    `articles` counts all posts: with `oddities` on, each oddity takes places among them (and when
    there are fewer places than oddities, all oddities are kept and there are no plain articles).
    """

    def __init__(
        self,
        articles: int = 300,
        seed: int = 365,
        edition: Edition = "main",
        theme: Theme = "current",
        *,
        oddities: bool = True,
        today: date = TODAY,
    ) -> None:
        self.seed, self.edition, self.theme, self.today = seed, edition, theme, today
        self.oddities = oddities
        self.language = "ru" if edition == "main" else "kk"
        self.sitemap_kind: Literal["core", "yoast"] = "core"
        self.per_page = 10
        self.scripted: dict[str, Kind] = {}
        self.lock = RLock()
        self.version = 0
        self.now = datetime.combine(today, time(19), ZONE).astimezone(UTC)
        self.posts: list[Post] = []
        self.categories = make_categories(edition)
        self.tags = make_tags(edition)
        self.authors = [
            Author(number, slugify(name), name) for number, name in enumerate(PEOPLE[:6], 2)
        ]
        self._drafted = 0
        self._next_id = 1001 if edition == "main" else 5002
        self._indexed = -1
        self._by_id: dict[int, Post] = {}
        self._by_path: dict[str, Post] = {}
        self._by_term: dict[int, list[Post]] = {}
        self._slugs: set[str] = set()
        self._namesakes: Counter[str] = Counter()
        self._fill(articles)

    @property
    def catch_all(self) -> Term:
        """The section that holds everything."""
        return self.categories[0]

    @property
    def newest_first(self) -> list[Post]:
        """Posts in the order of listings."""
        return self.posts[::-1]

    def by_id(self, post_id: int) -> Post | None:
        """Find a post by its ID."""
        self._index()
        return self._by_id.get(post_id)

    def at(self, path: str) -> Post | None:
        """Find a post by its canonical path."""
        self._index()
        return self._by_path.get(path)

    def in_term(self, term: Term) -> list[Post]:
        """Posts of a category (its children's too) or tag, newest first."""
        self._index()
        return self._by_term.get(term.id, [])

    def publish(self, **overrides: object) -> Post:
        """Add one ordinary article, dated now unless `published` says otherwise.

        Overrides are fields of Post; `title` is plain text here and `paragraphs` a list of texts.
        """
        with self.lock:
            post = self._draft(self._tick(), overrides)
            return self._insert(post)

    def plant(self, name: str, **overrides: object) -> Post:
        """Add the post of one oddity (and the companions that it cannot do without)."""
        with self.lock:
            return self._plant(name, self._tick(), overrides)

    def edit(
        self, post_id: int, title: str | None = None, add_paragraph: str | None = None
    ) -> Post:
        """Change a post the way an editor does: the modification date moves, the address stays."""
        with self.lock:
            post = self._existing(post_id)
            if title is not None:
                post.title = esc(title)
            if add_paragraph is not None:
                post.pieces.append(paragraph(esc(add_paragraph)))
            post.modified = self._tick()
            self.version += 1
            return post

    def script(self, section: str, kind: Kind) -> None:
        """Let a section's listing go on by script instead of by pages (see `scripted.Kind`)."""
        with self.lock:
            self.scripted[section] = kind
            self.version += 1

    def delete(self, post_id: int) -> None:
        """Remove a post for good: its address answers 404."""
        with self.lock:
            self.posts.remove(self._existing(post_id))
            self.version += 1

    def truth(self) -> list[dict[str, object]]:
        """Say for every post what a perfect reader of its page puts out (see Post.truth)."""
        with self.lock:
            return [post.truth(self.now) for post in self.posts]

    def companion(self, **overrides: object) -> Post:
        """Draft a further post for an oddity that needs several."""
        return self._draft(self.now, overrides)

    def others(self, count: int) -> list[tuple[str, str]]:
        """Path and title of posts to link to; in an empty newsroom they lead nowhere."""
        plain = (post for post in reversed(self.posts) if not post.oddities)
        known = [(post.path, post.title) for post in islice(plain, count)][::-1]
        missing = count - len(known)
        made_up = [(f"/2020/01/iz-arhiva-{n}", f"Из архива, запись {n}") for n in range(missing)]
        return known + made_up

    def writer(self, language: str | None = None) -> Writer:
        """Return a writer whose words depend only on the seed and on what was drafted so far."""
        rng = Random(f"{self.seed}/{self.edition}/words/{self._drafted}")
        return Writer(rng, language or self.language)

    def name(self, post: Post, wanted: str = "") -> str:
        """Return a free slug for a post, numbered when its name is taken."""
        base = wanted or slugify(post.plain_title) or str(post.id)
        slug = base
        while slug in self._slugs:
            self._namesakes[base] += 1
            slug = f"{base}-{self._namesakes[base] + 1}"
        return slug

    def picture_path(self, post: Post, name: str) -> str:
        """Address of an upload: a meaningless hash in the folder of the month."""
        text = f"{self.seed}/{self.edition}/{post.id}/{name}"
        digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        return f"/uploads/{post.local:%Y/%m}/{digest}.jpg"

    def _fill(self, articles: int) -> None:
        names = list(ODDITIES) if self.oddities else []
        extra = sum(builder.posts for builder in ODDITIES.values()) if names else 0
        plain = max(0, articles - extra)
        steps = plain + len(names)
        newest = datetime.combine(self.today, time(18, 30, 15), ZONE).astimezone(UTC)
        span = timedelta(days=365.25 * YEARS_BACK)
        places = {int((n + 0.5) * steps / len(names)): name for n, name in enumerate(names)}
        for step in range(steps):
            age = ((steps - 1 - step) / max(1, steps - 1)) ** 2
            moment = newest - timedelta(seconds=int(span.total_seconds() * age))
            if step in places:
                self._plant(places[step], moment, {})
            else:
                self._insert(self._draft(moment, {}))

    def _plant(self, name: str, moment: datetime, overrides: dict[str, object]) -> Post:
        post = self._draft(moment, overrides)
        companions = ODDITIES[name].build(self, post) or []
        self._apply(post, overrides)
        for each in [*companions, post]:
            each.oddities.append(name)
            self._insert(each)
        return post

    def _draft(self, moment: datetime, overrides: dict[str, object]) -> Post:
        self._drafted += 1
        rng = Random(f"{self.seed}/{self.edition}/post/{self._drafted}")
        topic = rng.choice(TOPICS)
        language = str(overrides.get("language", self.language))
        story = Writer(rng, language).story(topic)
        post = Post(
            id=self._next_id,
            slug="",
            title=esc(story.title),
            published=moment,
            modified=moment,
            pieces=[paragraph(esc(text)) for text in story.paragraphs],
            categories=categories_for(topic, self.categories, rng),
            tags=[tag for tag in self.tags if tag.name in story.tags],
            authors=[rng.choice(self.authors)],
            language=language,
            body_class=rng.choice(("none-bold-first-p", "es-email-subscribe")),
        )
        self._next_id += 2
        if rng.random() < 0.1:
            post.modified = min(moment + timedelta(minutes=rng.randint(3, 90)), self.now)
        self._apply(post, overrides)
        post.thumbnail = overrides.get("thumbnail", self._thumbnail(post, rng))  # type: ignore[assignment]
        if "pieces" not in overrides and "paragraphs" not in overrides:
            vary(post, self.others(1)[0], rng)
        return post

    def _thumbnail(self, post: Post, rng: Random) -> Picture | None:
        if rng.random() < 0.1:
            return None
        return Picture(self.picture_path(post, "lead"), credit=rng.choice(POOL_OF_PHOTOGRAPHERS))

    def _apply(self, post: Post, overrides: dict[str, object]) -> None:
        for name, value in overrides.items():
            if name == "paragraphs" and isinstance(value, list):
                post.pieces = [paragraph(esc(text)) for text in value]
            elif name == "title":
                post.title = esc(str(value))
            elif not hasattr(post, name):
                message = f"a post has no field {name!r}"
                raise TypeError(message)
            else:
                setattr(post, name, value)
        post.modified = max(post.modified, post.published)

    def _insert(self, post: Post) -> Post:
        if not post.slug or post.slug in self._slugs:
            post.slug = self.name(post, post.slug)
        self._slugs.add(post.slug)
        post.modified = max(post.modified, post.published)
        if self.theme == "mixed":
            post.theme = "old" if post.local.year < NEW_THEME_SINCE else "current"
        else:
            post.theme = self.theme
        place = len(self.posts)
        while place and (self.posts[place - 1].published, self.posts[place - 1].id) > (
            post.published,
            post.id,
        ):
            place -= 1
        self.posts.insert(place, post)
        self.version += 1
        return post

    def _existing(self, post_id: int) -> Post:
        post = self.by_id(post_id)
        if post is None:
            message = f"no post {post_id}"
            raise KeyError(message)
        return post

    def _tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def _index(self) -> None:
        if self._indexed == self.version:
            return
        with self.lock:
            self._by_id = {post.id: post for post in self.posts}
            self._by_path = {post.path: post for post in self.posts}
            by_term: dict[int, list[Post]] = defaultdict(list)
            for post in self.newest_first:
                terms = {*post.categories, *post.tags}
                for term in terms | {term.parent for term in terms if term.parent}:
                    by_term[term.id].append(post)
            self._by_term = by_term
            self._indexed = self.version


def vary(post: Post, other: tuple[str, str], rng: Random) -> None:
    """Give some posts a quotation, a heading, a link to another post, comments."""
    writer = Writer(rng, post.language)
    if rng.random() < 0.3:
        text = writer.sentence()
        post.pieces.insert(2, Piece(f"<blockquote><p>{esc(text)}</p></blockquote>", (text,)))
    if rng.random() < 0.2:
        text = writer.sentence().rstrip(".")
        post.pieces.insert(-1, Piece(f"<h2>{esc(text)}</h2>", (text,)))
    if rng.random() < 0.2:
        path, title = other
        html = f'{esc(writer.sentence())} <a href="{BASE}{path}">{title}</a>.'
        post.pieces.append(paragraph(html, related=(path,)))
    if post.body_class == "none-bold-first-p" and rng.random() < 0.3:
        post.announcement = [paragraph(esc(writer.sentence()))]
    if rng.random() < 0.2:
        post.comments = [writer.sentence(), writer.sentence()]
