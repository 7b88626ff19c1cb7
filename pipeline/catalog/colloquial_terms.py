"""What shoppers call a thing, and what shops call it: general words of Russian and English for the same goods.

Part of every dictionary; admins add their own in the chat. Only words that mean the same thing stand together, never
a wider and a narrower one, because all of a group find each other's products.
"""

from collections.abc import Mapping, Sequence

GROUPS: tuple[tuple[str, ...], ...] = (
    # computers
    ("laptop", "notebook", "ноутбук", "лэптоп", "ноут"),
    ("tv", "television", "телевизор", "тв", "телек"),
    ("hdd", "hard drive", "hard disk", "hard disk drive", "жёсткий диск", "винчестер"),
    ("ssd", "solid state drive", "твердотельный накопитель"),
    ("usb stick", "flash drive", "usb flash drive", "pen drive", "флешка", "usb флеш накопитель"),
    ("cpu", "processor", "процессор", "проц"),
    ("gpu", "graphics card", "video card", "graphics adapter", "видеокарта", "графический адаптер"),
    ("ram", "memory module", "оперативная память", "оперативка", "озу"),
    ("motherboard", "mainboard", "материнская плата", "материнка"),
    ("psu", "power supply", "power supply unit", "блок питания"),
    ("monitor", "computer monitor", "монитор"),
    ("webcam", "web camera", "веб камера", "вебка"),
    ("mouse pad", "mouse mat", "коврик для мыши"),
    ("mouse", "мышь", "мышка"),
    ("keyboard", "клавиатура", "клава"),
    ("computer", "компьютер", "комп"),
    ("projector", "beamer", "проектор"),
    ("optical drive", "cd drive", "dvd drive", "disc drive", "дисковод", "оптический привод"),
    ("nas", "network attached storage", "сетевое хранилище"),
    ("ups", "uninterruptible power supply", "ибп", "бесперебойник", "источник бесперебойного питания"),
    ("wifi", "wi fi", "wireless lan", "wlan", "вай фай"),
    ("usb c", "usb type c", "type c"),
    ("all in one pc", "aio", "моноблок"),
    # telephones and sound
    (
        "smartphone",
        "mobile phone",
        "cell phone",
        "смартфон",
        "мобильник",
        "мобила",
        "мобильный телефон",
        "сотовый телефон",
        "сотовый",
    ),
    ("headphones", "earphones", "наушники"),
    ("earbuds", "вкладыши", "внутриканальные наушники"),
    ("speaker", "loudspeaker", "колонка", "акустика"),
    ("power bank", "portable charger", "powerbank", "повербанк", "павербанк", "пауэрбанк", "внешний аккумулятор"),
    ("charger", "power adapter", "ac adapter", "зарядка", "зарядное устройство"),
    ("memory card", "sd card", "flash card", "карта памяти"),
    ("smartwatch", "smart watch", "умные часы", "смарт часы"),
    ("fitness tracker", "activity tracker", "fitness band", "фитнес браслет", "шагомер", "трекер активности"),
    ("gamepad", "game controller", "геймпад", "джойстик"),
    ("digital camera", "photo camera", "фотоаппарат", "фотик", "фотокамера"),
    ("camcorder", "video camera", "видеокамера"),
    ("cartridge", "ink cartridge", "картридж"),
    # at home
    ("fridge", "refrigerator", "холодильник", "холодос"),
    # Not "vacuum" alone: a vacuum flask was found as a пылесос.
    ("vacuum cleaner", "hoover", "пылесос"),
    ("robot vacuum", "robot vacuum cleaner", "робот пылесос"),
    ("vacuum flask", "thermos", "thermos flask", "термос"),
    ("microwave", "microwave oven", "микроволновка", "микроволновая печь", "свч печь"),
    ("washing machine", "washer", "стиральная машина", "стиралка", "стиралочка"),
    ("hair dryer", "hairdryer", "blow dryer", "фен"),
    ("dishwasher", "посудомоечная машина", "посудомойка"),
    ("air conditioner", "кондиционер", "кондей"),
    ("flashlight", "torch", "фонарь", "фонарик"),
    ("cup", "mug", "чашка", "кружка"),
    ("frying pan", "skillet", "сковорода", "сковородка"),
    ("sofa", "couch", "диван", "софа"),
    ("extension cord", "extension lead", "удлинитель"),
    ("light bulb", "lamp bulb", "лампочка"),
    ("screwdriver drill", "дрель шуруповёрт", "шуруповёрт", "шурик"),
    ("backpack", "rucksack", "рюкзак", "ранец"),
    ("trousers", "pants", "брюки", "штаны"),
    ("sweater", "jumper", "pullover", "свитер", "джемпер"),
    ("hoodie", "худи", "толстовка"),
    ("sneakers", "trainers", "кроссовки", "кроссы", "кроссачи"),
    ("leggings", "леггинсы", "лосины"),
    ("t shirt", "tee", "футболка"),
    ("slippers", "тапки", "тапочки"),
    ("kick scooter", "самокат"),
    ("fishing rod", "удочка", "удилище"),
    ("tyres", "tires", "шины", "автошины", "автомобильные шины", "авторезина"),
    ("bicycle", "bike", "велосипед", "велик"),
    ("plush toy", "soft toy", "мягкая игрушка", "плюшевая игрушка"),
    ("jigsaw", "jigsaw puzzle", "пазл", "мозаика пазл"),
    ("board game", "tabletop game", "настольная игра", "настолка"),
)


NARROWER: Mapping[str, tuple[str, ...]] = {
    "телефон": ("смартфон", "мобильный телефон"),
    "phone": ("smartphone", "mobile phone", "смартфон", "мобильный телефон"),
    "watch": ("часы",),
    "палас": ("ковёр",),
    "резина": ("шины",),
}
"""What a wider word is most often meant to find; the other way round nothing is found."""


def colloquial_terms() -> Mapping[str, Sequence[str]]:
    """phrase → the others of its groups, and what is meant by a wider word."""
    said: dict[str, list[str]] = {}
    for group in GROUPS:
        for phrase in group:
            said.setdefault(phrase, []).extend(other for other in group if other != phrase)
    for phrase, others in NARROWER.items():
        said.setdefault(phrase, []).extend(others)
    return said
