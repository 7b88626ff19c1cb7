"""Odd input, as shops and people really send it, and odder."""

from hypothesis import strategies as st

from bot.features.search.choices import Choices
from bot.products.list_state import ListState
from pipeline.catalog.page import Facets, SearchPage
from pipeline.contracts.messages import Image, Price, Product, Stock, offer_id

ODD = st.sampled_from(
    [
        '<b>жирно</b> & "кавычки" <script>',
        "\u202eнаоборот\u202c",
        "\u200b\u200d\ufeff",
        "👨‍👩‍👧‍👦🇷🇺👍🏽" * 20,
        "שלום עולם مرحبا",
        "Z̸̛̗a̴l̷g̶o̵" + "\u0301" * 200,
        "a" * 4200,
        "слово " * 800,
        "&amp;&lt;" * 300,
        "\ud83d",
        "\x00\x1b[31m",
        "{name} %s {}",
    ]
)
texts = st.one_of(st.text(max_size=300), ODD)
names = st.one_of(texts, st.just("Часы")).filter(lambda text: bool(text.strip()) and len(text.strip()) <= 1000)
identifiers = st.one_of(
    st.from_regex(r"[A-Za-z0-9_.-]{1,40}", fullmatch=True),
    st.text(st.characters(blacklist_categories=("Cc", "Cs")), min_size=1, max_size=200).filter(
        lambda text: bool(text.strip())
    ),
)
shops = identifiers.map(lambda text: text.replace("/", "-"))
offer_ids = st.one_of(
    st.builds(offer_id, shops, identifiers),
    st.from_regex(r"[a-z0-9_-]{1,20}/[A-Za-z0-9_-]{1,20}", fullmatch=True),
)
prices = st.builds(Price, amount=st.floats(0, 1e12), currency=st.sampled_from(["RUB", "USD", "XAU"]))
products = st.builds(
    Product,
    product_id=identifiers,
    name=names,
    description=texts,
    price=prices,
    category=texts,
    brand=texts,
    stock=st.builds(Stock, available=st.integers(0, 10**12)),
    sku=texts,
    images=st.lists(st.builds(Image, url=st.one_of(texts, st.just("https://example.org/a.jpg"))), max_size=2).map(
        tuple
    ),
    specifications=st.dictionaries(
        texts,
        st.one_of(texts, st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)),
        max_size=9,
    ),
    store_id=shops,
    url=st.one_of(st.none(), texts, st.just("https://shop.example/p/1?a=1&b=%20#x")),
    old_price=st.one_of(st.none(), st.floats()),
    delivery=st.one_of(
        st.none(),
        st.fixed_dictionaries(
            {
                "courier": st.none() | st.booleans(),
                "cost": st.none() | st.floats(),
                "days": st.sampled_from(["0", "1-3"]),
                "pickup": st.booleans(),
                "in_store": st.booleans(),
            }
        ),
    ),
    contact=st.sampled_from([None, "@sever_help", "+7 495 123-45-67", "https://shop.example/<b>"]),
)
facets = st.builds(
    Facets,
    categories=st.lists(st.tuples(texts, st.integers(1, 10**6)), max_size=30).map(tuple),
    brands=st.lists(st.tuples(texts, st.integers(1, 10**6)), max_size=30).map(tuple),
    shops=st.lists(st.tuples(texts, st.integers(1, 10**6)), max_size=30).map(tuple),
    price_min=st.one_of(st.none(), st.floats(0, 1e12)),
    price_max=st.one_of(st.none(), st.floats(0, 1e12)),
)
# What is kept has been cleaned, or came out of JSON: it has no halves of surrogate pairs.
kept = texts.map(lambda text: text.encode("utf-8", "ignore").decode())
states = st.builds(
    ListState,
    text=kept,
    category=st.one_of(st.none(), kept),
    brands=st.lists(kept, max_size=9).map(tuple),
    shops=st.lists(kept, max_size=9).map(tuple),
    price_min=st.one_of(st.none(), st.floats(0, 1e12)),
    price_max=st.one_of(st.none(), st.floats(0, 1e12)),
    in_stock=st.booleans(),
    sort=st.sampled_from(["relevance", "price_asc", "price_desc", "newest"]),
    offer_id=st.none(),
    at=st.none(),
)
pages = st.builds(
    SearchPage,
    products=st.lists(products, max_size=10).map(tuple),
    near=st.lists(products, max_size=5).map(tuple),
    total=st.integers(0, 10**6),
    near_total=st.integers(0, 100),
    beyond=st.one_of(st.none(), st.tuples(st.floats(0, 1e12), st.floats(0, 1e12))),
    no_rate=st.integers(0, 10**6),
    kind=st.sampled_from(["found", "corrected", "nearest", "nothing"]),
    corrected=st.one_of(st.none(), kept),
    facets=facets,
)
_values = st.lists(st.tuples(texts, st.integers(0, 10**6)), max_size=30).map(tuple)
_ends = st.one_of(st.none(), st.floats(0, 1e12))
choices = st.builds(
    Choices,
    page=pages,
    categories=_values,
    brands=_values,
    shops=_values,
    prices=st.lists(
        st.tuples(st.tuples(_ends, _ends).filter(lambda band: band != (None, None)), st.integers(0, 10**6)), max_size=5
    ).map(tuple),
    in_stock=st.integers(0, 10**6),
)
