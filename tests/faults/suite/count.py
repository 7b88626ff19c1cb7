"""Everything counted after the faults are over: what is lost, what was done twice, and an example of each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from elastic_transport import TransportError
from elasticsearch import ApiError
from elasticsearch.helpers import async_scan

from ops.elasticsearch import client as connect
from ops.settings import Settings
from pipeline.contracts.messages import ClientRequest, RequestKind, decode
from pipeline.contracts.topics import BANS, CLIENT_REQUESTS
from tests.bot.world.operations import GROUP
from tests.bot.world.person import Person, Seen
from tests.faults import shop_state
from tests.faults.alert_storm import RESOLVED, messages_of
from tests.faults.lake import LakeUser
from tests.faults.suite.load import REPEAT, Asked, Load, answers
from tests.faults.suite.watch import OPERATOR
from tests.pipeline.filter import market
from tests.pipeline.topic_reader import read_topic
from tests.waiting import until

RIGHT_WITHIN_S = 300.0
# An answer that says that there is none now; such a request is not logged.
SORRY = "😔"


@dataclass(frozen=True)
class Counted:
    """One kind of thing: how many there were, how many are lost and doubled, and what is wrong in words."""

    what: str
    of: int
    lost: int = 0
    doubled: int = 0
    wrong: str = ""

    def __str__(self) -> str:
        if not self.lost and not self.doubled:
            return f"{self.of:,} {self.what}{f' ({self.wrong})' if self.wrong else ''}"
        return f"{self.of:,} {self.what}: {self.lost} lost, {self.doubled} doubled ({self.wrong})"


async def everything(load: Load, *, within_s: float = RIGHT_WITHIN_S) -> list[Counted]:
    """Wait until all is right or the time of each kind is over, and count."""
    settings = load.stack.settings
    await load.end_alerts()
    return [
        await products(load, within_s),
        await bans(settings, load.storm.rules),
        await talks(load),
        await cards(load, within_s),
        await requests(load, within_s),
    ]


def said(counted: list[Counted]) -> str:
    """All kinds in a sentence."""
    return "; ".join(str(one) for one in counted)


async def products(load: Load, within_s: float) -> Counted:
    """Each acknowledged product, in `filtered_products` and in the index, is what today's rules say of its newest
    version, or a dead letter.
    """
    settings, sent = load.stack.settings, load.storm.acknowledged
    wanted, passed, indexed = await shop_state.compared(settings, load.prefix, within_s)
    letters = {letter.key for letter in (await market.dead_letters(settings, load.prefix)).values()}
    gone = set(sent) - wanted.keys() - letters
    lost = len(gone) + sum(one.old + one.forbidden + one.missing for one in (passed, indexed))
    wrong = "; ".join(
        [
            *(f"not in any topic: {sorted(gone)[:2]}" for _ in [0] if gone),
            *(f"filtered_products: {passed}" for _ in [0] if passed),
            *(f"index: {indexed}" for _ in [0] if indexed),
        ]
    )
    shown = sum(product is not None for product in wanted.values())
    assert shown, "nothing is on sale at the end: such a load proves little"
    return Counted("products", len(sent), lost, 0, wrong or f"{shown:,} let through")


async def bans(settings: Settings, wanted: Mapping[str, bool | None]) -> Counted:
    """The last change of each rule that Kafka has confirmed is what the topic says."""
    found = {key: value is not None for key, value, _ in await market.records(settings, "admin", BANS)}
    wrong = [rule for rule, there in wanted.items() if there is not None and found.get(rule, False) is not there]
    return Counted("rules of bans", len(wanted), len(wrong), 0, ", ".join(wrong[:2]))


async def talks(load: Load) -> Counted:
    """Each question has one answer."""
    lost, doubled, refused, wrong = 0, 0, 0, []
    for asked, found in await _answers(load):
        once = [seen for seen in found if REPEAT not in seen.text]
        lost += not found
        doubled += max(0, len(once) - 1)
        refused += any(seen.text.startswith(SORRY) for seen in found)
        if len(once) != 1:
            wrong.append(f"{asked.person} “{asked.text}”: {[seen.text[:40] for seen in found]}")
    told = [f"{refused} told that it does not work at the moment"] if refused else []
    return Counted("questions", len(load.asked), lost, doubled, "; ".join([*told, *wrong[:2]]))


async def _answers(load: Load) -> list[tuple[Asked, list[Seen]]]:
    """Each question with the bot's messages until the same person's next one."""
    by_person: dict[int, list[Asked]] = {}
    for asked in load.asked:
        by_person.setdefault(asked.person, []).append(asked)
    found = []
    for person in load.people:
        mine, history = by_person.get(person.user_id, []), await person.history()
        for asked, following in zip(mine, [*mine[1:], None], strict=False):
            end = following.message_id if following else None
            found.append((asked, answers(history, asked.message_id, end)))
    return found


async def cards(load: Load, within_s: float) -> Counted:
    """Each group has one card, which says that it is over."""
    operator, seen = Person(load.session, load.stack.part("sandbox").address, OPERATOR, GROUP), list[Seen]()

    async def all_over() -> bool:
        seen[:] = await operator.history()
        return all((mine := messages_of(seen, name)) and mine[-1].text.startswith(RESOLVED) for name in load.groups)

    try:
        await until(all_over, "all groups are over", within_s=within_s, look_s=1.0)
    except AssertionError:
        """What is not right by now is counted."""
    lost, doubled, marked, wrong = 0, 0, 0, []
    for name in load.groups:
        mine = messages_of(seen, name)
        once = [card for card in mine if REPEAT not in card.text]
        marked += len(mine) - len(once)
        lost += not mine or not mine[-1].text.startswith(RESOLVED)
        doubled += max(0, len(once) - 1)
        if len(once) != 1 or not mine[-1].text.startswith(RESOLVED):
            wrong.append(f"{name}: {[card.text[:12] for card in mine]}")
    return Counted("cards", len(load.groups), lost, doubled, _examples(wrong, marked))


async def requests(load: Load, within_s: float) -> Counted:
    """Each question that was looked up is one request in Kafka, and one document of the request log."""
    settings = load.stack.settings
    looked_up = [asked for asked, found in await _answers(load) if found and not found[-1].text.startswith(SORRY)]
    wanted = Counter(asked.text for asked in looked_up)
    in_kafka, in_log = Counter[str](), Counter[str]()

    async def all_there() -> bool:
        in_kafka.clear()
        in_kafka.update(await _in_kafka(settings, load.prefix))
        in_log.clear()
        in_log.update(await _in_log(settings, load.prefix))
        return in_kafka == wanted and in_log == wanted

    try:
        await until(all_there, "each request is logged", within_s=within_s, look_s=2.0)
    except AssertionError:
        """What is not right by now is counted."""
    lost = sum((wanted - in_kafka).values()) + sum((wanted - in_log).values())
    doubled = sum((in_kafka - wanted).values()) + sum((in_log - wanted).values())
    kafka, log = sum(in_kafka.values()), sum(in_log.values())
    wrong = f"{kafka} in Kafka, {log} in the log" if lost or doubled else ""
    return Counted("logged requests", wanted.total(), lost, doubled, wrong)


def in_the_lake(user: LakeUser, prefix: str, accepted: Mapping[str, str]) -> Counted:
    """After an ingest the lake's catalogue has what `filtered_products` has, each once."""
    rows = [row for row in user.rows("catalogue") if str(row["offer_id"]).startswith(prefix)]
    found = {str(row["offer_id"]): str(row["name"]) for row in rows}
    wanted = {key: name for key, name in accepted.items() if key.startswith(prefix)}
    wrong = sorted(key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key))
    return Counted("products in the lake", len(wanted), len(wrong), len(rows) - len(found), ", ".join(wrong[:2]))


async def _in_kafka(settings: Settings, prefix: str) -> list[str]:
    found = {}
    for record in await read_topic(settings, CLIENT_REQUESTS.name, "requests"):
        request = decode(ClientRequest, record.value)
        if request.kind is RequestKind.SEARCH and prefix in request.text:
            # A repeat of the same update has the same id: readers know it.
            found[request.request_id] = request.text
    return list(found.values())


async def _in_log(settings: Settings, prefix: str) -> list[str]:
    found = {}
    async with connect(settings, "admin") as client:
        try:
            await client.indices.refresh(index="requests-*")
            async for hit in async_scan(client, index="requests-*", size=2_000):
                request = orjson.loads(orjson.dumps(hit["_source"]))
                if request.get("kind") == "search" and prefix in request.get("text", ""):
                    found[request["request_id"]] = request["text"]
        except (ApiError, TransportError):
            return []
    return list(found.values())


def _examples(wrong: list[str], marked: int) -> str:
    words = [f"{marked} marked as possible repeats"] if marked else []
    return "; ".join([*words, *wrong[:2]])
