"""Articles as files: the feeds of a run, and exports of the archive."""
