"""What is odd about single posts: builders that sign in at ``replica.newsroom.ODDITIES``."""

from replica.oddities import media, page, text

__all__ = ["media", "page", "text"]
