"""The registry of shops: who sells here, what people call them, and what their feeds are."""
