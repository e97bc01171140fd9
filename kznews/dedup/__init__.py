"""Distinguishes an edited copy of a text from another text of the same template."""
