"""How themes mark parts of a page: bylines, logos, what is beside the article."""

from __future__ import annotations

import re

BYLINES = (
    *("[itemprop=author] [itemprop=name]", "[itemprop=author]", "article [rel~=author]"),
    *(".author .fn", ".entry-meta .author", ".byline a", ".byline", ".post-author"),
    *("[rel~=author]", ".author-name", ".entry-author", ".author a", ".author"),
    *(".elementor-post-info__item--type-author", ".submitted .username", ".field--name-uid"),
    *("[class*=author][class*=name] a", "[class*=author][class*=name]", ".autor", ".journalist"),
)
"""Selectors in order, the surest first."""
_CAPITAL = "[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ]"
PLACE = rf"{_CAPITAL}[a-zа-яёәғқңөұүһі][\w-]{{1,20}}"
"""A place beside a date, as a pattern: no abbreviation, which may be of a time zone."""
BY = re.compile(
    r"^\s*(?:(?:by|von|par|por|авторы?(?: (?:записи|статьи))?|жазған|(?:posted|written) by"
    rf"|текст(?=\s*:|\s+(?-i:{_CAPITAL}))|view all posts by"
    rf"|(?:(?:больше|ещ[её]) )?от(?=\s+(?-i:{_CAPITAL}))(?!\s+редакц)"
    r"|(?:(?:по|про)смотреть )?все(?:х)? (?:запис(?:и|ей)|стат(?:ьи|ей)|материал(?:ы|ов)) автора)"
    r"(?:\s*:|\b)\s*)+",
    re.IGNORECASE,
)
"""What stands before the name in a byline."""
NO_NAME = re.compile(
    r"(?:(?:по|про)?смотр(?:еть|ите)|читать|вс[её]|архив|view|more|see|read|all|\d{1,6}\s(?:запис|стат|матер|публик|post|article)\w*)\b",
    re.IGNORECASE,
)
"""How a link to an author's articles begins that is not the name."""
NOBODY = re.compile(r"super\s?user$|admin(?:istrator)?$|root$|editor$", re.IGNORECASE)
"""What an account is called before somebody names it, and machines are told."""
BY_ADDRESS = "a[href*='/author/'], a[href*='/authors/'], a[href*='/avtor'], a[href*='/journalist']"
SECTIONS_BY_ADDRESS, TAGS_BY_ADDRESS = (
    "a[href*='/category/']",
    "a[href*='/tag/'], a[href*='/tags/']",
)
"""Links to what WordPress has at its usual addresses, in themes that mark them by nothing else."""
SECTIONS_BY_CLASS = (
    ".category a, .category-name a, [class$=category] a, [class$=categories] a, [class*=rubric] a"
    ", a[class$=category], a[class*=rubric]"
)
"""Links to sections in themes that have them at addresses of their own."""
TAGS_BY_CLASS = "[class$=tags] a, [class$=tag-list] a, [class$=tags-list] a, .tags a, a.tag"
"""Links to tags in themes that have them at addresses of their own."""
_PERSON = rf"{_CAPITAL}[\w.'’-]{{1,30}}(?:\s{_CAPITAL}[\w.'’-]{{0,30}}){{0,3}}"
_SIGNS = (
    r"(?:мақала\s)?авторы?(?:\s(?:статьи|текста|материала)(?:\sи\sфото)?)?|текст|жазған|author"
    r"|(?:беседовал|записал|подготовил)а?|сұхбаттасқан|әзірлеген|дайындаған"
)
SIGN = re.compile(rf"(?:{_SIGNS})\s?:?", re.IGNORECASE)
"""What stands before the name in such a line."""
SIGNATURE = re.compile(
    rf"(?i:{_SIGNS})\s?:?\s"
    rf"(?P<names>{_PERSON}(?:,\s{_PERSON}){{0,4}}?)(?:\s?[|/•]\s.*|[.,;]?\s?(?i:фото)\b.*)?"
)
"""A line that names who wrote the text."""
SIGNATURES = (
    "//body//text()[contains(., 'втор') or contains(., 'АВТОР') or contains(., 'екст')"
    " or contains(., 'азған') or contains(., 'uthor') or contains(., 'еседовал')"
    " or contains(., 'аписал') or contains(., 'одготовил') or contains(., 'ұхбаттас')"
    " or contains(., 'зірлеген') or contains(., 'айындаған')]"
    "[not(parent::script or parent::style)]/parent::*"
)
"""Elements that may hold a part of such a line, in XPath."""
THUMBNAIL = ".wp-post-image"
"""WordPress's own class of the picture that an article is shown by."""
CAPTION = re.compile(
    r"(?<![\w-])(?!no-|without-|wp-caption(?![\w-]))(?:[\w-]{0,40}[_-])?caption(?:-text)?(?![\w-])"
)
"""Class of the caption of a picture before it."""
CREDITS = frozenset({"copyright", "credit", "credits", "photographer", "source"})
"""Words in the class of the credit in a caption."""
CREDIT_LABEL = (
    r"(?:(?:фото|сурет|источник|fotos?|photo|image|bild|quelle|source|credits?)"
    r"(?:\s(?:by|credit))?\s?:|(?:photo|image)\sby\b)\s?"
)
"""What stands before such a credit, as a pattern."""
LEADS = frozenset(
    {"announce", "anons", "dek", "excerpt", "intro", "lead", "lede", "lid", "perex", "standfirst"}
    | {"summary"}
)
"""Words in the class of the lead between a title and a body."""
LOGO = re.compile(r"\blogo|site-?(?:title|name)|blog-?title", re.IGNORECASE)
"""Class or id of a heading that is the site's name."""

