"""Small stand-ins for what the bot stands on: a catalogue, bans, records in memory."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bot.features.privacy.request_count import requests_words
from bot.ui.locale import Html, Texts
from pipeline.bans import Rule, Rules, decide
from pipeline.bans.rule import category_path as folded_path
from pipeline.catalog.explained import Explanation, explained
from pipeline.catalog.line import Line, keys_of, line_of, lines_of, spread
from pipeline.catalog.mapping import category_path, document
from pipeline.catalog.page import Facets, SearchPage
from pipeline.catalog.plan import plan
from pipeline.catalog.request import SearchRequest, Sort
from pipeline.catalog.synonyms import Synonyms
from pipeline.catalog.vocabulary import Vocabulary, entry
from pipeline.contracts.messages import AuditEntry, Ban, ClientRequest, Image, Price, Product, Recommendations, Stock
from pipeline.text.letters import folded
from pipeline.text.words import words

Allowed = Callable[[Product], bool]


class Clock:
    """A clock that stands until it is told to go."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


class MemoryBans:
    """What the gate sees of the live view of bans."""

    def __init__(self) -> None:
        self.offset = 0
        self._bans: dict[str, Ban] = {}

    def items(self) -> Iterator[tuple[str, Ban]]:
        return iter(list(self._bans.items()))

    def ban(self, rule: str, until: datetime | None = None) -> None:
        self.write(Ban(rule=rule, until=until))

    def write(self, ban: Ban) -> None:
        self._bans[ban.rule] = ban
        self.offset += 1

    def get(self, rule: str) -> Ban | None:
        return self._bans.get(rule)

    def unban(self, rule: str) -> None:
        self._bans.pop(rule, None)
        self.offset += 1


class MemoryRecords:
    """Keeps what was recorded, and counts it for /privacy."""

    def __init__(self) -> None:
        self.requests: list[ClientRequest] = []
        self.audits: list[AuditEntry] = []

    def request(self, request: ClientRequest) -> None:
        self.requests.append(request)

    def audit(self, entry: AuditEntry) -> None:
        self.audits.append(entry)

    async def count(self, person: str) -> int | None:
        return sum(request.user == person for request in self.requests)

    def words(self, count: int | None, texts: Texts) -> Html:
        return requests_words(count, texts)

    async def forget(self, person: str) -> None:
        """Left to the job."""


class MemoryPublished:
    """The lists that the job has published."""

    def __init__(self) -> None:
        self.lists: dict[str, Recommendations] = {}

    def get(self, key: str) -> Recommendations | None:
        return self.lists.get(key)

    async def drop(self, key: str) -> None:
        self.lists.pop(key, None)


