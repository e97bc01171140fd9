"""Text made plain, and what can only be told from plain text."""

from __future__ import annotations

from kznews.items import Article, Image
from kznews.pipelines import ArticlePipeline
from kznews.text import clean, clean_line, content_hash, language, whole, word_count


class CleanPipeline(ArticlePipeline):
    """Clean every string; tell the language; count and hash the words."""

    def process_article(self, article: Article) -> Article:
        return clean_article(article)


def clean_article(article: Article) -> Article:
    """Clean the strings of an article, and set what is told from them."""
    article.title = clean_line(article.title)
    article.text = clean(article.text)
    article.lead = clean(article.lead or "") or None
    article.authors = _cleaned(article.authors)
    article.tags = _cleaned(article.tags)
    article.section = _line(article.section)
    for section in article.sections:
        section.name = _line(section.name)
        section.slug = whole(section.slug or "") or None
    article.images = [
        Image(whole(image.url), _line(image.caption), _line(image.credit))
        for image in article.images
    ]
    for embed in article.embeds:
        embed.url = whole(embed.url)
    article.language = language(article.text or article.title, article.language)
    article.word_count = word_count(article.text)
    article.content_hash = content_hash(article.title, article.text)
    return article


def _cleaned(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(map(clean_line, names)) if name]


def _line(text: str | None) -> str | None:
    return clean_line(text or "") or None
