"""/feeds: what came of shops' price lists; and a feed that would take much off sale waits for an admin."""

from datetime import timedelta

from bot.features.feeds.report_replies import before_each, is_news
from pipeline.contracts.feeds import FaultCode, FeedRun, FeedScope, FeedState, chat_file, run_id_at
from pipeline.contracts.messages import RowFault
from tests.bot.world.alert_samples import START
from tests.bot.world.world import World


def fed(chat: World, minutes: int, shop: str = "sever", **fields: object) -> FeedRun:
    """A feed that began so many minutes ago."""
    began = chat.clock() - timedelta(minutes=minutes)
    known = {"run_id": run_id_at(int(began.timestamp() * 1e6)), "store_id": shop, "file": "ночь.xml", "began": began}
    return FeedRun.model_validate(
        known | {"state": FeedState.DONE, "scope": FeedScope.WHOLE, "ended": chat.clock()} | fields
    )


def waiting(chat: World) -> FeedRun:
    return fed(chat, 5, state=FeedState.WAITING, offers=5_000, missing=4_102, sent=12, changed=10, unchanged=886)


async def test_an_operator_sees_the_last_feeds_and_one_in_full(chat: World) -> None:
    chat.feeds.tell(fed(chat, 90, "yug", state=FeedState.REFUSED))
    chat.feeds.tell(
        fed(
            chat,
            10,
            sent=30,
            changed=10,
            unchanged=970,
            withdrawn=4,
            refused=3,
            reasons={"price: <b>": 3},
            faults={"price: <b>": RowFault(code=FaultCode.NOT_A_NUMBER, field="price", values={"value": "<b>"})},
        )
    )
    ivan = chat.person(3001)
    await ivan.writes("/feeds")
    listed = await ivan.sees("Прайсы магазинов", "1. ✅ Север, 10 мин назад", "2. ❌ yug", button="1")
    assert "отправлено 30, без изменений 970, снято 4, ошибок 3" in listed.text
    await ivan.presses(listed, "1")
    page = await ivan.sees_change(
        listed, "Загружен", "новых: 20, изменено: 10", "3 × цена: не число – «<b>»", button="‹ Все прайсы"
    )
    await ivan.presses(page, "‹ Все прайсы")
    await ivan.sees_change(listed, "Прайсы магазинов")
    await ivan.writes("/feeds yug")
    assert "Север" not in (await ivan.sees("1. ❌ yug")).text


async def test_one_line_is_called_a_line_and_the_same_file_again_has_no_counts(chat: World) -> None:
    fault = RowFault(code=FaultCode.NOT_A_NUMBER, field="price", values={"value": "-5"})
    chat.feeds.tell(fed(chat, 10, sent=1, refused=1, reasons={"bad": 1}, faults={"bad": fault}, lines={"bad": [152]}))
    chat.feeds.tell(fed(chat, 5, "yug", channel="address", same_file=True))
    ivan = chat.person(3001)
    await ivan.writes("/feeds")
    listed = await ivan.sees("1. ✅ yug, 5 мин назад\nбез изменений")
    await ivan.presses(listed, "2")
    await ivan.sees_change(listed, "(строка 152)")


async def test_without_feeds_the_list_says_so(chat: World) -> None:
    await chat.person(2001).writes("/feeds")
    await chat.person(2001).sees("Магазины ещё не присылали прайсов")


