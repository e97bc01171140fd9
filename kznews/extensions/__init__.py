"""Extensions only listen: they count, warn and set the pace, and never touch an item."""
