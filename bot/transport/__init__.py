"""The way to Telegram: requests, pacing, repetition, and the reading of updates."""
