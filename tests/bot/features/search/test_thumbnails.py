"""One bad picture costs an inline answer that picture, and no more."""

from collections.abc import Sequence
from typing import Any

import pytest
from telegram.error import BadRequest

from bot.features.search.inline_replies import InlineResult, window
from bot.features.search.thumbnails import IMPOSSIBLE, TRIES, Thumbnails, oddity
from bot.ui.locale import Html
from pipeline.contracts.messages import Image
from tests.bot.world.memory import product
from tests.bot.world.world import World


class Telegram:
    """Refuses an answer with any of these pictures, and does not say which."""

    def __init__(self, *bad: str) -> None:
        self.bad = set(bad)
        self.tries: list[list[str | None]] = []

    async def __call__(self, results: Sequence[InlineResult]) -> None:
        pictures = [result.thumbnail for result in results]
        self.tries.append(pictures)
        if self.bad & set(pictures):
            raise BadRequest("WEBDOCUMENT_URL_INVALID")


def results(*pictures: str) -> list[InlineResult]:
    return [InlineResult(str(number), "a", "b", Html("c"), (), picture) for number, picture in enumerate(pictures)]


GOOD = [f"https://shop.example/{number}.png" for number in range(10)]


@pytest.mark.parametrize("bad", ["https://shop", "https://shop.example/a b", "https://shop.example:81/я.png"])
async def test_the_bad_one_is_left_out_and_remembered(bad: str) -> None:
    telegram, thumbnails = Telegram(bad), Thumbnails()
    shown = results(*GOOD, bad)
    await thumbnails.give(shown, telegram)
    assert telegram.tries[1:] == [[*GOOD, None]]
    telegram.tries.clear()
    await thumbnails.give(shown, telegram)
    assert telegram.tries == [[*GOOD, None]]


async def test_one_that_looks_like_any_other_costs_a_few_tries() -> None:
    telegram = Telegram(GOOD[3])
    await Thumbnails().give(results(*GOOD[:5]), telegram)
    assert telegram.tries[-1] == [*GOOD[:3], None, GOOD[4]]


async def test_too_many_bad_ones_cost_all_pictures_and_no_answer() -> None:
    telegram = Telegram(*GOOD[3:6], "https://shop")
    await Thumbnails().give(results(*GOOD, "https://shop"), telegram)
    assert telegram.tries[-1] == [None] * 11
    assert len(telegram.tries) == TRIES + 3


async def test_another_refusal_is_raised() -> None:
    async def too_late(_: Sequence[InlineResult]) -> None:
        raise BadRequest("query is too old and response timeout expired or query ID is invalid")

    with pytest.raises(BadRequest):
        await Thumbnails().give(results(GOOD[0]), too_late)


@pytest.mark.parametrize("address", ["https://shop", "ftp://shop.example/a", "https://[", "https://a.b:x/", "a\nb"])
def test_what_cannot_be_a_picture_on_the_web(address: str) -> None:
    assert oddity(address) >= IMPOSSIBLE
    assert oddity(GOOD[0]) == 0


async def test_an_inline_answer_arrives_without_the_bad_picture(chat: World) -> None:
    shown = [
        product("g1", "Зюзюбра синяя", 100.0, images=(Image(url=GOOD[0], alt=""),)),
        product("g2", "Зюзюбра белая", 200.0, images=(Image(url="https://shop/a.png", alt=""),)),
    ]
    for one in shown:
        chat.catalog.put(one.offer_id, one)
    found = (await chat.person(1001).asks_inline("Зюзюбра"))["results"]
    assert isinstance(found, list)
    assert [result.get("thumbnail_url") for result in found] == [GOOD[0], None]


