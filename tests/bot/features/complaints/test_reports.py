"""Conversations about reports: a customer's, the card that admins get, and what came of it."""

from bot.core.decision_cards import DECISION_CARDS
from bot.features.complaints.models import CASES_KEPT, COMPLAINTS_KEPT
from bot.ui.roles import Role
from pipeline.contracts.messages import Product
from tests.bot.world.memory import product
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import PSEUDONYMS, World
from tests.waiting import until

THANKS = "Спасибо. Администраторы проверят товар"


def of_shops(count: int) -> tuple[Product, ...]:
    """A product of each of so many shops, with the ids a0, a1 …"""
    return tuple(product(f"a{n}", f"Amazfit часы {n}", store_id=f"shop{n}") for n in range(count))


async def asked(person: Person, product_id: str) -> tuple[Seen, str]:
    """The card of a product after its button was pressed, and the notice."""
    await person.writes(f"/start p_{product_id}")
    card = await person.sees(button="🚩 Пожаловаться")
    return card, (await person.presses(card, "🚩 Пожаловаться")).text


async def reports(person: Person, product_id: str, reason: str = "Подделка") -> Seen:
    """Report it; the message with the thanks."""
    await asked(person, product_id)
    question = await person.sees("Что не так с этим товаром?", button=reason)
    await person.presses(question, reason)
    return await person.sees_change(question, THANKS)


async def admins(world: World) -> tuple[Person, Person]:
    """Maria reads Russian and Pavel English."""
    maria, pavel = world.person(2001), world.person(2002)
    await maria.writes("/start")
    await maria.sees("Здравствуйте")
    await pavel.writes("/language en")
    await pavel.sees("English it is")
    return maria, pavel


async def russian(world: World, user_id: int) -> Person:
    """Somebody whose Telegram speaks no language that the bot knows, and who chose one."""
    person = world.person(user_id)
    await person.writes("/language ru")
    await person.sees("Говорим по-русски")
    return person


def nobody_reachable(world: World) -> bool:
    """Whether the first card was tried with both admins, and neither has a chat with the bot."""
    assert world.running is not None
    return world.running.base.cards.unreachable == {2001, 2002} and not world.store(DECISION_CARDS).kept


async def cards(person: Person) -> list[Seen]:
    return [message for message in await person.history() if message.text.startswith("🚩") and message.from_bot]


async def test_two_customers_report_one_card_counts_a_ban_ends_it_and_both_are_told(chat: World) -> None:
    maria, pavel = await admins(chat)
    anna, oliver = chat.person(1001), chat.person(1002)
    await reports(anna, "w5")
    card = await maria.sees("Пожаловался 1 человек", "модель 5", "6 990 ₽", "chasy-mira", "Подделка: 1")
    await oliver.writes("/start p_w5")
    await oliver.presses(await oliver.sees(button="🚩 Report"), "🚩 Report")
    question = await oliver.sees("What is wrong with this product?")
    assert question.labels == [
        "Counterfeit", "Prohibited product", "Wrong description or price", "Something else", "✕ Cancel"
    ]  # fmt: skip
    await oliver.presses(question, "Wrong description or price")
    await oliver.sees_change(question, "I will write what came of it", button="✍️ Add details")
    card = await maria.sees_change(card, "Пожаловались 2 человека", "Подделка: 1", "Неверное описание или цена: 1")
    other = await pavel.sees("Reported by 2 people", "Counterfeit: 1", button="✋ Dismiss")
    assert (len(await cards(maria)), len(await cards(pavel))) == (1, 1)

    await maria.presses(card, "🚫 Запретить товар")
    request = await maria.sees("Запретить?", "chasy-mira/w5", button="✅ Скрыть 1 товар")
    assert "снят с продажи" not in str(await anna.history())
    await maria.presses(request, "✅ Скрыть 1 товар")
    await anna.sees("Товар «Xiaomi умные часы модель 5» снят с продажи", "Спасибо за жалобу")
    await oliver.sees("The sale of “Xiaomi умные часы модель 5” was stopped")
    ended = await maria.sees_change(card, "Продажа остановлена", "Пожаловались 2 человека")
    assert ended.labels == []
    await pavel.sees_change(other, "The sale is stopped", "Decided by Мария")
    assert [entry.action for entry in chat.audit.written] == ["ban"]


