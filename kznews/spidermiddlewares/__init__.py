"""Between the spiders and the engine: what is done with answers and with what was made of them."""
