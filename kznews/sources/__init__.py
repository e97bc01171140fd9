"""Sources of article addresses, and the policies that combine them."""
