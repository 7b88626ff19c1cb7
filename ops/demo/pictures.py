"""Pictures of the demo."""

SCHEME = "demo:"
