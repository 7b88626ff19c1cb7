"""The chat page for the browser: written by hand, served as it is."""
