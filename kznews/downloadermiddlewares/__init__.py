"""Keeps answers that are no pages from the readers of pages."""
