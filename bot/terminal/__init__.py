"""The bot's answers in a terminal."""
