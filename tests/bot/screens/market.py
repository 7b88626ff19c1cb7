"""Something of everything that the bot has screens for, so that few of them are empty."""

from base64 import b64encode
from datetime import datetime, timedelta

from bot.core.access import SELLERS, ShopSeller
from bot.features.alerts.cards.events import Notified
from bot.features.alerts.destination import card_token
from bot.features.alerts.services import AlertServices
from bot.features.reports.alert_review import AlertReview, NoisyAlert, Remark, WeekOfAlerts
from bot.features.reports.figures import AlertFigures, OwnerFigures, Query, SearchFigures, Slot
from bot.features.status.report import JobHealth, ServiceStatus, StatusReport
from bot.features.watches.models import PriceWatch
from bot.features.watches.store import price_name
from bot.products.synonyms import SynonymLine
from bot.ui.locale import Language
from pipeline.contracts.feeds import FeedRun, FeedScope, FeedState, Shop, run_id_at
from pipeline.contracts.jobs import JobOutcome, JobRun, JobStatus
from pipeline.contracts.messages import AuditEntry, Ban, DeadLetter, Price, Reason, Recommendations, Recommended
from tests.bot.screens.stage import SHOPS
from tests.bot.world.alert_samples import START, alert, notification, payload
from tests.bot.world.operations import PLACE
from tests.bot.world.world import PSEUDONYMS, World
from tests.browser.shop import GOODS, NAMES

FIRED = ("ElasticsearchDown", "exporter")
# As compose/prometheus/rules has it.
ANNOTATIONS = {
    "summary": "The search does not answer",
    "summary_ru": "Поиск не отвечает",
    "meaning": "Customers cannot search.",
    "meaning_ru": "Покупатели не могут искать.",
    "action": "Send /status, see what is down, and start it.",
    "action_ru": "Отправьте /status, узнайте, что остановилось, и запустите.",
    "resolved": "The search answers again · was down for {time}",
    "resolved_ru": "Поиск снова работает · лежал {time}",
}
FAULT = payload(*FIRED, alert(*FIRED, annotations=ANNOTATIONS, generatorURL="https://prometheus.example.org/graph"))
SELLERS_SHOP = "harbour-time"
WRITTEN = frozenset({"подделки", "трекер", "фитнес-браслет", "титан", "titan", "умные часы", "harbour tide",
                     "smart band", "чайник", "kettle", "самокат", "ночь.xml", "Север", "Tavr", "Русский", "English",
                     "Google Merchant"})  # fmt: skip
PEOPLE_WRITTEN = (NAMES | WRITTEN | {*SHOPS.values()}) - SHOPS.keys()
"""Everything that stands on screens as people and shops wrote it, whatever the reader's language."""
IDS = (*SHOPS, *(offer.offer_id for offer in GOODS), "Harbour/t", "recommend", "ingest")


def fill(world: World, user_id: int, language: Language, *, seller: bool = False) -> None:
    """Goods, shops, bans, letters, jobs and the rest, and what this person has liked and follows."""
    for store_id, name in SHOPS.items():
        world.shops.all[store_id] = Shop(store_id=store_id, name=name)
    world.bans.write(Ban(rule="brand:Tavr", reason="подделки", by="Мария", at=world.clock() - timedelta(hours=1)))
    world.bans.write(Ban(rule="product:dom-i-chai/k1", by="Daniel", at=world.clock(), until=_in(world, days=7)))
    world.synonyms.set("one", SynonymLine(phrases=("трекер", "фитнес-браслет", "smart band"), by="Мария"))
    _letters(world)
    _feeds(world)
    _jobs_and_status(world)
    _report(world)
    _tastes(world, user_id, language)
    if seller:
        name = f"{PSEUDONYMS.of(user_id)}:{SELLERS_SHOP}"
        world.store(SELLERS).set(name, ShopSeller(user_id=user_id, store_id=SELLERS_SHOP, name="Анна"))


async def remember(world: World) -> None:
    """What admins and operators did before."""
    done = ("ban", "grant", "unban", "run_job", "dead_letters:replay", "silence", "acknowledge", "register_shop",
            "synonym_remove", "apply_feed", "keep_feed")  # fmt: skip
    for number, action in enumerate(done):
        entry = AuditEntry(
            entry_id=str(number),
            actor=f"p{number % 2}",
            actor_name=("Мария", "Daniel")[number % 2],
            role="admin",
            action=action,
            target="brand:Tavr",
            result="refused" if number % 5 == 4 else "done",
            at=world.clock() - timedelta(minutes=number),
        )
        await world.audit.write(entry)


def _in(world: World, **time: float) -> datetime:
    return world.clock() + timedelta(**time)


def _letters(world: World) -> None:
    for number, reason in enumerate(("invalid", "invalid", "not_json")):
        world.letters.put(
            DeadLetter(
                source=f"products-0-{number}",
                topic="products",
                key=f"k{number}",
                value=b64encode(b'{"name": "x"').decode(),
                reason=reason,
                detail="price: must be a number",
                service="filter",
            )
        )


