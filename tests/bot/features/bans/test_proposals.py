"""Three products of one kind that are banned within a day bring a proposal to those who banned them, once."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.core.decision_cards import DECISION_CARDS, ShownCard
from bot.features.bans.proposals import PROPOSALS
from bot.features.bans.services import BanServices
from tests.bot.world.memory import product
from tests.bot.world.person import Person
from tests.bot.world.world import World
from tests.waiting import until


async def hide(admin: Person, offer: str, words: str = "подделка") -> None:
    """Ban the offer by its id."""
    await admin.writes(f"/ban товар:{offer} — {words}")
    asked = await admin.sees(offer)
    await admin.presses(asked, asked.labels[-1])
    await admin.sees_change(asked, button="↩️ Отменить" if asked.labels[-1].startswith("✅ Скрыть") else "↩️ Undo")


async def looked(chat: World) -> None:
    """The proposer has looked at what is banned by now."""

    def settled() -> bool:
        return all(one.finished for _, one in chat.requests.entries() if one.status == "confirmed")

    await until(settled, "the index followed")
    await chat.services(BanServices).proposer.tick()


def proposed(chat: World) -> list[str]:
    return [one.rule for _, kept in chat.store(PROPOSALS).entries() for one in kept.rules]


def shown(world: World) -> list[tuple[str, ShownCard]]:
    return list(world.store(DECISION_CARDS).entries())


def put(chat: World, rows: Sequence[tuple[str, str, str, str]]) -> None:
    for number, (name, store, brand, category) in enumerate(rows):
        offer = product(f"p{number}", name, store_id=store, brand=brand, category=category)
        chat.catalog.put(offer.offer_id, offer)
        chat.repository._all[offer.offer_id] = offer


async def test_a_brand_is_proposed_with_its_preview_and_banned_by_the_ordinary_way(chat: World) -> None:
    put(chat, [(f"Kron часы {number}", f"shop-{number}", "Kron", f"Раздел {number}") for number in range(5)])
    maria = chat.person(2001)
    for number in range(3):
        await hide(maria, f"shop-{number}/p{number}")
    card = await maria.sees("💡 За сутки запрещены 3 похожих товара", "Запретить всё такое сразу?", button="Не сейчас")
    assert card.labels[0] == "🏷 Kron: ещё 2 товара"
    assert "Бренд: Kron\nСкроет ещё 2 товара, например:\n• Kron часы 3" in card.text
    assert "brand:kron" not in dict(chat.bans.items())
    await maria.presses(card, "🏷 Kron: ещё 2 товара")
    asked = await maria.sees_change(card, "Запретить?", "Бренд: Kron", "Причина: подделка", "Выберите срок")
    await maria.presses(asked, "Бессрочно")
    asked = await maria.sees_change(card, button="✅ Скрыть 2 товара")
    await maria.presses(asked, "✅ Скрыть 2 товара")
    await maria.sees_change(card, "Запрещено", "Скрыто 2 товара")
    assert "brand:kron" in dict(chat.bans.items())


async def test_a_shop_is_proposed_to_each_who_banned_of_it_in_their_language_and_once(chat: World) -> None:
    maria, pavel = chat.person(2001), chat.person(2002)
    put(chat, [(f"Товар {letter}", "one-shop", f"B{letter}", letter) for letter in "абвгд"])
    await hide(maria, "one-shop/p0")
    await hide(pavel, "one-shop/p1", "fakes")
    await hide(maria, "one-shop/p2")
    hers = await maria.sees("💡 За сутки", "Магазин: one-shop", button="🏪 one-shop: ещё 2 товара")
    his = await pavel.sees("💡 3 products banned within a day", "Shop: one-shop", button="🏪 one-shop: 2 more products")
    await pavel.presses(his, "Not now")
    await pavel.sees_change(his, "Left as it is", "Decided by", button="‹ All bans")
    over = await maria.sees_change(hers, "больше ничего не запрещаю", "Решение:")
    assert over.labels == ["‹ Все запреты"]
    await hide(maria, "one-shop/p3")
    await looked(chat)
    assert proposed(chat) == ["seller:one-shop"]
    assert (await maria.sees()).message_id > hers.message_id
    assert "💡" not in (await maria.sees()).text


async def test_a_word_that_says_more_than_the_category_is_proposed(chat: World) -> None:
    names = ("Сумка реплика", "Ремень реплики", "Очки, реплика люкс", "Кошелёк-реплика")
    put(chat, [(name, f"s{n}", f"Brand{n}", f"Раздел {n}") for n, name in enumerate(names)])
    maria = chat.person(2001)
    for number in range(3):
        await hide(maria, f"s{number}/p{number}")
    await maria.sees("💡 За сутки", "Слово: реплика", button="🔤 реплика: ещё 1 товар")
    assert proposed(chat) == ["keyword:реплика"]


async def test_undone_bans_and_those_of_yesterday_do_not_count(chat: World) -> None:
    put(chat, [(f"Kron часы {number}", f"shop-{number}", "Kron", f"Раздел {number}") for number in range(5)])
    maria = chat.person(2001)
    await hide(maria, "shop-0/p0")
    chat.clock.pass_by(hours=25)
    await hide(maria, "shop-1/p1")
    await hide(maria, "shop-2/p2")
    banned = await maria.sees(button="↩️ Отменить")
    await looked(chat)
    assert proposed(chat) == []
    await maria.presses(banned, "↩️ Отменить")
    await maria.sees_change(banned, "Отменено")
    await hide(maria, "shop-3/p3")
    await looked(chat)
    assert proposed(chat) == []
    await hide(maria, "shop-2/p2")
    await looked(chat)
    assert proposed(chat) == ["brand:kron"]


@pytest.mark.parametrize("told", [False, True])
async def test_a_restart_neither_loses_a_proposal_nor_tells_it_twice(world: World, told: bool) -> None:
    put(world, [(f"Kron часы {number}", f"shop-{number}", "Kron", f"Раздел {number}") for number in range(5)])
    maria = world.person(2001)
    async with world.bot():
        for number in range(3):
            await hide(maria, f"shop-{number}/p{number}")
        card = await maria.sees("💡 За сутки")
        await until(lambda: all(one.shown for _, one in shown(world)), "it is known to be there")
    ((name, _),) = shown(world)
    if not told:
        world.store(DECISION_CARDS).set(name, None)
    async with world.bot():
        await looked(world)
        if told:
            await asyncio.sleep(0.3)
            assert (await maria.sees()).message_id == card.message_id
        else:
            await until(lambda: bool(shown(world)), "it is told")
            card = await maria.sees("💡 За сутки")
        await maria.presses(card, "🏷 Kron: ещё 2 товара")
        await maria.sees_change(card, "Запретить?", "Бренд: Kron")


async def test_a_rule_that_would_hide_nothing_more_is_not_proposed(chat: World) -> None:
    put(chat, [(f"Kron часы {number}", f"shop-{number}", "Kron", f"Раздел {number}") for number in range(3)])
    maria = chat.person(2001)
    for number in range(3):
        await hide(maria, f"shop-{number}/p{number}")
    await looked(chat)
    assert "brand:kron" not in proposed(chat)
