"""WARC files: raw answers, written and read again (ISO 28500)."""
