"""From an alert to its cause: its last hour, what changed lately, and first aid."""
