"""Bans by what people write: ends in words, kinds in Russian, what can mean two things, and what hits nothing."""

import pytest

from pipeline.contracts.feeds import Shop
from tests.bot.world.memory import product
from tests.bot.world.world import World


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/ban бренд:Huawei на 3 дня", ("Бренд: Huawei", "Выберите причину", "До: пт 27 ноября, 15:00")),
        ("/ban бренд:Huawei на неделю за подделки", ("Причина: за подделки", "До: вт 1 декабря, 15:00")),
        (
            "/ban раздел:Умные часы — подделки до пятницы",
            ("умные часы", "Причина: подделки", "До: конца пт 27 ноября"),
        ),
        ("/ban слово:huawei до 05.12 18:00", ("Слово: huawei", "До: сб 5 декабря, 18:00")),
        ("/ban магазин:chasy-mira до 5 марта", ("Магазин: chasy-mira", "До: конца пт 5 марта 2027")),
        ("/ban товар:w1 навсегда", ("Huawei умные часы модель 1 · chasy-mira/w1", "Без причины", "Бессрочно")),
    ],
)
async def test_an_end_in_words_is_said_back_before_it_is_confirmed(
    chat: World, text: str, said: tuple[str, ...]
) -> None:
    maria = chat.person(2001)
    await maria.writes(text)
    await maria.sees("Запретить?", *said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/ban brand:Huawei for 3 days because fakes", ("Reason: fakes", "Until: Fri 27 November, 15:00")),
        ("/ban brand:Huawei until Friday", ("Until: the end of Fri 27 November",)),
        ("/ban shop:chasy-mira till tomorrow 9am", ("Shop: chasy-mira", "Until: Wed 25 November, 09:00")),
        ("/ban word:huawei for two weeks", ("Word: huawei", "Also written: хуавей", "Until: Tue 8 December, 15:00")),
        ("/ban brand:Huawei forever", ("No end date",)),
    ],
)
async def test_an_end_in_english_words_is_said_back(chat: World, text: str, said: tuple[str, ...]) -> None:
    pavel = chat.person(2002)
    await pavel.writes(text)
    await pavel.sees("Ban this?", *said)


