"""The chat page for the browser: three files written by hand, served as they are."""
