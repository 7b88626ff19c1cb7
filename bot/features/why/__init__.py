"""/why: why a product stands in a search where it stands, or does not."""
