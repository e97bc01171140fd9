"""A browser for what only scripts show: which one, what it is asked, how it reads."""
