"""What the bot remembers: named stores in the topic `chat_state`, read by one consumer."""
