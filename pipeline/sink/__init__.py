"""From Kafka to Elasticsearch: what the indexer and the request log have in common."""
