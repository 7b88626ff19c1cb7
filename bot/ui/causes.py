"""What went wrong, as a person says it: libraries' exceptions, and the codes in which services say what they wait for.

One place for /status, alert cards and /jobs. What is not known here is never shown in an exception's own words, which
stand behind Details.
"""

import re
from collections.abc import Callable, Sequence

from bot.ui import locale
from bot.ui.locale import Texts
from bot.ui.text import clean, cut

# Which server it is about, by what its client's faults are called; the first that fits counts.
SERVERS = (
    (
        "Elasticsearch",
        re.compile(r"elastic|security_exception|Connection (?:error|timeout) caused by|TransportError|ApiError", re.I),
    ),
    ("Kafka", re.compile(r"kafka|NoBrokers|NodeNotReady|bootstrap|UnknownTopicOrPartition|LeaderNotAvailable", re.I)),
    ("HDFS", re.compile(r"hdfs|namenode|datanode|hadoop|safe ?mode|BlockMissing", re.I)),
    ("Prometheus", re.compile(r"prometheus", re.I)),
    ("Telegram", re.compile(r"telegram", re.I)),
    ("Spark", re.compile(r"spark|Py4J|JavaGateway", re.I)),
)
ADDRESSES = (
    re.compile(r"\('(?P<host>[\w.\-]+)',\s*(?P<port>\d{2,5})"),
    re.compile(r"(?P<host>\blocalhost|\b[\w\-]+(?:\.[\w\-]+)+|\b\d+\.\d+\.\d+\.\d+):(?P<port>\d{2,5})\b"),
    re.compile(r"\bhost (?P<host>[\w.\-]+):(?P<port>\d{2,5})\b"),
)
SAFE_MODE = re.compile(r"safe ?mode", re.I)
CERTIFICATE = re.compile(r"certificate|SSLError|TLSV1_ALERT", re.I)
RIGHTS = re.compile(
    r"\b40[13]\b|Authoriz|Authentic|security_exc|AccessControl|\brefuses\b|"
    r"Permission denied|NotPermitted",
    re.I,
)
NO_ROOM = re.compile(
    r"No space left|disk.?full|flood.?stage|quota|disk is full|"
    r"read-only-allow-delete",
    re.I,
)
NO_MEMORY = re.compile(
    r"OutOfMemory|heap space|MemoryError|circuit_breaking|memory is too small|"
    r"Cannot allocate memory",
    re.I,
)
TOO_LONG = re.compile(r"took longer than|JOB_TIMEOUT", re.I)
KILLED = re.compile(
    r"was (?:killed|ended|stopped)\b|killed by|signal 9|SIGKILL|"
    r"ended in the middle|in the middle; the next run",
    re.I,
)
NO_ANSWER = re.compile(r"time.?d? ?out|deadline|does not answer|cannot reach|cannot be asked", re.I)
NO_CONNECTION = re.compile(
    r"Connect(?:ion|or)?\w*(?:Error|Refused|Reset|Exception)|Connect call failed|refused|unreachable|NoBrokers|"
    r"Unable to bootstrap|Name or service not known|Cannot connect|NodeNotReady|resolve host",
    re.I,
)
EXCEPTION = re.compile(
    r"^[\w.]*(?:Error|Exception|Fault|Timeout|Exit|Interrupt)\b|Traceback|\(.*\(.*\)|[{}\[\]]|\w+\.\w+\.\w+"
)


def cause(raw: str, texts: Texts) -> str:
    """The cause of a fault in one short phrase, «нет связи с Elasticsearch (localhost:26352)»."""
    server = next((name for name, sign in SERVERS if sign.search(raw)), "")
    for sign, said in _KINDS:
        if sign.search(raw):
            return said(server, _address(raw), texts)
    return texts.plain("an unexpected error")


def is_exception(raw: str) -> bool:
    """Whether this is a program's way of saying it, and no sentence that was written to be read."""
    return EXCEPTION.search(raw) is not None


