"""What a silence covers, asking for one, and the list of them."""
