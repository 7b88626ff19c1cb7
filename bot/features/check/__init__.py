"""Everything that the bot stands on, tried now: what is wrong, in a sentence."""
