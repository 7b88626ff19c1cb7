"""Colours: the Russian adjective in each gender, the English word, and the paint for pictures."""

from dataclasses import dataclass
from typing import Literal

Gender = Literal["m", "f", "n", "pl"]
_HARD: dict[Gender, str] = {"m": "ый", "f": "ая", "n": "ое", "pl": "ые"}
_SOFT: dict[Gender, str] = {"m": "ий", "f": "яя", "n": "ее", "pl": "ие"}
_STRESSED: dict[Gender, str] = {"m": "ой", "f": "ая", "n": "ое", "pl": "ые"}


@dataclass(frozen=True, slots=True)
class Colour:
    """`stem` and `endings` give the Russian forms, `rgb` is the paint."""

    stem: str
    english: str
    rgb: tuple[int, int, int]
    endings: tuple[tuple[Gender, str], ...] = tuple(_HARD.items())

    def russian(self, gender: Gender) -> str:
        return self.stem + dict(self.endings)[gender]


_soft = tuple(_SOFT.items())
COLOURS: dict[str, Colour] = {
    "black": Colour("чёрн", "black", (52, 54, 60)),
    "white": Colour("бел", "white", (250, 250, 248)),
    "silver": Colour("серебрист", "silver", (196, 201, 208)),
    "grey": Colour("сер", "grey", (142, 147, 154)),
    "graphite": Colour("графитов", "graphite", (84, 89, 97)),
    "blue": Colour("син", "blue", (54, 101, 190), _soft),
    "navy": Colour("тёмно-син", "navy", (38, 58, 104), _soft),
    "skyblue": Colour("голуб", "sky blue", (122, 184, 230), tuple(_STRESSED.items())),
    "turquoise": Colour("бирюзов", "turquoise", (58, 176, 176)),
    "green": Colour("зелён", "green", (62, 138, 88)),
    "olive": Colour("оливков", "olive", (117, 122, 72)),
    "mint": Colour("мятн", "mint", (158, 215, 189)),
    "yellow": Colour("жёлт", "yellow", (240, 196, 70)),
    "gold": Colour("золотист", "gold", (212, 175, 96)),
    "orange": Colour("оранжев", "orange", (233, 126, 52)),
    "red": Colour("красн", "red", (200, 58, 54)),
    "burgundy": Colour("бордов", "burgundy", (122, 38, 56)),
    "pink": Colour("розов", "pink", (236, 160, 178)),
    "lilac": Colour("сиренев", "lilac", (184, 160, 214)),
    "brown": Colour("коричнев", "brown", (132, 88, 56)),
    "terracotta": Colour("терракотов", "terracotta", (190, 98, 70)),
    "beige": Colour("бежев", "beige", (222, 202, 172)),
    "sand": Colour("песочн", "sand", (214, 188, 140)),
    "cream": Colour("кремов", "cream", (244, 232, 208)),
}
