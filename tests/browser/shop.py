"""What the shops of the browser tests sell: names as long as real ones are, pictures that the bot draws."""

from ops.sandbox.people import DEMO_PEOPLE
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Image, Product, Stock
from tests.bot.world.memory import Allowed, MemoryCatalog, product

WATCHES = "Электроника / Носимая электроника / Умные часы"
STRAPS = "Электроника / Носимая электроника / Ремешки"
KETTLES = "Дом и кухня / Чайники"
TRANSLATIONS = {"smart watch": "умные часы"}


def _offer(product_id: str, name: str, price: float, picture: str, **more: object) -> Product:
    fields: dict[str, object] = {
        "category": WATCHES,
        "brand": "Harbour",
        "stock": Stock(available=10),
        "images": (Image(url=f"demo:{picture}"),),
        "description": name,
        "store_id": "harbour-time",
    }
    return product(product_id, name, price, **(fields | more))


GOODS = (
    _offer("t1", "Умные часы Harbour Tide 42 мм, песочные", 10_990, "watch-sand", stock=Stock(available=1),
           description="Круглые часы на каждый день: таблица приливов, компас и очень чёткий циферблат. "
           "Экран AMOLED 1,4 дюйма, 33 г без ремешка.",
           specifications={"Экран": "AMOLED 1,4 дюйма", "Без подзарядки": "9 дней", "Водозащита": "5 ATM",
                           "Вес": "33 г", "Корпус": "42 мм"},
           url="https://harbour.example/t1", old_price=12_990.0, contact="@harbour_time_help",
           delivery={"cost": 300, "days": "1-3", "pickup": True}),
    _offer("t2", "Умные часы Harbour Tide 46 мм с LTE и титановым корпусом, графитовые", 24_990, "watch-graphite"),
    _offer("t3", "Умные часы Nordlicht Fjord Pro, зелёные", 15_490, "watch-green", brand="Nordlicht"),
    _offer("t4", "Умные часы детские с GPS Mishka Go, голубые", 4_290, "watch-skyblue", brand="Mishka",
           store_id="detskii-mir-tekhniki"),
    _offer("t5", "Умные часы Nordlicht Fjord, чёрные", 12_990, "watch-black", brand="Nordlicht"),
    _offer("t6", "Умные часы Polyana Lite, розовые", 3_490, "watch-pink", brand="Polyana"),
    _offer("t7", "Умные часы Polyana Sport, белые", 5_990, "watch-white", brand="Polyana"),
    _offer("s1", "Ремешок для умных часов Harbour, кожа, 22 мм", 1_990, "strap-brown", category=STRAPS),
    _offer("k1", "Чайник Samovarov 1,7 л, стальной", 3_990, "kettle-silver", category=KETTLES, brand="Samovarov",
           store_id="dom-i-chai"),
)  # fmt: skip


def _names() -> frozenset[str]:
    said = {str(person.user.get(name, "")) for person in DEMO_PEOPLE for name in ("first_name", "last_name")}
    for offer in GOODS:
        said |= {offer.name, offer.brand, offer.store_id, offer.description, offer.sku, offer.offer_id}
        said |= {f"{name}: {value}" for name, value in offer.specifications.items()}
    return frozenset(said)


NAMES = _names()
"""What is written as shops and people wrote it, whatever the reader's language."""


class Shelf(MemoryCatalog):
    """A catalogue that knows what a smart watch is in Russian, as the real one does by its synonyms."""

    def __init__(self) -> None:
        super().__init__(*GOODS)

    async def search(self, request: SearchRequest, allowed: Allowed | None = None) -> SearchPage:
        text = TRANSLATIONS.get(request.text, request.text)
        return await super().search(request.model_copy(update={"text": text}), allowed)
