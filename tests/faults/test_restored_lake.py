"""The lake is lost, and so is what Kafka no longer has: a backup brings requests, products and purchases back, and
nobody who asked to be forgotten since it was made."""

import asyncio
import uuid
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from analytics.lake.forgotten import remembered
from analytics.lake.hdfs import Hdfs
from ops.backup import command
from ops.backup.forgotten import hashed
from ops.kafka import Kafka
from ops.private_files import write_private
from ops.stack.running import RunningStack
from pipeline.contracts.jobs import FORGET, ForgetRequest
from pipeline.contracts.lake import CHECKPOINTS_AT, TABLES_AT
from pipeline.contracts.messages import HEADERS, ClientRequest, RequestKind, encode
from pipeline.contracts.topics import CHAT_STATE, CLIENT_REQUESTS
from tests.faults.lake import LakeUser

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1_800)]
PHRASE = b"correct horse battery"


async def view(stack: RunningStack, person: str) -> str:
    """One view of a product; the request's id."""
    done = ClientRequest(request_id=uuid.uuid4().hex, user=person, kind=RequestKind.VIEW, offer_id="p")
    async with Kafka(stack.settings, "cli").producer() as producer:
        await producer.send_and_wait(CLIENT_REQUESTS.name, encode(done), key=person.encode(), headers=HEADERS)
    return done.request_id


async def lose_the_lake(stack: RunningStack) -> None:
    """The tables and checkpoints, and every request that Kafka still has."""
    kafka = Kafka(stack.settings, "admin")
    places = [TopicPartition(CLIENT_REQUESTS.name, number) for number in range(CLIENT_REQUESTS.partitions)]
    async with kafka.consumer() as consumer, kafka.admin() as admin:
        ends = await consumer.end_offsets(places)
        await admin.delete_records({place: RecordsToDelete(before_offset=end) for place, end in ends.items()})
    for path in (TABLES_AT, CHECKPOINTS_AT):
        Hdfs(stack.settings).delete(path)


async def test_what_only_the_lake_had_comes_back_but_for_who_asked_to_be_forgotten(
    lake_stack: RunningStack, tmp_path: Path
) -> None:
    user, settings = LakeUser(lake_stack), lake_stack.settings
    leaving, staying = uuid.uuid4().hex, uuid.uuid4().hex
    kept = await view(lake_stack, staying)
    await view(lake_stack, leaving)
    await user.send({"restored/1": "Самовар", "restored/2": "Чайник"})
    sales = tmp_path / "sales.csv"
    sales.write_text(f"user,product,time\n{staying},s/p,2020-01-01\n{leaving},s/p,2020-01-02\n", encoding="utf-8")
    user.analytics("import-purchases", str(sales), "--pseudonyms")

    said = user.analytics("export", str(tmp_path / "lake"))
    assert "purchases: 2 rows" in said, said
    backup = command.backup(Kafka(settings, "admin"), tmp_path / "backup", lake=tmp_path / "lake", passphrase=PHRASE)
    listing = [line async for line in backup]
    assert any(line.startswith("kept: the lake's table request_history, ") for line in listing), listing

    async with Kafka(settings, "bot").producer() as producer:
        key = f"{FORGET}{leaving}".encode()
        await producer.send_and_wait(CHAT_STATE.name, encode(ForgetRequest()), key=key, headers=HEADERS)
    await asyncio.to_thread(user.analytics, "run", "forget")
    assert hashed(leaving) in remembered(Hdfs(settings)).until
    await lose_the_lake(lake_stack)

    write_private(tmp_path / "phrase", PHRASE)
    restoring = ("restore", str(tmp_path / "backup"), "--passphrase-file", str(tmp_path / "phrase"))
    said = await asyncio.to_thread(user.analytics, *restoring)
    assert "purchases: 1 of 2 rows added" in said, said
    assert [row["user"] for row in user.rows("purchases") if row["user"] in (leaving, staying)] == [staying]
    requests = [row for row in user.rows("request_history") if row["user"] in (leaving, staying)]
    assert [row["request_id"] for row in requests] == [kept]
    assert int(str(requests[0]["offset"])) < 0, "it is no record of this Kafka"

    # Life goes on: what is new is taken in once, the catalogue is right, and a repeat changes nothing.
    new = await view(lake_stack, staying)
    await user.send({"restored/1": "Самовар дорожный", "restored/2": None})
    await asyncio.to_thread(user.analytics, "run", "ingest")
    requests = [row for row in user.rows("request_history") if row["user"] == staying]
    assert {row["request_id"] for row in requests} == {kept, new}
    catalogue = {str(row["offer_id"]): row["name"] for row in user.rows("catalogue")}
    ours = {product: name for product, name in catalogue.items() if product.startswith("s/restored/")}
    assert ours == {"s/restored/1": "Самовар дорожный"}
    again = await asyncio.to_thread(user.analytics, *restoring)
    assert again.count(": 0 of ") == 3, again
