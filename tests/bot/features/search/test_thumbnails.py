"""One bad picture costs an inline answer that picture, and no more."""

from collections.abc import Sequence

import pytest
from telegram.error import BadRequest

from bot.features.search.inline_replies import InlineResult
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
    return [
        InlineResult(str(number), "a", "b", Html("c"), None, "d", picture) for number, picture in enumerate(pictures)
    ]


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
