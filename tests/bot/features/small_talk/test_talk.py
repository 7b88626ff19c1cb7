"""Conversations that are none about products."""

import pytest

from tests.bot.world.memory import product
from tests.bot.world.world import World


@pytest.mark.parametrize(
    ("text", "said", "button"),
    [
        ("Привет!", "Здравствуйте! Что ищем?", "📂 Каталог"),
        ("спосибо", "Пожалуйста!", "✨ Для вас"),
        ("пока", "До встречи!", "🔔 Мои подписки"),
        ("где мой заказ", "Заказы оформляют сами магазины", "📂 Каталог"),
        ("Сколько стоит доставка?", "Доставляет магазин", "📂 Каталог"),
        ("возврат", "оформляет магазин", "📂 Каталог"),
        ("как оплатить", "принимает сам магазин", "📂 Каталог"),
        ("позовите человека", "отвечает бот", "❔ Что умеет бот?"),
        ("ты кто?", "Я бот Ярмарки", "❔ Что умеет бот?"),
        ("помогите", "Напишите, что ищете", "❔ Что умеет бот?"),
        ("ок", "Поискать что-нибудь ещё?", "📂 Каталог"),
        ("как дела", "Всё хорошо", "📂 Каталог"),
    ],
)
async def test_small_talk_gets_a_sentence_and_a_way_on(chat: World, text: str, said: str, button: str) -> None:
    anna = chat.person(1001)
    await anna.writes(text)
    answer = await anna.sees(said, button=button)
    await anna.presses(answer, button)
    await anna.sees()
    assert not chat.records.requests or all(request.text != text for request in chat.records.requests)


async def test_it_is_answered_in_the_readers_language(chat: World) -> None:
    oliver = chat.person(1002)
    await oliver.writes("where is my order?")
    await oliver.sees("Shops take the orders themselves", button="📂 Catalogue")


async def test_what_is_sold_under_such_a_name_is_found(chat: World) -> None:
    chat.catalog.put("x/1", product("1", "Tanks, a board game", store_id="x", category="Games"))
    oliver = chat.person(1002)
    await oliver.writes("tanks")
    await oliver.sees("Tanks, a board game")
    await oliver.writes("thanks")
    await oliver.sees("You're welcome!")


async def test_an_answer_to_a_question_is_no_small_talk(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban")
    kinds = await maria.sees(button="🔤 Слово")
    await maria.presses(kinds, "🔤 Слово")
    await maria.sees_change(kinds, "слов")
    await maria.writes("возврат")
    await maria.sees("возврат")
