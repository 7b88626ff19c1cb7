"""Who this room is to Kafka and to Elasticsearch."""

IDENTITY = "spark"
"""The name in the certificate, in Kafka's ACLs and of the role in Elasticsearch."""
