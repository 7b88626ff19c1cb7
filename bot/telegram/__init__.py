"""Telegram's side: requests, limits, polling, and the outbox for what nobody asked for in this moment."""
