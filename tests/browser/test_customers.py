"""What customers see first of each feature, on a phone, in both languages."""

import pytest

from bot.application.framework import build
from bot.telegram.pace import Pace
from bot.telegram.profile import show_profile
from bot.ui.roles import Role
from ops.sandbox.server import DEMO_TOKEN
from tests.bot.world.world import FREELY, World
from tests.browser.marks import IN_BROWSER
from tests.browser.phone import Phone

pytestmark = [*IN_BROWSER, pytest.mark.usefixtures("chat")]


async def test_before_the_first_word_the_bot_says_what_it_can_do(phone: Phone, chat: World) -> None:
    await _introduce(chat)
    await phone.open(Role.CUSTOMER)
    welcome = phone.page.page.locator(".welcome")
    said = phone.reads(ru="Ищу товары во всех магазинах сразу", en="I search every shop")
    assert said in await welcome.inner_text()
    await phone.looks_right()


@pytest.mark.parametrize(
    ("role", "last"),
    [(Role.CUSTOMER, "/privacy"), (Role.OPERATOR, "/drill"), (Role.ADMIN, "/report")],
    ids=("customer", "operator", "admin"),
)
async def test_the_menu_has_the_commands_of_the_role(phone: Phone, chat: World, role: Role, last: str) -> None:
    await phone.asks(role, "/help")
    await phone.page.sees("/privacy")
    await _introduce(chat)
    await phone.page.page.locator("#menu").click()
    said = await phone.page.page.locator("#panel").inner_text()
    for text in (last, "/search", phone.reads(ru="искать во всех магазинах", en="search all shops")):
        assert text in said
    await phone.looks_right()


async def test_start(phone: Phone) -> None:
    await phone.open(Role.CUSTOMER)
    await phone.page.begin()
    await phone.shows(
        *phone.reads(
            ru=("Здравствуйте, Анна!", "найду во всех магазинах сразу"),
            en=("Hello, Oliver!", "I'll search every shop"),
        ),
        buttons=phone.reads(
            ru="📂 Каталог|✨ Для вас|🔔 Мои подписки|🌍 Язык|🔎 умные часы|🔎 чайники|❔ Что умеет бот?",
            en="📂 Catalogue|✨ For you|🔔 My alerts|🌍 Language|🔎 smart watch|🔎 kettles|❔ What can the bot do?",
        ),
    )


async def test_catalogue(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, "/catalog")
    await phone.shows(
        phone.reads(ru="Выберите раздел", en="Choose a section"),
        buttons=phone.reads(ru="🆕 Новинки|🏪 Магазины", en="🆕 New arrivals|🏪 Shops"),
    )
    await phone.page.press(phone.reads(ru="Электроника · 8", en="Electronics · 8"))
    await phone.shows(
        phone.reads(ru="8 товаров", en="8 products"),
        buttons=phone.reads(ru="Показать все · 8|‹ Каталог", en="Show all · 8|‹ Catalogue"),
    )


async def test_small_talk(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, phone.reads(ru="где мой заказ?", en="where is my order?"))
    await phone.shows(
        phone.reads(ru="Заказы оформляют сами магазины", en="Shops take the orders themselves"),
        buttons=phone.reads(ru="📂 Каталог", en="📂 Catalogue"),
    )


async def test_a_guest_and_the_group_are_in_the_side_list(phone: Phone) -> None:
    await phone.page.open(phone.reads(ru=777_777, en=777_778))
    people = phone.page.page.locator("#people")
    assert "Guest 77777" in (await people.locator('[aria-checked="true"]').text_content() or "")
    await phone.open(Role.OPERATOR)
    assert phone.reads(ru="Операторы", en="Operators") in (await phone.page.page.locator("#chats").text_content() or "")


async def test_a_notice_makes_room_for_a_new_message(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, _watches(phone))
    await phone.page.press("1/2")
    toast = phone.page.page.locator("#toast")
    await toast.wait_for(state="visible")
    await phone.page.write("/help")
    await toast.wait_for(state="hidden", timeout=1000)


async def test_help(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, "/help")
    await phone.shows(
        *phone.reads(
            ru=("/search – искать во всех магазинах", "/watch – мои подписки", "/language – выбрать язык"),
            en=(
                "/search – search all shops",
                "/watch – your alerts",
                "/language – choose the language",
            ),
        ),
        "@yarmarka_bot",
    )


async def test_language(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, "/language")
    await phone.shows(
        phone.reads(ru="На каком языке", en="Choose a language"),
        buttons=phone.reads(ru="🇷🇺 Русский ✓|🇬🇧 English", en="🇷🇺 Русский|🇬🇧 English ✓"),
        names=("Русский",),
    )


async def test_privacy(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, _watches(phone))
    await phone.page.sees(button="1")
    await phone.page.write("/privacy")
    await phone.shows(
        *phone.reads(
            ru=("Что я о вас храню", "хранятся год под случайным номером", "магазинам ничего не передаётся"),
            en=("What I keep about you", "kept for a year under a random number", "nothing goes to the shops"),
        ),
        buttons=phone.reads(ru="🗑 Забыть меня", en="🗑 Forget me"),
    )


async def test_search(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, _watches(phone))
    await phone.shows(
        "1. Умные часы Harbour Tide 42 мм, песочные",
        "5. Умные часы Nordlicht Fjord, чёрные",
        *phone.reads(
            ru=("7 товаров", "10 990 ₽ 12 990 ₽ · осталась 1 шт."),
            en=("7 products", "₽10,990 ₽12,990 · only 1 left"),
        ),
        buttons="1|2|3|4|5|‹|1/2|›|"
        + phone.reads(ru="⚙️ Фильтры|↕️ Сортировка|🔔 Следить за запросом", en="⚙️ Filters|↕️ Sort|🔔 Follow this search"),
    )


