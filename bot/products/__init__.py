"""What may be shown of products: the catalogue, the rules in force, cards, and the lists behind buttons."""
