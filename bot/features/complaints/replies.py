"""Reports in words: what a customer is asked and told, and the card of a case for admins."""

from collections import Counter
from collections.abc import Sequence

from bot.features.complaints.buttons import ChooseReason, DescribeReport, DismissReports, ReportOffer
from bot.features.complaints.limits import Filed
from bot.features.complaints.models import REASONS, Case, Complaint, Outcome, Reason, case_mark
from bot.products.buttons import BanProduct, OpenProduct
from bot.products.offer_ids import product_mark
from bot.products.offers import Offer
from bot.products.price_text import price_text
from bot.products.product_item import shop_of, stock_words
from bot.products.section_names import section_name
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import clean, cut, escaped, fit
from bot.ui.time import moment
from pipeline.bans import Kind
from pipeline.contracts.messages import Product, parts_of_offer_id

NAME_LIMIT = 120
TEXTS_SHOWN = 3
TEXT_LIMIT = 300
NO_REPORT = "no"


def report_rows(_: object, product: Product, __: str, texts: Texts) -> Rows:
    """What stands on a product's card, whoever sees it."""
    return ((Button(texts.plain("🚩 Report"), ReportOffer(product_mark(product.offer_id))),),)


def reason_question(product: Product, texts: Texts) -> Reply:
    """Asks what is wrong with a product: a button for each reason."""
    named = product_mark(product.offer_id)
    reasons = tuple((Button(_reason(reason, texts), ChooseReason(named, reason)),) for reason in REASONS)
    return Reply(
        texts.html("🚩 <b>What is wrong with this product?</b>\n{name}", name=_short(product.name)),
        (*reasons, (Button(texts.plain("✕ Cancel"), ChooseReason(named, NO_REPORT)),)),
    )


def not_reported(named: str, texts: Texts) -> Reply:
    """The person has thought better of it, and the question cannot be deleted."""
    return Reply(texts.html("👌 Nothing was reported."), _to_product(named, texts))


def thanks(offer_id: str, reason: Reason, texts: Texts) -> Reply:
    """The report is made; words may be put to it."""
    said = _thanked(texts)
    if reason == "other":
        return Reply(fit([said, _ask(texts)]), _without(case_mark(offer_id), texts))
    return Reply(said, ((Button(texts.plain("✍️ Add details"), DescribeReport(case_mark(offer_id))),),))


def details_question(case: str, texts: Texts) -> Reply:
    """Asks for the words."""
    return Reply(_ask(texts), _without(case, texts))


def left_without(offer_id: str, texts: Texts) -> Reply:
    """The person has nothing to add."""
    return Reply(_thanked(texts), _to_product(product_mark(offer_id), texts))


def details_added(offer_id: str, texts: Texts) -> Reply:
    """The words are kept."""
    return Reply(texts.html("✅ Added to your report. Thank you."), _to_product(product_mark(offer_id), texts))


def refused(filed: Filed, a_day: int, texts: Texts) -> str:
    """Why there is no new report, as a notice above the chat."""
    too_many = texts.plain_n(
        "You have sent {n} report today. Please try again tomorrow.",
        "You have sent {n} reports today. Please try again tomorrow.",
        a_day,
    )
    return {
        Filed.TAKEN: "",
        Filed.REPEATED: texts.plain("You have reported this product already. I will write what came of it."),
        Filed.DECIDED: texts.plain("You reported this product before, and the admins have looked at it."),
        Filed.TOO_MANY: too_many,
        Filed.TOO_MANY_OF_SHOP: texts.plain(
            "You have reported several products of this shop this week. The admins will look at those first."
        ),
    }[filed]


def outcome_told(complaint: Complaint, outcome: Outcome, texts: Texts) -> Reply | None:
    """What came of a report, for who made it; None: they took it back themselves."""
    name = _short(complaint.name)
    if outcome == "banned":
        return Reply(texts.html("⛔️ The sale of “{name}” was stopped. Thank you for your report!", name=name))
    if outcome == "gone":
        return Reply(texts.html("ℹ️ “{name}”, which you reported, is no longer on sale.", name=name))
    if outcome == "dismissed":
        return Reply(
            texts.html(
                "ℹ️ The admins have looked at your report on “{name}” and found no reason to stop the sale.", name=name
            ),
            ((Button(texts.plain("🔎 Product card"), OpenProduct(product_mark(complaint.offer_id))),),),
        )
    return None


def case_card(case: Case, waiting: Sequence[Complaint], offer: Offer | None, texts: Texts) -> Reply:
    """The case as it stands: how many reported what, the offer's facts, and the decisions."""
    if case.outcome is not None:
        return Reply(fit([_title(case.people, texts), _name(case), _end(case, case.outcome, texts)]))
    return Reply(
        fit([_title(len(waiting), texts), _facts(case, offer, texts), _reasons(waiting, texts), *_words(waiting)]),
        _decisions(case, offer, texts),
    )


