"""Signs that the site has changed, and alerts about them."""
