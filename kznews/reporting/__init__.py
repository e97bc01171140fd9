"""A page that shows what the archive holds (``scrapy report``).

``figures`` counts, ``charts`` draws, ``labels`` says it in a language, ``page`` puts it together.
"""