def trace(raw: str, limit: int = 400) -> str:
    """The fault in its own words, for Details."""
    return cut(clean(raw), limit)


def states(codes: Sequence[str], texts: Texts) -> str:
    """What a service says of itself in codes, in words; equal ones once, the unknown ones as "is not ready"."""
    return ", ".join(dict.fromkeys(state(code, texts) for code in codes if code))


def state(code: str, texts: Texts) -> str:
    """One code of a part's health, or one condition of a service's readiness, in words."""
    said = _states(texts).get(code)
    return said if said is not None else texts.plain("is not ready")


def is_known(code: str) -> bool:
    """Whether there are words for the code."""
    return code in _states(locale.texts(locale.DEFAULT))


def _states(texts: Texts) -> dict[str, str]:
    return {
        # The supervisor's words for a part: `ops.stack.stack_status.PartState`.
        "held": texts.plain("stopped by a drill"),
        "unhealthy": texts.plain("does not answer"),
        "backing off": texts.plain("keeps crashing, will be started again"),
        "starting": texts.plain("is starting"),
        "fetching": texts.plain("is being downloaded"),
        "waiting": texts.plain("waits for other services"),
        "failed": texts.plain("could not be started"),
        "stopped": texts.plain("is stopped"),
        # Conditions of readiness that are a server.
        "kafka": texts.plain("cannot reach Kafka"),
        "elasticsearch": texts.plain("cannot reach Elasticsearch"),
        "catalog": texts.plain("cannot reach the search"),
        "telegram": texts.plain("cannot reach Telegram"),
        # Conditions that are the service's own.
        "state": texts.plain("is reading its state"),
        "rules": texts.plain("is reading the bans"),
        "partitions": texts.plain("waits for its share of the work"),
        "watching": texts.plain("cannot read the shops' folder"),
        "schedule": texts.plain("the schedule stands still"),
        "looking": texts.plain("is looking for the servers"),
        "silent": texts.plain("does not answer"),
    }


def _no_connection(server: str, address: str, texts: Texts) -> str:
    if server and address:
        return texts.plain("no connection to {server} ({address})", server=server, address=address)
    if server or address:
        return texts.plain("no connection to {server}", server=server or address)
    return texts.plain("no connection to a server")


def _no_answer(server: str, address: str, texts: Texts) -> str:
    if server or address:
        return texts.plain("{server} does not answer in time", server=server or address)
    return texts.plain("a server does not answer in time")


def _refused(server: str, _: str, texts: Texts) -> str:
    return texts.plain("{server} refuses: no rights or a wrong password", server=server or texts.plain("the server"))


def _simple(text: Callable[[Texts], str]) -> Callable[[str, str, Texts], str]:
    return lambda _server, _address, texts: text(texts)


def _read_only(server: str, _: str, texts: Texts) -> str:
    return texts.plain("{server} accepts no writes yet", server=server or texts.plain("the server"))


_KINDS: tuple[tuple[re.Pattern[str], Callable[[str, str, Texts], str]], ...] = (
    (SAFE_MODE, _read_only),
    (CERTIFICATE, _simple(lambda texts: texts.plain("a certificate is not accepted"))),
    (NO_ROOM, _simple(lambda texts: texts.plain("no room left on the disk"))),
    (NO_MEMORY, _simple(lambda texts: texts.plain("out of memory"))),
    (TOO_LONG, _simple(lambda texts: texts.plain("it took too long and was ended"))),
    (KILLED, _simple(lambda texts: texts.plain("it was interrupted"))),
    (NO_CONNECTION, _no_connection),
    (NO_ANSWER, _no_answer),
    (RIGHTS, _refused),
)


def _address(raw: str) -> str:
    for sign in ADDRESSES:
        found = sign.search(raw)
        if found is not None:
            host = "localhost" if found["host"] in {"127.0.0.1", "::1"} else found["host"]
            return f"{host}:{found['port']}"
    return ""
