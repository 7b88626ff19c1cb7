"""One catalogue in the six forms in which shops send it."""

import csv
import io
import json
import random
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

SHOP = "Часовой двор"
SITE = "https://dvor.example"
CATEGORIES = {"1": ("Дом", ""), "12": ("Чайники", "1"), "13": ("Чай/Кофе", "1"), "2": ("Электроника & связь", "")}
PATHS = {
    "1": "Дом",
    "12": "Дом / Чайники",
    "13": "Дом / Чай/Кофе",
    "2": "Электроника & связь",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """An offer, as its shop knows it."""

    identifier: str
    kind: str
    model: str
    brand: str
    kopecks: int
    old_kopecks: int
    category: str
    pieces: int
    article: str
    group: str
    pictures: tuple[str, ...]
    properties: dict[str, str]
    description: str
    shipping: int
    fetched: bool

    @property
    def page(self) -> str:
        return f"{SITE}/item?id={self.identifier}&from=market#photo"

    @property
    def name(self) -> str:
        return f"{self.kind} {self.brand} {self.model}"


def samples(count: int, seed: int = 1) -> list[Sample]:
    """Offers that have everything, with the letters, quotes and signs that cost exports their sense."""
    chance = random.Random(seed)  # noqa: S311 - sample data
    models = ("«Уют» 1,7 л", "Home & Garden", '32" LED', "A<B", "O'Neil", "Кот; пёс", "т.н. «Ёж»", "50 %", "No5, белый")
    return [
        Sample(
            identifier=f"{chance.choice(['', 'a-', '00'])}{number}",
            kind=chance.choice(["Чайник", "Умные часы", "Кружка"]),
            model=f"{chance.choice(models)} {number}",
            brand=chance.choice(["Полёт", "Dolce & Gabbana", "Самовар"]),
            kopecks=chance.choice([0, 1, 99, 100_000, 129_990, 4_500_000]) + chance.randrange(1, 10_000),
            old_kopecks=chance.choice([0, 0, 100_000_000]),
            category=chance.choice(list(CATEGORIES)),
            pieces=chance.choice([0, 1, 7, 1_234]),
            article=f"ART-{number:05}",
            group=chance.choice(["", "", f"g{number // 10}"]),
            pictures=tuple(f"{SITE}/p/{number}-{place}.jpg" for place in range(chance.randrange(3))),
            properties={"Цвет": chance.choice(["чёрный", "белый & синий"]), "Размер": str(chance.randrange(30, 50))},
            description=f'Строка первая, «{number}».\nВторая; с "кавычками" & знаком.',
            shipping=chance.choice([0, 250, 1_500]),
            fetched=chance.random() < 0.5,
        )
        for number in range(1, count + 1)
    ]


def price(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02}"


def _row(sample: Sample) -> dict[str, object]:
    row: dict[str, object] = {
        "product_id": sample.identifier,
        "name": sample.name,
        "description": sample.description,
        "price": {"amount": sample.kopecks / 100, "currency": "RUB"},
        "category": PATHS[sample.category],
        "brand": sample.brand,
        "stock": {"available": sample.pieces, "reserved": 0},
        "sku": sample.article,
        "images": [{"url": url, "alt": sample.name} for url in sample.pictures],
        "specifications": sample.properties,
        "store_id": SHOP,
        "url": sample.page,
        "delivery": {"available": True, "cost": sample.shipping},
        "pickup": sample.fetched,
    }
    if sample.group:
        row["group_id"] = sample.group
    if sample.old_kopecks:
        row["old_price"] = sample.old_kopecks / 100
    return row


def as_json(offers: list[Sample]) -> bytes:
    return json.dumps([_row(sample) for sample in offers], ensure_ascii=False, indent=1).encode()


def as_lines(offers: list[Sample]) -> bytes:
    """In camelCase, as some producers spell it."""
    spelt = {"product_id": "productId", "store_id": "storeId", "group_id": "groupId", "old_price": "oldPrice",
             "url": "link"}  # fmt: skip
    rows = ({spelt.get(name, name): value for name, value in _row(sample).items()} for sample in offers)
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def as_yml(offers: list[Sample], encoding: str = "windows-1251", *, by_model: bool = False) -> bytes:
    """A whole catalogue; `by_model`: without names, with type, vendor and model."""
    categories = "".join(
        f'<category id="{key}"{f" parentId={quoteattr(above)}" if above else ""}>{escape(name)}</category>'
        for key, (name, above) in CATEGORIES.items()
    )
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<yml_catalog>\n<shop><name>{SHOP}</name><url>{SITE}</url>\n'
        f'<currencies><currency id="RUR" rate="1"/></currencies><categories>{categories}</categories>\n<offers>\n'
        + "\n".join(_offer(sample, by_model) for sample in offers)
        + "\n</offers></shop></yml_catalog>\n"
    )
    return text.encode(encoding, "xmlcharrefreplace")


