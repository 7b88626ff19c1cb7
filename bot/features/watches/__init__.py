"""Price watches, saved searches, quiet hours."""
