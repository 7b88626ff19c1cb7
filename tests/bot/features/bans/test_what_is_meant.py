"""Bans by what people write: ends in words, kinds in Russian, what can mean two things, and what hits nothing."""

import pytest

from tests.bot.world.memory import product
from tests.bot.world.world import World


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/ban бренд:Huawei на 3 дня", ("Бренд: huawei", "Причина: не указана", "До: пт 27.11, 15:00 МСК")),
        ("/ban бренд:Huawei на неделю за подделки", ("Причина: за подделки", "До: вт 01.12, 15:00 МСК")),
        (
            "/ban раздел:Умные часы — подделки до пятницы",
            ("умные часы", "Причина: подделки", "До: конца пт 27.11, МСК"),
        ),
        ("/ban слово:huawei до 05.12 18:00", ("Слово: huawei", "До: сб 05.12, 18:00 МСК")),
        ("/ban магазин:chasy-mira до 5 марта", ("Магазин: chasy-mira", "До: конца пт 05.03.2027, МСК")),
        ("/ban товар:w1 навсегда", ("Товар: chasy-mira/w1", "Причина: не указана", "Срок: пока не снимут")),
    ],
)
async def test_an_end_in_words_is_said_back_before_it_is_confirmed(
    chat: World, text: str, said: tuple[str, ...]
) -> None:
    maria = chat.person(2001)
    await maria.writes(text)
    await maria.sees("Запретить?", *said, button="✅ Подтвердить")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/ban brand:Huawei for 3 days because fakes", ("Reason: fakes", "Until: Fri 27 Nov, 15:00 MSK")),
        ("/ban brand:Huawei until Friday", ("Until: the end of Fri 27 Nov, MSK",)),
        ("/ban shop:chasy-mira till tomorrow 9am", ("Shop: chasy-mira", "Until: Wed 25 Nov, 09:00 MSK")),
        ("/ban word:huawei for two weeks", ("Keyword: huawei", "Also written: хуавей", "Until: Tue 8 Dec, 15:00 MSK")),
        ("/ban brand:Huawei forever", ("Until: it is lifted",)),
    ],
)
async def test_an_end_in_english_words_is_said_back(chat: World, text: str, said: tuple[str, ...]) -> None:
    pavel = chat.person(2002)
    await pavel.writes(text)
    await pavel.sees("Ban this?", *said, button="✅ Confirm")


