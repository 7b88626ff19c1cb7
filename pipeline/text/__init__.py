"""The one linguistics: words, terms and sounds, for bans and search alike."""
