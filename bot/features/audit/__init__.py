"""Who did what: the audit, shown in the chat."""
