"""Answers of a WordPress that are no pages: REST API, RSS, sitemaps."""
