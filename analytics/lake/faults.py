"""Faults of the lake's servers as sentences for people: what is wrong, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from ops.errors import StartupError

LONGEST = 200


class LakeFault(Exception):
    """A job cannot do its work now; the text is one sentence."""


@dataclass(frozen=True)
class KnownFault:
    """A fault that we have words for; any of the marks in an error's text tells it."""

    marks: tuple[str, ...]
    sentence: str


HEAP = "YARMARKA_ANALYTICS__HEAP_MB"
MEMORY = "Spark's memory is too small for the job; raise {setting}."
DRIVER_ENDED = "Spark's driver ended in the middle of the job; the next run repeats it."
SEARCH_AWAY = "Elasticsearch does not answer; `python -m ops status` shows it, and the next run goes on."
HELD = "HDFS still keeps the file for a writer that broke off; try again in a minute."
# The first that fits wins: what is special comes before what is general. A driver that ended for want of memory leaves
# a refused connection, and so does HDFS; so what is known of memory and of the driver comes first.
KNOWN = (
    KnownFault(
        ("OutOfMemoryError", "Java heap space", "GC overhead limit", "unable to create native thread"),
        MEMORY.format(setting=HEAP),
    ),
    KnownFault(
        ("MemoryError", "Unable to allocate", "Cannot allocate memory"),
        "This machine's memory is too small for the job; free some, or lower YARMARKA_ANALYTICS__LARGE_ROWS.",
    ),
    KnownFault(
        # The last is what Py4J says of a call that nobody answered; an error of Java is a Py4JJavaError.
        ("Answer from Java side is empty", "Error while sending or receiving", "Py4JNetworkError",
         "Py4JError: An error occurred while calling"),
        DRIVER_ENDED,
    ),
    KnownFault(("SafeModeException", "in safe mode"), "HDFS is in safe mode: it takes no writes until it is left."),
    KnownFault(("DSQuotaExceeded", "NSQuotaExceeded", "QuotaExceeded"), "The quota in HDFS is used up; raise it."),
    KnownFault(
        ("could only be written to 0 of", "No space left on device", "DiskOutOfSpace"),
        "No DataNode takes new blocks: none runs, or the disk is full.",
    ),
    KnownFault(
        ("BlockMissingException", "Could not obtain block", "NoLiveNodes", "All datanodes", "Excluding datanode"),
        "HDFS cannot reach the blocks of a file; does the DataNode run?",
    ),
    KnownFault(("lease is currently owned", "AlreadyBeingCreated", "RecoveryInProgress", "lease recovery is in"), HELD),
    KnownFault(
        ("FILE_NOT_EXIST", "java.io.FileNotFoundException: File does not exist: /yarmarka/tables"),
        "What was being read has been deleted for good meanwhile; read it again.",
    ),
    KnownFault(("AccessControlException", "Permission denied: user="), "HDFS refuses our user (YARMARKA_HDFS__USER)."),
    KnownFault(
        ("TopicAuthorizationException", "GroupAuthorizationException"),
        "Kafka refuses `spark`; `python -m pipeline topics` mends permissions.",
    ),
    KnownFault(("SSLHandshakeException", "SslAuthenticationException"), "Kafka refuses the certificate of `spark`."),
    KnownFault(
        ("OffsetOutOfRange", "data was lost", "data may have been lost", "KAFKA_DATA_LOSS"),
        "Kafka no longer holds what comes next; the next run goes on from what it has, and says what is lost.",
    ),
    KnownFault(
        ("org.apache.kafka.common.errors.TimeoutException", "TimeoutException: Timeout expired", "KafkaException",
         "KafkaConnectionError", "NodeNotReadyError"),
        "Kafka does not answer; the job goes on where it was as soon as it does.",
    ),
    KnownFault(
        ("java.net.ConnectException", "NoRouteToHost", "Connection refused", "StandbyException", "SocketTimeout"),
        "HDFS does not answer; `python -m ops status` shows the NameNode.",
    ),
    KnownFault(
        ("ConcurrentAppend", "ConcurrentDelete", "ConcurrentWrite", "ConcurrentTransaction", "MetadataChanged"),
        "Another process changed the table at the same time; run the job again.",
    ),
)  # fmt: skip


def sentence(text: str) -> str:
    """One sentence for an error's text: ours if we know the fault, else its first line, cut short."""
    for known in KNOWN:
        if any(mark in text for mark in known.marks):
            return known.sentence
    first = next((line.strip() for line in text.splitlines() if line.strip()), "no reason was given")
    return first if len(first) <= LONGEST else first[: LONGEST - 1] + "…"


def reason(error: BaseException) -> str:
    """One sentence for whatever ended a job. Never raises."""
    if isinstance(error, LakeFault | StartupError):
        return str(error)
    links = _chain(error)
    # By its class: what its text says of the connection, others say too.
    if any(_is_search_away(link) for link in links):
        return SEARCH_AWAY
    return sentence("\n".join(f"{type(link).__name__}: {_text(link)}" for link in links))


def _is_search_away(error: BaseException) -> bool:
    return any(
        (base.__module__, base.__name__) == ("elastic_transport", "TransportError") for base in type(error).mro()
    )


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - PySpark asks the driver for the text, which may be gone
        return "no more is known"


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or link.__context__
    return links
