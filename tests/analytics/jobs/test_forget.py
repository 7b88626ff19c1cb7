"""What a person did is gone from every store of ours when `forget` says so, and nobody else's is."""

import asyncio
import uuid
from datetime import timedelta

import pytest

from analytics.lake.hdfs import Hdfs, connect
from ops.backup.forgotten import hashed
from ops.elasticsearch import client
from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.jobs import FORGET, ForgetRequest
from pipeline.contracts.lake import REQUEST_HISTORY
from pipeline.contracts.messages import HEADERS, ClientRequest, ForgottenPerson, RequestKind, encode, now
from pipeline.contracts.topics import CHAT_STATE, CLIENT_REQUESTS, FORGOTTEN
from pipeline.kafka.live_view import LiveView
from tests.faults.lake import LakeUser

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
INDEX = "requests-2026.11"


async def people_do_things(stack: RunningStack, people: tuple[str, ...], *, documents_too: bool = True) -> None:
    """One view each, an hour ago, in Kafka and in Elasticsearch; then all of them do one more thing, tomorrow."""
    settings = stack.settings
    async with client(settings, "requests") as index, Kafka(settings, "cli").producer() as producer:
        for person in people:
            for at in (now() - timedelta(hours=1), now() + timedelta(days=1)):
                done = ClientRequest(
                    request_id=uuid.uuid4().hex, user=person, kind=RequestKind.VIEW, offer_id="s/p", at=at
                )
                await producer.send_and_wait(CLIENT_REQUESTS.name, encode(done), key=person.encode(), headers=HEADERS)
                if documents_too:
                    await index.index(index=INDEX, document={"user": person, "@timestamp": at.isoformat()})


async def documents(stack: RunningStack, person: str) -> int:
    async with client(stack.settings, "requests") as index:
        await index.indices.refresh(index=INDEX)
        return int((await index.count(index=INDEX, query={"match": {"user": person}}))["count"])


async def test_forgotten_means_gone(lake_stack: RunningStack) -> None:
    user = LakeUser(lake_stack)
    leaving, staying = uuid.uuid4().hex, uuid.uuid4().hex
    async with client(lake_stack.settings, "requests") as index:
        if not await index.indices.exists(index=INDEX):
            fields = {"user": {"type": "keyword"}, "@timestamp": {"type": "date"}}
            await index.indices.create(index=INDEX, mappings={"properties": fields})
    await people_do_things(lake_stack, (leaving, staying))
    async with Kafka(lake_stack.settings, "cli").producer() as producer:
        await producer.send_and_wait(CLIENT_REQUESTS.name, b'{"user": "%b", "kind' % leaving.encode())
    await asyncio.to_thread(user.analytics, "run", "ingest")
    async with Kafka(lake_stack.settings, "bot").producer() as producer:
        key = f"{FORGET}{leaving}".encode()
        await producer.send_and_wait(CHAT_STATE.name, encode(ForgetRequest()), key=key, headers=HEADERS)

    await asyncio.to_thread(user.analytics, "run", "forget")

    rows = await asyncio.to_thread(user.rows, "request_history")
    # A row that was not understood has nobody.
    left = [str(row["user"]) for row in rows if row.get("user") in (leaving, staying)]
    assert not any(leaving in str(row) for row in rows if row.get("user") != leaving), "not in what is malformed"
    assert sorted(left) == sorted([leaving, staying, staying]), "only what was done afterwards stays"
    assert (await documents(lake_stack, leaving), await documents(lake_stack, staying)) == (1, 2)
    async with LiveView(Kafka(lake_stack.settings, "bot"), CHAT_STATE, ForgetRequest, prefix=FORGET) as view:
        noted = view.get(f"{FORGET}{leaving}")
    assert noted is not None
    assert noted.done_at is not None
    async with LiveView(Kafka(lake_stack.settings, "requests"), FORGOTTEN, ForgottenPerson) as told:
        assert hashed(leaving) in told and hashed(staying) not in told

    # What a bot could not send for an hour, and sends now that the person is forgotten.
    await people_do_things(lake_stack, (leaving, staying), documents_too=False)
    await asyncio.to_thread(user.analytics, "run", "ingest")
    rows = await asyncio.to_thread(user.rows, "request_history")
    # A row that was not understood has nobody.
    left = [str(row["user"]) for row in rows if row.get("user") in (leaving, staying)]
    assert (left.count(leaving), left.count(staying)) == (2, 4), "only what was done afterwards comes"
    log = f"{REQUEST_HISTORY.path}/_delta_log"
    for name in Hdfs(lake_stack.settings).list(log):
        if name.endswith(".json"):
            with connect(lake_stack.settings).read(f"{log}/{name}", chunk_size=1 << 16) as blocks:
                assert leaving.encode() not in b"".join(blocks), f"{name} names the person"