BLOCK_SECTIONS = ".taxonomy-category a"
"""WordPress's block of an article's sections, whose links call themselves tags."""
EDITS = (
    "//body//text()[contains(., 'бновлен') or contains(., 'аңартыл') or contains(., 'pdated')]"
    "[not(parent::script or parent::style)]/parent::*"
)
"""Elements that may name the day of an edit, in XPath."""
EDITED = re.compile(r"^(?!.*publish).*(?:updat|modif)", re.IGNORECASE | re.DOTALL)
"""Class of the day of an edit."""
OF_EDIT = re.compile(
    r"^(?!.*publish).*(?<![a-z])(?:updated|modified)(?![a-z])", re.IGNORECASE | re.DOTALL
)
"""Class of what is around it."""
FIELDS = re.compile(r"single-(?:(?:\w+_)?events?|product)")
"""Class of a page that shows what a calendar or a shop holds, in fields of their own."""
MAIN = ".single-post main"
"""What holds the article where no element of a theme is it, as in WordPress's block themes."""
CARD = re.compile(r"(?<![\w-])wp-block-post(?![\w-])")
"""Class of another article's card inside the article, beside the tag ``article``."""
BESIDE_TERMS = re.compile(
    r"related|(?<![\w-])(?:widget|sidebar|comments?)(?![\w-])|comments?-(?:area|body|list)"
    r"|tag-cloud|tags_cloud|similar|recommend|popular",
    re.IGNORECASE,
)
"""Class of what holds the sections and tags of other articles."""
NOTICE = re.compile(
    r"cookie[_-]?(?:alert|banner|bar|bot|box|consent|dialog|info|law|message|modal|notice|popup)"
    r"|consent[_-]?(?:banner|manager|modal|popup|root|sdk)|cky-(?:consent|modal)",
    re.IGNORECASE,
)
"""Class or id of a question for consent, which stands on every page of a site."""
NOTICES = (
    "//div[contains(@class, 'ookie') or contains(@class, 'onsent') or contains(@class, 'cky-')"
    " or contains(@id, 'ookie') or contains(@id, 'onsent')]"
    "[not(.//h1 or .//article or .//main or .//iframe)]"
)
"""Elements that may be such, in XPath."""
ASIDE = "self::aside or self::nav or self::footer"
"""Elements beside the article, in XPath."""
TRAIL = (
    "ancestor::li | ancestor-or-self::*[contains(@class, 'bread')][not(self::html or self::body)]"
)
"""Around a heading that is the last step of the way to the page, made for search engines."""
BESIDE_BYLINE = (
    f"ancestor-or-self::*[{ASIDE} or self::li[ancestor::nav]]"
    " | ancestor::*[contains(@class, 'comment') or contains(@id, 'comment')"
    " or contains(@class, 'related')]"
)
"""Around a byline that is a comment's or another article's."""
BESIDE_LISTING = (
    "ancestor::aside or ancestor::nav or "
    "ancestor::*[self::header or self::footer][not(ancestor::article or ancestor::main)]"
)
"""True of a link that is no card of a listing."""
BESIDE_BUTTON = (
    "ancestor::*[self::aside or self::nav or self::article"
    " or (self::header or self::footer) and parent::body]"
)
"""``load_more.BESIDE``, as XPath."""
