"""Free text, result lists with filters, product cards, inline mode."""
