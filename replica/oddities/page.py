"""Oddities of everything around the text: head, dates, addresses, sections, authors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from replica.model import CATCH_ALL, ZONE, Post
from replica.oddities.registry import oddity, precede, rewrite, table

if TYPE_CHECKING:
    from replica.newsroom import Newsroom

FIELDS: dict[str, tuple[str, dict[str, object]]] = {
    "no_author": ("Nobody signs.", {"authors": []}),
    "password": ("A password protects the post.", {"password": True, "outcome": "protected"}),
    "utm_link": ("Listings link with utm parameters.", {"link_style": "utm"}),
    "short_link": ("Listings link to ?p=ID.", {"link_style": "short"}),
    "slash_link": ("Listings link with a final slash.", {"link_style": "slash"}),
    "http_link": ("Listings link with the http scheme.", {"link_style": "http"}),
    "fragment_link": ("Listings link to the comments.", {"link_style": "fragment"}),
    "no_date": ("The page tells no date at all.", {"dates": "none", "clock": "none"}),
    "absurd_date": ("The head says 1970.", {"dates": "absurd", "clock": "none"}),
    "future_date": (
        "The head says 36 years later, the visible time element is right.",
        {"dates": "future"},
    ),
    "json_ld_broken": ("The first JSON-LD script is invalid.", {"graph": "broken"}),
    "json_ld_missing": ("There is no JSON-LD.", {"graph": "missing"}),
    "json_ld_type_list": ("Types are lists.", {"graph": "type_list"}),
    "json_ld_other_article": ("Another article's graph comes first.", {"graph": "other_first"}),
    "yoast_wrong_offset": (
        "The head prints the GMT clock with +06:00.",
        {"dates": "wrong_offset"},
    ),
    "sticky": ("The post stays on top of the front page.", {"sticky": True}),
}
MOMENTS: dict[str, tuple[str, datetime]] = {
    "before_change": ("The last days of +06:00.", datetime(2024, 2, 28, 6, 15, 20, tzinfo=UTC)),
    "after_change": ("The first second of +05:00.", datetime(2024, 2, 29, 19, 0, 0, tzinfo=UTC)),
}
VISIBLE = datetime(2024, 3, 5, 9, 5, tzinfo=ZONE).astimezone(UTC)


def _fields(name: str) -> None:
    doc, values = FIELDS[name]

    def build(_: Newsroom, post: Post) -> None:
        for field, value in values.items():
            setattr(post, field, list(value) if isinstance(value, list) else value)

    table(name, doc, build)


def _moment(name: str) -> None:
    doc, moment = MOMENTS[name]

    def build(_: Newsroom, post: Post) -> None:
        _date(post, moment)

    table(name, doc, build)


for _name in FIELDS:
    _fields(_name)
for _name in MOMENTS:
    _moment(_name)


def _date(post: Post, moment: datetime) -> None:
    post.published = post.modified = moment


@oddity()
def two_authors(newsroom: Newsroom, post: Post) -> None:
    """Two people sign; the graph lists both, REST knows only the first."""
    post.authors = newsroom.authors[1:3]


@oddity()
def numeric_slug(newsroom: Newsroom, post: Post) -> None:
    """A slug of digits only."""
    number = 365
    while newsroom.name(post, str(number)) != str(number):
        number += 1
    post.slug = str(number)


@oddity()
def cyrillic_slug(newsroom: Newsroom, post: Post) -> None:
    """A slug that was never transliterated: percent-encoded, in lower-case hex."""
    words = "".join(c if c.isalnum() else " " for c in post.plain_title.lower()).split()
    post.slug = newsroom.name(post, quote("-".join(["новость", *words[:4]])).lower())


@oddity()
def old_slug(_: Newsroom, post: Post) -> None:
    """The post was renamed; listings still link to the old address, which redirects."""
    post.old_slugs = [f"/{post.local:%Y/%m}/prezhnee-imya-{post.id}"]
    post.link_style = "old"


@oddity(posts=3)
def same_second(newsroom: Newsroom, post: Post) -> list[Post]:
    """Three posts of one second."""
    return [newsroom.companion(published=post.published) for _ in range(2)]


@oddity(posts=2)
def ambiguous_hour(newsroom: Newsroom, post: Post) -> list[Post]:
    """23:30 of 29 February 2024 came twice: at +06:00 and an hour later at +05:00."""
    first = datetime(2024, 2, 29, 17, 30, tzinfo=UTC)
    earlier = precede(newsroom, post)
    _date(post, first + timedelta(hours=1))
    _date(earlier, first)
    return [earlier]


@oddity()
def new_year(newsroom: Newsroom, post: Post) -> None:
    """Half a minute after midnight of 1 January: in GMT it is still the old year."""
    year = newsroom.today.year
    _date(post, datetime(year, 1, 1, 0, 0, 30, tzinfo=ZONE).astimezone(UTC))


@oddity()
def utc_previous_month(newsroom: Newsroom, post: Post) -> None:
    """The address says this month, GMT the month before."""
    first = newsroom.today.replace(day=1)
    local = datetime(first.year, first.month, 1, 2, 30, 10, tzinfo=ZONE)
    _date(post, local.astimezone(UTC))


@oddity()
def modified_later(newsroom: Newsroom, post: Post) -> None:
    """Corrected two hours later."""
    post.published = min(post.published, newsroom.now - timedelta(hours=3))
    post.modified = post.published + timedelta(hours=2, minutes=7, seconds=3)


@oddity()
def modified_equal(_: Newsroom, post: Post) -> None:
    """Never touched again."""
    post.modified = post.published


@oddity()
def multi_section(newsroom: Newsroom, post: Post) -> None:
    """Five sections, two of them catch-alls and one a child."""
    terms = newsroom.categories
    post.categories = [terms[0], terms[1], terms[4], terms[3], terms[-1]]


@oddity()
def only_catch_all(newsroom: Newsroom, post: Post) -> None:
    """In the feed of everything and nowhere else."""
    post.categories = [term for term in newsroom.categories[:1] if term.slug in CATCH_ALL]


@oddity()
def text_date_only(_: Newsroom, post: Post) -> None:
    """The date is only in visible Russian words."""
    _date(post, VISIBLE)
    post.dates, post.clock = "none", "text"


@oddity()
def text_date_relative(newsroom: Newsroom, post: Post) -> None:
    """«2 часа назад», counted from the Date of the answer."""
    _date(post, (newsroom.now - timedelta(hours=2)).replace(second=0))
    post.dates, post.clock = "none", "relative"


@oddity()
def text_date_kk(newsroom: Newsroom, post: Post) -> None:
    """The date is only in visible Kazakh words."""
    rewrite(newsroom, post, "kk")
    _date(post, VISIBLE)
    post.dates, post.clock = "none", "kk"