async def test_the_shop_is_banned_from_the_card_even_when_the_product_is_gone(chat: World) -> None:
    maria, _ = await admins(chat)
    await reports(chat.person(1001), "w5", "Запрещённый товар")
    card = await maria.sees("Запрещённый товар: 1", button="🚫 Запретить магазин")
    await chat.offers("chasy-mira/w5", None)
    await maria.presses(card, "🚫 Запретить магазин")
    request = await maria.sees("Запретить?", "chasy-mira", "Скроет 11 товаров", button="Без причины")
    await maria.presses(request, "подделка")
    await maria.presses(request, "Бессрочно")
    await maria.sees_change(request, button="✅ Скрыть 11 товаров")
    await maria.presses(request, "✅ Скрыть 11 товаров")
    await maria.sees_change(card, "Продажа остановлена")
    await chat.person(1001).sees("снят с продажи")


async def test_who_thinks_better_of_it_reports_nothing(chat: World) -> None:
    anna = chat.person(1001)
    card, _ = await asked(anna, "w5")
    question = await anna.sees("Что не так с этим товаром?", button="✕ Отмена")
    await anna.presses(question, "✕ Отмена")

    async def gone() -> bool:
        return not any("Что не так" in message.text for message in await anna.history())

    await until(gone, "the question is gone")
    assert not chat.store(COMPLAINTS_KEPT).kept
    await anna.presses(card, "🚩 Пожаловаться")
    await anna.sees("Что не так с этим товаром?")


async def test_dismissed_is_on_record_told_and_over(chat: World) -> None:
    maria, pavel = await admins(chat)
    anna = chat.person(1001)
    await reports(anna, "w5")
    card, other = await maria.sees(button="✋ Отклонить жалобы"), await pavel.sees(button="✋ Dismiss")
    assert chat.audit.written == []
    await maria.presses(card, "✋ Отклонить жалобы")
    await maria.sees_change(card, "Жалобы отклонены", "Решение:")
    await anna.sees("проверили товар «Xiaomi умные часы модель 5»", "не нашли причин")
    (entry,) = chat.audit.written
    assert (entry.action, entry.target) == ("dismiss_reports", "chasy-mira/w5")
    await pavel.sees_change(other, "Dismissed, the sale goes on", "Decided by")
    kept = chat.store(COMPLAINTS_KEPT).kept
    assert [(one.outcome, one.user_id) for one in kept.values()] == [("dismissed", 0)]
    # The same person is not heard twice; another one opens the case anew.
    chat.clock.pass_by(hours=1)
    _, notice = await asked(anna, "w5")
    assert "администраторы его проверили" in notice
    await reports(await russian(chat, 1004), "w5")
    again = await maria.sees("Пожаловался 1 человек", button="✋ Отклонить жалобы")
    assert again.message_id != card.message_id


async def test_operators_and_customers_get_no_card_and_may_not_dismiss(chat: World) -> None:
    maria, _ = await admins(chat)
    ivan = chat.person(3001)
    await ivan.writes("/start")
    await ivan.sees("Здравствуйте")
    await reports(chat.person(1001), "w5")
    card = await maria.sees(button="✋ Отклонить жалобы")
    assert await cards(ivan) == []
    # Maria loses her role; the card stays in her chat, and its buttons do nothing.
    pavel = chat.person(2002)
    await pavel.writes("/roles revoke 2001")
    await pavel.presses(await pavel.sees("2001", button="✅ Confirm"), "✅ Confirm")
    await until(lambda: chat.running is not None and chat.running.base.persons.access.role_of(2001) is Role.CUSTOMER,
                "Maria is no admin")  # fmt: skip
    refused = await maria.presses(card, "✋ Отклонить жалобы")
    assert (refused.alert, "администратор" in refused.text) == (True, True)
    assert chat.store(CASES_KEPT).kept.popitem()[1].outcome is None


