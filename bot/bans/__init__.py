"""Bans asked for in a chat: what was written, the steps of a request, and carrying it out."""
