"""Alert cards: from Alertmanager's webhook to one message a group that follows what happens; drills."""
