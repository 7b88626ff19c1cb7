"""`filtered_products` → Elasticsearch: the index side of the catalogue."""
