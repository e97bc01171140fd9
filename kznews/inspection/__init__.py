"""``scrapy inspect``: ``explain`` fills a dictionary, ``render`` shows it; no part of a crawl."""
