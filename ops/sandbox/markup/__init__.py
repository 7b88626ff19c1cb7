"""Text with its entities: Telegram's three parse modes, explicit entities, and what Telegram finds by itself."""
