"""How listings load more by script. Edit this file for a button's name.

These are the words and class names of themes and plugins (Jetpack, Ajax Load More, Elementor, and
names that themes invent); none of them is known to occur on 365info.kz.
"""

from __future__ import annotations

CLICKABLE = "button, a, input[type=button], [role=button]"
BUTTON = f"{CLICKABLE}, [class*=more]"
"""What may be a button, if it contains none itself; its words or its names decide."""

BUTTON_WORDS = (
    r"^\s*(?:(?:показать|загрузить|смотреть|открыть)\s+(?:ещ[её]|больше)"
    r"|ещ[её]\s+(?:новости|материалы|статьи)|больше\s+(?:новостей|материалов|статей)"
    r"|(?:load|show|view|see)\s+more|more\s+(?:news|posts|articles)|older\s+posts"
    r"|тағы\s+(?:көрсету|жүктеу|жаңалықтар)|көбірек\s+(?:көрсету|жүктеу))"
)
BUTTON_NAMES = r"(?:load|show|view)[-_]?more|more[-_](?:posts|news|btn|button)|js-more"
"""Class names and ids; regular expressions that are the same in Python and in a browser."""

LONGEST_WORDS = 40

BESIDE = "aside, nav, body > header, body > footer, article"
"""A button in one of these does not belong to the listing."""

ENDLESS = (
    "[class*=infinite], [data-infinite], [class*=endless], [class*=scroll-sentinel], "
    "[class*=load-on-scroll]"
)
"""Marks of a list that grows when a reader reaches its end."""

NOTHING_FOUND = ".no-results"
"""The mark of WordPress's own themes for an empty listing."""
