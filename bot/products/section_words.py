"""Common sections of shops in both languages; admins add to them in the chat (`bot.products.section_names`)."""

from collections.abc import Mapping

from bot.ui.locale import Language
from pipeline.text.letters import folded

_PAIRS = (
    ("Электроника", "Electronics"),
    ("Носимая электроника", "Wearables"),
    ("Умные часы", "Smart watches"),
    ("Ремешки", "Straps"),
    ("Фитнес-браслеты", "Fitness bands"),
    ("Ремешки для умных часов", "Smart watch straps"),
    ("Зарядки для часов", "Watch chargers"),
    ("Смартфоны", "Smartphones"),
    ("Чехлы для смартфонов", "Phone cases"),
    ("Ноутбуки", "Laptops"),
    ("Планшеты", "Tablets"),
    ("Телевизоры", "TVs"),
    ("Наушники", "Headphones"),
    ("Портативные колонки", "Portable speakers"),
    ("Бытовая техника", "Home appliances"),
    ("Аксессуары", "Accessories"),
    ("Наручные часы", "Wrist watches"),
    ("Сумки", "Bags"),
    ("Сумки для ноутбуков", "Laptop bags"),
    ("Рюкзаки", "Backpacks"),
    ("Украшения", "Jewellery"),
    ("Одежда", "Clothing"),
    ("Обувь", "Shoes"),
    ("Кроссовки", "Trainers"),
    ("Куртки", "Jackets"),
    ("Свитеры и худи", "Sweaters and hoodies"),
    ("Футболки", "T-shirts"),
    ("Дом", "Home"),
    ("Дом и сад", "Home and garden"),
    ("Дом и кухня", "Home and kitchen"),
    ("Мебель", "Furniture"),
    ("Постельное бельё", "Bed linen"),
    ("Светильники", "Lamps"),
    ("Настенные часы", "Wall clocks"),
    ("Кухня", "Kitchen"),
    ("Посуда", "Tableware"),
    ("Чайники", "Kettles"),
    ("Кофемашины", "Coffee machines"),
    ("Продукты", "Food"),
    ("Кофе", "Coffee"),
    ("Чай", "Tea"),
    ("Дети", "Kids"),
    ("Игрушки", "Toys"),
    ("Канцелярия", "Stationery"),
    ("Сад", "Garden"),
    ("Садовый инструмент", "Garden tools"),
    ("Семена", "Seeds"),
    ("Спорт и отдых", "Sports and outdoors"),
    ("Палатки и поход", "Tents and hiking"),
    ("Велосипеды", "Bicycles"),
    ("Книги и досуг", "Books and leisure"),
    ("Книги", "Books"),
    ("Настольные игры", "Board games"),
    ("Красота", "Beauty"),
    ("Здоровье", "Health"),
    ("Зоотовары", "Pet supplies"),
    ("Автотовары", "Car accessories"),
)

# Either name, folded, leads to both.
WORDS: Mapping[str, Mapping[Language, str]] = {
    folded(name): {"ru": russian, "en": english} for russian, english in _PAIRS for name in (russian, english)
}
