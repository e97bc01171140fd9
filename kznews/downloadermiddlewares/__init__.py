"""Between the downloader and the spiders: an answer that is no page never reaches a reader."""