async def test_a_drawn_picture_is_shown_and_sent_once_somebody_has_seen_its_card(chat: World) -> None:
    offer = product("g1", "Зюзюбра синяя", 100.0, images=(Image(url="demo:lamp-blue"),), url="https://a.example/g1")
    chat.catalog.put(offer.offer_id, offer)
    anna = chat.person(1001)
    (article,) = as_list((await anna.asks_inline("Зюзюбра"))["results"])
    assert (article["type"], "photo_url" in article) == ("article", False)
    await anna.writes("/start p_g1")
    assert (await anna.sees("Зюзюбра")).photo
    (result,) = as_list((await anna.asks_inline("Зюзюбра синяя"))["results"])
    assert (result["type"], result["title"], "photo_url" in result) == ("photo", "Зюзюбра синяя", True)
    await anna.chooses(result)
    sent = (await anna.history())[-1]
    assert (sent.text.split("\n")[0], bool(sent.photo)) == ("Зюзюбра синяя", True)
    assert sent.labels == ["🛒 В магазин · 100 ₽", "🛍 Открыть на Ярмарке"]
    assert sent.links[0] == "https://a.example/g1"


async def test_a_picture_on_the_web_is_a_thumbnail_and_stands_above_the_message(chat: World) -> None:
    offer = product("g1", "Зюзюбра синяя", 100.0, images=(Image(url=GOOD[0]),))
    chat.catalog.put(offer.offer_id, offer)
    (result,) = as_list((await chat.person(1001).asks_inline("Зюзюбра"))["results"])
    assert result["thumbnail_url"] == GOOD[0]
    assert result["sends"]["link_preview_options"] == {
        "url": GOOD[0], "prefer_large_media": True, "show_above_text": True,
    }  # fmt: skip


async def test_sharing_a_card_offers_that_very_product(chat: World) -> None:
    for number in (1, 2):
        offer = product(f"g/{number}", f"Зюзюбра {number}", store_id="chasy")
        chat.catalog.put(offer.offer_id, offer)
    anna = chat.person(1001)
    (result,) = as_list((await anna.asks_inline("chasy/g/2"))["results"])
    assert result["title"] == "Зюзюбра 2"
    chat.bans.ban("product:chasy/g/2")
    assert (await anna.asks_inline("chasy/g/2 "))["results"] == []


@pytest.mark.parametrize(
    ("person", "label"), [(1001, "Ничего не нашлось – открыть бота"), (1002, "Nothing found – open the bot")]
)
async def test_nothing_found_leads_into_the_bot(chat: World, person: int, label: str) -> None:
    someone = chat.person(person)
    answer = await someone.asks_inline("ъъъщщщ")
    assert (answer["results"], answer["button"]) == ([], {"text": label, "start_parameter": "inline"})
    assert "button" not in await someone.asks_inline("часы")
    await someone.writes("/start inline")
    await someone.sees(button="🔎 умные часы" if person == 1001 else "🔎 smart watch")


async def test_an_address_that_telegram_refuses_costs_the_answer_its_shops_alone(chat: World) -> None:
    offer = product("g1", "Зюзюбра синяя", url="https://sever.example:99999/s1")
    chat.catalog.put(offer.offer_id, offer)
    (result,) = as_list((await chat.person(1001).asks_inline("Зюзюбра"))["results"])
    assert [[button["text"] for button in row] for row in result["sends"]["reply_markup"]["inline_keyboard"]] == [
        ["🛍 Открыть на Ярмарке"]
    ]


def test_before_anything_is_written_each_section_is_shown_once_in_the_persons_letters() -> None:
    offers = [
        product(f"{shop}{number}", name, category=f"Всё / {section}", store_id=shop)
        for number, (name, section, shop) in enumerate(
            [("Lamp", "Lamps", "a"), ("Лампа", "Лампы", "a"), ("Лампа 2", "Лампы", "b")]
            + [(f"Вещь {place}", f"Раздел {place}", "a") for place in range(6)]
        )
    ]
    russian = [offer.name for offer in window(offers, "ru", 20)]
    assert russian == ["Лампа", "Вещь 0", "Вещь 1", "Вещь 2"]
    assert window(offers, "en", 20)[0].name == "Lamp"
    assert len(window(offers, "en", 2)) == 2


def as_list(results: object) -> list[dict[str, Any]]:
    assert isinstance(results, list)
    return results
