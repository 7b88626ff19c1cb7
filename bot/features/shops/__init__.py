"""Shops and the people who speak for them: registering, inviting, and the feeds that they send in the chat."""
