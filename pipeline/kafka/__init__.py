"""Kafka as all services use it: reading and following topics, the audit, dead letters, topics and permissions."""
