"""The job `forget`: what people did, deleted from the lake and from Elasticsearch when they ask for it.

A person asks by the key `forget:<pseudonym>` in `chat_state`, or by a request of the kind `forget`. What they do
afterwards is theirs again. Kafka's own copy of the requests ends with the topic's retention. That they asked is noted,
as a hash, for as long as a backup may return and requests are logged. What comes late of an earlier time, off the disk
of a bot that could not send it, `ingest` leaves out by the note in HDFS, and the request log by the topic `forgotten`.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from elasticsearch import AsyncElasticsearch

from analytics.identity import IDENTITY
from analytics.jobs.job import JobContext, JobResult
from analytics.jobs.streams import REQUESTS, take_in
from analytics.lake.forgotten import remember
from ops import elasticsearch
from ops.backup.forgotten import Forgotten
from ops.kafka import Kafka
from pipeline.contracts.jobs import FORGET, ForgetRequest
from pipeline.contracts.lake import LAKE, REQUEST_HISTORY, Table
from pipeline.contracts.messages import HEADERS, ForgottenPerson, Recommendations, RequestKind, encode, now
from pipeline.contracts.topics import CHAT_STATE, FORGOTTEN, RECOMMENDATIONS
from pipeline.kafka.live_view import LiveView

if TYPE_CHECKING:
    from analytics.lake.tables import Lake

SETTLES_AFTER = timedelta(minutes=10)
"""So long the request log may lag behind: until then a person is looked for again in every run."""
INDICES = "requests-*"
PAGE = 1_000


def run(context: JobContext) -> JobResult:
    """Delete every row of those who asked, up to the time at which they did; written to `chat_state` when done."""
    take_in(context, [REQUESTS])
    asked = asyncio.run(_asked(context)) | _asked_by_request(context.lake)
    # Before anything is deleted: a backup from before may come back, and so may what was not sent yet.
    everyone = remember(context.lake.hdfs, context.settings, Forgotten.asked(asked))
    asyncio.run(_tell(context, everyone))
    if not asked:
        return JobResult(0, 0)
    context.report(f"deleting the rows of {len(asked)} people", 30)
    # Rows of earlier releases, which kept what they did not understand as it was.
    context.lake.take_names_out(REQUEST_HISTORY)
    deleted = sum(
        _delete(context.lake, table, asked) for table in LAKE if table.personal and context.lake.exists(table)
    )
    context.report("deleting from the request index", 70)
    deleted += asyncio.run(_settle(context, asked))
    return JobResult(len(asked), deleted, f"{len(asked)} people forgotten")


async def _asked(context: JobContext) -> dict[str, datetime]:
    async with LiveView(Kafka(context.settings, IDENTITY), CHAT_STATE, ForgetRequest, prefix=FORGET) as view:
        return {
            key.removeprefix(FORGET): request.at
            for key, request in view.items()
            if request.done_at is None or request.done_at < request.at + SETTLES_AFTER
        }


def _asked_by_request(lake: Lake) -> dict[str, datetime]:
    from pyspark.sql import functions as F

    rows = lake.read(REQUEST_HISTORY).where((F.col("kind") == RequestKind.FORGET.value) & F.col("user").isNotNull())
    last = rows.groupBy("user").agg(F.max(F.unix_micros(F.coalesce("at", "written_at"))).alias("at")).collect()
    epoch = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return {str(row["user"]): epoch + timedelta(microseconds=int(row["at"])) for row in last}


def _delete(lake: Lake, table: Table, asked: dict[str, datetime]) -> int:
    from pyspark.sql import functions as F

    timestamp = "coalesce(`at`, `written_at`)" if "written_at" in table.names else "`at`"
    people = lake.session.createDataFrame(sorted(asked.items()), "person STRING, until TIMESTAMP")
    rows = lake.read(table).withColumn("timestamp", F.expr(timestamp))
    theirs = rows.join(people, (rows[str(table.personal)] == people["person"]) & (rows["timestamp"] <= people["until"]))
    deleted = theirs.count()
    if deleted:
        lake.forget(table, people, timestamp)
    # Also the bytes of an earlier deletion whose run was killed before this step.
    lake.vacuum(table, keep_hours=0)
    return deleted


async def _tell(context: JobContext, everyone: Forgotten) -> None:
    """Make the topic `forgotten` say what the note says; readers follow it."""
    kafka = Kafka(context.settings, IDENTITY)
    async with LiveView(kafka, FORGOTTEN, ForgottenPerson) as view:
        told = {person: noted.until for person, noted in view.items()}
    async with kafka.producer() as producer:
        for person, until in everyone.until.items():
            if told.pop(person, None) != until:
                value = encode(ForgottenPerson(until=until))
                await producer.send_and_wait(FORGOTTEN.name, value, key=person.encode(), headers=HEADERS)
        for person in told:
            await producer.send_and_wait(FORGOTTEN.name, None, key=person.encode(), headers=HEADERS)


async def _settle(context: JobContext, asked: dict[str, datetime]) -> int:
    kafka = Kafka(context.settings, IDENTITY)
    client = elasticsearch.client(context.settings, IDENTITY)
    deleted = 0
    async with client, kafka.producer(linger_ms=0) as producer:
        async with LiveView(kafka, RECOMMENDATIONS, Recommendations) as recommended:
            keys = {key for key, _ in recommended.items()}
        for person, at in asked.items():
            deleted += await _delete_documents(client, person, at)
            if person in keys:
                await producer.send_and_wait(RECOMMENDATIONS.name, None, key=person.encode())
            done = ForgetRequest(at=at, done_at=now())
            key = f"{FORGET}{person}".encode()
            await producer.send_and_wait(CHAT_STATE.name, encode(done), key=key, headers=HEADERS)
    return deleted


async def _delete_documents(client: AsyncElasticsearch, person: str, at: datetime) -> int:
    """Search and bulk deletion by pages: the small distribution of the server has no delete_by_query."""
    deleted = 0
    query = {"bool": {"filter": [{"term": {"user": person}}, {"range": {"@timestamp": {"lte": at.isoformat()}}}]}}
    while True:
        await client.indices.refresh(index=INDICES, allow_no_indices=True)
        found = await client.search(index=INDICES, query=query, size=PAGE, source=False, allow_no_indices=True)
        hits = found["hits"]["hits"]
        if not hits:
            return deleted
        operations = [{"delete": {"_index": hit["_index"], "_id": hit["_id"]}} for hit in hits]
        response = await client.bulk(operations=operations)
        if response["errors"]:
            raise RuntimeError(f"Elasticsearch did not delete all of {len(hits)} documents")
        deleted += len(hits)
