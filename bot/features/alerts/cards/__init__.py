"""A card: its life, how it looks, who has it, and reminders of it."""
