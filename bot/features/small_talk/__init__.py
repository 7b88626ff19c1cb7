"""What people write to anybody: a greeting, thanks, where their order is. A sentence and a button, not a search."""
