"""Bulk requests against a server that answers what a test tells it to."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson
import pytest
from aiohttp import web
from elasticsearch import AsyncElasticsearch

from pipeline.sink import bulk as module
from pipeline.sink.bulk import Bulk, IndexGone, parts
from pipeline.sink.operation import Operation
from pipeline.sink.size import BulkSize
from tests.pipeline.sink.records import delete, write

Script = Callable[[int, str], tuple[int, str]]


@dataclass
class Server:
    """Answers each write by a script: (how often this id was sent before, id) → status and fault type.

    A status of 1000 or more is the answer to the whole request.
    """

    script: Script
    sent: dict[str, int] = field(default_factory=dict)
    requests: list[list[str]] = field(default_factory=list)
    params: dict[str, str] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        self.params = dict(request.query)
        lines = [orjson.loads(line) for line in (await request.read()).splitlines()]
        ids = [found["_id"] for line in lines for found in line.values() if isinstance(found, dict) and "_id" in found]
        self.requests.append(ids)
        items: list[dict[str, object]] = []
        whole = 200
        for identifier in ids:
            status, fault = self.script(self.sent.get(identifier, 0), identifier)
            self.sent[identifier] = self.sent.get(identifier, 0) + 1
            if status >= 1000:
                whole = status - 1000
            item: dict[str, object] = {"_index": "products-1", "status": status}
            if fault:
                item["error"] = {"type": fault, "reason": "because"}
            items.append({"index": item})
        headers = {"X-Elastic-Product": "Elasticsearch"}
        if whole != 200:
            return web.json_response({"error": {"type": "whole"}, "status": whole}, status=whole, headers=headers)
        return web.json_response({"errors": False, "items": items}, headers=headers)


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[tuple[Server, Bulk, list[bool], list[str]]]:
    server = Server(script)
    app = web.Application(client_max_size=1 << 24)
    app.router.add_post("/products/_bulk", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ready: list[bool] = []
    outcomes: list[str] = []
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with AsyncElasticsearch(address) as client:
        count: Callable[[Operation, str], None] = lambda operation, outcome: outcomes.append(outcome)  # noqa: E731
        yield server, Bulk(client, BulkSize(), ready.append, count, "products"), ready, outcomes
    await runner.cleanup()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT_S", 0.01)


WRITES = [write("a", 1), write("b", 2), delete("c", 3)]


async def test_everything_is_taken() -> None:
    async with serving(lambda before, name: (200, "")) as (server, bulk, ready, outcomes):
        written = await bulk.write(WRITES)
    assert (server.requests, written.indices, written.rejected) == ([["a", "b", "c"]], {"products-1"}, [])
    assert (ready, outcomes) == ([True], ["indexed", "indexed", "deleted"])
    assert server.params["require_alias"] == "true"


@pytest.mark.parametrize(
    ("status", "fault", "outcome"),
    [(409, "version_conflict_engine_exception", "overtaken"), (404, "", "indexed")],
)
async def test_what_is_no_failure(status: int, fault: str, outcome: str) -> None:
    async with serving(lambda before, name: (status, fault)) as (server, bulk, _, outcomes):
        written = await bulk.write([write("a")])
    assert (len(server.requests), written.rejected, outcomes) == (1, [], [outcome])


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (429, "es_rejected_execution_exception"),
        (503, "unavailable_shards_exception"),
        (403, "cluster_block_exception"),
        (500, "translog_exception"),
    ],
)
async def test_only_what_had_no_room_is_sent_again(status: int, fault: str) -> None:
    def script(before: int, name: str) -> tuple[int, str]:
        return (status, fault) if name == "b" and before < 3 else (200, "")

    async with serving(script) as (server, bulk, ready, _):
        written = await bulk.write(WRITES)
        assert bulk.size.value < BulkSize().value
    assert server.requests == [["a", "b", "c"], ["b"], ["b"], ["b"]]
    assert written.rejected == []
    assert ready == [False, False, False, True]


@pytest.mark.parametrize("status", [429, 503, 502, 401, 500])
async def test_a_request_refused_as_a_whole_is_sent_again(status: int) -> None:
    def script(before: int, name: str) -> tuple[int, str]:
        return (1000 + status, "") if before < 2 else (200, "")

    async with serving(script) as (server, bulk, ready, _):
        written = await bulk.write(WRITES)
    assert (len(server.requests), written.rejected, ready[-1]) == (3, [], True)


async def test_a_document_that_is_refused_does_not_hold_up_the_others() -> None:
    def script(before: int, name: str) -> tuple[int, str]:
        return (400, "document_parsing_exception") if name == "b" else (200, "")

    async with serving(script) as (server, bulk, _, outcomes):
        written = await bulk.write(WRITES)
    assert len(server.requests) == 1
    assert [(one.operation.key, one.reason) for one in written.rejected] == [
        ("b", "document_parsing_exception: because")
    ]
    assert outcomes == ["indexed", "rejected", "deleted"]


@pytest.mark.parametrize("status", [400, 413])
async def test_the_document_that_spoils_a_whole_request_is_found(status: int) -> None:
    def script(before: int, name: str) -> tuple[int, str]:
        return (1000 + status, "") if name == "bad" else (200, "")

    async with serving(script) as (server, bulk, _, _):
        written = await bulk.write([write(name) for name in ("a", "b", "bad", "c", "d")])
    assert [one.operation.key for one in written.rejected] == ["bad"]
    assert {name for request in server.requests for name in request} == {"a", "b", "bad", "c", "d"}


async def test_an_alias_that_is_gone() -> None:
    async with serving(lambda before, name: (404, "index_not_found_exception")) as (_, bulk, _, _):
        with pytest.raises(IndexGone):
            await bulk.write(WRITES)


def test_requests_are_cut_by_bytes() -> None:
    writes = [write(str(number), body={"text": "x" * 100}) for number in range(10)]
    cut = list(parts(writes, 350))
    assert [one for part in cut for one in part] == writes
    assert all(sum(len(one.lines) for one in part) <= 350 for part in cut)
    assert list(parts([], 10)) == []
    assert list(parts(writes[:1], 10)) == [writes[:1]]
