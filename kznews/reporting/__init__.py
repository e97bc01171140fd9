"""A page that shows what the archive holds (``scrapy report``).

``figures`` counts, ``charts`` draws, ``labels`` says it in a language, ``page`` puts it together.
"""

LANGUAGES = ("en", "ru", "kk")
"""Languages of the pages for people, also of those of ``scrapy browse``."""
