"""Answers of a WordPress other than pages: REST API, RSS, sitemaps."""
