"""The bot, put together: every command and every button there is, in two tables."""

from collections.abc import Sequence

from telegram.ext import ApplicationBuilder
from telegram.request import RequestData

# The framework has no public way to make one; its own methods would turn every update into an object before
# it is known whether it is a repeat.
from telegram.request._requestparameter import RequestParameter

from bot.core.router import Router
from bot.features.alerts.drill_handlers import ask_drill, run_drill
from bot.features.alerts.handlers import acknowledge, details, silence, unsilence
from bot.features.alerts.list_handlers import end_silence, page_alerts, page_silences, show_alerts, show_silences
from bot.features.audit.handlers import audit, show_audit
from bot.features.bans.handlers import ban, ban_product, change_ban, pick_ban, step_ban, take_ban
from bot.features.bans.lift_handlers import lift_ban, unban
from bot.features.bans.list_handlers import bans, show_bans
from bot.features.dead_letters.handlers import dead_letters, show_letters
from bot.features.help.handlers import press_help, show_help, start
from bot.features.help.replies import MenuLine
from bot.features.jobs.handlers import jobs, run_job, show_jobs
from bot.features.privacy.handlers import ask_language, choose_language, forget, show_privacy
from bot.features.recommendations.handlers import judge, recommend
from bot.features.registration import ButtonHandler, Command, button
from bot.features.reports.handlers import ask_synonym, report, show_report, show_to_shops, take_synonym
from bot.features.roles.handlers import roles, set_role
from bot.features.search.handlers import narrow, open_panel, say_page, search, show_list
from bot.features.status.handlers import refresh_status, show_status
from bot.features.synonyms.handlers import edit_synonyms, synonyms
from bot.features.watches.handlers import choose_quiet, save_search, show_watches, stop_watch, watch, watch_price
from bot.handlers.written import written
from bot.products.offer import back_to_list, open_pick, open_product, show_similar
from bot.roles import Role
from bot.services import Services
from bot.telegram.framework import BotApplication
from bot.telegram.long_polling import RawUpdate, UpdateSource
from bot.telegram.rate_limiter import Limits, RateLimiter
from bot.telegram.request import AiohttpRequest
from bot.telegram.sent import Sent
from bot.ui.callback_data import (
    AcknowledgeCard,
    AlertsPage,
    AskSynonym,
    BackToList,
    BanProduct,
    BanStep,
    Callback,
    CardDetails,
    ChangeBan,
    ChooseLanguage,
    ChooseQuiet,
    EditSynonyms,
    EndSilence,
    ForgetMe,
    Judge,
    LiftBan,
    Narrow,
    OpenPanel,
    OpenPick,
    OpenProduct,
    PageNumber,
    PickBan,
    RefreshStatus,
    RunDrill,
    RunJob,
    SaveSearch,
    SetRole,
    ShowAudit,
    ShowBans,
    ShowHelp,
    ShowJobs,
    ShowLetters,
    ShowList,
    ShowReport,
    ShowSimilar,
    ShowToShops,
    ShowWatches,
    SilenceCard,
    SilencesPage,
    StopWatch,
    TakeBan,
    TakeSynonym,
    UnsilenceCard,
    WatchPrice,
)
from bot.ui.locale import later

COMMANDS: tuple[Command, ...] = (
    Command("search", search, Role.CUSTOMER, later("search the goods of all shops")),
    Command("recommend", recommend, Role.CUSTOMER, later("what may please you, and why")),
    Command("watch", watch, Role.CUSTOMER, later("prices and searches that you watch")),
    Command("start", start, Role.CUSTOMER, later("begin, with things to try")),
    Command("help", show_help, Role.CUSTOMER, later("what I can do")),
    Command("language", ask_language, Role.CUSTOMER, later("choose the language")),
    Command("privacy", show_privacy, Role.CUSTOMER, later("what is kept about you")),
    Command("ban", ban, Role.ADMIN, later("stop the sale of something")),
    Command("unban", unban, Role.ADMIN, later("allow it again")),
    Command("bans", bans, Role.ADMIN, later("the rules in force")),
    Command("roles", roles, Role.ADMIN, later("who may do what")),
    Command("audit", audit, Role.ADMIN, later("who did what")),
    Command("synonyms", synonyms, Role.ADMIN, later("teach the search synonyms")),
    Command("dead_letters", dead_letters, Role.ADMIN, later("messages that were put aside")),
    Command("jobs", jobs, Role.ADMIN, later("the jobs of the lake, and run now")),
    Command("report", report, Role.ADMIN, later("what was searched and how things run, as pictures")),
    Command("alerts", show_alerts, Role.OPERATOR, later("what is firing, and who takes care of it")),
    Command("silences", show_silences, Role.OPERATOR, later("what is silenced, and until when")),
    Command("status", show_status, Role.OPERATOR, later("how every service is")),
    Command("drill", ask_drill, Role.OPERATOR, later("rehearse a fault, with a stopwatch")),
)

