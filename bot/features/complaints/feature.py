"""Reports by customers, the admins' cards of them, and what those who reported are told: how it is registered.

A report is personal data that "forget me" deletes, so it is kept in `chat_state`: from a topic that only forgets by
age nothing can be deleted. What admins decide is in `audit`, a ban in `bans`. The feature knows nothing of bans but
the button that asks for one (`bot.products.buttons.BanProduct`) and, as all do, the rules in force.
"""

from collections.abc import Sequence
from functools import partial

from bot.container.foundation import Foundation
from bot.container.registration import Command, Feature, OnCard, on
from bot.core.background_tasks import Work, daily
from bot.core.home import HomeButton
from bot.core.text_questions import TextQuestions
from bot.core.update_context import UpdateContext
from bot.features.complaints.buttons import ChooseReason, DescribeReport, DismissReports, ReportOffer, ShowCases
from bot.features.complaints.cards import CaseCards
from bot.features.complaints.case_handlers import complaints, show_cases
from bot.features.complaints.handlers import (
    choose_reason,
    describe_report,
    dismiss_reports,
    report_offer,
    write_details,
)
from bot.features.complaints.models import CASES_KEPT, COMPLAINTS_KEPT
from bot.features.complaints.replies import report_rows
from bot.features.complaints.services import ComplaintServices
from bot.features.complaints.store import ComplaintStore
from bot.ui.buttons import OpenCommand
from bot.ui.locale import later
from bot.ui.reply import Button
from bot.ui.roles import Role


def build(base: Foundation) -> ComplaintServices:
    """The reports of `chat_state`, and what shows them."""
    a_day = base.settings.bot.complaints_a_day
    complaints = ComplaintStore(base.stores.of(COMPLAINTS_KEPT), base.stores.of(CASES_KEPT), base.clock, a_day)
    return ComplaintServices(
        products=base.products,
        complaints=complaints,
        cards=CaseCards(complaints, base.products, base.delivery.pending, base.cards),
        questions=TextQuestions[str](base.clock),
        audit_log=base.audit_log,
        clock=base.clock,
    )


def work(services: ComplaintServices) -> Sequence[Work]:
    """Show cases and tell what came of them; delete what is old."""
    return (
        Work("complaint-cards", services.cards.run),
        Work("old-complaints", partial(daily, "complaints", services.complaints.sweep)),
    )


def home(services: ComplaintServices, context: UpdateContext) -> Sequence[HomeButton]:
    """How many offers with reports wait for a decision."""
    waiting = len(services.complaints.waiting())
    label = context.texts.plain("🚩 No reports to look at")
    if waiting:
        label = context.texts.plain_n("🚩 {n} report waits", "🚩 {n} reports wait", waiting)
    return (HomeButton(Button(label, OpenCommand("complaints")), Role.ADMIN, waits=waiting > 0),)


COMPLAINTS = Feature(
    name="complaints",
    build=build,
    stores=(COMPLAINTS_KEPT, CASES_KEPT),
    commands=(Command("complaints", complaints, Role.ADMIN, later("customers' reports that wait")),),
    buttons=(
        on(ReportOffer, report_offer),
        on(ChooseReason, choose_reason),
        on(DescribeReport, describe_report),
        on(DismissReports, dismiss_reports),
        on(ShowCases, show_cases),
    ),
    texts=write_details,
    card=OnCard(report_rows, beside="shop"),
    work=work,
    home=home,
)
