"""What the bot answers, as pure functions: data in, text and buttons out."""
