"""The search's synonyms, edited in the chat."""