def _offer(sample: Sample, by_model: bool) -> str:
    kind = ' type="vendor.model"' if by_model else ""
    group = f" group_id={quoteattr(sample.group)}" if sample.group else ""
    named = (
        f"<typePrefix>{escape(sample.kind)}</typePrefix><model>{escape(sample.model)}</model>"
        if by_model
        else f"<name>{escape(sample.name)}</name>"
    )
    old = f"<oldprice>{price(sample.old_kopecks)}</oldprice>" if sample.old_kopecks else ""
    pictures = "".join(f"<picture>{escape(url.removeprefix(SITE))}</picture>" for url in sample.pictures)
    properties = "".join(
        f"<param name={quoteattr(name)}>{escape(value)}</param>" for name, value in sample.properties.items()
    )
    return (
        f'<offer id={quoteattr(sample.identifier)}{kind}{group} available="true">{named}'
        f"<price>{price(sample.kopecks)}</price>{old}<currencyId>RUR</currencyId>"
        f"<categoryId>{sample.category}</categoryId>{pictures}<vendor>{escape(sample.brand)}</vendor>"
        f"<vendorCode>{sample.article}</vendorCode><description>{escape(sample.description)}</description>"
        f"{properties}<count>{sample.pieces}</count><url>{escape(sample.page.removeprefix(SITE))}</url>"
        f"<delivery>true</delivery><pickup>{'true' if sample.fetched else 'false'}</pickup>"
        f'<delivery-options><option cost="{sample.shipping}" days="32"/></delivery-options></offer>'
    )


def as_google(offers: list[Sample]) -> bytes:
    items = "\n".join(_item(sample) for sample in offers)
    return (
        '<?xml version="1.0"?>\n<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>'
        f"<title>{SHOP}</title><link>{SITE}</link><description>x</description>\n{items}\n</channel></rss>\n"
    ).encode()


def _item(sample: Sample) -> str:
    prices = f"<g:price>{price(sample.kopecks)} RUB</g:price>"
    if sample.old_kopecks:
        sale = f"<g:sale_price>{price(sample.kopecks)} RUB</g:sale_price>"
        prices = f"<g:price>{price(sample.old_kopecks)} RUB</g:price>{sale}"
    pictures = "".join(
        f"<g:{'additional_' if place else ''}image_link>{escape(url)}</g:{'additional_' if place else ''}image_link>"
        for place, url in enumerate(sample.pictures)
    )
    details = "".join(
        f"<g:product_detail><g:attribute_name>{escape(name)}</g:attribute_name>"
        f"<g:attribute_value>{escape(value)}</g:attribute_value></g:product_detail>"
        for name, value in sample.properties.items()
    )
    group = f"<g:item_group_id>{sample.group}</g:item_group_id>" if sample.group else ""
    return (
        f"<item><g:id>{sample.identifier}</g:id><title>{escape(sample.name)}</title>"
        f"<description>{escape(sample.description)}</description>{prices}"
        f"<g:availability>{'in_stock' if sample.pieces else 'out_of_stock'}</g:availability>"
        f"<g:quantity>{sample.pieces}</g:quantity><g:brand>{escape(sample.brand)}</g:brand>"
        f"<g:mpn>{sample.article}</g:mpn><g:product_type>{escape(PATHS[sample.category].replace(' / ', ' > '))}"
        f"</g:product_type>{group}{pictures}{details}<g:link>{escape(sample.page)}</g:link>"
        f"<g:shipping><g:country>RU</g:country><g:price>{sample.shipping} RUB</g:price></g:shipping>"
        f"<g:pickup_method>{'buy' if sample.fetched else 'not_supported'}</g:pickup_method></item>"
    )


def as_csv(offers: list[Sample], delimiter: str = ";", encoding: str = "cp1251") -> bytes:
    """In Russian, with the semicolons of Excel."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter)
    writer.writerow(
        ["Код товара", "Наименование", "Описание", "Цена, руб.", "Старая цена", "Категория", "Бренд", "Остаток",
         "Артикул", "Группа", "Фото", "Магазин", "Ссылка", "Доставка", "Стоимость доставки", "Самовывоз", "Цвет",
         "Параметр: Размер"]
    )  # fmt: skip
    for sample in offers:
        writer.writerow(
            [sample.identifier, sample.name, sample.description, price(sample.kopecks).replace(".", ","),
             price(sample.old_kopecks) if sample.old_kopecks else "", PATHS[sample.category], sample.brand,
             sample.pieces, sample.article, sample.group, ", ".join(sample.pictures), SHOP,
             sample.page, "есть", f"{sample.shipping} руб.", "да" if sample.fetched else "нет",
             sample.properties["Цвет"], sample.properties["Размер"]]
        )  # fmt: skip
    return table.getvalue().encode(encoding)
