"""How every service is."""
