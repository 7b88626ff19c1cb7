"""How all services are, for /status."""
