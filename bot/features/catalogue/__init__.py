"""The catalogue to walk through: sections, what is new, shops and their pages; and what sections are called."""
