"""Extensions listen to signals: they count, warn and set the pace, and never change an item."""
