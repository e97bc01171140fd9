"""What lets a listing go on by script: the file to edit for a button's name.

The words and class names of themes and plugins that are in use (Jetpack, Ajax Load More, Elementor,
and what themes call it themselves); none of them is known of 365info.kz.
"""

from __future__ import annotations

CLICKABLE = "button, a, input[type=button], [role=button]"
BUTTON = f"{CLICKABLE}, [class*=more]"
"""What may be a button, one that holds none itself: it is one by its words or its names."""

BUTTON_WORDS = (
    r"^\s*(?:(?:показать|загрузить|смотреть|открыть)\s+(?:ещ[её]|больше)"
    r"|ещ[её]\s+(?:новости|материалы|статьи)|больше\s+(?:новостей|материалов|статей)"
    r"|(?:load|show|view|see)\s+more|more\s+(?:news|posts|articles)|older\s+posts"
    r"|тағы\s+(?:көрсету|жүктеу|жаңалықтар)|көбірек\s+(?:көрсету|жүктеу))"
)
BUTTON_NAMES = r"(?:load|show|view)[-_]?more|more[-_](?:posts|news|btn|button)|js-more"
"""Class names and ids; regular expressions that Python and a browser read alike."""

LONGEST_WORDS = 40

BESIDE = "aside, nav, body > header, body > footer, article"
"""What stands in one of these leads on from something else than the listing."""

ENDLESS = (
    "[class*=infinite], [data-infinite], [class*=endless], [class*=scroll-sentinel], "
    "[class*=load-on-scroll]"
)
"""Marks of a list that grows where a reader comes to its end."""

NOTHING_FOUND = ".no-results"
"""WordPress's own themes mark a listing that is truly empty."""
