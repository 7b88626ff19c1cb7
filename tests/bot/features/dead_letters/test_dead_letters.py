"""/dead_letters: by reason, one by one, replayed and discarded."""

from base64 import b64encode

import pytest

from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import DeadLetter, RowFault
from tests.bot.world.world import World


def letter(source: str, reason: str = "invalid", topic: str = "products", **more: object) -> DeadLetter:
    value = b64encode(f'{{"name": "<b>часы {source}" '.encode() + b"\xff" * 3000).decode()
    fields = {"source": source, "topic": topic, "key": source, "value": value, "reason": reason, "service": "filter"}
    return DeadLetter.model_validate(fields | {"detail": "price: must be a number"} | more)


@pytest.fixture
def letters(chat: World) -> World:
    for number in range(8):
        chat.letters.put(letter(f"products-0-{number}", "invalid" if number < 7 else "not_json"))
    return chat


async def test_from_reasons_to_letters_to_one_that_is_replayed(letters: World) -> None:
    maria = letters.person(2001)
    await maria.writes("/dead_letters")
    listed = await maria.sees(
        "8 необработанных сообщений",
        "поля пропущены или неверны: 7 · фильтр, товары магазинов",
        button="поля пропущены или неверны · 7",
    )
    await maria.presses(listed, "поля пропущены или неверны · 7")
    page = await maria.sees_change(listed, "7 сообщений", "products-0-0", button="1/2")
    await maria.presses(page, "2")
    one = await maria.sees_change(listed, "<b>часы products-0-1", "price: must be", button="🔁 Повторить")
    assert len(one.text) < 2000
    await maria.presses(one, "🔁 Повторить")
    await maria.sees_change(listed, "Снова отправлено 1 сообщение")
    assert letters.letters.sent == ["products-0-1"]


async def test_pages_are_turned(letters: World) -> None:
    maria = letters.person(2001)
    await maria.writes("/dead_letters")
    listed = await maria.sees("8 необработанных")
    await maria.presses(listed, "поля пропущены или неверны · 7")
    page = await maria.sees_change(listed, "products-0-0", button="1/2")
    await maria.presses(page, "›")
    last = await maria.sees_change(listed, "7.", "products-0-6", button="2/2")
    assert "products-0-5" not in last.text


async def test_all_of_a_reason_are_replayed_after_a_question(letters: World) -> None:
    pavel = letters.person(2002)
    await pavel.writes("/dead_letters")
    listed = await pavel.sees("8 messages failed")
    await pavel.presses(listed, "fields are missing or wrong · 7")
    page = await pavel.sees_change(listed, button="🔁 Replay all")
    await pavel.presses(page, "🔁 Replay all")
    question = await pavel.sees_change(listed, "Replay 7 messages", button="✅ Confirm")
    letters.letters.put(letter("products-0-99"))
    letters.letters.overtaken = {"products-0-3"}
    await pavel.presses(question, "✅ Confirm")
    await pavel.sees_change(listed, "6 messages were sent again", "1 was overtaken by a newer version")
    assert len(letters.letters.sent) == 7
    assert [one.source for one in letters.letters.open.values()] == ["products-0-7", "products-0-99"]


async def test_all_of_a_reason_are_discarded_after_a_question_and_it_is_on_record(letters: World) -> None:
    maria = letters.person(2001)
    await maria.writes("/dead_letters")
    listed = await maria.sees("8 необработанных")
    await maria.presses(listed, "не JSON · 1")
    page = await maria.sees_change(listed, button="🗑 Удалить все")
    await maria.presses(page, "🗑 Удалить все")
    question = await maria.sees_change(listed, "Удалить 1 сообщение", button="✅ Подтвердить")
    await maria.presses(question, "✅ Подтвердить")
    await maria.sees_change(listed, "Удалено 1 сообщение")
    assert letters.letters.sent == []
    assert letters.audit.actions()[-1][1] == "dead_letters:discard"


@pytest.mark.parametrize(
    ("stuck", "said", "in_english"),
    [
        (letter("feed:a.csv:7:0", topic=""), "это строка прайса", "it is a row of a price list"),
        (letter("products-1-2", truncated=True), "сохранено не целиком", "too large to be kept whole"),
        (letter("alerts-0-2", topic="alerts"), "это может только сама служба", "only its own service may"),
        (
            letter("filtered_products-0-2", topic="filtered_products", key=None),
            "какой это товар",
            "which product it is",
        ),
    ],
    ids=["row", "cut", "not ours", "no key"],
)
async def test_what_has_no_whole_message_of_ours_cannot_be_replayed(
    chat: World, stuck: DeadLetter, said: str, in_english: str
) -> None:
    chat.letters.put(stuck)
    for user_id, names, words in (
        (2001, ("поля пропущены или неверны · 1", "🗑 Удалить"), ("нельзя отправить снова", said)),
        (2002, ("fields are missing or wrong · 1", "🗑 Discard"), ("cannot be sent again", in_english)),
    ):
        admin = chat.person(user_id)
        await admin.writes("/dead_letters")
        listed = await admin.sees("1")
        await admin.presses(listed, names[0])
        page = await admin.sees_change(listed, stuck.source, button="1")
        await admin.presses(page, "1")
        one = await admin.sees_change(listed, *words, button=names[1])
        assert not {"🔁 Повторить", "🔁 Replay"} & set(one.labels)
    assert len(chat.letters.open) == 1


