"""Offers: the tables of `sections` expanded into what shops send.

The expansion is a function of the tables and the seed alone. Ids do not move when a model is added at the end of
a section: they are the section's code, the model's place and the offer's place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

from ops.demo.sections import Language, ProductModel, Section, sections
from ops.demo.shops import Shop, shops
from ops.drawings.colours import COLOURS

SEED = 20
NEWEST = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""The catalogue's last day. Fixed, so that two runs give the same bytes."""
ON_SALE = 0.15
"""The share of offers that cost more before."""
CYRILLIC = re.compile(r"^[а-яё]", re.IGNORECASE)
_COLOUR_KEY: dict[Language, str] = {"ru": "Цвет", "en": "Colour"}


@dataclass(frozen=True, slots=True)
class DemoOffer:
    """One product as its shop would send it, and what only the generator knows: the fields from `language` on.

    `picture` is what follows `demo:` in the address of its drawing; `category` is the last part of the path in feeds.
    """

    product_id: str
    name: str
    description: str
    price: int
    category: str
    brand: str
    available: int
    reserved: int
    sku: str
    tags: tuple[str, ...]
    picture: str
    specifications: tuple[tuple[str, str], ...]
    created_at: datetime
    updated_at: datetime
    store_id: str
    language: Language
    department: str
    noun: str
    model: str
    colour: str | None
    option: str | None
    old_price: int | None

    @property
    def page(self) -> str:
        """Its page at its shop."""
        return f"{shops()[self.store_id].site}/item/{self.product_id}"

    @property
    def offer_id(self) -> str:
        """What the offer is called in the marketplace."""
        return f"{self.store_id}/{self.product_id}"


@dataclass(frozen=True, slots=True)
class _Variant:
    product_id: str
    shop: Shop
    colour: str | None
    option: str | None
    extra: int


def offers(seed: int = SEED) -> tuple[DemoOffer, ...]:
    """Every good offer of the demo, in the order of the tables; about 800."""
    return tuple(_expand(seed))


def _expand(seed: int) -> Iterator[DemoOffer]:
    for section in sections():
        for place, model in enumerate(section.model, start=section.first):
            for variant in _variants(section, model, place):
                random = Random(f"{seed}:{variant.product_id}")  # noqa: S311 - repeatable on purpose
                yield _offer(section, model, variant, random, seed)


def _variants(section: Section, model: ProductModel, place: int) -> Iterator[_Variant]:
    """The first shop sells every variant, each further shop every second one."""
    step = section.step if model.step is None else model.step
    every = list(product(model.colours or (None,), enumerate(model.options or (None,))))
    sold = [(shop, one) for rank, shop in enumerate(model.shops) for one in every[:: 1 if rank == 0 else 2]]
    for count, (shop, (colour, (index, option))) in enumerate(sold, start=1):
        yield _Variant(f"{section.code}-{place:02d}{count:02d}", shops()[shop], colour, option, step * index)


def _offer(section: Section, model: ProductModel, variant: _Variant, random: Random, seed: int) -> DemoOffer:
    shop = variant.shop
    dearer = 1.0 if shop.id == model.shops[0] else random.choice((0.95, 0.97, 1.03, 1.05))
    created = NEWEST - timedelta(minutes=random.randrange(60 * 24 * 540))
    updated = created + (NEWEST - created) * random.random()
    stock = 0 if random.random() < 0.07 else 1 + int(shop.stock * random.random() ** 2)
    price = shop.price((model.price + variant.extra) * dearer)
    return DemoOffer(
        product_id=variant.product_id,
        name=_name(section, model, variant),
        description=_description(section, model, variant, random),
        price=price,
        category=section.category,
        brand=model.brand,
        available=stock,
        reserved=min(stock, random.choice((0, 0, 0, 1, 2))),
        sku=shop.sku.format(number=_number(variant.product_id)),
        tags=section.tags,
        picture=f"{model.picture or section.picture}-{variant.colour or 'plain'}",
        specifications=_specifications(section, model, variant),
        created_at=created.replace(second=0, microsecond=0),
        updated_at=updated.replace(second=0, microsecond=0),
        store_id=shop.id,
        language=section.language,
        department=section.department,
        noun=model.noun or section.noun,
        model=model.model,
        colour=variant.colour,
        option=variant.option,
        old_price=_old_price(shop, price, seed, variant.product_id),
    )


def _old_price(shop: Shop, price: int, seed: int, product_id: str) -> int | None:
    # A chance of its own: the others stay what they were.
    random = Random(f"{seed}:{product_id}:sale")  # noqa: S311 - repeatable on purpose
    before = shop.price(price * random.choice((1.1, 1.2, 1.3)))
    return before if random.random() < ON_SALE and before > price else None


def _number(product_id: str) -> int:
    """The id as a number, different for every id: its two letters in base 26, then its four digits."""
    first, second = (ord(letter) - ord("a") for letter in product_id[:2])
    return (26 * first + second) * 10_000 + int(product_id[3:])


def _name(section: Section, model: ProductModel, variant: _Variant) -> str:
    """Each shop keeps to one of the section's patterns; a blank part takes its comma with it."""
    noun = model.noun or section.noun
    pattern = section.names[list(shops()).index(variant.shop.id) % len(section.names)]
    if model.noun and "{noun}" not in pattern and section.language == "ru":
        pattern = re.sub(r"^[^{«]*(?=[{«])", "{noun} ", pattern, count=1)
    colour = _colour(section, model, variant.colour) if variant.colour else ""
    title = model.model
    if CYRILLIC.search(title) and "{brand} {model}" in pattern and "«" not in title:
        title = f"«{title}»"
    name = pattern.format(noun=noun, brand=model.brand, model=title, option=variant.option or "", colour=colour)
    parts = [" ".join(part.split()) for part in name.split(", ")]
    return ", ".join(part for part in parts if part)


def _colour(section: Section, model: ProductModel, colour: str) -> str:
    paint = COLOURS[colour]
    return paint.english if section.language == "en" else paint.russian(model.gender or section.gender)


def _specifications(section: Section, model: ProductModel, variant: _Variant) -> tuple[tuple[str, str], ...]:
    rows = [("Бренд" if section.language == "ru" else "Brand", model.brand)]
    rows += zip(section.spec_keys, model.specs, strict=True)
    if variant.option and section.option_key:
        rows.append((section.option_key, variant.option))
    if variant.colour:
        paint = COLOURS[variant.colour]
        word = paint.english if section.language == "en" else paint.russian("m")
        rows.append((_COLOUR_KEY[section.language], word))
    return tuple(rows)


def _description(section: Section, model: ProductModel, variant: _Variant, random: Random) -> str:
    """Two to five sentences: the maker's own words always, the rest by the shop's mood."""
    known = dict(zip(section.spec_keys, model.specs, strict=True))
    uses = model.uses or section.uses
    use, second = random.sample((*uses, "") if len(uses) == 1 else uses, 2)
    detail = random.choice(model.details or section.details).format_map(known)
    closing = random.choice(variant.shop.closing)
    plans = (
        (model.text, use),
        (model.text, detail, use),
        (model.text, detail, use, closing),
        (model.text, use, second),
        (model.text, detail, closing),
        (model.text, use, closing),
        (model.text, detail),
    )
    return " ".join(filter(None, random.choice(plans)))
