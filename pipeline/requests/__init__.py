"""`client_requests` and `audit` → indices by month in Elasticsearch."""
