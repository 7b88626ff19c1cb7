"""From the button on a card to a report, its words, and the admins' "nothing is wrong"."""

from bot.core.update_context import UpdateContext
from bot.features.complaints.buttons import ChooseReason, DescribeReport, DismissReports, ReportOffer
from bot.features.complaints.case_replies import with_way_back
from bot.features.complaints.limits import Filed
from bot.features.complaints.models import REASONS, Complaint, Outcome
from bot.features.complaints.replies import (
    NO_REPORT,
    TEXT_LIMIT,
    case_card,
    details_added,
    details_question,
    left_without,
    not_reported,
    over,
    reason_question,
    refused,
    thanks,
)
from bot.features.complaints.services import ComplaintServices
from bot.products.card import stopped_words
from bot.ui.notices import old_button
from bot.ui.text import clean, cut
from pipeline.contracts.messages import Product


async def report_offer(services: ComplaintServices, context: UpdateContext, press: ReportOffer) -> None:
    """Ask what is wrong, unless the person may not report this now."""
    product = await _reportable(services, context, press.product)
    if product is not None:
        await context.say(reason_question(product, context.texts))


async def choose_reason(services: ComplaintServices, context: UpdateContext, press: ChooseReason) -> None:
    """Keep the report; it is durable before the person is thanked."""
    if press.reason == NO_REPORT:
        # The product's card stands above the question.
        if not await context.remove():
            await context.change(not_reported(press.product, context.texts))
        return
    if press.reason not in REASONS:
        await context.toast(old_button(context.texts), alert=True)
        return
    product = await _reportable(services, context, press.product)
    if product is None:
        return
    reason = press.reason
    complaint = Complaint(
        user_id=context.user_id,
        language=context.texts.language,
        offer_id=product.offer_id,
        name=cut(clean(product.name), TEXT_LIMIT),
        reason=reason,
        at=services.clock(),
    )
    filed = await services.complaints.file(context.pseudonym, complaint)
    if filed is not Filed.TAKEN:
        await _refuse(services, context, filed)
        return
    if reason == "other":
        services.questions.ask(context.user_id, context.chat_id, product.offer_id)
    await context.change(thanks(product.offer_id, reason, context.texts))


async def describe_report(services: ComplaintServices, context: UpdateContext, press: DescribeReport) -> None:
    """Ask for some words to the report, or no longer."""
    complaint = services.complaints.by_mark(context.pseudonym, press.case)
    if complaint is None or complaint.outcome is not None:
        await context.toast(over(context.texts) if complaint else old_button(context.texts), alert=True)
        return
    if not press.words:
        services.questions.take(context.user_id, context.chat_id)
        await context.change(left_without(complaint.offer_id, context.texts))
        return
    services.questions.ask(context.user_id, context.chat_id, complaint.offer_id)
    await context.change(details_question(press.case, context.texts))


async def write_details(services: ComplaintServices, context: UpdateContext, text: str) -> bool:
    """Take the words that were asked for; False when none were, or the report is decided by now."""
    offer_id = services.questions.take(context.user_id, context.chat_id)
    words = cut(clean(text), TEXT_LIMIT)
    if offer_id is None or not await services.complaints.describe(context.pseudonym, offer_id, words):
        return False
    await context.say(details_added(offer_id, context.texts))
    return True


async def dismiss_reports(services: ComplaintServices, context: UpdateContext, press: DismissReports) -> None:
    """End the case, on record first. An offer that is gone meanwhile costs nobody's trust."""
    case = services.complaints.case(press.case)
    if case is None or case.outcome is not None:
        await context.toast(over(context.texts) if case else old_button(context.texts), alert=True)
        return
    offer = await context.typing(services.products.offer(case.offer_id))
    outcome: Outcome = "banned" if offer.banned else "dismissed" if offer.product is not None else "gone"
    people = len(services.complaints.open_of(case.offer_id))
    await services.audit_log.record(context, "dismiss_reports", case.offer_id, f"{people} reports, {outcome}")
    ended = await services.complaints.decide(case.offer_id, outcome, by=clean(context.name, 64))
    if ended is None:
        await context.toast(over(context.texts), alert=True)
        return
    await context.change(with_way_back(case_card(ended, (), offer, context.texts), 0, context.texts))


async def _reportable(services: ComplaintServices, context: UpdateContext, named: str) -> Product | None:
    """The offer, when it is on sale and this person may report it; else they were told why not."""
    offer_id = services.products.lists.offer_id(named)
    if offer_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return None
    filed = services.complaints.refused(context.pseudonym, offer_id)
    if filed is not None:
        await _refuse(services, context, filed)
        return None
    offer = await context.typing(services.products.offer(offer_id))
    if offer.product is None or offer.banned:
        await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
        return None
    return offer.product


async def _refuse(services: ComplaintServices, context: UpdateContext, filed: Filed) -> None:
    await context.toast(refused(filed, services.complaints.a_day, context.texts), alert=True)
