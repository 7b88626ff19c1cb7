"""A seller sends a price list as a file; which of their shops it is for is asked when they have several."""

from telegram import Document

from bot.core.update_context import UpdateContext
from bot.features.feeds import report_replies
from bot.features.feeds.buttons import SendFile
from bot.features.feeds.receiving import LARGEST_BYTES
from bot.features.feeds.services import FeedServices
from bot.features.feeds.shop_folder import safe_name
from bot.features.feeds.store import SentFile
from bot.ui.callback_ids import mark
from bot.ui.notices import old_button
from bot.ui.text import clean
from pipeline.contracts.feeds import Shop, can_have_folder

ORIGINAL_LIMIT = 200


async def take_file(services: FeedServices, context: UpdateContext, document: Document) -> bool:
    """Take the file of somebody who speaks for a shop; False for all others."""
    shops = _own(services, context)
    if not shops:
        return False
    receiving = services.receiving
    if receiving.folder is None:
        await context.say(report_replies.no_files(context.texts))
        return True
    if (document.file_size or 0) > LARGEST_BYTES:
        await context.say(report_replies.too_large(context.texts))
        return True
    token = mark(f"{context.pseudonym}:{context.key}", 8)
    name = f"{context.pseudonym}:{token}"
    if receiving.files.get(name) is not None:
        return True
    if not receiving.may_send(context.pseudonym):
        await context.say(report_replies.too_many_files(context.texts))
        return True
    only = shops[0].store_id if len(shops) == 1 else ""
    file = SentFile(
        token=token,
        user_id=context.user_id,
        file_id=document.file_id,
        name=safe_name(clean(document.file_name or "", ORIGINAL_LIMIT)),
        size=document.file_size or 0,
        language=context.texts.language,
        store_id=only,
        state="fetching" if only else "asked",
        at=services.clock(),
    )
    if only:
        await services.audit_log.record(context, "send_feed", only, file.name)
    await receiving.take(name, file)
    if not only:
        await context.say(report_replies.which_shop(file, shops, context.texts))
    # Else the message about the file is sent by whoever will edit it.
    context.answered = True
    return True


async def send_file(services: FeedServices, context: UpdateContext, press: SendFile) -> None:
    """The shop was chosen; whether the person speaks for it is looked at again."""
    name = f"{context.pseudonym}:{press.file}"
    file = services.receiving.files.get(name)
    if press.shop == report_replies.NO_SHOP and file is not None and file.state == "asked":
        await services.receiving.files.put(name, None)
        await context.change(report_replies.not_loaded(file, context.texts))
        return
    shop = next((shop for shop in _own(services, context) if mark(shop.store_id) == press.shop), None)
    if file is None or shop is None or file.state != "asked":
        await context.toast(old_button(context.texts), alert=True)
        return
    await services.audit_log.record(context, "send_feed", shop.store_id, file.name)
    chosen = file.but(store_id=shop.store_id, state="fetching", message_id=context.pressed_id)
    await context.change(report_replies.chosen(chosen, context.texts))
    await services.receiving.take(name, chosen)


def _own(services: FeedServices, context: UpdateContext) -> list[Shop]:
    own = services.access.shops_of(context.user_id)
    return [shop for shop in services.shops.names().all() if shop.store_id in own and can_have_folder(shop.store_id)]