class MemoryCatalog:
    """Finds products that have every word's beginning in their name, category or brand; what it promises besides
    is the real catalogue's.

    One spelling mistake is known (`corrections`), and words of `nearly` bring products that only come near.
    `failure` is an Elasticsearch that does not answer. As relevant as each other, products come as they were put.
    """

    def __init__(self, *products: Product) -> None:
        self.shelf = {product.offer_id: product for product in products}
        self.corrections: dict[str, str] = {}
        self.nearly: dict[str, tuple[str, ...]] = {}
        self.failure: Exception | None = None
        self.searches = 0

    async def search(self, request: SearchRequest, allowed: Allowed | None = None) -> SearchPage:
        self._fail()
        self.searches += 1
        corrected = self.corrections.get(request.text)
        whole = [product for product in self.shelf.values() if _matches(product, corrected or request.text)]
        wanted = request.text.casefold()
        exact = [one for one in whole if wanted and wanted in {one.product_id.casefold(), one.sku.casefold()}]
        whole = [product for product in exact or whole if _within(product, request, at_any_price=True)]
        whole = [product for product in whole if allowed is None or allowed(product)]
        found = [product for product in whole if _within(product, request)]
        brands = {product.brand.lower() for product in self.shelf.values()}
        prices = [price for product in whole if (price := product.price.within(CURRENCY)) is not None]
        near = [self.shelf[name] for name in self.nearly.get(request.text, ())]
        near = [product for product in near if product not in found and (allowed is None or allowed(product))]
        if prices and not found:
            dearer = request.price_max is not None and min(prices) > request.price_max
            priced = [product for product in whole if product.price.within(CURRENCY) is not None]
            near = _sorted(priced, "price_asc" if dearer else "price_desc")
        lines, near_lines = _lines(_sorted(found, request.sort), request), _lines(near, request)
        if request.sort == "relevance" and not request.by_offer:
            lines = [product for product, _ in spread([(product, 1.0) for product in lines], 5, 2)]
        shown = lines[request.offset : request.until]
        after = near_lines[max(request.offset - len(lines), 0) : max(request.until - len(lines), 0)]
        kind = "corrected" if corrected else "found"
        return SearchPage.model_validate(
            {
                "products": tuple(shown),
                "near": tuple(after),
                "scores": tuple(1.0 for _ in (*shown, *after)),
                "total": len(lines),
                "near_total": len(near_lines) if request.size or not lines else 0,
                "kind": kind if found else "nearest" if near else "nothing",
                "corrected": corrected if found or near else None,
                "makers": tuple(word for word in request.text.lower().split() if word in brands),
                "exact": bool(exact and found),
                "lines": {} if request.by_offer else lines_of((*shown, *after), (*found, *near), CURRENCY),
                "beyond": (min(prices), max(prices)) if prices and not found else None,
                "no_rate": sum(_has_no_rate(product) for product in whole if product not in found),
                "facets": _facets(lines or near_lines),
            }
        )

    async def explain(self, request: SearchRequest, product: Product) -> Explanation:
        self._fail()
        entries = Counter(entry(word) for each in self.shelf.values() for word in words(f"{each.name} {each.brand}"))
        nouns = {noun for each in self.shelf.values() for noun in document(each)["category_heads"]}
        brands = {each.brand for each in self.shelf.values()}
        corrected = self.corrections.get(request.text)
        understood = plan(corrected or request.text, Vocabulary(entries.items(), brands, nouns), Synonyms({}))
        return explained(understood, corrected, request, document(product, CURRENCY))

    def put(self, offer_id: str, product: Product | None) -> None:
        """The index as it is from now on."""
        if product is None:
            self.shelf.pop(offer_id, None)
        else:
            self.shelf[offer_id] = product

    async def product(self, offer_id: str) -> Product | None:
        return (await self.products((offer_id,))).get(offer_id)

    async def products(self, offer_ids: Iterable[str]) -> dict[str, Product]:
        self._fail()
        return {offer_id: self.shelf[offer_id] for offer_id in offer_ids if offer_id in self.shelf}

    async def named(self, text: str) -> tuple[Product, ...]:
        self._fail()
        if text in self.shelf:
            return (self.shelf[text],)
        return tuple(self.shelf[name] for name in sorted(self.shelf) if self.shelf[name].product_id == text)

    async def indexed(self, offer_ids: Iterable[str]) -> dict[str, tuple[Product, int]]:
        return {name: (product, 0) for name, product in (await self.products(offer_ids)).items()}

    async def count(self, rule: Rule) -> int:
        self._fail()
        return len(self._hit(rule))

    async def sample(self, rule: Rule, size: int) -> tuple[Product, ...]:
        self._fail()
        return self._hit(rule)[:size]

    async def shops(
        self, rule: Rule | None = None, left_out: Sequence[Rule] = (), *, lines: bool = False
    ) -> tuple[tuple[str, int], ...]:
        self._fail()
        return _counted([product.store_id for product in self._counted_of(rule, left_out, lines=lines)])

    async def categories(
        self, rule: Rule | None = None, left_out: Sequence[Rule] = (), *, lines: bool = False
    ) -> tuple[tuple[str, int], ...]:
        self._fail()
        return _counted(
            [product.category for product in self._counted_of(rule, left_out, lines=lines) if product.category]
        )

    async def similar(self, product: Product, size: int, allowed: Allowed | None = None) -> tuple[Product, ...]:
        self._fail()
        others = [other for other in self.shelf.values() if other.category == product.category]
        heads: dict[str, Product] = {}
        for other in others:
            if not {*keys_of(other)} & {*keys_of(product)} and (allowed is None or allowed(other)):
                heads.setdefault(line_of(other), other)
        return tuple(heads.values())[:size]

    async def together(self, product: Product, allowed: Allowed | None = None) -> tuple[Product, ...]:
        self._fail()
        keys = {*keys_of(product)}
        same = [self.shelf[name] for name in sorted(self.shelf) if keys & {*keys_of(self.shelf[name])}]
        return tuple(other for other in same if allowed is None or allowed(other))

    async def lines(self, products: Sequence[Product], allowed: Allowed | None = None) -> dict[str, Line]:
        self._fail()
        offers = (other for other in self.shelf.values() if allowed is None or allowed(other))
        return lines_of(products, offers, CURRENCY)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _counted_of(self, rule: Rule | None, left_out: Sequence[Rule], *, lines: bool) -> list[Product]:
        hit = tuple(self.shelf.values()) if rule is None else self._hit(rule)
        offers = [product for product in hit if not _stopped(product, left_out)]
        return list({(line_of(one), one.store_id): one for one in offers}.values()) if lines else offers

    def _hit(self, rule: Rule) -> tuple[Product, ...]:
        return tuple(product for product in self.shelf.values() if _stopped(product, (rule,)))


