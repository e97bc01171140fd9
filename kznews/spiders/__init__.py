"""One site and one way to walk it, each with a name."""
