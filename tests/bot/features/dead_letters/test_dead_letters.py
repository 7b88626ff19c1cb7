"""/dead_letters: by reason, one by one, replayed and discarded."""

from base64 import b64encode

import pytest

from pipeline.contracts.messages import DeadLetter
from tests.bot.world.world import World


@pytest.fixture
def letters(chat: World) -> World:
    for number in range(8):
        chat.letters.put(
            DeadLetter(
                source=f"products-0-{number}",
                topic="products",
                key=f"k{number}",
                value=b64encode(f'{{"name": "<b>часы {number}" '.encode() + b"\xff" * 3000).decode(),
                reason="invalid" if number < 7 else "not_json",
                detail="price: must be a number",
                service="filter",
            )
        )
    return chat


async def test_from_reasons_to_letters_to_one_that_is_replayed(letters: World) -> None:
    maria = letters.person(2001)
    await maria.writes("/dead_letters")
    listed = await maria.sees(
        "8 отложенных сообщений", "поля пропущены или неверны: 7", button="поля пропущены или неверны · 7"
    )
    await maria.presses(listed, "поля пропущены или неверны · 7")
    page = await maria.sees_change(listed, "7 сообщений", "products-0-0", button="1/2")
    await maria.presses(page, "2")
    one = await maria.sees_change(listed, "products-0-1", "<b>часы 1", "price: must be", button="🔁 Повторить")
    assert len(one.text) < 2000
    await maria.presses(one, "🔁 Повторить")
    await maria.sees_change(listed, "Снова отправлено 1 сообщение")
    assert letters.letters.sent == ["products-0-1"]


async def test_all_of_a_reason_are_replayed_after_a_question(letters: World) -> None:
    pavel = letters.person(2002)
    await pavel.writes("/dead_letters")
    listed = await pavel.sees("8 dead letters")
    await pavel.presses(listed, "fields are missing or wrong · 7")
    page = await pavel.sees_change(listed, button="🔁 Replay all")
    await pavel.presses(page, "🔁 Replay all")
    question = await pavel.sees_change(listed, "Replay 7 letters", button="✅ Confirm")
    await pavel.presses(question, "✅ Confirm")
    await pavel.sees_change(listed, "7 messages were sent again")
    assert len(letters.letters.sent) == 7


async def test_all_of_a_reason_are_discarded_after_a_question_and_it_is_on_record(letters: World) -> None:
    maria = letters.person(2001)
    await maria.writes("/dead_letters")
    listed = await maria.sees("8 отложенных")
    await maria.presses(listed, "не JSON · 1")
    page = await maria.sees_change(listed, button="🗑 Удалить все")
    await maria.presses(page, "🗑 Удалить все")
    question = await maria.sees_change(listed, "Удалить 1 сообщение", button="✅ Подтвердить")
    await maria.presses(question, "✅ Подтвердить")
    await maria.sees_change(listed, "Удалено 1 сообщение")
    assert letters.letters.sent == []
    assert letters.audit.actions()[-1][1] == "dead_letters:discard"


async def test_a_row_of_a_feed_cannot_be_replayed(chat: World) -> None:
    chat.letters.put(
        DeadLetter(source="feed:a.csv:7", topic="", value="", reason="invalid", service="feed", detail="row 7")
    )
    maria = chat.person(2001)
    await maria.writes("/dead_letters")
    listed = await maria.sees("1 отложенное")
    await maria.presses(listed, "поля пропущены или неверны · 1")
    page = await maria.sees_change(listed, button="1")
    await maria.presses(page, "1")
    one = await maria.sees_change(listed, "feed:a.csv:7", button="🔁 Повторить")
    assert "нельзя отправить снова" in (await maria.presses(one, "🔁 Повторить")).text


async def test_without_a_dead_letter_the_list_says_so(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/dead_letters")
    await maria.sees("Отложенных сообщений нет")