# A button's least role stands with its kind, in `bot.ui.callback_data`.
BUTTONS: dict[type[Callback], ButtonHandler] = dict(
    (
        button(ShowList, show_list),
        button(PageNumber, say_page),
        button(OpenPanel, open_panel),
        button(Narrow, narrow),
        button(OpenProduct, open_product),
        button(ShowSimilar, show_similar),
        button(OpenPick, open_pick),
        button(Judge, judge),
        button(BackToList, back_to_list),
        button(ChooseLanguage, choose_language),
        button(ForgetMe, forget),
        button(ShowHelp, press_help),
        button(WatchPrice, watch_price),
        button(SaveSearch, save_search),
        button(ShowWatches, show_watches),
        button(StopWatch, stop_watch),
        button(ChooseQuiet, choose_quiet),
        button(PickBan, pick_ban),
        button(TakeBan, take_ban),
        button(BanProduct, ban_product),
        button(ChangeBan, change_ban),
        button(BanStep, step_ban),
        button(ShowBans, show_bans),
        button(LiftBan, lift_ban),
        button(SetRole, set_role),
        button(ShowAudit, show_audit),
        button(EditSynonyms, edit_synonyms),
        button(ShowLetters, show_letters),
        button(ShowJobs, show_jobs),
        button(RunJob, run_job),
        button(ShowReport, show_report),
        button(AskSynonym, ask_synonym),
        button(TakeSynonym, take_synonym),
        button(ShowToShops, show_to_shops),
        button(AcknowledgeCard, acknowledge),
        button(SilenceCard, silence),
        button(UnsilenceCard, unsilence),
        button(CardDetails, details),
        button(AlertsPage, page_alerts),
        button(SilencesPage, page_silences),
        button(EndSilence, end_silence),
        button(RefreshStatus, refresh_status),
        button(RunDrill, run_drill),
    )
)

UPDATES = ("message", "callback_query", "inline_query")
LONG_POLL_S = 25.0


def menu_lines() -> tuple[MenuLine, ...]:
    """The commands as help and Telegram's menu list them."""
    return tuple(MenuLine(command.name, command.about, command.least) for command in COMMANDS if command.listed)


def build(
    token: str,
    base_url: str,
    *,
    timeout_s: float = 20.0,
    connections: int = 256,
    limits: Limits | None = None,
    sent: Sent | None = None,
) -> tuple[BotApplication, UpdateSource]:
    """An application that is not initialised yet and has no handlers, and its source of updates.

    It has neither the framework's Updater, which confirms updates before they are handled, nor a job queue.
    """
    polling = AiohttpRequest(connections=4, timeout_s=LONG_POLL_S + timeout_s)
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base_url.rstrip('/')}/bot")
        .base_file_url(f"{base_url.rstrip('/')}/file/bot")
        .request(AiohttpRequest(connections=connections, timeout_s=timeout_s))
        .get_updates_request(polling)
        .rate_limiter(RateLimiter(limits, sent=sent))
        .updater(None)
        .job_queue(None)
        .build()
    )
    url = f"{application.bot.base_url}/getUpdates"

    async def source(offset: int, limit: int, timeout_s: int) -> Sequence[RawUpdate]:
        fields = {"offset": offset, "limit": limit, "timeout": timeout_s, "allowed_updates": list(UPDATES)}
        answer = await polling.post(
            url, RequestData([RequestParameter(name, value, None) for name, value in fields.items()])
        )
        return answer if isinstance(answer, list) else ()

    return application, source


def route(application: BotApplication, services: Services) -> Router:
    """Give the application its one handler and its one error handler."""
    router = Router(services, {command.name: command for command in COMMANDS}, BUTTONS, written)
    application.add_handler(router)
    application.add_error_handler(router.on_error)
    return router