async def test_one_person_counts_once(chat: World) -> None:
    maria, _ = await admins(chat)
    anna = chat.person(1001)
    card, _ = await asked(anna, "w5")
    question = await anna.sees(button="Подделка")
    await anna.presses(card, "🚩 Пожаловаться")

    async def two() -> bool:
        return sum("Что не так" in message.text for message in await anna.history()) == 2

    await until(two, "another question")
    another = await anna.sees(button="Подделка")
    await anna.presses(question, "Подделка")
    await anna.sees_change(question, THANKS)
    shown = await maria.sees("Пожаловался 1 человек")
    assert "Вы уже пожаловались на этот товар" in (await anna.presses(card, "🚩 Пожаловаться")).text
    assert "Вы уже пожаловались" in (await anna.presses(another, "Другое")).text
    assert len(chat.store(COMPLAINTS_KEPT).kept) == 1
    await reports(await russian(chat, 1004), "w5")
    await maria.sees_change(shown, "Пожаловались 2 человека", "Подделка: 2")


async def test_a_shop_is_not_drowned_by_one_person_and_a_day_has_its_limit(chat: World) -> None:
    for each in of_shops(3):
        chat.catalog.put(each.offer_id, each)
    anna = chat.person(1001)
    for number in (1, 2, 3):
        await reports(anna, f"w{number}")
    _, notice = await asked(anna, "w4")
    assert "На товары этого магазина" in notice
    await reports(anna, "a0")
    await reports(anna, "a1")
    _, notice = await asked(anna, "a2")
    assert notice == "За сутки от вас уже 5 жалоб. Попробуйте завтра."
    await anna.writes("/privacy")
    kept = await anna.sees("• 5 жалоб на товары")
    # To be forgotten gives no new five.
    await anna.presses(kept, "🗑 Забыть меня")
    await anna.presses(await anna.sees_change(kept, button="Да, удалить"), "Да, удалить")
    await until(lambda: not chat.store(COMPLAINTS_KEPT).kept, "the reports are deleted")
    _, notice = await asked(anna, "a2")
    assert "За сутки" in notice
    chat.clock.pass_by(hours=25)
    await reports(anna, "a2")


async def test_who_was_dismissed_three_times_counts_late(chat: World) -> None:
    maria, _ = await admins(chat)
    for each in of_shops(4):
        chat.catalog.put(each.offer_id, each)
    anna = chat.person(1001)
    for number in range(3):
        await reports(anna, f"a{number}")
        card = await maria.sees(f"Amazfit часы {number}", button="✋ Отклонить жалобы")
        await maria.presses(card, "✋ Отклонить жалобы")
        await anna.sees(f"«Amazfit часы {number}»", "не нашли причин")
    before = len(await cards(maria))
    await reports(anna, "a3")
    await reports(await russian(chat, 1004), "w1")
    await maria.sees("модель 1")
    assert len(await cards(maria)) == before + 1
    await reports(await russian(chat, 1003), "a3")
    card = await maria.sees("Amazfit часы 3", "Пожаловались 2 человека", "чьи последние жалобы отклонены: 1")
    await maria.presses(card, "🚫 Запретить товар")
    await maria.presses(await maria.sees("Запретить?"), "✅ Скрыть 1 товар")
    await anna.sees("Товар «Amazfit часы 3» снят с продажи")


async def test_words_are_put_to_a_report_and_the_next_text_is_a_search_again(chat: World) -> None:
    maria, _ = await admins(chat)
    anna = chat.person(1001)
    await reports(anna, "w5", "Другое")
    card = await maria.sees("Другое: 1")
    await anna.writes("Продавец просит <b>предоплату</b> на карту")
    await anna.sees("Добавлено к вашей жалобе")
    await maria.sees_change(card, "“Продавец просит <b>предоплату</b> на карту”")
    await anna.writes("умные часы")
    await anna.sees("12 товаров")
    thanked = await reports(anna, "w6")
    await anna.presses(thanked, "✍️ Добавить подробности")
    question = await anna.sees_change(thanked, "одним сообщением", button="Добавить нечего")
    await anna.presses(question, "Добавить нечего")
    await anna.sees_change(thanked, THANKS)
    await anna.writes("умные часы")
    await anna.sees("12 товаров")


