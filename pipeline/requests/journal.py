"""Which topic goes to which indices, and the document of each of its messages. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from ops.errors import UnprocessableMessage
from pipeline.contracts.messages import AuditEntry, ClientRequest, decode
from pipeline.contracts.topics import AUDIT, CLIENT_REQUESTS, Topic
from pipeline.kafka.consumed_record import ConsumedRecord
from pipeline.requests import mapping
from pipeline.requests.months import index_of, is_kept
from pipeline.sink.operation import Convert, Operation, Refused

Document = dict[str, object]
# Whether a person (a pseudonym) asked to be forgotten after that moment.
IsForgotten = Callable[[str, datetime], bool]
# The audit topic keeps a year; its index never less.
AUDIT_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Journal:
    """One topic's way into indices: their prefix and fields, and the moment and document of a message."""

    topic: Topic
    prefix: str
    mappings: Mapping[str, object]
    read: Callable[[bytes | None], tuple[datetime, Document]]


def _request(value: bytes | None) -> tuple[datetime, Document]:
    request = decode(ClientRequest, value)
    document: Document = request.model_dump(mode="json", exclude_none=True, exclude={"at", "offset"})
    document["filters"] = [f"{name}={value}" for name, value in request.filters.items()]
    document["page_offset"] = request.offset
    document["hit_count"] = len(request.hits)
    return request.at, document


def _audit(value: bytes | None) -> tuple[datetime, Document]:
    entry = decode(AuditEntry, value)
    return entry.at, entry.model_dump(mode="json", exclude_none=True, exclude={"at"})


JOURNALS = (
    Journal(CLIENT_REQUESTS, "requests", mapping.REQUESTS, _request),
    Journal(AUDIT, "audit", mapping.AUDIT, _audit),
)
_BY_TOPIC = {journal.topic.name: journal for journal in JOURNALS}


def months_of(journal: Journal, months: int) -> int:
    """How many months of a journal are kept when the settings say `months`."""
    return max(months, AUDIT_MONTHS) if journal.topic is AUDIT else months


def _nobody(_: str, __: datetime) -> bool:
    return False


def converter(months: int, clock: Callable[[], datetime], is_forgotten: IsForgotten = _nobody) -> Convert:
    """Records to writes. The id is topic-partition-offset-time: writing a record twice leaves one document.

    The time tells apart the records that stand at one place in the log before and after it lost its end or was made
    anew; without it the new one would be written over the old one.

    A record of a month that is no longer kept is passed over: it would bring back an index that was deleted. So is a
    request of somebody who asked to be forgotten since: it waited where the deletion did not reach.
    """

    def convert(records: Sequence[ConsumedRecord]) -> tuple[Sequence[Operation], Sequence[Refused]]:
        wanted, refused = [], []
        now = clock()
        for record in records:
            journal = _BY_TOPIC[record.topic]
            try:
                moment, document = journal.read(record.value)
            except UnprocessableMessage as error:
                refused.append(Refused(record, "invalid", str(error)))
                continue
            late = journal.topic is CLIENT_REQUESTS and is_forgotten(str(document["user"]), moment)
            if not late and is_kept(moment, now, months_of(journal, months)):
                wanted.append(_operation(journal, record, moment.astimezone(UTC), document))
        return wanted, refused

    return convert


def _operation(journal: Journal, record: ConsumedRecord, moment: datetime, document: Document) -> Operation:
    place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    identifier = f"{record.topic}-{record.partition}-{record.offset}-{record.timestamp}"
    action = orjson.dumps({"index": {"_index": index_of(journal.prefix, moment), "_id": identifier}})
    body = orjson.dumps(document | {"@timestamp": moment.isoformat(), "kafka": place})
    return Operation(record, identifier, action + b"\n" + body)
