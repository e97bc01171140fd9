"""Between the spiders and the engine: keeps pages."""
