"""Messages that failed: look, replay, discard."""
