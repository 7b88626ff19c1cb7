"""The shops' feeds: what came of each, and those that wait for a decision."""
