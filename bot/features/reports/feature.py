"""Reports as charts, on demand and as a daily digest for admins: how the feature is registered."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from telegram.constants import ParseMode

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.background_tasks import Work
from bot.core.long_answers import LongAnswers
from bot.features.reports.buttons import AskSynonym, ShowAlertReview, ShowReport, ShowToShops, TakeSynonym
from bot.features.reports.digest import Digest, Reader, trigger
from bot.features.reports.drawing import Drawing
from bot.features.reports.handlers import (
    ask_synonym,
    report,
    show_alert_review,
    show_report,
    show_to_shops,
    take_synonym,
)
from bot.features.reports.models import DIGESTS
from bot.features.reports.service import Drawn, Gathering, ReportService
from bot.features.reports.services import ReportServices
from bot.features.reports.sources import reporter_of
from bot.features.synonyms.services import SynonymServices
from bot.telegram.framework import Bot
from bot.telegram.keyboard import keyboard
from bot.ui.locale import later
from bot.ui.reply import Reply
from bot.ui.roles import Role


@dataclass(frozen=True, slots=True)
class ReportPorts:
    """`gathering` makes what gathers the figures, over what all features share; `drawing` makes pictures of them."""

    gathering: Callable[[Foundation], Gathering]
    drawing: Drawn


@asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[ReportPorts]:
    """Elasticsearch, Prometheus and Kafka, which are asked only when there is a report to make."""
    yield ReportPorts(partial(reporter_of, servers), Drawing())


def build(base: Foundation) -> ReportServices:
    """Reports by each reader's clock."""
    ports, people, settings = base.shared.get(ReportPorts), base.persons.people, base.settings
    reports = ReportService(ports.gathering(base), ports.drawing, people.zone, settings.bot.report_people)

    def reader(user_id: int) -> Reader:
        words = base.persons.texts(user_id, settings.bot.alert_language)
        return Reader(user_id, base.persons.pseudonyms.of(user_id), words)

    digest = Digest(
        reports,
        base.stores.of(DIGESTS),
        base.delivery.outbox,
        send=partial(_send_picture, base.delivery.bot),
        keep=base.products.lists.keep,
        people=base.persons.access.people,
        reader=reader,
        clock=base.clock,
        cron=trigger(settings.analytics.report_cron),
    )
    return ReportServices(base.products, reports, digest, base.shared.get(SynonymServices), LongAnswers())


def work(services: ReportServices) -> Sequence[Work]:
    """Send admins the digest when it is due."""
    return (Work("digest", services.digest.run),)


async def _send_picture(bot: Bot, chat_id: int, picture: bytes, reply: Reply) -> None:
    await bot.send_photo(
        chat_id, picture, caption=reply.text, parse_mode=ParseMode.HTML, reply_markup=keyboard(reply.buttons)
    )


REPORTS = Feature(
    name="reports",
    build=build,
    connect=connect,
    stores=(DIGESTS,),
    commands=(Command("report", report, Role.ADMIN, later("report in charts")),),
    buttons=(
        on(ShowReport, show_report),
        on(ShowAlertReview, show_alert_review),
        on(AskSynonym, ask_synonym),
        on(TakeSynonym, take_synonym),
        on(ShowToShops, show_to_shops),
    ),
    work=work,
)
