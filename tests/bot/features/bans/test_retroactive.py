"""Whatever was shown earlier stops offering a banned product the moment somebody touches it: every button there is."""

from dataclasses import fields
from typing import get_type_hints

import pytest

from bot.products.buttons import OpenProduct
from bot.products.list_state import ListState
from bot.products.offer_ids import token
from bot.ui.callback_data import CallbackData, encode
from bot.ui.roles import Role
from ops.sandbox.server import Sandbox
from tests.bot.world.tables import KINDS
from tests.bot.world.telegram import application, happen, message, press
from tests.bot.world.world import World

ANNA, NAME = 1001, "Huawei умные часы модель 1"
STATE = ListState(text="умные часы")
RULES = ("product:chasy-mira/w1", "seller:chasy-mira", "category:умные часы", "brand:huawei", "keyword:huawei")
TOUCHED = tuple(kind for kind in KINDS if kind.LEAST is Role.CUSTOMER)


@pytest.mark.parametrize("rule", RULES)
async def test_no_button_offers_what_is_banned(rule: str) -> None:
    world = World(Sandbox.__new__(Sandbox), session=None)  # type: ignore[arg-type]  # nobody writes through it
    async with application(world) as (app, _, telegram):
        await happen(app, message(ANNA, "умные часы"))
        assert encode(OpenProduct("chasy-mira/w1", token(STATE), 0, 1)) in str(telegram.calls)
        world.bans.ban(rule)
        for number, kind in enumerate(TOUCHED, start=2):
            for data in _likely(kind):
                telegram.calls.clear()
                await happen(app, press(ANNA, data, number))
                assert '"o:chasy-mira/w1:' not in str(telegram.calls).replace("'", '"'), data
                assert "2 990" not in str(telegram.calls).replace("\u00a0", " "), data


@pytest.mark.parametrize("rule", RULES)
async def test_no_search_link_or_inline_query_offers_it(rule: str) -> None:
    world = World(Sandbox.__new__(Sandbox), session=None)  # type: ignore[arg-type]  # nobody writes through it
    async with application(world) as (app, _, telegram):
        person = {"id": ANNA, "is_bot": False, "first_name": "Анна", "language_code": "ru"}
        query = {"id": "1", "from": person, "query": "умные часы", "offset": ""}
        await happen(app, {"update_id": 1, "inline_query": query})
        assert NAME in str(telegram.calls)
        world.bans.ban(rule)
        for number, raw in enumerate(
            (
                message(ANNA, "умные часы", 2),
                message(ANNA, "/start p_chasy-mira__w1", 3),
                message(ANNA, "/recommend", 4),
                {"update_id": 5, "inline_query": query | {"id": "5"}},
            ),
            start=2,
        ):
            telegram.calls.clear()
            await happen(app, raw | {"update_id": number})
            assert "2 990" not in str(telegram.calls).replace("\u00a0", " ")


def _likely(kind: type[CallbackData]) -> list[str]:
    """The kind's buttons as they may stand below an old message about the product."""
    hints = get_type_hints(kind)
    found = []
    for way in ("", "n", "p", "s", "k", "price_asc", "filters", "up", "down", "hide"):
        values: dict[str, object] = {}
        for each in fields(kind):
            known = {"product": "chasy-mira/w1", "token": token(STATE)}
            values[each.name] = known.get(each.name, 0 if hints[each.name] is int else way)
        found.append(encode(kind(**values)))
    return found
