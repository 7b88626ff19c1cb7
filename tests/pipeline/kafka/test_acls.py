"""Permissions follow from the table of topics, and are the least that is needed."""

import pytest

from pipeline.contracts.topics import TOPICS, Cleanup
from pipeline.kafka.acls import acls_of

ALLOWED = {str(acl) for acl in acls_of()}


@pytest.mark.parametrize(
    "permission",
    [
        "User:feed write topic products",
        "User:filter read topic products",
        "User:filter read group filter*",
        "User:filter write topic filtered_products",
        "User:spark read group spark-kafka-source*",
        "User:cli write topic bans",
        "User:requests read topic forgotten",
        "User:feed read topic products",
        "User:bot write topic feed_decisions",
    ],
)
def test_what_is_needed_is_allowed(permission: str) -> None:
    assert permission in ALLOWED


@pytest.mark.parametrize(
    "permission",
    [
        "User:filter write topic bans",
        "User:bot read topic products",
        "User:indexer write topic filtered_products",
        "User:feed write topic shops",
        "User:bot write topic feed_runs",
        "User:requests read topic filtered_products",
        "User:spark write topic filtered_products",
        "User:spark write topic roles",
        "User:cli write topic roles",
        "User:spark write topic sellers",
        "User:bot write topic forgotten",
        "User:requests write topic forgotten",
    ],
)
def test_what_is_not_needed_is_not_allowed(permission: str) -> None:
    assert permission not in ALLOWED


def test_one_writer_for_what_passed_the_filter() -> None:
    assert [topic.writers for topic in TOPICS if topic.name == "filtered_products"] == [{"filter"}]


def test_nobody_but_the_bot_gives_a_role() -> None:
    assert {(*topic.writers, *topic.readers) for topic in TOPICS if topic.name in {"roles", "sellers"}} == {
        ("bot", "bot")
    }


def test_states_are_compacted_and_histories_have_an_end() -> None:
    for topic in TOPICS:
        assert (topic.cleanup is Cleanup.DELETE) == (topic.retention_days is not None)
        assert topic.config()["cleanup.policy"] == topic.cleanup


def test_products_keep_their_partition_through_the_filter() -> None:
    counts = {topic.name: topic.partitions for topic in TOPICS}
    assert counts["products"] == counts["filtered_products"]
