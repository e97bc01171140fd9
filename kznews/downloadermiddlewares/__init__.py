"""Between the downloader and the spiders: what is no page never reaches a reader of pages."""
