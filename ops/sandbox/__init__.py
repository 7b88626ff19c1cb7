"""A Telegram for people who try the product and for tests: the Bot API on one side, people on the other."""
