"""A rule as the filter reads it and as the index is asked for it are one: over documents as they are indexed."""

from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bans import Rules, decide, parse_rule
from pipeline.catalog.ban_query import hit_by
from pipeline.catalog.mapping import Document, document
from pipeline.contracts.messages import Price, Product, Stock
from tests.pipeline.bans.test_rules import NOW

WORDS = st.sampled_from(
    [
        *("часы", "часов", "умные", "ремешок", "с", "C", "С++", "c#", "18+", "18", "wi-fi", "WiFi", "wi fi", "вай-фай"),
        *("вайфай", "Dolce & Gabbana", "Dolce&Gabbana", "dolce and gabbana", "D&G", "Самсунг", "samsung", "самсунга"),
        *("Power Bank", "powerbank", "смарт-часы", "смартчасы", "соль и перец", "соль, перец", "&", "+", "чaсы"),
    ]
)
TEXTS = st.lists(WORDS, max_size=5).map(" ".join)
CATEGORIES = st.lists(WORDS, max_size=6).map(" / ".join)
PRODUCTS = st.builds(
    Product,
    product_id=st.sampled_from(["a", "AB 12"]),
    store_id=st.sampled_from(["s", "Дом 1"]),
    name=TEXTS.filter(bool),
    description=TEXTS,
    category=CATEGORIES,
    brand=TEXTS,
    tags=st.lists(TEXTS, max_size=2).map(tuple),
    specifications=st.dictionaries(st.sampled_from("xyz"), TEXTS | st.booleans(), max_size=2),
    price=st.just(Price(amount=1, currency="RUB")),
    stock=st.just(Stock(available=1)),
    sku=st.just("x"),
)
RULES = st.one_of(
    st.sampled_from(["product:a", "product:AB 12", "seller:s", "seller:Дом 1"]),
    TEXTS.filter(bool).map("brand:{}".format),
    CATEGORIES.filter(lambda path: bool(path.strip(" /"))).map("category:{}".format),
    TEXTS.filter(lambda words: bool(words.strip("& +"))).map("keyword:{}".format),
)


@settings(max_examples=600, deadline=None)
@given(PRODUCTS, RULES)
def test_the_index_is_asked_for_what_the_filter_stops(product: Product, text: str) -> None:
    rule = parse_rule(text)
    stopped = not decide(product, Rules([(rule, None)]), NOW).allowed
    assert _holds(hit_by(rule), document(product)) is stopped


def _holds(query: object, body: Document) -> bool:
    """What Elasticsearch does with the three queries that rules become, told by its documentation."""
    kind, asked = _only(query)
    field, wanted = _only(asked)
    values = cast(dict[str, object], body)[field]
    if kind == "intervals":
        texts = cast(list[str], values)
        return any(bool(_ends(wanted, text.split(), start)) for text in texts for start in range(len(text.split())))
    kept = set(values) if isinstance(values, list) else {values}
    assert kind in {"term", "terms"}
    return not kept.isdisjoint(cast(list[str], wanted) if kind == "terms" else [wanted])


def _ends(interval: object, words: list[str], start: int) -> set[int]:
    """Where the intervals that begin at `start` end; of `all_of`, those in order and without gaps."""
    kind, asked = _only(interval)
    inner = cast(dict[str, object], asked)
    if kind == "match":
        query = cast(str, inner["query"])
        assert len(query.split()) == 1
        return {start + 1} if start < len(words) and words[start] == query else set()
    parts = cast(list[object], inner["intervals"])
    if kind == "any_of":
        return set().union(*(_ends(part, words, start) for part in parts))
    assert (kind, inner["ordered"], inner["max_gaps"]) == ("all_of", True, 0)
    reached = {start}
    for part in parts:
        reached = set().union(*(_ends(part, words, place) for place in reached))
    return reached


def _only(mapping: object) -> tuple[str, object]:
    ((key, value),) = cast(dict[str, object], mapping).items()
    return key, value
