"""The seller asks that a ban be looked at again; an admin keeps it. Lifting it is the ban's own button."""

from bot.core.update_context import UpdateContext
from bot.features.my_shop.buttons import KeepBan
from bot.features.my_shop.handlers import page, pressed_shop
from bot.features.my_shop.models import Review
from bot.features.my_shop.replies import not_counted
from bot.features.my_shop.review_replies import asked_before, asked_notice, ended_card, no_such_ban, review_over
from bot.features.my_shop.services import MyShopServices
from bot.products.buttons import AskReview, ban_mark
from bot.ui.callback_ids import mark
from bot.ui.reply import Button
from bot.ui.text import clean

NAME_LIMIT = 64


async def ask_review(services: MyShopServices, context: UpdateContext, press: AskReview) -> None:
    """Bring the wish before the admins, on record first; of a rule that stops something of the presser's own shop."""
    shop = await pressed_shop(services, context, press.shop)
    if shop is None:
        return
    stock = await context.typing(services.stocks.of(shop.store_id))
    if stock is None:
        await context.toast(not_counted(context.texts), alert=True)
        return
    rule, products = next(((rule, n) for rule, n in stock.by_rule if mark(rule) == press.rule), ("", 0))
    ban = services.ban_of(rule) if rule else None
    if ban is None:
        await context.toast(no_such_ban(context.texts), alert=True)
        return
    if services.reviews.asked(shop.store_id, rule) is not None:
        await context.toast(asked_before(context.texts), alert=True)
        return
    await services.audit_log.record(context, "ask_review", rule, shop.store_id)
    review = Review(
        user_id=context.user_id,
        language=context.texts.language,
        store_id=shop.store_id,
        rule=rule,
        ban=ban_mark(ban),
        product=stock.named_by(rule),
        products=products,
        at=services.clock(),
    )
    asked = await services.reviews.ask(context.pseudonym, review)
    await context.toast((asked_notice if asked else asked_before)(context.texts), alert=True)
    if press.page:
        await context.change(await page(services, context, shop))
    else:
        await context.relabel(Button(context.texts.plain("✓ Review asked for"), press))


async def keep_ban(services: MyShopServices, context: UpdateContext, press: KeepBan) -> None:
    """The ban stays, on record first; the seller is told."""
    review = services.reviews.named(press.review)
    if review is None or review.outcome:
        await context.toast(review_over(context.texts), alert=True)
        return
    await services.audit_log.record(context, "keep_ban", review.rule, review.store_id)
    kept = await services.reviews.keep(press.review, clean(context.name, NAME_LIMIT))
    if kept is None:
        await context.toast(review_over(context.texts), alert=True)
        return
    await context.change(ended_card(kept, services.shops.shown(review.store_id), context.texts))
