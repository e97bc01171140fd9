"""Oddities of images, captions and foreign embeds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from replica.model import BASE, Picture, Piece, Post
from replica.oddities.registry import add, oddity, table

if TYPE_CHECKING:
    from replica.newsroom import Newsroom

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

EMBEDS: dict[str, tuple[str, str, str]] = {
    "youtube": (
        "youtube",
        "https://www.youtube.com/embed/kz365Replica",
        (
            '<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">'
            '<iframe title="Ролик" width="500" height="281" '
            'src="{url}?feature=oembed" allowfullscreen></iframe>'
            "</div></figure>"
        ),
    ),
    "telegram_widget": (
        "telegram",
        "https://t.me/vydumannyi_kanal/365",
        (
            '<script async src="https://telegram.org/js/telegram-widget.js?22" '
            'data-telegram-post="vydumannyi_kanal/365" data-width="100%"></script>'
        ),
    ),
    "instagram": (
        "instagram",
        "https://www.instagram.com/p/Kz365Replica/",
        (
            '<blockquote class="instagram-media" data-instgrm-permalink="{url}" '
            'data-instgrm-version="14">'
            '<p><a href="{url}">Публикация от кого-то (@vydumka)</a></p></blockquote>'
            '<script async src="//www.instagram.com/embed.js"></script>'
        ),
    ),
    "twitter": (
        "twitter",
        "https://twitter.com/vydumka/status/1365365365365",
        (
            '<blockquote class="twitter-tweet"><p lang="ru" dir="ltr">Чужие слова из соцсети</p>'
            '&mdash; Выдумка (@vydumka) <a href="{url}">5 марта 2024</a></blockquote>'
            '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>'
        ),
    ),
    "facebook_post": (
        "facebook",
        "https://www.facebook.com/vydumka/posts/3653653653",
        (
            '<div class="fb-post" data-href="{url}" data-width="500"><blockquote cite="{url}" '
            'class="fb-xfbml-parse-ignore"><p>Чужое</p><a href="{url}">Автор</a></blockquote>'
            "</div>"
        ),
    ),
    "tiktok": (
        "tiktok",
        "https://www.tiktok.com/@vydumka/video/7365365365365365365",
        (
            '<blockquote class="tiktok-embed" cite="{url}" data-video-id="7365365365365365365">'
            '<section><a href="{url}">@vydumka</a><p>чужая подпись</p></section></blockquote>'
            '<script async src="https://www.tiktok.com/embed.js"></script>'
        ),
    ),
}


def _embed(name: str) -> None:
    kind, url, html = EMBEDS[name]

    def build(_: Newsroom, post: Post) -> None:
        add(post, Piece(html.format(url=url), embeds=((kind, url),)))

    table(name, f"The body embeds something from {kind}; its words are not the article's.", build)


for _name in EMBEDS:
    _embed(_name)


def _image(path: str, attributes: str = "") -> str:
    return f'<img src="{BASE}{path}" alt="" width="600" height="400" {attributes}/>'


@oddity()
def own_embed(newsroom: Newsroom, post: Post) -> None:
    """Embed another article of the site."""
    path, title = newsroom.others(1)[0]
    url = BASE + path
    html = (
        '<blockquote class="wp-embedded-content" data-secret="aBcDeF365">'
        f'<a href="{url}">{title}</a></blockquote><iframe class="wp-embedded-content" '
        'sandbox="allow-scripts" security="restricted" style="position: absolute; '
        f'clip: rect(1px, 1px, 1px, 1px);" title="{title}" '
        f'src="{url}/embed/#?secret=aBcDeF365" data-secret="aBcDeF365"></iframe>'
    )
    add(post, Piece(html, related=(path,)))


@oddity()
def photo_credit_figcaption(newsroom: Newsroom, post: Post) -> None:
    """Let a figcaption hold nothing but the credit."""
    picture = Picture(newsroom.picture_path(post, "body"), credit="Дана Выдумкина")
    html = (
        f'<figure class="wp-block-image size-full">{_image(picture.path)}'
        f'<figcaption class="wp-element-caption">{picture.below}</figcaption></figure>'
    )
    add(post, Piece(html, pictures=(picture,)))


@oddity()
def photo_credit_paragraph(newsroom: Newsroom, post: Post) -> None:
    """The credit of the lead image is the first paragraph."""
    path = newsroom.picture_path(post, "lead")
    post.thumbnail = Picture(path, credit="senat.vydumka.example", printed=False)
    post.announcement = []
    post.pieces.insert(0, Piece(f"<p>{post.thumbnail.below}</p>"))


@oddity()
def gallery(newsroom: Newsroom, post: Post) -> None:
    """A classic gallery and a block gallery, with captions and credits."""
    one, two, three, four = (newsroom.picture_path(post, f"gallery{n}") for n in range(4))
    pictures = (
        Picture(one, "Кадр 1.", "Марат Выдуманный"),
        Picture(two, "Кадр 2: вид с моста"),
        Picture(three, None, "пресс-служба"),
        Picture(four),
    )
    classic = "".join(
        f'<dl class="gallery-item"><dt class="gallery-icon"><a href="{BASE}{p.path}">'
        f'{_image(p.path)}</a></dt><dd class="wp-caption-text gallery-caption">{p.below}</dd></dl>'
        for p in pictures[:2]
    )
    blocks = f"<figure>{_image(three)}<figcaption>{pictures[2].below}</figcaption></figure>"
    html = (
        f'<div id="gallery-1" class="gallery galleryid-{post.id}">{classic}</div>\n'
        f'<figure class="wp-block-gallery">{blocks}<figure>{_image(four)}</figure></figure>'
    )
    add(post, Piece(html, pictures=pictures))


@oddity()
def wp_caption(newsroom: Newsroom, post: Post) -> None:
    """A caption that is a paragraph."""
    picture = Picture(newsroom.picture_path(post, "body"), "Так выглядит старый порт")
    html = (
        '<div style="width: 610px" class="wp-caption alignnone">'
        f'{_image(picture.path)}<p class="wp-caption-text">{picture.below}</p></div>'
    )
    add(post, Piece(html, pictures=(picture,)))


@oddity()
def caption_shortcode(newsroom: Newsroom, post: Post) -> None:
    """Leave shortcodes behind as text."""
    picture = Picture(newsroom.picture_path(post, "body"), "Мост до ремонта")
    html = (
        f'<p>[caption id="attachment_{post.id}" align="alignnone" width="600"]'
        f'{_image(picture.path)} {picture.below}[/caption]</p>\n<p>[gallery ids="11,12,13"]</p>'
    )
    add(post, Piece(html, pictures=(picture,)))


@oddity()
def lazy_images(newsroom: Newsroom, post: Post) -> None:
    """Load images by script: placeholder, data attributes and a noscript twin."""
    one, two = newsroom.picture_path(post, "lazy1"), newsroom.picture_path(post, "lazy2")
    html = (
        f'<p><img src="{PIXEL}" data-src="{BASE}{one}" class="lazyload" alt="" />'
        f'<noscript><img src="{BASE}{one}" alt="" /></noscript></p>\n'
        f'<figure><img src="{PIXEL}" data-lazy-src="{BASE}{two}" loading="lazy" alt="" />'
        f'<noscript><img src="{BASE}{two}" alt="" /></noscript></figure>'
    )
    add(post, Piece(html, pictures=(Picture(one), Picture(two))))


@oddity()
def resized_images(newsroom: Newsroom, post: Post) -> None:
    """Size variants and an edited upload."""
    plain = newsroom.picture_path(post, "body")
    edited = newsroom.picture_path(post, "edited").replace(".jpg", "-e1562043773248.jpg")
    small, tiny = (plain.replace(".jpg", f"-{size}.jpg") for size in ("600x400", "300x200"))
    srcset = f'srcset="{BASE}{tiny} 300w, {BASE}{small} 600w, {BASE}{plain} 1200w"'
    html = (
        f"<p>{_image(small, srcset)}</p>\n<p>{_image(edited.replace('.jpg', '-600x400.jpg'))}</p>"
    )
    add(post, Piece(html, pictures=(Picture(plain), Picture(edited))))


@oddity()
def lead_image_repeated(newsroom: Newsroom, post: Post) -> None:
    """Open the body with the lead image in another size."""
    lead = post.thumbnail or Picture(newsroom.picture_path(post, "lead"))
    post.thumbnail = lead
    post.announcement = []
    html = f"<p>{_image(lead.path.replace('.jpg', '-600x400.jpg'))}</p>"
    post.pieces.insert(0, Piece(html, pictures=(replace(lead),)))


@oddity()
def no_image(_: Newsroom, post: Post) -> None:
    """No picture anywhere."""
    post.thumbnail = None


@oddity()
def attachment(newsroom: Newsroom, post: Post) -> None:
    """Link an image to its attachment page, below the article's own address."""
    path = newsroom.picture_path(post, "body")
    post.slug = newsroom.name(post)
    name = path.rsplit("/", 1)[-1].removesuffix(".jpg")
    html = f'<p><a href="{BASE}{post.path}/{name}" rel="attachment">{_image(path)}</a></p>'
    add(post, Piece(html, pictures=(Picture(path),)))
