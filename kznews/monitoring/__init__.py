"""Signs that the site has changed, and who hears of them."""
