"""No file takes the square of its length: hostile ones, read in this process, by its own CPU clock."""

import contextlib
import gzip
import time

import pytest

from pipeline.feed.amounts import amount, pieces
from pipeline.feed.markup import one_line, plain
from pipeline.feed.parsing_process import RowTimer
from pipeline.feed.reader import Accepted, read
from pipeline.feed.rows import RowRefused, UnreadableFile
from pipeline.feed.unpacking import ReadingBounds
from tests.pipeline.feed.conftest import Write
from tests.pipeline.feed.shops_folder import catalogue, offer, row

SLOW: dict[str, bytes | str] = {
    "comments.xml": catalogue("<offer><!--" * 40_000),
    "nested comments.xml": catalogue("<offer>" + "<!--<offer>-->" * 30_000),
    "tags.xml": catalogue(offer("p", "", "<![CDATA[" + "<a" * 200_000 + "]]>")),
    "breaks.xml": catalogue(offer("p", "", "<![CDATA[" + "<br " * 120_000 + "]]>")),
    "blanks.xml": catalogue(offer("p", "", "<![CDATA[" + "\u2003" * 150_000 + "]]>")),
    "instructions.xml": catalogue(offer("p"), "<?php " * 60_000),
    "chain.xml": catalogue(offer("p")).replace(
        b'<category id="1">A</category>',
        "".join(f'<category id="{n}" parentId="{n + 1}">A</category>' for n in range(60_000)).encode(),
    ),
    "quotes.json": '[{"a":"' + '{"a":' * 80_000,
    "braces.json": '{"a":' * 80_000,
    "swallowed.json": "[" + ('{"a":"x"' + ' {"a":{"b":"' * 9 + '"}' * 9) * 6_000,
    "quotes.csv": "id;name;price\n" + '1;"A;1 RUB\n' * 40_000,
    "one quote.csv": "id;name;price\n" + '1;"' + "A\n" * 200_000,
    "cells.csv": "id;name;price\n" + ";" * 500_000,
    "items.xml": "<rss><channel>" + "<item><!--" * 40_000,
    "prefixes.xml": "<rss><channel><item>" + "<a:" * 150_000 + "</item></channel></rss>",
    "ampersands.xml": catalogue(offer("p", "", "&" * 400_000)),
    "entities.xml": catalogue(offer("p", "", "&amp;" * 90_000)),
    "scripts.xml": catalogue(offer("p", "", "<![CDATA[" + "<script>" * 50_000 + "]]>")),
    "keys.json": '{"data": ' * 6_000 + '{"products": [',
    "more keys.json": "{" + '"a": {"b": [' * 5_000,
    "instructions before.xml": "<?xml version='1.0'?>" + "<!--" * 16_000,
    "newlines.jsonl": row("p") + "\n" * 3_000_000,
    "newlines.jsonl.gz": gzip.compress((row("p") + "\n" * 40_000_000).encode()),
}


@pytest.mark.parametrize("name", sorted(SLOW))
def test_no_file_takes_the_square_of_its_length(write: Write, name: str) -> None:
    path = write(name, SLOW[name])
    began = time.process_time()
    with contextlib.suppress(UnreadableFile):
        for _ in read(path):
            pass
    assert time.process_time() - began < 10, "some 500 KB; the square of them takes minutes"


@pytest.mark.parametrize(
    "markup",
    [
        "<a",
        "<br",
        "<br ",
        "< ",
        "<!--",
        "&",
        "&#1",
        "\u2003",
        "\n \u2003",
        "<p>\n",
        "'<\"",
        "<script>",
        "<style a",
        "<!-- <style>",
        "&amp;",
        "&lt;p&gt;",
        "&#65;",
    ],
)
def test_a_description_is_read_in_one_pass(markup: str) -> None:
    began = time.process_time()
    plain(markup * (500_000 // len(markup)))
    assert time.process_time() - began < 5


def test_what_it_unpacks_to_is_bounded_before_it_is_held(write: Write) -> None:
    path = write("bomb.jsonl.gz", gzip.compress((row("p") + "\n").encode() + b" " * 100_000_000))
    outcomes = list(read(path, bounds=ReadingBounds(unpacked_mb=70)))
    assert isinstance(outcomes[0], Accepted)
    assert not isinstance(outcomes[-1], Accepted)
    assert "unpacks to more than 70 MB (YARMARKA_FEED__UNPACKED_MB)" in outcomes[-1].reason
    assert outcomes[-1].cut_off


def test_a_row_that_takes_too_long_is_refused_in_the_middle() -> None:
    began = time.process_time()
    with pytest.raises(RowRefused, match=r"more than 0\.2 s"), RowTimer(0.2):
        plain("x")
        while time.process_time() - began < 5:
            pass
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "text", ["<b", "<b>", "&amp;", "&amp;lt;b", "<script>", "<!--", "&#", "\u2003", "\u200b", "< "]
)
def test_a_name_is_read_in_one_pass(text: str) -> None:
    began = time.process_time()
    one_line(text * (500_000 // len(text)))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", ["1 ", "1.", "1,", "руб", "от ", "-", "'", " ", "1e", "$"])
def test_a_number_is_read_in_one_pass(text: str) -> None:
    began = time.process_time()
    for read_one in (amount, pieces):
        with contextlib.suppress(RowRefused):
            read_one(text * (500_000 // len(text)), "price")
    assert time.process_time() - began < 2
