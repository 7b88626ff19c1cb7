"""One line a model: which offers stand together in a list, and what is told of them there. Pure.

A shop's own word comes first (`group_id`), then a maker's name with a model's, then a barcode. Two offers that only may
be the same stay apart: a line too many is seen at once, a line too few hides an offer.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from pydantic import BaseModel, ConfigDict

from pipeline.catalog.head_nouns import heads
from pipeline.catalog.request import Sort
from pipeline.contracts.messages import Price, Product
from pipeline.text.letters import folded
from pipeline.text.linguistics import analyse, is_noun
from pipeline.text.measures import UNITS
from pipeline.text.words import is_cyrillic

_COLOUR = re.compile(r"^(?:цвет|расцветка|colou?r)$")
_SIZE = re.compile(r"^(?:размер(?: .*)?|(?:case |shoe )?size)$")
_MODEL, _BARCODE = re.compile("^модель$"), re.compile("^штрихкод$")
_QUOTED = re.compile(r"[«“\"].+[»”\"]")
# Where the maker comes first, the noun is among the words after it: so many name a model besides.
_WHOLE_NAME = 3
_COLOUR_WORDS = (
    "чёрный белый серебристый серый графитовый синий голубой бирюзовый зелёный оливковый мятный жёлтый золотистый "
    "золотой оранжевый красный бордовый розовый фиолетовый сиреневый коричневый бежевый кремовый песочный хаки "
    "black white silver gray grey graphite blue navy turquoise green olive mint yellow gold orange red burgundy pink "
    "purple violet brown beige cream sand khaki"
)
_COLOURS = frozenset(analyse(_COLOUR_WORDS))


class Line(BaseModel):
    """What a line stands for when it is more than one offer, all of which the list has found.

    `name`: what the names of its first shop's offers have in common. `price`: the lowest that can be compared.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    offers: int
    shops: int = 1
    colours: int = 0
    sizes: int = 0
    price: Price | None = None
    price_varies: bool = False
    available: int = 0
    uncounted: bool = False


def line_of(product: Product) -> str:
    """The key of the line in which the offer stands; its own when nothing says that another is the same."""
    return keys_of(product)[0]


def keys_of(product: Product) -> tuple[str, ...]:
    """Every key under which others are the same model; the first is that of its line.

    A list can stand in one line only what shares a single key. A card leads to whatever shares any.
    """
    group = f"group {product.store_id} {product.group_id}" if product.group_id else ""
    told = [key for key in (group, _model(product), _barcode(product)) if key] or [f"offer {product.offer_id}"]
    return tuple(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest() for key in told)


def lines_of(shown: Iterable[Product], offers: Iterable[Product], currency: str) -> dict[str, Line]:
    """By the id of the offer that stands for it: each line of `shown` that has more than one of the `offers`."""
    by_line: dict[str, dict[str, Product]] = {}
    for offer in offers:
        by_line.setdefault(line_of(offer), {})[offer.offer_id] = offer
    found: dict[str, Line] = {}
    for product in shown:
        together = {product.offer_id: product} | by_line.get(line_of(product), {})
        if len(together) > 1:
            found[product.offer_id] = _line(product, tuple(together.values()), currency)
    return found


def spread(shown: Sequence[tuple[Product, float]], first: int, most: int) -> tuple[tuple[Product, float], ...]:
    """The same hits; among the `first` of them at most `most` of one shop, as long as there are others of their kind.

    Another shop's strap does not go before a watch: only what is of a category of the first ones goes ahead.
    """
    kinds = {product.category for product, _ in shown[:first]}
    ahead: list[tuple[Product, float]] = []
    behind: list[tuple[Product, float]] = []
    for hit in shown:
        of_shop = sum(other.store_id == hit[0].store_id for other, _ in ahead)
        goes = len(ahead) < first and of_shop < most and hit[0].category in kinds
        (ahead if goes else behind).append(hit)
    return (*ahead, *behind)


def ordered(hits: Sequence[tuple[Product, float]], sort: Sort, currency: str) -> tuple[tuple[Product, float], ...]:
    """The same hits in another order, as the index would put them."""
    if sort == "newest":
        oldest = datetime.min.replace(tzinfo=UTC)
        return tuple(sorted(hits, key=lambda hit: hit[0].created_at or oldest, reverse=True))
    worth = {hit[0].offer_id: hit[0].price.within(currency) for hit in hits}
    sign = -1 if sort == "price_desc" else 1
    return tuple(sorted(hits, key=lambda hit: (worth[hit[0].offer_id] is None, sign * (worth[hit[0].offer_id] or 0))))


def colour_of(product: Product) -> str:
    """The colour as the shop names it, or nothing."""
    return _told(product, _COLOUR)