async def test_what_is_gone_or_banned_meanwhile_is_not_reported(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w5")
    card = await anna.sees(button="🚩 Пожаловаться")
    await anna.presses(card, "🚩 Пожаловаться")
    question = await anna.sees(button="Подделка")
    await chat.offers("chasy-mira/w5", None)
    assert (await anna.presses(question, "Подделка")).text == "Этот товар больше не продаётся."
    assert "больше не продаётся" in (await anna.presses(card, "🚩 Пожаловаться")).text
    assert not chat.store(COMPLAINTS_KEPT).kept
    _, notice = await asked(anna, "w6")
    assert notice == ""
    question = await anna.sees(button="Подделка")
    chat.bans.ban("product:chasy-mira/w6")
    assert "снял" in (await anna.presses(question, "Подделка")).text
    assert not chat.store(COMPLAINTS_KEPT).kept


async def test_a_product_that_the_shop_took_away_is_closed_without_blame(chat: World) -> None:
    maria, _ = await admins(chat)
    anna = chat.person(1001)
    await reports(anna, "w5")
    card = await maria.sees(button="✋ Отклонить жалобы")
    await chat.offers("chasy-mira/w5", None)
    await maria.presses(card, "✋ Отклонить жалобы")
    await maria.sees_change(card, "Закрыто: товар больше не продаётся")
    await anna.sees("на который вы пожаловались, больше не продаётся")
    assert [one.outcome for one in chat.store(COMPLAINTS_KEPT).kept.values()] == ["gone"]


async def test_who_is_forgotten_takes_the_report_back(chat: World) -> None:
    maria, _ = await admins(chat)
    anna = chat.person(1001)
    await reports(anna, "w5", "Другое")
    await anna.writes("Это моя тайна")
    await anna.sees("Добавлено")
    card = await maria.sees("Это моя тайна")
    await anna.writes("/privacy")
    kept = await anna.sees("• 1 жалоба на товар")
    await anna.presses(kept, "🗑 Забыть меня")
    await anna.presses(await anna.sees_change(kept, button="Да, удалить"), "Да, удалить")
    ended = await maria.sees_change(card, "Жалобы отозваны")
    assert "тайна" not in ended.text
    assert not chat.store(COMPLAINTS_KEPT).kept
    assert PSEUDONYMS.of(1001) not in str(chat.store(CASES_KEPT).kept)
    assert "1001" not in str(chat.store(CASES_KEPT).kept)


async def test_a_restart_shows_what_is_missing_and_nothing_twice(world: World) -> None:
    anna = world.person(1001)
    async with world.bot(idle=("complaints",)):
        maria, pavel = await admins(world)
        await reports(anna, "w5")
    async with world.bot():
        card = await maria.sees("Пожаловался 1 человек")
        other = await pavel.sees("Reported by 1 person")
        await until(lambda: sorted(shown.chat_id for shown in world.store(DECISION_CARDS).kept.values()
                                   if shown.shown) == [2001, 2002], "both cards are known")  # fmt: skip
    async with world.bot(idle=("complaints",)):
        await maria.presses(card, "✋ Отклонить жалобы")
        await maria.sees_change(card, "Жалобы отклонены")
        late = await pavel.presses(other, "✋ Dismiss")
        assert (late.alert, late.text) == (True, "This has been decided already.")
        assert len(world.audit.written) == 1
    async with world.bot():
        await anna.sees("не нашли причин")
        await pavel.sees_change(other, "Dismissed, the sale goes on")
        await until(lambda: all(one.outcome for one in world.store(COMPLAINTS_KEPT).kept.values()), "Anna was told")
    async with world.bot():
        await maria.writes("/start")
        await maria.sees("Здравствуйте")
    assert (len(await cards(maria)), len(await cards(pavel))) == (1, 1)
    assert sum("не нашли причин" in message.text for message in await anna.history()) == 1


async def test_an_admin_without_a_chat_gets_the_card_when_they_write(chat: World) -> None:
    await reports(chat.person(1001), "w5")
    maria = chat.person(2001)
    await until(lambda: nobody_reachable(chat), "nobody could be told")
    await maria.writes("/start")

    async def told() -> bool:
        return len(await cards(maria)) == 1

    await until(told, "the card is there, before or after the greeting")
    (card,) = await cards(maria)
    assert "модель 5" in card.text
    assert "повтор" not in card.text


async def test_reports_and_ended_cases_are_deleted_after_ninety_days(world: World) -> None:
    async with world.bot():
        await reports(world.person(1001), "w5")
        await until(lambda: bool(world.store(CASES_KEPT).kept), "a case")
    world.clock.pass_by(days=91)
    async with world.bot():
        await until(
            lambda: not world.store(COMPLAINTS_KEPT).kept and not world.store(CASES_KEPT).kept, "nothing is kept"
        )