async def test_filters(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, _watches(phone))
    await phone.page.sees(button="1")
    await phone.page.press(phone.reads(ru="⚙️ Фильтры", en="⚙️ Filters"))
    await phone.shows(
        *phone.reads(
            ru=("умные часы · 7 товаров", "Фильтры не выбраны"), en=("smart watch · 7 products", "No filters chosen")
        ),
        buttons="🏷 Harbour · 2|🏷 Nordlicht · 2|🏷 Polyana · 2|🏷 Mishka · 1|"
        + phone.reads(
            ru="💰 до 5\u00a0000\u00a0₽ · 2|💰 10–20\u00a0тыс.\u00a0₽ · 3|Показать 7",
            en="💰 up to ₽5,000 · 2|💰 ₽10–20K · 3|Show 7",
        ),
    )
    await phone.page.press("🏷 Harbour · 2")
    await phone.shows(
        phone.reads(ru="Фильтры: Harbour", en="Filters: Harbour"),
        buttons="🏷 Harbour · 2 ✓|" + phone.reads(ru="✕ Сбросить фильтры|Показать 2", en="✕ Clear filters|Show 2"),
    )


async def test_product_card(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, _watches(phone))
    await phone.page.sees(button="1")
    before = await phone.page.answers.count()
    await phone.page.press("1")
    await phone.shows(
        "Умные часы Harbour Tide 42 мм, песочные",
        *phone.reads(
            ru=("10 990 ₽ 12 990 ₽", "Осталась 1 шт.", "Доставка 300 ₽, 1–3 дня · самовывоз", "Артикул"),
            en=("₽10,990 ₽12,990", "Only 1 left", "Delivery ₽300, 1–3 days · pickup", "Item"),
        ),
        buttons=phone.reads(
            ru="🛒 В магазин · 10\u00a0990\u00a0₽|🔔 Следить|🔁 Похожие|📤 Поделиться|💬 Спросить магазин"
            "|🚩 Пожаловаться|‹ К списку",
            en="🛒 Buy at the shop · ₽10,990|🔔 Watch|🔁 Similar|📤 Share|💬 Ask the shop|🚩 Report|‹ Back to the list",
        ),
    )
    assert await phone.page.answers.last.locator(".photo img").is_visible()
    assert await phone.page.answers.last.locator("s").inner_text() in {"12\u00a0990\u00a0₽", "₽12,990"}
    assert await _height(phone) <= await phone.page.page.evaluate("document.querySelector('#log').clientHeight")

    await phone.page.press(phone.reads(ru="‹ К списку", en="‹ Back to the list"))
    await phone.page.sees(button="1/2")
    assert await phone.page.answers.count() == before


async def _height(phone: Phone) -> float:
    box = await phone.page.answers.last.bounding_box()
    assert box is not None
    return box["height"]


async def test_inline_results_show_pictures_and_lead_into_the_bot_when_there_are_none(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, _watches(phone))
    await phone.page.sees(button="1")
    await phone.page.press("1")
    await phone.page.sees(button=phone.reads(ru="‹ К списку", en="‹ Back to the list"))
    field, panel = phone.page.page.locator("#text"), phone.page.page.locator("#panel")
    await field.fill("@yarmarka_bot Harbour Tide 42")
    await panel.locator(".thumbnail").wait_for()
    await phone.looks_right()
    await field.fill("@yarmarka_bot ъъъщщщ")
    await panel.get_by_text(
        phone.reads(ru="Ничего не нашлось – открыть бота", en="Nothing found – open the bot")
    ).click()
    await phone.page.sees(phone.reads(ru="Здравствуйте", en="Hello"))


async def test_recommend(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, "/recommend")
    await phone.shows(
        phone.reads(ru="Новое на площадке", en="New on the market"),
        buttons=phone.reads(ru="1|2|3|4|5|🔄 Другие|🙈 Скрытые", en="1|2|3|4|5|🔄 Others|🙈 Hidden"),
    )


async def test_watch(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, "/start p_t1")
    await phone.page.sees("Harbour Tide 42 мм")
    await phone.page.press(phone.reads(ru="🔔 Следить", en="🔔 Watch"))
    await phone.page.sees(phone.reads(ru="Сообщить при цене", en="Alert me at"))
    await phone.page.press(phone.reads(ru="Любое снижение", en="Any drop"))
    await phone.page.write("/watch")
    await phone.shows(
        "1. Умные часы Harbour Tide 42 мм, песочные",
        *phone.reads(ru=("Мои подписки: 1 цена", "10 990 ₽"), en=("Your alerts: 1 price", "₽10,990")),
        buttons="1. Умные часы Harbour Tide 42 мм, песочные|"
        + phone.reads(ru="🌙 Тихие часы: выкл.", en="🌙 Quiet hours: off"),
    )


async def test_nothing_is_watched(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, "/watch")
    await phone.shows(phone.reads(ru="Подписок пока нет", en="No alerts yet"))


def _watches(phone: Phone) -> str:
    return phone.reads(ru="умные часы", en="smart watch")


async def _introduce(chat: World) -> None:
    """Tell the sandbox of the bot and its commands, as the service does when it starts."""
    assert chat.running is not None
    application, _ = build(DEMO_TOKEN, chat.sandbox.url, pace=Pace(FREELY), timeout_s=5)
    async with application:
        await show_profile(application.bot)
        await chat.running.base.menus.show_all(application.bot)
