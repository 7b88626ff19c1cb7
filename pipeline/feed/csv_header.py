"""The first line of a table: which column is what, in English or in Russian. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.feed import currencies
from pipeline.feed.rows import UnreadableFile, short

DELIMITERS = (";", "\t", ",", "|")
NAMES = {
    "product_id": "product id|id|offer id|item id|id товара|идентификатор|код|код товара|ид|номер",
    "name": "name|title|product name|название|наименование|товар|имя|название товара|наименование товара",
    "description": "description|описание|описание товара",
    "price": "price|price amount|цена|стоимость|цена продажи|розничная цена|price value",
    "old_price": "old price|oldprice|старая цена|цена до скидки|цена без скидки|list price",
    "sale_price": "sale price|цена со скидкой|цена по акции",
    "currency": "currency|price currency|currency id|валюта|код валюты",
    "category": "category|product type|категория|раздел|категория товара|путь|категории",
    "brand": "brand|vendor|manufacturer|бренд|производитель|марка",
    "available": "stock|available|quantity|count|stock quantity|stock available|остаток|количество|кол-во|на складе|"
                 "остатки|остаток на складе",
    "availability": "availability|наличие|в наличии|есть в наличии|доступность",
    "reserved": "reserved|резерв|зарезервировано|в резерве|stock reserved",
    "sku": "sku|vendor code|mpn|article|артикул|артикул производителя",
    "images": "images|image|picture|pictures|image link|photo|image url|фото|картинка|картинки|изображение|изображения|"
              "ссылка на картинку|additional image link",
    "tags": "tags|keywords|теги|ключевые слова|метки",
    "store_id": "store id|store|shop|seller|магазин|продавец|id магазина",
    "store_name": "store name|shop name|название магазина",
    "group_id": "group id|item group id|группа|модель id|id группы|код модели",
    "url": "url|link|product url|ссылка|страница|ссылка на товар|адрес страницы",
    "delivery": "delivery|доставка",
    "delivery_cost": "delivery cost|shipping|shipping price|стоимость доставки|цена доставки",
    "delivery_days": "delivery days|delivery time|срок доставки",
    "pickup": "pickup|самовывоз",
    "sales_notes": "sales notes|условия продажи|условия покупки",
    "contact": "contact|contacts|контакт|контакты|телефон магазина",
    "created_at": "created at|дата создания|создан",
    "updated_at": "updated at|дата обновления|обновлён|обновлен|дата изменения",
}  # fmt: skip
FIELDS = {spelling: name for name, spellings in NAMES.items() for spelling in spellings.split("|")}
IDS = NAMES["product_id"].split("|")
NEEDED = ("product_id", "name", "price")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
# «Цена, руб.», "Price (USD)"
IN_CURRENCY = re.compile(r"^(.*?)(?:\s*[,(\[_]\s*|\s+)([^\s,()\[\]_]{1,10})\s*[)\]]?$")
PARAMETER = re.compile(
    r"^(?:param|параметр|характеристика|свойство|specifications?|атрибут)\s*[:.\[(]\s*(.+?)\s*[\])]?$", re.IGNORECASE
)
MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table: of the contract's fields, and of properties by their names. `currency`: of the prices,
    as their column says it."""

    columns: tuple[str, ...]
    fields: dict[str, tuple[int, ...]]
    properties: dict[str, int]
    currency: str = ""


def header_of(cells: Sequence[str]) -> Header:
    """What the cells of the first line name. Raises UnreadableFile when that is too little, or one twice."""
    found: dict[str, list[int]] = {}
    properties: dict[str, int] = {}
    currency = ""
    for place, cell in enumerate(cells[:MOST_COLUMNS]):
        written = " ".join(cell.split())
        field, sign = _field(written)
        parameter = PARAMETER.match(written)
        if parameter is not None:
            properties[parameter.group(1)] = place
        elif field is not None:
            found.setdefault(field, []).append(place)
            currency = sign or currency
        elif written:
            properties[written] = place
    _choose_id(cells, found, properties)
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise UnreadableFile(
            f"it is neither JSON nor YML, and as a table its first line names no column of {', '.join(missing)}: "
            f"{short(', '.join(filter(None, cells)))}; see the README for the names"
        )
    twice = next((name for name, places in found.items() if len(places) > 1 and name not in ("images", "tags")), None)
    if twice is not None:
        named = " and ".join(f"«{cells[place].strip()}»" for place in found[twice])
        raise UnreadableFile(f"its first line names two columns of {twice}, {named}; leave one of them")
    return Header(tuple(cells), {name: tuple(places) for name, places in found.items()}, properties, currency)


def _choose_id(cells: Sequence[str], found: dict[str, list[int]], properties: dict[str, int]) -> None:
    """Of several columns that may be the id, the one that says so most plainly; the others are properties."""
    places = sorted(found.get("product_id", ()), key=lambda place: IDS.index(_plain(cells[place])))
    for place in places[1:]:
        properties[" ".join(cells[place].split())] = place
    if places:
        found["product_id"] = places[:1]


def delimiter_of(line: str) -> str:
    """The delimiter of a table by its first line: the one by which most of its columns are known."""

    def known(delimiter: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"') for cell in line.split(delimiter)]
        return sum(_field(" ".join(cell.split()))[0] is not None for cell in cells), len(cells)

    return max(DELIMITERS, key=known)


def _field(written: str) -> tuple[str | None, str]:
    name = _plain(written)
    if name in FIELDS:
        return FIELDS[name], ""
    within = IN_CURRENCY.match(written)
    if within is not None and (field := FIELDS.get(_plain(within.group(1)))) in ("price", "old_price", "sale_price"):
        candidates = currencies.meant(within.group(2))
        if candidates:
            return field, candidates[0]
    return None, ""


def _plain(written: str) -> str:
    if ":" in written and written.lower().startswith(("g:", "product:")):
        written = written.partition(":")[2]
    return " ".join(HUMP.sub(" ", written).replace("_", " ").replace(".", " ").casefold().split())
