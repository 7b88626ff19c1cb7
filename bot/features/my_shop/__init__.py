"""/my: a shop's own products and its week, for the people who speak for it; and their wish that a ban be looked at."""
