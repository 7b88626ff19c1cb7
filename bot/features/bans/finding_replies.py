"""Which offer is meant: those that are called so, or come near, as buttons."""

from collections.abc import Sequence

from bot.features.bans.buttons import PickBan
from bot.products.buttons import BanProduct
from bot.products.offer_ids import product_mark
from bot.products.product_item import shop_and_name, shop_of
from bot.ui.locale import Texts
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import clean, cut, fit
from pipeline.bans import Kind, Rule
from pipeline.contracts.messages import Product

MOST = 8
LABEL_LIMIT = 60


def which_offer(rule: Rule, offers: Sequence[Product], texts: Texts, *, near: bool) -> Reply:
    """Several offers are called as the rule's value; or, with `near`, none is, and these are the nearest."""
    named = cut(clean(rule.value), 120)
    rows = _rows(offers, one_name=not near)
    choose = (Button(texts.plain("🚫 Choose from a list"), PickBan()),)
    if not offers:
        text = texts.html(
            "🤷 Nothing on sale is called <b>{name}</b>. To ban it all the same, write it with its shop: "
            "<code>/ban product:SHOP/{name}</code>",
            name=named,
        )
        return Reply(text, (choose,))
    if near:
        text = texts.html("🤷 Nothing on sale is called <b>{name}</b>. Did you mean one of these?", name=named)
        return Reply(text, (*rows, choose))
    blocks = [texts.html("📦 Several products are called <b>{name}</b>. Which one do you want to hide?", name=named)]
    if len(offers) > len(rows):
        blocks.append(texts.html("These are not all. For another, write it with its shop: "
                                 "<code>/ban product:SHOP/{name}</code>", name=named))  # fmt: skip
    return Reply(fit(blocks), rows)


def _rows(offers: Sequence[Product], *, one_name: bool) -> Rows:
    return tuple(
        (
            Button(
                shop_and_name(one) if one_name else cut(f"📦 {clean(one.name)} · {shop_of(one, 20)}", LABEL_LIMIT),
                BanProduct(product_mark(one.offer_id), Kind.PRODUCT.value),
            ),
        )
        for one in offers[:MOST]
    )