async def test_every_admin_gets_the_card_in_their_language_and_one_decides(chat: World) -> None:
    run = waiting(chat)
    maria, pavel = chat.person(2001), chat.person(2002)
    await maria.writes("/start")
    await maria.sees("Здравствуйте")
    await pavel.writes("/language en")
    await pavel.sees("English it is")
    chat.feeds.tell(run)
    card = await maria.sees("Север", "нет в новом прайсе: 4 102 из 5 000", button="✅ Снять с продажи")
    other = await pavel.sees("no longer has 4,102 of the shop's 5,000", button="✋ Keep on sale")
    await maria.presses(card, "✅ Снять с продажи")
    await maria.sees_change(card, "Снимаю эти товары с продажи", "Решение: Мария")
    (decision,) = chat.feeds.decisions
    assert (decision.run, decision.apply) == (run, True)
    assert chat.audit.actions()[-1][1:] == ("apply_feed", run.key)
    # The other admin sees at once who has decided what, before the feed service has carried it out.
    stopped = await pavel.sees_change(other, "being taken off sale", "Decided by Мария")
    assert stopped.labels == ["‹ All price lists"]
    assert len(chat.feeds.decisions) == 1
    chat.feeds.tell(fed(chat, 5, run_id=run.run_id, withdrawn=4_102, decided_by="Мария"))
    await maria.sees_change(card, "снято с продажи: 4 102", "Решение: Мария")
    await pavel.sees_change(other, "taken off sale: 4,102", "Decided by Мария")


async def test_an_operator_sees_what_waits_and_may_not_decide(chat: World) -> None:
    chat.feeds.tell(waiting(chat))
    ivan = chat.person(3001)
    await ivan.writes("/feeds")
    listed = await ivan.sees("1. ⚠️ Север", button="1")
    await ivan.presses(listed, "1")
    page = await ivan.sees_change(listed, "4 102", button="‹ Все прайсы")
    assert page.labels == ["‹ Все прайсы"]


async def test_what_came_to_wait_while_the_bot_was_away_is_told_once(world: World) -> None:
    maria = world.person(2001)
    async with world.bot():
        await maria.writes("/start")
        await maria.sees("Здравствуйте")
    world.feeds.tell(waiting(world))
    async with world.bot():
        await maria.sees("нет в новом прайсе")
    async with world.bot():
        await maria.writes("/feeds")
        await maria.sees("⚠️ Север")
    told = [message for message in await maria.history() if "нет в новом прайсе" in message.text]
    assert len(told) == 1


def test_of_an_address_that_is_fetched_every_hour_only_news_are_told() -> None:
    def run(number: int, **more: object) -> FeedRun:
        fields = {"run_id": f"{number:010}", "store_id": "sever", "channel": "address", "state": FeedState.DONE}
        return FeedRun.model_validate(fields | more)

    row = {"refused": 1, "reasons": {"price: missing": 1}}
    runs = [
        run(1, unchanged=5, **row),
        run(2, same_file=True),
        run(3, unchanged=5, **row),
        run(4, unchanged=5),
        run(5, unchanged=5),
        run(6, sent=1),
        run(7, state=FeedState.REFUSED, reason="it is empty"),
        run(8, state=FeedState.REFUSED, reason="it is empty"),
        run(9, channel="folder", unchanged=5),
    ]
    before = before_each(runs)
    assert [one.run_id[-1] for one in runs if is_news(one, before.get(one.key))] == ["1", "4", "6", "7", "9"]


def test_of_one_file_that_is_fed_twice_only_what_is_new_is_told() -> None:
    def run(number: int, minutes: int, file: str = "ночь.xml", **more: object) -> FeedRun:
        began = START + timedelta(minutes=minutes)
        fields = {"run_id": f"{number:010}", "store_id": "sever", "channel": "folder", "state": FeedState.DONE}
        return FeedRun.model_validate(fields | {"file": file, "began": began, "ended": began} | more)

    sent = f"sever/{chat_file('abcdefghi_-', 'прайс.xml')}"
    runs = [
        run(1, 0, sent=5),
        run(2, 1, unchanged=5),
        run(3, 2, unchanged=5, state=FeedState.INCOMPLETE),
        run(4, 3, state=FeedState.SUPERSEDED),
        # The same name on the next night is another file.
        run(5, 24 * 60, unchanged=5),
        run(6, 24 * 60 + 1, "other.xml", unchanged=5),
        run(7, 0, sent, sent=5),
        run(8, 20 * 60, sent, unchanged=5),
        run(9, 20 * 60 + 1, sent, withdrawn=2),
    ]
    before = before_each(runs)
    assert [one.run_id[-1] for one in runs if is_news(one, before.get(one.key))] == ["1", "3", "5", "6", "7", "9"]
