"""``scrapy inspect``: ``fetch`` gets one page, ``explain`` fills a dictionary, ``render`` shows it.

Nothing here is part of a crawl.
"""
