"""One page outside any run, and what is shown of it."""