async def test_an_end_that_may_be_the_reason_is_asked_about(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:Huawei — на 3 дня опоздали")
    asked = await maria.sees("Когда закончится запрет?", "Huawei", button="До пт 27 ноября, 15:00")
    assert "✅ Подтвердить" not in asked.labels
    await maria.presses(asked, "Бессрочно, это причина")
    settled = await maria.sees_change(asked, "Причина: на 3 дня опоздали", "Бессрочно")
    await maria.presses(settled, settled.labels[-1])
    await maria.sees_change(asked, "Запрещено")
    ban = chat.bans.get("brand:huawei")
    assert ban is not None
    assert (ban.reason, ban.until) == ("на 3 дня опоздали", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [("/ban brand:Huawei — подделки до выяснения", "«до выяснения» считаю частью причины"),
     ("/ban brand:Huawei — цены до 5000", "«до 5000» считаю частью причины")],
)  # fmt: skip
async def test_what_begins_as_an_end_and_is_none_is_told(chat: World, text: str, said: str) -> None:
    maria = chat.person(2001)
    await maria.writes(text)
    asked = await maria.sees("Запретить?", said, "Выберите срок")
    assert "✓ Бессрочно" not in asked.labels


async def test_a_day_that_can_be_two_is_chosen(chat: World) -> None:
    pavel = chat.person(2002)
    await pavel.writes("/ban brand:Huawei — fakes until next Friday")
    asked = await pavel.sees("When does the ban end?", button="Until the end of Fri 4 December")
    await pavel.presses(asked, "Until the end of Fri 4 December")
    await pavel.sees_change(asked, "Until: the end of Fri 4 December")


async def test_a_name_of_categories_in_two_places_asks_which_and_all_of_them_is_one_choice(chat: World) -> None:
    for number, category in enumerate(("Дом / Умные часы", "Дом / Умные часы / Детские", "Спорт / Бег")):
        chat.catalog.put(f"chasy-mira/h{number}", product(f"h{number}", f"Полёт {number}", category=category))
    maria = chat.person(2001)
    await maria.writes("/ban категория:Умные часы подделки на сутки")
    asked = await maria.sees("в нескольких местах", "Причина: подделки", button="📂 Электроника / Умные часы · 12")
    assert {"📂 Дом / Умные часы · 2", "📂 Все сразу: Умные часы · 14"} < set(asked.labels)
    await maria.presses(asked, "📂 Дом / Умные часы · 2")
    settled = await maria.sees_change(asked, "Дом / Умные часы", "2 товара", "До: ср 25 ноября, 15:00")
    await maria.presses(settled, settled.labels[-1])
    await maria.sees_change(asked, "Запрещено", "Скрыто 2 товара")
    assert list(dict(chat.bans.items())) == ["category:дом / умные часы"]
    assert {"chasy-mira/w1", "chasy-mira/w11"} < set(chat.catalog.shelf)


async def test_a_categorys_ban_covers_its_branch(chat: World) -> None:
    pavel = chat.person(2002)
    await pavel.writes("/ban category:Электроника")
    await pavel.sees("Ban this?", "12")


async def test_an_id_with_blanks_is_not_cut(chat: World) -> None:
    chat.catalog.put("chasy-mira/AB 12", product("AB 12", "Полёт"))
    maria = chat.person(2001)
    await maria.writes("/ban product:AB 12 отозван")
    await maria.sees("Товар: Полёт · chasy-mira/AB 12", "Причина: отозван", button="✅ Скрыть 1 товар")
    await maria.writes("/ban product:dom/ZZ 9")
    asked = await maria.sees("Что здесь название, а что причина?", button="📦 dom/ZZ 9")
    await maria.presses(asked, "📦 dom/ZZ, причина: 9")
    await maria.sees_change(asked, "Товар: dom/ZZ", "Причина: 9")


@pytest.mark.parametrize(
    ("text", "near", "then"),
    [
        ("/ban brand:Huavei подделки", "🏷 Huawei · 4", ("Бренд: Huawei", "Причина: подделки", "4 товара")),
        (
            "/ban brand:Умные часы",
            "📂 Электроника / Умные часы · 12",
            ("Раздел: Электроника / Умные часы", "12 товаров"),
        ),
        ("/ban category:умные часики", "📂 Электроника / Умные часы · 12", ("12 товаров",)),
        ("/ban seller:chasy-mir", "🏪 Часы мира · 12", ("chasy-mira", "12 товаров")),
        ("/ban brand:Часы мира", "🏪 Часы мира · 12", ("Магазин: Часы мира · chasy-mira", "12 товаров")),
        ("/ban раздел:Часы", "📂 Электроника / Умные часы · 12", ("12 товаров",)),
        ("/ban keyword:хуавэ", "🏷 Huawei · 4", ("Huawei", "4 товара")),
    ],
)
async def test_what_hits_nothing_suggests_what_was_meant(
    chat: World, text: str, near: str, then: tuple[str, ...]
) -> None:
    chat.shops.all["chasy-mira"] = Shop(store_id="chasy-mira", name="Часы мира")
    maria = chat.person(2001)
    await maria.writes(text)
    asked = await maria.sees("⚠️ Сейчас под правило не попадает ни один товар", "Похоже:", button=near)
    assert asked.labels[0] == near
    assert asked.labels[-1] == "🚫 Запретить на будущее"
    assert not any("✅" in label for label in asked.labels)
    await maria.presses(asked, near)
    await maria.sees_change(asked, *then)


async def test_a_ban_that_hit_nothing_gets_no_green_tick(chat: World) -> None:
    pavel = chat.person(2002)
    await pavel.writes("/ban brand:Qwertyuiop — fakes forever")
    asked = await pavel.sees("No product on sale matches", button="🚫 Ban it for the future")
    await pavel.presses(asked, asked.labels[-1])
    done = await pavel.sees_change(asked, "⚠️ No product is affected now")
    assert "✅" not in done.text


async def test_of_a_word_the_most_unlike_products_come_first(chat: World) -> None:
    chat.catalog.put("chasy-mira/b1", product("b1", "Хлебница", category="Дом / Кухня", brand="Лён", tags=("модель",)))
    chat.catalog.put("chasy-mira/b2", product("b2", "Набор кубиков", category="Игрушки", brand="Бук", tags=("модель",)))
    maria = chat.person(2001)
    await maria.writes("/ban слово:модель")
    asked = await maria.sees("14 товаров")
    shown = [line for line in asked.text.splitlines() if line.startswith("•")]
    assert len(shown) == 10
    assert {"Хлебница", "Набор кубиков"} <= {line[2:].split(" · ")[0] for line in shown[:3]}
