"""The head of a page: Yoast-like meta elements and the JSON-LD graph."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from replica.dates import head_date
from replica.model import BASE, Post, clean, esc, plain

if TYPE_CHECKING:
    from replica.newsroom import Newsroom

SITE_NAME = "365info.kz"
LOCALE = {"ru": ("ru_RU", "ru-RU"), "kk": ("kk_KZ", "kk-KZ")}
SIGNED = {"ru": "Написано автором", "kk": "Авторы"}
READING = {"ru": "Примерное время для чтения", "kk": "Оқу уақыты"}

Node = dict[str, object]


def script(data: object) -> str:
    """One ld+json script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f'<script type="application/ld+json" class="yoast-schema-graph">{text}</script>'


def article_head(newsroom: Newsroom, post: Post) -> str:
    """Everything the head says about one article."""
    url, title = BASE + post.path, esc(post.plain_title)
    image = post.thumbnail
    locale = LOCALE[newsroom.language][0]
    api = f"{BASE}/wp-json/"
    lines = [
        f"<title>{title + ' - ' if title else ''}{SITE_NAME}</title>",
        f'<meta name="description" content="{esc(_summary(post))}" />',
        f'<link rel="canonical" href="{url}" />',
        _property("og:locale", locale),
        _property("og:type", "article"),
        _property("og:title", title) if title else "",
        _property("og:description", esc(_summary(post))),
        _property("og:url", url),
        _property("og:site_name", SITE_NAME),
        _property("article:publisher", "https://www.facebook.com/365info.example"),
        *_dates(post),
    ]
    if image:
        lines += [
            _property("og:image", BASE + image.path),
            _property("og:image:width", "1200"),
            _property("og:image:height", "800"),
            _property("og:image:type", "image/jpeg"),
        ]
    if post.authors:
        names = esc(", ".join(author.name for author in post.authors))
        minutes = max(1, len(post.text.split()) // 180)
        lines += [
            f'<meta name="author" content="{names}" />',
            f'<meta name="twitter:label1" content="{SIGNED[newsroom.language]}" />',
            f'<meta name="twitter:data1" content="{names}" />',
            f'<meta name="twitter:label2" content="{READING[newsroom.language]}" />',
            f'<meta name="twitter:data2" content="{minutes} мин." />',
        ]
    lines += _graph_scripts(newsroom, post)
    lines += [
        f'<link rel="https://api.w.org/" href="{api}" />',
        f'<link rel="alternate" type="application/json" href="{api}wp/v2/posts/{post.id}" />',
        f"<link rel='shortlink' href='{BASE}/?p={post.id}' />",
        (
            '<link rel="alternate" type="application/json+oembed" '
            f'href="{api}oembed/1.0/embed?url={url}" />'
        ),
    ]
    if post.theme == "old":
        lines.append(f'<meta name="post_id" content="{post.id}" />')
    return "\n".join(line for line in lines if line)


def archive_head(title: str, path: str, page: int, pages: int, *, index: bool = True) -> str:
    """Head of a listing, with the neighbours of a paged one."""
    number = f" - Страница {page} из {pages}" if page > 1 else ""
    lines = [f"<title>{esc(title)}{number} - {SITE_NAME}</title>"]
    if not index:
        lines.append('<meta name="robots" content="noindex, follow" />')
    lines.append(f'<link rel="canonical" href="{BASE}{page_path(path, page)}" />')
    if page > 1:
        lines.append(f'<link rel="prev" href="{BASE}{page_path(path, page - 1)}" />')
    if page < pages:
        lines.append(f'<link rel="next" href="{BASE}{page_path(path, page + 1)}" />')
    url = BASE + page_path(path, page)
    node: Node = {"@type": "CollectionPage", "@id": url, "url": url, "name": title}
    lines.append(script({"@context": "https://schema.org", "@graph": [node]}))
    return "\n".join(lines)


def page_path(path: str, page: int) -> str:
    """Address of a page of a listing; a search keeps its query."""
    if page == 1:
        return path
    base, _, query = path.partition("?")
    return f"{base.rstrip('/')}/page/{page}" + (f"?{query}" if query else "")


def graph(newsroom: Newsroom, post: Post) -> list[Node]:
    """Nodes in the order of the Yoast of the post's time."""
    nodes = _nodes(newsroom, post)
    modern = "Article WebPage ImageObject BreadcrumbList WebSite Organization Person"
    older = "WebSite ImageObject WebPage BreadcrumbList Person"
    order = (older if post.theme == "old" else modern).split()
    return [node for name in order for node in nodes if _is(node, name)]


def _is(node: Node, name: str) -> bool:
    kind = node["@type"]
    return kind == name or (isinstance(kind, list) and kind[-1] == name)


def _nodes(newsroom: Newsroom, post: Post) -> list[Node]:
    url, home = BASE + post.path, f"{BASE}/"
    language = LOCALE[newsroom.language][1]
    old = post.theme == "old"
    people = [{"name": a.name, "@id": f"{home}#/schema/person/{a.id}"} for a in post.authors]
    signed = {} if not people else {"author": people[0] if len(people) == 1 else people}
    dates = {
        "datePublished": head_date(post.published, post.dates),
        "dateModified": head_date(post.modified, post.dates),
    }
    dates = {key: value for key, value in dates.items() if value}
    section = post.section
    as_list = post.graph == "type_list"
    headline = {"headline": post.plain_title} if post.title else {}
    page_name = f"{post.plain_title} - {SITE_NAME}" if post.title else SITE_NAME
    article: Node = {
        "@type": ["NewsArticle", "Article"] if as_list else "Article",
        "@id": f"{url}#article",
        "isPartOf": {"@id": url},
        **signed,
        **headline,
        **dates,
        "mainEntityOfPage": {"@id": url},
        "wordCount": len(post.text.split()),
        "commentCount": len(post.comments),
        "publisher": {"@id": f"{home}#organization"},
        "keywords": [tag.name for tag in post.tags],
        "articleSection": [term.name for term in post.categories],
        "inLanguage": language,
    }
    page: Node = {
        "@type": ["ItemPage", "WebPage"] if as_list else "WebPage",
        "@id": f"{url}#webpage" if old else url,
        "url": url,
        "name": page_name,
        "isPartOf": {"@id": f"{home}#website"},
        **dates,
        **(signed if old else {}),
        "description": _summary(post),
        "breadcrumb": {"@id": f"{url}#breadcrumb"},
        "inLanguage": language,
    }
    crumbs = ["Главная страница", section.name, post.plain_title]
    links = [home, BASE + section.path, url]
    nodes: list[Node] = [
        article,
        page,
        {
            "@type": "BreadcrumbList",
            "@id": f"{url}#breadcrumb",
            "itemListElement": [
                {"@type": "ListItem", "position": n, "name": name, "item": link}
                for n, (name, link) in enumerate(zip(crumbs, links, strict=True), 1)
                if name
            ],
        },
        {"@type": "WebSite", "@id": f"{home}#website", "url": home, "name": SITE_NAME},
        {"@type": "Organization", "@id": f"{home}#organization", "name": SITE_NAME, "url": home},
    ]
    nodes += [
        {
            "@type": "Person",
            "@id": f"{home}#/schema/person/{author.id}",
            "name": author.name,
            "url": f"{BASE}/author/{author.slug}",
        }
        for author in post.authors
    ]
    if post.thumbnail:
        source = BASE + post.thumbnail.path
        image: Node = {
            "@type": "ImageObject",
            "@id": f"{url}#primaryimage",
            "url": source,
            "contentUrl": source,
            "width": 1200,
            "height": 800,
        }
        nodes.append(image)
        page["primaryImageOfPage"] = article["image"] = {"@id": image["@id"]}
        article["thumbnailUrl"] = source
    return nodes


def _graph_scripts(newsroom: Newsroom, post: Post) -> list[str]:
    if post.graph == "missing":
        return []
    whole = {"@context": "https://schema.org", "@graph": graph(newsroom, post)}
    usual = script(whole)
    if post.graph == "broken":
        return [usual.replace('"@graph":[', '"@graph":[,', 1), usual]
    if post.graph == "other_first":
        path, title = newsroom.others(1)[0]
        url = BASE + path
        other: Node = {
            "@type": "NewsArticle",
            "@id": f"{url}#article",
            "url": url,
            "mainEntityOfPage": url,
            "headline": plain(title),
            "datePublished": "2020-02-02T02:02:02+00:00",
            "dateModified": "2020-02-03T02:02:02+00:00",
            "author": {"@type": "Person", "name": "Чужой Автор"},
            "articleSection": ["Чужая рубрика"],
        }
        return [script({"@context": "https://schema.org", "@graph": [other]}), usual]
    return [usual]


def _dates(post: Post) -> list[str]:
    published = head_date(post.published, post.dates)
    if not published:
        return []
    lines = [_property("article:published_time", published)]
    modified = head_date(post.modified, post.dates)
    if post.modified > post.published and modified:
        lines.append(_property("article:modified_time", modified))
    return lines


def _property(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}" />'


def _summary(post: Post) -> str:
    text = "" if post.password else clean(post.lead or "")
    return text if len(text) < 156 else text[: text.rfind(" ", 0, 152)] + "…"
