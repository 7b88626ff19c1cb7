"""Kafka as all services use it: live views, reading a topic, topics and permissions of the cluster."""
