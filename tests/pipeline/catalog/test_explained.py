"""What a search comes to for one product, told without a server."""

import pytest

from pipeline.catalog.clause_holds import holds
from pipeline.catalog.explained import Explanation, Standing, explained
from pipeline.catalog.mapping import document
from pipeline.catalog.plan import plan
from pipeline.catalog.query import understand
from pipeline.catalog.synonyms import Synonyms
from pipeline.catalog.vocabulary import Vocabulary, entry
from pipeline.contracts.messages import Price, Product, Stock

WORDS = ("умные", "часы", "ремешок", "без", "мешка", "пылесос", "casio", "чайник", "стеклянный")
VOCABULARY = Vocabulary([(entry(word), 3) for word in WORDS], brands=["Casio"], nouns=["часы", "ремешок", "пылесос"])


def offer(name: str, category: str, **more: object) -> Product:
    fields: dict[str, object] = {
        "product_id": "p",
        "name": name,
        "category": category,
        "store_id": "s",
        "price": Price(amount=3000, currency="RUB"),
        "stock": Stock(available=2),
    }
    return Product.model_validate(fields | more)


def told(text: str, product: Product) -> Explanation:
    query = understand(text)
    return explained(plan(query.text, VOCABULARY, Synonyms({})), None, query.request(), document(product))


WATCH = offer("Умные часы Casio", "Умные часы", brand="Casio")
STRAP = offer("Ремешок для умных часов", "Ремешки", tags=("часы",))
KETTLE = offer("Чайник", "Чайники", description="Красивый. Корпус стеклянный, подойдёт и тем, кто носит часы.")


@pytest.mark.parametrize(
    ("text", "product", "standing"),
    [
        ("часы", WATCH, "found"), ("умные часы casio", WATCH, "found"), ("чайник стеклянный", KETTLE, "found"),
        ("часы", STRAP, "other_kind"), ("умные часы", STRAP, "other_kind"), ("стеклянный", KETTLE, "described"),
        ("часы чайник", WATCH, "part"), ("пылесос", WATCH, "none"), ("часы не casio", WATCH, "unwanted"),
        ("p", WATCH, "exact"),
    ],
)  # fmt: skip
def test_a_product_stands_somewhere(text: str, product: Product, standing: Standing) -> None:
    assert told(text, product).standing == standing


def test_filters_leave_out_what_they_name() -> None:
    assert told("часы до 2000", WATCH).against == ("price",)
    assert not told("часы до 2000", WATCH).shows
    assert told("часы до 4000", WATCH).shows
    no_rate = WATCH.model_copy(update={"price": Price(amount=10, currency="USD")})
    assert told("часы до 4000", no_rate).against == ("no_rate",)


def test_words_and_what_raises_a_product() -> None:
    found = told("часы casio", WATCH)
    assert [(word.said, word.role) for word in found.words] == [("часы", "kind"), ("casio", "maker")]
    assert dict(found.words[1].fields)["brand"] == 1.0
    assert {name for name, _ in found.extras} == {"category_head", "maker", "in_stock", "head"}
    (unwanted,) = told("пылесос без мешка", offer("Пылесос без мешка", "Пылесосы")).unwanted
    assert unwanted == ("мешка", False)


def test_a_phrase_may_have_others_between() -> None:
    whole = document(WATCH)
    assert holds({"match_phrase": {"name": {"query": "умный casio", "slop": 1}}}, whole)
    assert not holds({"match_phrase": {"name": {"query": "умный casio"}}}, whole)
    assert not holds({"match_phrase": {"name": {"query": "casio умный", "slop": 3}}}, whole)
    with pytest.raises(KeyError):
        holds({"wildcard": {"name": "ча*"}}, whole)
