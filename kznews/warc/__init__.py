"""WARC files: pages as they came over the wire, written and read again (ISO 28500)."""
