"""The page of ``scrapy report``.

``figures`` counts, ``charts`` makes charts, ``labels`` has the words, ``page`` puts it together.
"""

LANGUAGES = ("en", "ru", "kk")
"""Languages of the pages for people, also of those of ``scrapy browse``."""
