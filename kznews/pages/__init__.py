"""Pure reading: a response in, data out. No clock, no setting, no socket, no cleaning of text."""
