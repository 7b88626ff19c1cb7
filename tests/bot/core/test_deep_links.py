"""Deep links: the features are asked in their order, and nobody after the one who knew."""

from typing import cast

from bot.core.deep_links import DeepLinks, OpenLink
from bot.core.update_context import UpdateContext

CONTEXT = cast(UpdateContext, object())


def _links(asked: list[str], **knows: str) -> DeepLinks:
    """Openers by name, each of which knows payloads that begin so."""

    def opener(name: str, begins: str) -> OpenLink:
        async def open_link(context: UpdateContext, payload: str) -> bool:
            assert context is CONTEXT
            asked.append(f"{name} {payload}")
            return payload.startswith(begins)

        return open_link

    links = DeepLinks()
    for name, begins in knows.items():
        links.add(opener(name, begins))
    return links


async def test_the_first_who_knows_the_payload_opens_it_and_the_others_are_not_asked() -> None:
    asked: list[str] = []
    assert await _links(asked, search="p_", watches="w_", late="w_").open(CONTEXT, "w_1")
    assert asked == ["search w_1", "watches w_1"]


async def test_what_nobody_knows_is_not_opened() -> None:
    asked: list[str] = []
    assert not await _links(asked, search="p_", watches="w_").open(CONTEXT, "x")
    assert asked == ["search x", "watches x"]
    assert not await DeepLinks().open(CONTEXT, "p_1")
