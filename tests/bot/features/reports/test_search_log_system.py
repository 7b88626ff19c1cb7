"""The figures of searches on the real server: counted once, and nobody's own query in them."""

from datetime import timedelta

import pytest

from bot.features.reports.figures import Query
from bot.features.reports.search_log import SearchLog
from bot.ui.locale import MOSCOW
from bot.ui.span import span_of
from ops.elasticsearch import client
from ops.stack.running import RunningStack
from pipeline.contracts.messages import now
from pipeline.requests.indices import LogIndices
from pipeline.requests.months import index_of

pytestmark = pytest.mark.system


async def test_a_query_is_told_when_several_people_made_it(stack: RunningStack, unique: str) -> None:
    at = now() - timedelta(minutes=1)
    async with client(stack.settings, "requests") as index, client(stack.settings, "bot") as reader:
        await LogIndices(index, 12).prepare()
        before = await SearchLog(reader, 2).figures(span_of("week", now(), MOSCOW))
        documents = [
            *(_search(unique, person, f"{unique} часы", "found") for person in "abc"),
            _search(unique, "a", f"{unique} ЧАСЫ", "found"),
            _search(unique, "a", f"{unique} часы", "found", page_offset=5),
            *(_search(unique, person, f"{unique} трекер", "nearest") for person in "ab"),
            *(_search(unique, "c", f"{unique} моё личное", "nothing") for _ in range(9)),
            _search(unique, "b", f"{unique} inline", "found", channel="inline"),
            *({"user": f"{unique}-{person}", "kind": "view", "source": "search", "position": 1} for person in "ab"),
        ]
        for document in documents:
            await index.index(index=index_of("requests", at), document={**document, "@timestamp": at.isoformat()})
        await index.indices.refresh(index="requests-*")
        after = await SearchLog(reader, 2).figures(span_of("week", now(), MOSCOW))
    assert after.searches - before.searches == 15
    assert after.missed - before.missed == 11
    assert after.people - before.people == 3
    assert after.opened[1] - (before.opened[1] if before.opened else 0) == 2
    assert sum(slot.found + slot.missed for slot in after.slots) == after.searches
    assert len(after.slots) == 7
    assert Query(f"{unique} часы", 4, 3) in after.top
    assert Query(f"{unique} трекер", 2, 2) in after.nothing
    assert not [query for query in (*after.top, *after.nothing) if "личное" in query.text]


def _search(unique: str, person: str, text: str, outcome: str, **more: object) -> dict[str, object]:
    return {
        "user": f"{unique}-{person}", "kind": "search", "text": text, "outcome": outcome, "page_offset": 0,
        "channel": "chat", **more,
    }  # fmt: skip
