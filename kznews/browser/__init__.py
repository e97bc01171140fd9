"""A browser for pages that need scripts: finding it, running it, what a crawl asks of it."""
