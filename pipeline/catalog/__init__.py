"""Both sides of search in one place: linguistics, mapping, indexer and query."""
