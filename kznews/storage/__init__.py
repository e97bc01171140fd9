"""What was found, stored and delivered."""
