"""What is kept of the runs of feeds for those who show them."""

from aiokafka import ConsumerRecord

from ops.kafka import Kafka
from ops.settings import KafkaSettings, Settings
from pipeline.contracts.feeds import FeedRun, FeedState
from pipeline.contracts.messages import encode
from pipeline.shops.run_view import RunView


def record(run: FeedRun) -> ConsumerRecord[bytes | None, bytes | None]:
    return ConsumerRecord(
        topic="feed_runs", partition=0, offset=0, timestamp=0, timestamp_type=0, key=run.key.encode(),
        value=encode(run), checksum=None, serialized_key_size=0, serialized_value_size=0, headers=(),
    )  # fmt: skip


def test_of_an_address_that_does_not_change_the_last_run_of_each_shop_is_kept() -> None:
    view, told = RunView(Kafka(Settings(kafka=KafkaSettings(bootstrap="nowhere:1")), "bot")), list[FeedRun]()
    view.subscribe(told.append)
    for number, (shop, same) in enumerate(
        (("a", False), ("a", True), ("b", True), ("a", True), ("a", False), ("a", True))
    ):
        run = FeedRun(run_id=f"{number:010}", store_id=shop, state=FeedState.DONE, channel="address", same_file=same)
        view._take(record(run))
    assert len(told) == 6
    assert [(run.store_id, run.run_id[-1]) for run in view.newest()] == [("a", "5"), ("a", "4"), ("b", "2"), ("a", "0")]