def size_of(product: Product) -> str:
    """The size as the shop names it, or nothing."""
    return _told(product, _SIZE)


def _line(shown: Product, offers: Sequence[Product], currency: str) -> Line:
    comparable = [(worth, each) for each in offers if (worth := each.price.within(currency)) is not None]
    own = [each.name for each in offers if each.store_id == shown.store_id]
    colours = {folded(colour) for each in offers if (colour := colour_of(each))}
    sizes = {folded(size) for each in offers if (size := size_of(each))}
    varied = {*(colours if len(colours) > 1 else ()), *(sizes if len(sizes) > 1 else ())}
    return Line(
        name=_common(shown, own, varied),
        offers=len(offers),
        shops=len({each.store_id for each in offers}),
        colours=len(colours),
        sizes=len(sizes),
        price=min(comparable, key=lambda each: each[0])[1].price if comparable else None,
        price_varies=len({worth for worth, _ in comparable}) > 1,
        available=sum(each.stock.for_sale for each in offers),
        uncounted=any(each.stock.uncounted and each.stock.for_sale for each in offers),
    )


def _common(shown: Product, names: Sequence[str], varied: Collection[str]) -> str:
    """The parts of the name that all names have, without those that are a size or a colour; at least two words."""
    shared = set.intersection(*({_bare(word) for word in name.split()} for name in (shown.name, *names)))
    first, *others = (part.split() for part in shown.name.split(","))
    kept = [" ".join(_of(first, shared))]
    kept += [" ".join(part) for part in others if all(_bare(word) in shared for word in part)]
    left = ", ".join(part for part in kept if part and folded(part) not in varied).strip(" ;-–")
    return left if len(left.split()) > 1 else shown.name


def _of(words: Sequence[str], shared: Collection[str]) -> Iterator[str]:
    """The shared words, and no unit whose number is gone."""
    number_gone = False
    for word in words:
        if _bare(word) in shared and not (number_gone and _bare(word) in UNITS):
            yield word
        number_gone = _bare(word) not in shared and word[:1].isdigit()


def _bare(word: str) -> str:
    return word.strip(',;.()«»"“”').casefold()


def _model(product: Product) -> str:
    """Maker, noun and model; nothing unless they tell one model from another."""
    brand = folded(product.brand)
    named, model = folded(product.name), folded(_value(product.specifications, _MODEL))
    if not brand or brand not in named:
        return ""
    before, _, after = named.partition(brand)
    if not after.strip() and not model:
        before, after = "", before
    told = model or after
    left = analyse(told)
    for value in (size_of(product), colour_of(product)):
        left = _without(left, analyse(value))
    left = [term for term in left if term not in _COLOURS]
    if not _names_a_model(left, told):
        return ""
    if not (before.strip() or any(map(_has_digit, left)) or (len(left) >= _WHOLE_NAME and _capital_after(product))):
        return ""
    # What is bought, and how many: a strap for a watch is no watch, and a set of two is not one.
    kind = heads(before)[-1:]
    return f"model {brand} | {' '.join((*kind, *filter(_has_digit, analyse(before))))} | {' '.join(left)}"


def _names_a_model(terms: Sequence[str], told: str) -> bool:
    """Whether the terms are more than «мужская», which a shop says of a hundred things; a name in quotes is."""
    if any(map(_has_digit, terms)) or (terms and _QUOTED.search(told)):
        return True
    return not all(is_cyrillic(term) and not is_noun(term) for term in terms)


def _capital_after(product: Product) -> bool:
    """Whether a word behind the maker's is written as a name: "Harbour Gull headphones", not "Newstar desk mount"."""
    return any(word[:1].isupper() for word in product.name.split()[len(product.brand.split()) :])


def _has_digit(term: str) -> bool:
    return any(letter.isdigit() for letter in term)


def _without(terms: list[str], part: list[str]) -> list[str]:
    """Without the last place where the part stands in one piece: «3» is the model's number before it is a size."""
    for start in range(len(terms) - len(part), -1, -1):
        if part and terms[start : start + len(part)] == part:
            return terms[:start] + terms[start + len(part) :]
    return terms


def _barcode(product: Product) -> str:
    code = re.sub(r"\D", "", _value(product.specifications, _BARCODE))
    return f"barcode {code.lstrip('0')}" if len(code) in (8, 12, 13, 14) and _checked(code) else ""


def _checked(code: str) -> bool:
    """Whether the last digit is the check digit of the others (GS1)."""
    digits = [int(digit) for digit in reversed(code)]
    return (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0 and any(digits)


def _told(product: Product, named: re.Pattern[str]) -> str:
    return _value(product.specifications, named)


def _value(specifications: Mapping[str, object], named: re.Pattern[str]) -> str:
    return next((str(value) for name, value in specifications.items() if named.match(folded(name))), "")
