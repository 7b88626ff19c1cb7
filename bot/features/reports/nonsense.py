"""Texts that nobody meant as a search: fingers on the keyboard, one letter again and again. Pure."""

import re

VOWELS = frozenset("aeiouyаеёиоуыэюяіїє")
KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
ROW_RUN = 4
SAME_RUN = re.compile(r"(.)\1{3,}")
WORD = re.compile(r"[^\W\d_]+")
# Shorter words without a vowel are abbreviations: hdmi, usb, ссд.
LEAST_LETTERS = 5


def is_nonsense(text: str) -> bool:
    """Whether no word of the text can be one: asdfgh, йцукен, ааааа, zxcvb, or no letter and no digit at all."""
    words = WORD.findall(text.lower())
    if not words:
        return not any(character.isdigit() for character in text)
    return all(_is_mash(word) for word in words)


def _is_mash(word: str) -> bool:
    if SAME_RUN.search(word):
        return True
    if len(word) >= LEAST_LETTERS and not VOWELS & set(word):
        return True
    runs = (row[at : at + ROW_RUN] for row in KEYBOARD_ROWS for at in range(len(row) - ROW_RUN + 1))
    return len(word) >= ROW_RUN and sum(len(run) for run in runs if run in word) >= len(word)
