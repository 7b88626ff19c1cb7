"""What the bot owes to chats without being asked, delivered whatever Telegram does."""