def stamp(case: Case, waiting: Sequence[Complaint]) -> str:
    """What decides how the card looks; as long as it is the same the card need not be brought up to date."""
    reported = [f"{one.reason}{one.late}{one.text}" for one in waiting] if case.outcome is None else []
    return mark("\n".join([case.outcome or "", *reported]), 6)


def over(texts: Texts) -> str:
    """The notice when a case is decided."""
    return texts.plain("This has been decided already.")


def _thanked(texts: Texts) -> Html:
    return texts.html("✅ Thank you. The admins will look at it, and I will write what came of it.")


def _without(case: str, texts: Texts) -> Rows:
    return ((Button(texts.plain("Nothing to add"), DescribeReport(case, 0)),),)


def _to_product(named: str, texts: Texts) -> Rows:
    return ((Button(texts.plain("🔎 Product card"), OpenProduct(named)),),)


def _ask(texts: Texts) -> Html:
    return texts.html("✍️ Write in one message what is wrong.")


def _reason(reason: Reason, texts: Texts) -> str:
    return {
        "fake": texts.plain("Counterfeit"),
        "law": texts.plain("Prohibited product"),
        "wrong": texts.plain("Wrong description or price"),
        "other": texts.plain("Something else"),
    }[reason]


def _title(people: int, texts: Texts) -> Html:
    return texts.html_n("🚩 <b>Reported by {n} person</b>", "🚩 <b>Reported by {n} people</b>", people)


def _name(case: Case) -> Html:
    return Html(f"<b>{escaped(_short(case.name))}</b>")


def _facts(case: Case, offer: Offer | None, texts: Texts) -> Html:
    product = offer.product if offer is not None else None
    lines = [_name(case)]
    if product is not None:
        price, stock = price_text(product.price, texts), stock_words(product, texts)
        lines.append(texts.html("💰 {price} · {stock}", price=price, stock=stock))
        lines.append(texts.html("🏪 {shop}", shop=shop_of(product)))
        about = [part for part in (cut(clean(product.brand), 60), section_name(product.category, texts)) if part]
        lines.append(escaped(" · ".join(about)))
    else:
        lines.append(texts.html("🏪 {shop}", shop=cut(clean(parts_of_offer_id(case.offer_id)[0]), 60)))
        if offer is not None:
            lines.append(texts.html("🚫 This product is no longer offered."))
    lines.append(Html(f"<code>{escaped(cut(clean(case.offer_id), 100))}</code>"))
    lines.append(texts.html("First report: {at}", at=moment(case.at, texts)))
    return Html("\n".join(line for line in lines if line))


def _reasons(waiting: Sequence[Complaint], texts: Texts) -> Html:
    counted = Counter(one.reason for one in waiting)
    lines = [
        texts.html("• {reason}: {n}", reason=_reason(reason, texts), n=counted[reason])
        for reason in REASONS
        if counted[reason]
    ]
    late = sum(one.late for one in waiting)
    if late:
        lines.append(texts.html("Of them by people whose last reports were dismissed: {n}", n=late))
    return Html("\n".join(lines))


def _words(waiting: Sequence[Complaint]) -> list[Html]:
    written = [one.text for one in waiting if one.text][-TEXTS_SHOWN:]
    return [Html(f"<i>“{escaped(cut(clean(text), TEXT_LIMIT))}”</i>") for text in written]


def _decisions(case: Case, offer: Offer | None, texts: Texts) -> Rows:
    named, on_sale = product_mark(case.offer_id), offer is None or offer.product is not None
    look = ((Button(texts.plain("🔎 Product card"), OpenProduct(named)),),) if on_sale else ()
    return (
        *look,
        (
            Button(texts.plain("🚫 Ban the product"), BanProduct(named, Kind.PRODUCT.value)),
            Button(texts.plain("🚫 Ban the shop"), BanProduct(named, Kind.SELLER.value)),
        ),
        (Button(texts.plain("✋ Dismiss"), DismissReports(case_mark(case.offer_id))),),
    )


def _end(case: Case, outcome: Outcome, texts: Texts) -> Html:
    who = cut(clean(case.by), 64)
    told = {
        "banned": texts.html("⛔️ The sale is stopped. I have told those who reported it."),
        "dismissed": texts.html("✋ Dismissed, the sale goes on. I have told those who reported it."),
        "gone": texts.html("✕ Closed: the product is no longer offered. I have told those who reported it."),
        "withdrawn": texts.html("↩️ The reports were taken back."),
    }[outcome]
    decision = texts.html("Decided by {who}", who=who)
    return Html(f"{told}\n{decision}") if who else told


def _short(name: str) -> str:
    return cut(clean(name), NAME_LIMIT)
