"""A market of any size, always the same for a seed: offers, shops, brands that few or very many offers have, bans."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

SEED = 15
OFFERS_OF_A_SHOP = 300
# One brand has so much of the market, another so much, the rest shares what is left.
HUGE, LARGE = 0.40, 0.013
RARE_EVERY = 4_000
_TEXT = (
    "умные часы браслет ремешок силиконовый кожаный чёрный серебристый экран датчик пульса шагомер защита воды "
    "плавание спорт бег тренировка батарея неделя уведомления звонки музыка зарядка магнитная гарантия год корпус "
    "алюминий сталь стекло подарок мужчине женщине ребёнку набор комплект модель размер вес материал чехол кабель "
    "наушники колонка лампа чайник кофемолка рюкзак куртка кроссовки велосипед палатка фонарь книга пазл мяч"
)
_WORDS = _TEXT.split()
_BRANDS = tuple(f"{first}{last}" for first in ("Альт", "Бор", "Вект", "Гран", "Дель", "Эко", "Прим", "Нов", "Тех")
                for last in ("ика", "ис", "она", "ерра", "лайн", "арт", "ум", "атор"))  # fmt: skip
_CATEGORIES = tuple(
    f"{top} / {middle} {number}"
    for top in ("Электроника", "Дом", "Спорт", "Одежда")
    for middle in ("Основное", "Прочее", "Уход")
    for number in range(1, 9)
)
HUGE_BRAND, LARGE_BRAND = "Колосс", "Середняк"


@dataclass(frozen=True, slots=True)
class MarketModel:
    """`offers` offers in shops of three hundred."""

    offers: int

    @property
    def shops(self) -> int:
        return max(1, self.offers // OFFERS_OF_A_SHOP)

    def key(self, number: int) -> str:
        """What an offer is called."""
        return f"shop-{number % self.shops}/offer-{number}"

    def made(self, numbers: Iterator[int] | range, *, night: int = 0) -> Iterator[tuple[bytes, bytes]]:
        """Key and value of these offers, about a kilobyte each; with `night`, as that nightly feed has them."""
        for number in numbers:
            yield self.key(number).encode(), orjson.dumps(self._document(number, night))

    def changed(self, night: int) -> range:
        """Which offers a nightly feed has changed: one in a hundred."""
        return range(night % 100, self.offers, 100)

    def rare_word(self, number: int) -> str:
        """A word that one offer in four thousand has, not the same for all."""
        return f"диковина{number % RARE_EVERY}"

    def brand(self, number: int) -> str:
        """The brand of an offer."""
        return _brand(random.Random(SEED * 1_000_003 + number))  # noqa: S311 - sample data

    def _document(self, number: int, night: int) -> dict[str, object]:
        chance = random.Random(SEED * 1_000_003 + number)  # noqa: S311 - sample data
        brand = _brand(chance)
        words = chance.choices(_WORDS, k=32)
        name = f"{' '.join(words[:5]).capitalize()} GT{number % 997}"
        return {
            "product_id": f"offer-{number}",
            "name": f"{name} ночь{night}" if night else name,
            "description": f"{' '.join(words[5:28]).capitalize()}. {self.rare_word(number)}.",
            "price": {"amount": round(chance.uniform(90, 90_000) + night, 2), "currency": "RUB"},
            "category": chance.choice(_CATEGORIES),
            "brand": brand,
            "stock": {"available": chance.randint(0, 50), "reserved": 0},
            "sku": f"S-{number}",
            "tags": words[28:31],
            "images": [{"url": f"https://pictures.example/{number}.jpg", "alt": "фото"}],
            "specifications": {"цвет": words[31], "вес": 32.5, "экран": '1.43"', "страна": "Россия"},
            "created_at": "2026-05-01T10:00:00Z",
            "updated_at": "2026-06-01T10:00:00Z",
            "store_id": f"shop-{number % self.shops}",
        }


def _brand(chance: random.Random) -> str:
    pick = chance.random()
    return HUGE_BRAND if pick < HUGE else LARGE_BRAND if pick < HUGE + LARGE else chance.choice(_BRANDS)
