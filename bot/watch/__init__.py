"""Price watches and saved searches: from a product's change to one message."""