def _feeds(world: World) -> None:
    _fed(world, 90, state=FeedState.REFUSED)
    _fed(world, 60, state=FeedState.DONE, sent=30, changed=10, unchanged=970, refused=3)


def _fed(world: World, minutes: int, **fields: object) -> None:
    began = world.clock() - timedelta(minutes=minutes)
    run = {"run_id": run_id_at(int(began.timestamp() * 1e6)), "store_id": SELLERS_SHOP, "file": "ночь.xml"}
    known = {**run, "began": began, "scope": FeedScope.WHOLE, "ended": world.clock()}
    world.feeds.tell(FeedRun.model_validate({**known, **fields}))


def _jobs_and_status(world: World) -> None:
    at = world.clock() - timedelta(minutes=4)
    for name, outcome, reason in (("ingest", JobOutcome.DONE, ""), ("recommend", JobOutcome.FAILED, "no space left")):
        run = JobRun(run_id="r1", job=name, outcome=outcome, asked_at=at, started_at=at, ended_at=at, reason=reason)
        world.jobs.set(name, JobStatus(name=name, next_at=world.clock() + timedelta(minutes=6), runs=(run,)))
    world.status = StatusReport(
        START,
        (
            ServiceStatus("filter", good=True, version="0.1", lag=1_200, committed_at=START - timedelta(seconds=30)),
            ServiceStatus("indexer", good=True, version="0.1"),
            ServiceStatus("exporter", good=False, codes=("elasticsearch",), fault="ConnectionError: [Errno 111]"),
            ServiceStatus("bot", good=False, codes=("held",)),
        ),
        (JobHealth("recommend", failed=True, success_at=at, reason="no space left"),),
    )


def _report(world: World) -> None:
    world.reporter.searches = SearchFigures(
        searches=1204,
        missed=84,
        people=310,
        slots=tuple(Slot(world.clock() - timedelta(hours=hour), 40 + 7 * hour % 31, hour % 5) for hour in range(24)),
        top=(Query("умные часы", 90, 40), Query("harbour tide", 51, 30)),
        nothing=(Query("трекер", 14, 6), Query("самокат", 5, 2)),
        opened=(420, 210, 80, 31, 12),
    )
    world.reporter.alerts = AlertFigures(2, 1, (OwnerFigures("Игорь", 1, 95, 840), OwnerFigures("", 1, None, None)))
    world.reporter.review = AlertReview(
        (WeekOfAlerts(world.clock() - timedelta(days=7), 43, 2, 95, 840),),
        (NoisyAlert("DiskFull", 41, 0), NoisyAlert("KafkaDown", 2, 2)),
        (Remark("Игорь", "KafkaDown", "503", world.clock()),),
    )


def _tastes(world: World, user_id: int, language: Language) -> None:
    offer = GOODS[1]
    watch = PriceWatch(
        user_id=user_id, language=language, offer_id=offer.offer_id, name=offer.name, price=24_990, currency="RUB"
    )
    world.prices.set(price_name(PSEUDONYMS.of(user_id), offer.offer_id), watch)
    items = tuple(Recommended(offer_id=one.offer_id, score=0.5, reason=Reason(kind="popular")) for one in GOODS[:7])
    world.published["popular"] = Recommendations(items=items, run_id="r1")


async def a_feed_waits(world: World) -> None:
    """A price list comes that would take much off sale."""
    _fed(world, 5, state=FeedState.WAITING, offers=5_000, missing=4_102, sent=12)


async def a_feed_is_loaded(world: World) -> None:
    """What came of a shop's price list is told to its people."""
    _fed(world, 5, state=FeedState.DONE, sent=12, changed=2)


async def an_alert(world: World) -> None:
    """Alertmanager tells the operators' group of a fault."""
    await _notify(world, FAULT)


async def an_alert_resolved(world: World) -> None:
    """The fault comes and goes."""
    await _notify(world, FAULT)
    over = {"status": "resolved", "endsAt": (START + timedelta(minutes=3)).isoformat()}
    await _notify(world, payload(*FIRED, alert(*FIRED, annotations=ANNOTATIONS, **over)))


async def a_price_falls(world: World) -> None:
    """A product gets cheaper that somebody follows."""
    offer = world.catalog.shelf[GOODS[1].offer_id]
    cheaper = offer.model_copy(update={"price": Price(amount=19_990, currency="RUB")})
    await world.offers(offer.offer_id, cheaper)


EVENTS = {
    "(a feed waits)": a_feed_waits,
    "(a feed is loaded)": a_feed_is_loaded,
    "(an alert)": an_alert,
    "(an alert is over)": an_alert_resolved,
    "(a price falls)": a_price_falls,
}
"""What happens by itself, by what a way that begins with it is called."""


async def _notify(world: World, fields: dict[str, object]) -> None:
    world.alertmanager.fire(fields)
    told = notification(fields)
    components = world.services(AlertServices).components
    await components.cards.change(card_token(told.group_key, PLACE), Notified(told, PLACE))
