"""What is kept about a person, and its deletion."""
