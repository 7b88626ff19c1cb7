"""Text typed with the wrong keyboard layout: "fqajy" is «айфон», "ыфьыгтп" is "samsung"."""

_KEYS_EN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_KEYS_RU = "йцукенгшщзхъфывапролджэячсмитьбюё"
KEYS = tuple((keys[:12], keys[12:23], keys[23:]) for keys in (_KEYS_EN, _KEYS_RU))
"""The rows of letters of either layout, from above."""
_TO_RU = str.maketrans(_KEYS_EN + _KEYS_EN.upper(), _KEYS_RU + _KEYS_RU.upper())
_TO_EN = str.maketrans(_KEYS_RU, _KEYS_EN)


def other_layout(text: str) -> str:
    """What the same keys write in the other layout, in lower case; the text itself if it mixes alphabets."""
    lowered = text.lower()
    latin = any("a" <= letter <= "z" for letter in lowered)
    cyrillic = any("а" <= letter <= "я" or letter == "ё" for letter in lowered)
    if latin == cyrillic:
        return lowered
    return lowered.translate(_TO_RU if latin else _TO_EN)
