"""Greeting, help, language."""
