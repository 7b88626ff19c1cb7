"""The guided way to a ban, the button on a product's card, and what is no rule; in Russian and English."""

import pytest

from tests.bot.world.memory import product
from tests.bot.world.world import World


async def test_guided_by_buttons_to_a_category(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban")
    kinds = await maria.sees("Что запретить?", button="📂 Раздел")
    await maria.presses(kinds, "📂 Раздел")
    values = await maria.sees_change(kinds, "Какой раздел?", button="Умные часы · 12")
    await maria.presses(values, "Умные часы · 12")
    asked = await maria.sees("Запретить?", "12 товаров", button="7 дней")
    await maria.presses(asked, "7 дней")
    changed = await maria.sees_change(asked, "До: вт 1 декабря, 15:00")
    assert not any(label.startswith("✅") for label in changed.labels)
    await maria.presses(changed, "подделка")
    changed = await maria.sees_change(asked, "Причина: подделка", button="✓ 7 дней")
    assert changed.labels[-1] == "✅ Скрыть 12 товаров"
    await maria.presses(changed, "✅ Скрыть 12 товаров")
    await maria.sees_change(asked, "Скрыто 12 товаров")
    ban = chat.bans.get("category:электроника / умные часы")
    assert ban is not None
    assert ban.reason == "подделка"
    assert ban.until is not None


@pytest.mark.parametrize(
    ("kind", "shown", "rule"),
    [("🏷 Бренд", "Huawei · 4", "brand:huawei"), ("🏪 Магазин", "chasy-mira · 12", "seller:chasy-mira")],
)
async def test_guided_by_buttons_to_a_brand_or_a_shop(chat: World, kind: str, shown: str, rule: str) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban")
    kinds = await maria.sees("Что запретить?")
    await maria.presses(kinds, kind)
    values = await maria.sees_change(kinds, button=shown)
    await maria.presses(values, shown)
    asked = await maria.sees("Запретить?")
    assert dict(chat.bans.items()) == {}
    await maria.presses(asked, "Без причины")
    await maria.presses(asked, "Бессрочно")
    asked = await maria.sees_change(asked, "Без причины", "Бессрочно", button="✓ Бессрочно")
    await maria.presses(asked, asked.labels[-1])
    await maria.sees_change(asked, "Запрещено")
    assert list(dict(chat.bans.items())) == [rule]


@pytest.mark.parametrize(("kind", "said"), [("📦 Товар", "откройте карточку товара"), ("🔤 Слово", "все формы слов")])
async def test_kinds_without_a_list_say_how_to_write(chat: World, kind: str, said: str) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban")
    kinds = await maria.sees("Что запретить?")
    await maria.presses(kinds, kind)
    explained = await maria.sees_change(kinds, said, button="‹ Назад")
    await maria.presses(explained, "‹ Назад")
    await maria.sees_change(kinds, "Что запретить?")


async def test_words_that_were_asked_for_are_a_rule_and_not_a_search(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban")
    kinds = await maria.sees("Что запретить?")
    await maria.presses(kinds, "🔤 Слово")
    await maria.sees_change(kinds, "Пришлите слова")
    await maria.writes("умные часы — подделки")
    await maria.sees("Запретить?", "умные часы", "Причина: подделки")
    await maria.writes("умные часы")
    await maria.sees("🔎", "12 товаров")


async def test_a_product_that_was_asked_for_is_named_by_its_id_article_or_name_else_the_nearest_are_offered(
    chat: World,
) -> None:
    maria = chat.person(2001)
    for text, said in (
        ("chasy-mira/w1 отозван", "Товар: Huawei умные часы модель 1"),
        ("sku-w4", "Товар: Huawei умные часы модель 4"),
        ("Huawei умные часы модель 7 — подделка", "Товар: Huawei умные часы модель 7"),
        ("умные часы", "В продаже нет товара умные часы. Похоже:"),
    ):
        await maria.writes("/ban")
        kinds = await maria.sees("Что запретить?")
        await maria.presses(kinds, "📦 Товар")
        await maria.sees_change(kinds, "Пришлите артикул, название товара или ссылку")
        await maria.writes(text)
        await maria.sees(said)


@pytest.mark.parametrize("way", ["went back", "waited", "lost the role"])
async def test_a_question_that_is_over_takes_no_answer(chat: World, way: str) -> None:
    maria, pavel = chat.person(2001), chat.person(2002)
    await maria.writes("/ban")
    kinds = await maria.sees("Что запретить?")
    await maria.presses(kinds, "🔤 Слово")
    asked = await maria.sees_change(kinds, "Пришлите слова")
    if way == "went back":
        await maria.presses(asked, "‹ Назад")
        await maria.sees_change(asked, "Что запретить?")
    elif way == "waited":
        chat.clock.pass_by(minutes=6)
    else:
        await pavel.writes("/roles grant 2001 operator")
        taken = await pavel.sees("2001", button="✅ Confirm")
        await pavel.presses(taken, "✅ Confirm")
        await pavel.sees_change(taken, "from now on")
    await maria.writes("умные часы")
    assert "Запретить?" not in (await maria.sees("🔎", "12")).text
    assert dict(chat.bans.items()) == {}


@pytest.mark.parametrize(
    ("button", "rule", "then"),
    [("Shop: chasy-mira", "seller:chasy-mira", "no longer"),
     ("Category: Smart watches", "category:электроника / умные часы", "no longer"),
     ("Brand: Huawei", "brand:huawei", "no longer")],
)  # fmt: skip
async def test_what_a_card_names_is_banned_from_it_and_the_card_knows(
    chat: World, button: str, rule: str, then: str
) -> None:
    pavel = chat.person(2002)
    await pavel.writes("/start p_w1")
    card = await pavel.sees("Huawei", button="🚫 Ban")
    await pavel.presses(card, "🚫 Ban")
    choice = await pavel.sees("Hide this product?", "Or ban more:")
    await pavel.presses(choice, next(label for label in choice.labels if button in label))
    asked = await pavel.sees("Ban this?", "Choose a reason and how long")
    await pavel.presses(asked, "counterfeit")
    await pavel.presses(asked, "No end date")
    asked = await pavel.sees_change(asked, "Reason: counterfeit", button="✓ No end date")
    await pavel.presses(asked, asked.labels[-1])
    await pavel.sees_change(asked, "Banned", "hidden in")
    assert list(dict(chat.bans.items())) == [rule]
    assert then in (await pavel.presses(card, "🔁 Similar")).text


async def test_a_product_is_hidden_by_two_presses_from_its_card_and_brought_back_by_one(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/start p_w1")
    card = await maria.sees("Huawei", button="🚫 Запретить")
    await maria.presses(card, "🚫 Запретить")
    choice = await maria.sees("Скрыть этот товар?", "Huawei умные часы модель 1", button="🚫 подделка")
    await maria.presses(choice, "🚫 подделка")
    done = await maria.sees_change(choice, "Запрещено", "Причина: подделка", "Скрыт 1 товар", button="↩️ Отменить")
    ban = chat.bans.get("product:chasy-mira/w1")
    assert ban is not None
    assert (ban.reason, ban.by) == ("подделка", "Мария")
    await maria.presses(done, "↩️ Отменить")
    await maria.sees_change(choice, "Отменено", "Снова в продаже 1 товар")
    assert list(dict(chat.bans.items())) == []
    assert [entry.action for entry in chat.audit.written] == ["ban", "unban"]


async def test_a_product_that_is_banned_already_is_not_banned_by_an_old_button(chat: World) -> None:
    maria, pavel = chat.person(2001), chat.person(2002)
    for person, button in ((maria, "🚫 Запретить"), (pavel, "🚫 Ban")):
        await person.writes("/start p_w1")
        await person.presses(await person.sees("Huawei", button=button), button)
    hers, his = await maria.sees("Скрыть этот товар?"), await pavel.sees("Hide this product?")
    await maria.presses(hers, "🚫 Без причины")
    await maria.sees_change(hers, "Запрещено", "Без причины")
    assert "banned already" in (await pavel.presses(his, "🚫 dangerous")).text
    assert [entry.action for entry in chat.audit.written] == ["ban"]


async def test_a_customers_card_has_no_ban_button(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w1")
    assert "🚫 Запретить" not in (await anna.sees("Huawei")).labels


@pytest.mark.parametrize(
    ("text", "said"),
    [("/ban Zzyzx", "Уточните, что это"), ("/ban colour:red", "Такого вида запрета нет"),
     ("/ban brand:", "После двоеточия"), ("/ban keyword:!!!", "буквы или цифры"),
     ("/ban brand:x until 2020-01-01", "уже прошёл: сейчас вт 24 ноября, 15:00"),
     ("/ban brand:x до 31.02", "когда закончится"), ("/ban brand:x for 99999w", "дальше десяти лет"),
     ("/ban brand:" + "x" * 300, "длиннее 200")],
)  # fmt: skip
async def test_what_is_no_rule_is_explained(chat: World, text: str, said: str) -> None:
    maria = chat.person(2001)
    await maria.writes(text)
    assert "✅ Подтвердить" not in (await maria.sees(said)).labels
    assert list(chat.requests.entries()) == []


async def test_without_an_index_a_ban_is_still_possible(chat: World) -> None:
    from elastic_transport import ConnectionError as NoConnection

    chat.catalog.failure = NoConnection("away")
    maria = chat.person(2001)
    await maria.writes("/ban product:chasy-mira/w1")
    asked = await maria.sees("Поиск не отвечает")
    await maria.presses(asked, asked.labels[-1])
    await maria.sees_change(asked, "Запрещено")
    assert "product:chasy-mira/w1" in dict(chat.bans.items())


def _two_shops_that_number_from_one(chat: World) -> None:
    for shop, title in (("north", "Север"), ("south", "Юг")):
        offer = product("1", f"Лампа {title}", store_id=shop, store_name=title)
        chat.catalog.put(offer.offer_id, offer)


@pytest.mark.parametrize(
    ("admin", "which", "until", "kept"),
    [(2001, "Таких товаров несколько", "До: вт 1 декабря, 15:00", "Причина: подделка"),
     (2002, "Several products are called 1", "Until: Tue 1 December, 15:00", "Reason: counterfeit")],
)  # fmt: skip
async def test_a_number_of_two_shops_is_asked_about_and_what_was_written_beside_it_stays(
    chat: World, admin: int, which: str, until: str, kept: str
) -> None:
    _two_shops_that_number_from_one(chat)
    person = chat.person(admin)
    await person.writes("/ban product:1 подделка for 7d")
    choice = await person.sees(which)
    assert choice.labels == ["🏪 Север · Лампа Север", "🏪 Юг · Лампа Юг"]
    assert dict(chat.bans.items()) == {}
    await person.presses(choice, "🏪 Юг · Лампа Юг")
    preview = await person.sees(until, "Лампа Юг · south/1", kept)
    await person.presses(preview, preview.labels[-1])
    await person.sees_change(preview, "south/1")
    ban = chat.bans.get("product:south/1")
    assert list(dict(chat.bans.items())) == ["product:south/1"]
    assert ban is not None
    assert (ban.reason, ban.until is None) == ("подделка", False)


async def test_a_number_of_one_shop_needs_no_shop(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban product:w1")
    asked = await maria.sees("Запретить?", "chasy-mira/w1")
    await maria.presses(asked, asked.labels[-1])
    await maria.sees_change(asked, "Запрещено")
    await maria.writes("/unban product:w1")
    await maria.sees("Снять запрет?", "chasy-mira/w1")


async def test_a_number_that_nobody_has_is_banned_with_its_shop_alone(chat: World) -> None:
    maria, pavel = chat.person(2001), chat.person(2002)
    await maria.writes("/ban product:404")
    await maria.sees("В продаже нет товара 404", "/ban товар:МАГАЗИН/404")
    await pavel.writes("/ban product:404")
    await pavel.sees("Nothing on sale is called 404", "/ban product:SHOP/404")
    await maria.writes("/ban product:north/404")
    await maria.sees("Запретить?", "north/404")


async def test_lifting_a_number_of_two_shops_offers_both(chat: World) -> None:
    for rule in ("product:north/1", "product:south/1", "product:south/11"):
        chat.bans.ban(rule)
    maria = chat.person(2001)
    await maria.writes("/unban product:1")
    found = await maria.sees("Таких запретов несколько", button="📦 north/1")
    assert set(found.labels[:2]) == {"📦 north/1", "📦 south/1"}
    assert "📦 south/11" not in found.labels
