"""Bans and their lifting: from what an admin writes to the last product."""
