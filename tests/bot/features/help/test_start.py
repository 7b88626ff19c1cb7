"""/start for each role: the shop window for everybody, and what waits for those with a role."""

from datetime import timedelta

import pytest

from bot.core.access import SELLERS, ShopSeller
from bot.features.bans.models import Admin, BanRequest
from bot.features.help.suggestions import reads
from bot.ui.buttons import OpenCommand
from bot.ui.callback_data import encode
from bot.ui.roles import Role
from pipeline.contracts.feeds import FeedRun, FeedState
from tests.bot.features.complaints.test_reports import reports
from tests.bot.world.memory import product
from tests.bot.world.tables import COMMANDS
from tests.bot.world.telegram import application, happen, press
from tests.bot.world.world import PSEUDONYMS, World


async def test_a_customer_sees_the_shop_window_and_no_duties(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start")
    hello = await anna.sees("Здравствуйте, Анна!", "Опечатки не страшны.")
    assert [label for row in hello.buttons for label in row] == [
        "📂 Каталог", "✨ Для вас", "🔔 Мои подписки", "🌍 Язык", "🔎 умные часы", "❔ Что умеет бот?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("button", "shown"),
    [
        ("✨ Для вас", "Новое на площадке"),
        ("🔔 Мои подписки", "🔔"),
        ("🌍 Язык", "На каком языке"),
        ("📂 Каталог", "Каталог"),
    ],
)
async def test_what_is_in_the_window_opens(chat: World, button: str, shown: str) -> None:
    anna = chat.person(1001)
    await anna.writes("/start")
    hello = await anna.sees(button=button)
    await anna.presses(hello, button)
    await anna.sees(shown)


async def test_an_english_reader_is_offered_nothing_in_cyrillic(chat: World) -> None:
    for number in range(3):
        chat.catalog.put(f"x/{number}", product(f"x{number}", "Фара", category="Автосвет / Фары противотуманные"))
        chat.catalog.put(f"y/{number}", product(f"y{number}", "Headphones", category="Электроника / Наушники"))
    oliver = chat.person(1002)
    await oliver.writes("/start")
    hello = await oliver.sees("Hello, Oliver!", button="🔎 headphones")
    assert all(reads(label, "en") for row in hello.buttons for label in row if label.startswith("🔎"))
    await oliver.presses(hello, "🔎 headphones")
    await oliver.sees("3 products", "Headphones")


async def test_an_admin_sees_what_waits_first_and_opens_it(chat: World) -> None:
    maria, anna = chat.person(2001), chat.person(1001)
    await maria.writes("/start")
    quiet = await maria.sees(button="🚩 Жалоб нет")
    assert [row[0] for row in quiet.buttons[:3]] == ["🚩 Жалоб нет", "⛔️ Запретов нет", "📦 Прайсов ещё не было"]
    await reports(anna, "w5")
    await maria.sees("Пожаловался 1 человек")
    pavel = Admin(id=PSEUDONYMS.of(2002), name="Павел")
    await chat.requests.put("r1", BanRequest(rule="brand:huawei", by=pavel, by_user=2002, status="waiting", hits=4))
    await maria.writes("/start")
    hello = await maria.sees(button="🚩 1 жалоба ждёт")
    assert {row[0] for row in hello.buttons[:2]} == {"🚩 1 жалоба ждёт", "⛔️ 1 запрос на запрет ждёт"}
    await maria.presses(hello, "⛔️ 1 запрос на запрет ждёт")
    await maria.sees("huawei")
    await maria.presses(hello, "🚩 1 жалоба ждёт")
    listed = await maria.sees("Жалобы на 1 товар")
    [opened] = [label for row in listed.buttons for label in row]
    await maria.presses(listed, opened)
    case = await maria.sees_change(listed, "Пожаловался 1 человек", button="‹ Все жалобы")
    await maria.presses(case, "✋ Отклонить жалобы")
    await maria.sees_change(case, "Жалобы отклонены", button="‹ Все жалобы")
    await maria.writes("/complaints")
    await maria.sees("Жалоб, которые ждут решения, нет.")


async def test_an_operator_sees_alerts_and_feeds_and_nothing_of_the_admins(chat: World) -> None:
    igor = chat.person(3001)
    chat.feeds.tell(FeedRun(run_id="0000000001", store_id="sever", state=FeedState.DONE, refused=3, began=chat.clock()))
    chat.clock.pass_by(hours=2)
    await igor.writes("/start")
    hello = await igor.sees(button="🟢 Открытых оповещений нет")
    assert {row[0] for row in hello.buttons[:3]} == {
        "🟢 Открытых оповещений нет", "🩺 Службы", "📦 Прайс 2 ч назад, не приняты 3 строки",
    }  # fmt: skip
    assert not any("Жалоб" in label or "апрет" in label for row in hello.buttons for label in row)


async def test_a_seller_sees_their_own_last_feed_alone(chat: World) -> None:
    seller = chat.person(1002)
    chat.store(SELLERS).set(f"{PSEUDONYMS.of(1002)}:sever", ShopSeller(user_id=1002, store_id="sever"))
    ended = chat.clock() - timedelta(minutes=5)
    other = FeedRun(run_id="0000000009", store_id="yug", state=FeedState.WAITING, began=ended)
    chat.feeds.tell(other)
    chat.feeds.tell(FeedRun(run_id="0000000002", store_id="sever", state=FeedState.DONE, refused=1, began=ended))
    await seller.writes("/start")
    hello = await seller.sees(button="🏪 Север")
    assert {row[0] for row in hello.buttons[:2]} == {"🏪 Север", "📦 Price list 5 min ago, 1 row refused"}
    chat.feeds.tell(FeedRun(run_id="0000000003", store_id="sever", state=FeedState.WAITING, began=ended))
    await seller.writes("/start")
    hello = await seller.sees(button="📦 1 price list waits for a decision")
    assert hello.buttons[0] == ("📦 1 price list waits for a decision",)
    await seller.presses(hello, "🏪 Север")
    await seller.sees("Север")


@pytest.mark.parametrize(("user_id", "role"), [(1001, Role.CUSTOMER), (3001, Role.OPERATOR), (2001, Role.ADMIN)])
async def test_a_button_to_a_command_asks_for_the_commands_own_role(world: World, user_id: int, role: Role) -> None:
    async with application(world) as (app, _, telegram):
        for number, command in enumerate(COMMANDS, start=1):
            await happen(app, press(user_id, encode(OpenCommand(command.name)), number))
            refused = any("Это могут только" in text for text in telegram.said())
            assert refused is (command.least > role), command.name
        audited = {entry.action for entry in world.records.audits}
        assert audited == {f"/{command.name}" for command in COMMANDS if command.least > role}
        await happen(app, press(user_id, encode(OpenCommand("nosuch")), 999))
        assert any("устарела" in text for text in telegram.said())