async def test_a_refused_row_is_told_to_its_shop_and_never_replayed(chat: World) -> None:
    value = b64encode('{"store_id": "north", "name": "Лампа", "price": "дорого"}'.encode()).decode()
    chat.letters.put(letter("feed:a.csv:7:0", "refused_row", topic="", value=value, detail="no price",
                            fault=RowFault(code=FaultCode.MISSING, field="price")))  # fmt: skip
    maria = chat.person(2001)
    await maria.writes("/dead_letters")
    listed = await maria.sees("1 необработанное", button="отклонённая строка прайса · 1")
    await maria.presses(listed, "отклонённая строка прайса · 1")
    page = await maria.sees_change(listed, "feed:a.csv:7:0", button="🗑 Удалить все")
    assert "🔁 Повторить все" not in page.labels
    await maria.presses(page, "1")
    one = await maria.sees_change(listed, "north · Лампа", '"price": "дорого"', button="📣 Текст для магазина")
    await maria.presses(one, "📣 Текст для магазина")
    await maria.sees("не смогла принять", "a.csv:7:0", "нет цены", "Перешлите это сообщение магазину")


async def test_the_text_for_the_shop_is_in_its_readers_language(chat: World) -> None:
    fault = RowFault(code=FaultCode.MISSING, field="price")
    chat.letters.put(letter("feed:a.csv:7:0", "refused_row", topic="", detail="price: missing", fault=fault))
    chat.letters.put(letter("feed:b.csv:8:0", "refused_row", topic="", detail="the row ends in the middle"))
    for user_id, button, row, words in (
        (2001, "отклонённая строка прайса · 2", "📣 Текст для магазина", ("нет цены", "отклонённая строка прайса")),
        (2002, "refused price list row · 2", "📣 Text for the shop", ("no price", "refused price list row")),
    ):
        admin = chat.person(user_id)
        for place, said in enumerate(words, start=1):
            await admin.writes("/dead_letters")
            listed = await admin.sees("2", button=button)
            await admin.presses(listed, button)
            page = await admin.sees_change(listed, button=str(place))
            number = next(n for n in (1, 2) if f"{n}. feed:{'ab'[place - 1]}.csv" in page.text)
            await admin.presses(page, str(number))
            await admin.presses(await admin.sees_change(listed, button=row), row)
            told = await admin.sees(f"{'ab'[place - 1]}.csv", said)
            assert "missing" not in told.text
            assert "in the middle" not in told.text


async def test_only_rows_of_feeds_are_not_asked_about(chat: World) -> None:
    chat.letters.put(letter("feed:a.csv:7:0", topic=""))
    maria = chat.person(2001)
    await maria.writes("/dead_letters")
    listed = await maria.sees("1 необработанное")
    await maria.presses(listed, "поля пропущены или неверны · 1")
    page = await maria.sees_change(listed, button="🔁 Повторить все")
    assert "это строки прайсов" in (await maria.presses(page, "🔁 Повторить все")).text


async def test_rows_of_feeds_among_others_stay(letters: World) -> None:
    letters.letters.put(letter("feed:a.csv:7:0", topic=""))
    letters.letters.put(letter("products-0-50", truncated=True))
    maria = letters.person(2001)
    await maria.writes("/dead_letters")
    listed = await maria.sees("10 необработанных", "фильтр, товары магазинов: 8", "фильтр: 1")
    await maria.presses(listed, "поля пропущены или неверны · 9")
    page = await maria.sees_change(listed, button="🔁 Повторить все")
    await maria.presses(page, "🔁 Повторить все")
    question = await maria.sees_change(
        listed, "Повторить 8 сообщений", "Ещё 1 – строка прайса", button="✅ Подтвердить"
    )
    await maria.presses(question, "✅ Подтвердить")
    await maria.sees_change(listed, "Снова отправлено 7", "2 нельзя отправить снова")
    assert {one.source for one in letters.letters.open.values()} == {"products-0-7", "feed:a.csv:7:0", "products-0-50"}


async def test_an_old_button_does_not_settle_another_letter_with_the_same_source(chat: World) -> None:
    chat.letters.put(letter("feed:a.csv:7:0", detail="the first"))
    maria = chat.person(2001)
    await maria.writes("/dead_letters")
    listed = await maria.sees("1 необработанное")
    await maria.presses(listed, "поля пропущены или неверны · 1")
    page = await maria.sees_change(listed, "feed:a.csv:7:0", button="1")
    assert "the first" not in page.text
    await maria.presses(page, "1")
    one = await maria.sees_change(listed, "the first", button="🗑 Удалить")
    chat.letters.put(letter("feed:a.csv:7:0", detail="the file was sent again"))
    assert "уже" in (await maria.presses(one, "🗑 Удалить")).text
    assert len(chat.letters.open) == 1


async def test_while_the_topic_is_counted_the_list_says_so(letters: World) -> None:
    letters.letters.behind = 120_000
    maria, pavel = letters.person(2001), letters.person(2002)
    await maria.writes("/dead_letters")
    await maria.sees("8 необработанных", "Ещё считаю: осталось 120 000 записей")
    await pavel.writes("/dead_letters")
    await pavel.sees("8 messages failed", "Still counting: 120,000 records to go")


async def test_without_a_dead_letter_the_list_says_so(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/dead_letters")
    await maria.sees("Необработанных сообщений нет")


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "цена: не число – «дорого»"), ("en", "price: not a number – “дорого”")]
)
async def test_a_row_of_a_feed_says_what_is_wrong_with_it_in_the_readers_language(
    chat: World, language: str, said: str
) -> None:
    fault = RowFault(code=FaultCode.NOT_A_NUMBER, field="price", values={"value": "дорого"})
    chat.letters.put(letter("feed:a.csv:7:0", reason="refused_row", detail="price: is not a number", fault=fault))
    maria = chat.person(2001)
    await maria.writes(f"/language {language}")
    await maria.sees()
    await maria.writes("/dead_letters")
    listed = await maria.sees("1 ")
    await maria.presses(listed, listed.labels[0])
    assert "is not a number" not in (await maria.sees_change(listed, said)).text
