"""What an answer is made of: text, buttons, callback data, words in both languages. Pure."""
