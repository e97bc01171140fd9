"""Ways to walk a site. A crawl knows requests and responses; what a page says it asks of pages/."""
