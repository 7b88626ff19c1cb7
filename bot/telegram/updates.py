"""The kinds of updates that the bot asks of Telegram, whichever way they come."""

UPDATES = ("message", "edited_message", "callback_query", "inline_query")
