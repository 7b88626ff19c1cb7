"""Products like another one."""

from bot.features.search.replies import list_item
from bot.ui.callback_data import OpenProduct
from bot.ui.callback_ids import product_mark
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, fit
from pipeline.contracts.messages import Product


def similar_list(name: str, products: tuple[Product, ...], texts: Texts) -> Reply:
    """Like `name`; says so when there is nothing like it."""
    called = cut(clean(name), 80)
    if not products:
        return Reply(texts.html("🤷 I know nothing like <b>{name}</b> that is on sale.", name=called))
    heading = texts.html("🔁 Like <b>{name}</b>:", name=called)
    items: list[Html] = [list_item(position, product, texts) for position, product in enumerate(products, start=1)]
    buttons = [
        Button(str(position), OpenProduct(product_mark(product.product_id), position=position - 1))
        for position, product in enumerate(products, start=1)
    ]
    return Reply(fit([heading, *items]), in_rows(buttons, 5))