def product(product_id: str, name: str, price: float = 1000.0, **more: object) -> Product:
    """A product with what a test does not care about filled in."""
    fields: dict[str, object] = {
        "product_id": product_id,
        "name": name,
        "description": f"{name}. Подробное описание.",
        "price": Price(amount=price, currency="RUB"),
        "category": "Электроника / Умные часы",
        "brand": name.split(maxsplit=1)[0],
        "stock": Stock(available=10),
        "sku": f"SKU-{product_id}",
        "store_id": "chasy-mira",
    }
    return Product.model_validate(fields | more)


def watches(count: int = 12) -> tuple[Product, ...]:
    """Smart watches with rising prices; the first has a picture."""
    brands = ("Amazfit", "Huawei", "Xiaomi")
    return tuple(
        product(
            f"w{number}",
            f"{brands[number % 3]} умные часы модель {number}",
            1990.0 + 1000 * number,
            images=(Image(url="http://127.0.0.1:9/none.png"),) if number == 1 else (),
            stock=Stock(available=number),
        )
        for number in range(count)
    )


def _matches(product: Product, text: str) -> bool:
    words = f"{product.name} {product.category} {product.brand} {product.offer_id} {product.sku}".lower().split()
    return all(any(word.startswith(asked[:4]) for word in words) for asked in text.lower().split())


CURRENCY = "RUB"


def _lines(found: list[Product], request: SearchRequest) -> list[Product]:
    """The first of each line, or all."""
    return (
        found if request.by_offer else list({line_of(product): product for product in reversed(found)}.values())[::-1]
    )


def _has_no_rate(product: Product) -> bool:
    return not product.price.on_request and product.price.within(CURRENCY) is None


def _within(product: Product, request: SearchRequest, *, at_any_price: bool = False) -> bool:
    return (
        (request.category is None or folded_path(request.category) in category_path(product.category))
        and (not request.brands or folded(product.brand) in map(folded, request.brands))
        and (not request.shops or product.store_id in request.shops)
        and (at_any_price or _between(product.price.within(CURRENCY), request.price_min, request.price_max))
        and (not request.in_stock or product.stock.available > product.stock.reserved)
        and (not request.cheaper or product.before is not None)
        and (not request.only or product.offer_id in request.only)
        and not _stopped(product, request.without)
    )


def _between(price: float | None, low: float | None, high: float | None) -> bool:
    if price is None:
        return low is high is None
    return (low is None or price >= low) and (high is None or price <= high)


def _stopped(product: Product, rules: Sequence[Rule]) -> bool:
    compiled = Rules((rule, None) for rule in rules)
    return not decide(product, compiled, datetime(2026, 1, 1, tzinfo=UTC)).allowed


def _sorted(found: list[Product], sort: Sort) -> list[Product]:
    if sort == "relevance":
        return found
    by_id = sorted(found, key=lambda product: product.offer_id)
    if sort == "newest":
        oldest = datetime.min.replace(tzinfo=UTC)
        return sorted(by_id, key=lambda product: product.created_at or oldest, reverse=True)
    priced = [product for product in by_id if product.price.within(CURRENCY) is not None]
    ordered = sorted(priced, key=lambda product: product.price.within(CURRENCY) or 0, reverse=sort == "price_desc")
    return [*ordered, *(product for product in by_id if product.price.within(CURRENCY) is None)]


def _facets(found: list[Product]) -> Facets:
    if not found:
        return Facets()
    prices = [price for product in found if (price := product.price.within(CURRENCY)) is not None]
    return Facets(
        categories=_counted([product.category for product in found if product.category]),
        brands=_counted([product.brand for product in found if product.brand]),
        shops=_counted([product.store_id for product in found]),
        price_min=min(prices, default=None),
        price_max=max(prices, default=None),
    )


def _counted(values: list[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((value, values.count(value)) for value in set(values)), key=lambda row: (-row[1], row[0])))
