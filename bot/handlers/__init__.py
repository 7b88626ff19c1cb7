"""What the bot does for each command, button and query: thin, between the services and the replies."""