async def test_an_end_that_may_be_the_reason_is_asked_about(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:Huawei — на 3 дня опоздали")
    asked = await maria.sees("Когда закончится запрет?", "huawei", button="До пт 27.11, 15:00 МСК")
    assert "✅ Подтвердить" not in asked.labels
    await maria.presses(asked, "Без срока, это причина")
    settled = await maria.sees_change(asked, "Причина: на 3 дня опоздали", "пока не снимут", button="✅ Подтвердить")
    await maria.presses(settled, "✅ Подтвердить")
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
    await maria.sees("Запретить?", "Срок: пока не снимут", said)


async def test_a_day_that_can_be_two_is_chosen(chat: World) -> None:
    pavel = chat.person(2002)
    await pavel.writes("/ban brand:Huawei until next Friday")
    asked = await pavel.sees("When does the ban end?", button="Until the end of Fri 4 Dec, MSK")
    await pavel.presses(asked, "Until the end of Fri 4 Dec, MSK")
    await pavel.sees_change(asked, "Until: the end of Fri 4 Dec, MSK", button="✅ Confirm")


async def test_a_name_of_categories_in_two_places_asks_which_and_all_of_them_is_one_choice(chat: World) -> None:
    for number, category in enumerate(("Дом / Умные часы", "Дом / Умные часы / Детские", "Спорт / Бег")):
        chat.catalog.put(f"chasy-mira/h{number}", product(f"h{number}", f"Полёт {number}", category=category))
    maria = chat.person(2001)
    await maria.writes("/ban категория:Умные часы подделки на сутки")
    asked = await maria.sees("в нескольких местах", "Причина: подделки", button="📂 Электроника / Умные часы · 12")
    assert {"📂 Дом / Умные часы · 2", "📂 Все сразу: умные часы · 14"} < set(asked.labels)
    await maria.presses(asked, "📂 Дом / Умные часы · 2")
    settled = await maria.sees_change(asked, "дом / умные часы", "2 товара", "До: ср 25.11, 15:00 МСК")
    await maria.presses(settled, "✅ Подтвердить")
    await maria.sees_change(asked, "Запрещено", "Снято 2 из 2")
    assert list(dict(chat.bans.items())) == ["category:дом / умные часы"]
    assert {"chasy-mira/w1", "chasy-mira/w11"} < set(chat.catalog.shelf)


async def test_a_categorys_ban_covers_its_branch(chat: World) -> None:
    pavel = chat.person(2002)
    await pavel.writes("/ban category:Электроника")
    await pavel.sees("Ban this?", "12", button="✅ Confirm")


async def test_an_id_with_blanks_is_not_cut(chat: World) -> None:
    chat.catalog.put("chasy-mira/AB 12", product("AB 12", "Полёт"))
    maria = chat.person(2001)
    await maria.writes("/ban product:AB 12 отозван")
    await maria.sees("Товар: chasy-mira/AB 12", "Причина: отозван", "1 товар")
    await maria.writes("/ban product:dom/ZZ 9")
    asked = await maria.sees("Что здесь название, а что причина?", button="📦 dom/ZZ 9")
    await maria.presses(asked, "📦 dom/ZZ, причина: 9")
    await maria.sees_change(asked, "Товар: dom/ZZ", "Причина: 9", button="✅ Подтвердить")


@pytest.mark.parametrize(
    ("text", "near", "then"),
    [
        ("/ban brand:Huavei подделки", "🏷 Huawei · 4", ("huawei", "Причина: подделки", "4 товара")),
        ("/ban brand:Умные часы", "📂 Электроника / Умные часы · 12", ("электроника / умные часы", "12 товаров")),
        ("/ban category:умные часики", "📂 Электроника / Умные часы · 12", ("12 товаров",)),
        ("/ban seller:chasy-mir", "🏪 chasy-mira · 12", ("chasy-mira", "12 товаров")),
        ("/ban keyword:хуавэ", "🏷 Huawei · 4", ("huawei", "4 товара")),
    ],
)
async def test_what_hits_nothing_suggests_what_was_meant(
    chat: World, text: str, near: str, then: tuple[str, ...]
) -> None:
    maria = chat.person(2001)
    await maria.writes(text)
    asked = await maria.sees("⚠️ Сейчас под правило не попадает ни один товар", "Может быть, одно из этих?", button=near)
    assert asked.labels.index(near) < asked.labels.index("✅ Подтвердить")
    await maria.presses(asked, near)
    await maria.sees_change(asked, *then, button="✅ Подтвердить")


async def test_a_ban_that_hit_nothing_gets_no_green_tick(chat: World) -> None:
    pavel = chat.person(2002)
    await pavel.writes("/ban brand:Qwertyuiop")
    asked = await pavel.sees("No product on sale matches", button="✅ Confirm")
    await pavel.presses(asked, "✅ Confirm")
    done = await pavel.sees_change(asked, "⚠️ No product was on sale under this rule")
    assert "✅" not in done.text


async def test_of_a_word_the_most_unlike_products_come_first(chat: World) -> None:
    chat.catalog.put("chasy-mira/b1", product("b1", "Хлебница", category="Дом / Кухня", brand="Лён", tags=("модель",)))
    chat.catalog.put("chasy-mira/b2", product("b2", "Набор кубиков", category="Игрушки", brand="Бук", tags=("модель",)))
    maria = chat.person(2001)
    await maria.writes("/ban слово:модель")
    asked = await maria.sees("14 товаров", button="✅ Подтвердить")
    shown = [line for line in asked.text.splitlines() if line.startswith("▫️")]
    assert len(shown) == 10
    assert {"Хлебница", "Набор кубиков"} <= {line[3:].split(" · ")[0] for line in shown[:3]}
