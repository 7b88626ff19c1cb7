"""What a person may like, why, and what is like a product."""
