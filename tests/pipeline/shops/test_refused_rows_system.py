"""The refused rows of a run, put aside by the feed and read back by the bot, each with its own rights."""

import pytest

from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.feeds import FeedRun, new_run_id
from pipeline.contracts.messages import HEADERS, encode
from pipeline.contracts.topics import DEAD_LETTERS
from pipeline.feed.refused_rows import dead_letter_of
from pipeline.feed.rows import Refusal
from pipeline.shops.refused_rows import KafkaRefusedRows

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]


async def test_the_rows_of_a_run_come_back_in_the_order_of_the_file(settings: Settings, unique: str) -> None:
    run = FeedRun(run_id=new_run_id(), store_id=unique, file=f"{unique}/chat-abcdefghi_--prices.xml")
    letters = [
        dead_letter_of(run.file, Refusal(line, line * 10, "price: no number", b"<offer>")) for line in (9, 2, 30)
    ]
    letters += [dead_letter_of(f"{unique}/other.xml", Refusal(1, 0, "name: missing", b"<offer>"))]
    async with Kafka(settings, "feed").producer() as producer:
        for letter in letters:
            await producer.send_and_wait(DEAD_LETTERS.name, encode(letter), letter.source.encode(), headers=HEADERS)
    found = await KafkaRefusedRows(Kafka(settings, "bot")).of(run)
    assert [(row.line, row.reason, row.row) for row in found] == [
        (line, "price: no number", "<offer>") for line in (2, 9, 30)
    ]
