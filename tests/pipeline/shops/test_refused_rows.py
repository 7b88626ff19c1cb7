"""Which dead letters are rows of a run, and which file came through the chat."""

from base64 import b64encode

from pipeline.contracts.feeds import FeedRun, RefusedRow, address_file, address_token, chat_file, chat_token, plain_file
from pipeline.contracts.messages import DeadLetter
from pipeline.feed.refused_rows import dead_letter_of
from pipeline.feed.rows import Refusal
from pipeline.shops.refused_rows import ROW_BYTES, row_of

RUN = FeedRun(run_id="0000000001", store_id="sever", file="sever/chat-abcdefghi_-:прайс: май.xml")


def letter(source: str) -> DeadLetter:
    return DeadLetter(
        source=source, topic="", value=b64encode(b"<offer>").decode(), reason="refused_row", service="feed"
    )


def test_a_refused_row_is_read_back_as_it_was_put_aside() -> None:
    refusal = Refusal(12, 340, "price: no number", "<цена>".encode() + b"x" * 9_999)
    row = row_of(RUN, dead_letter_of(RUN.file, refusal))
    kept = refusal.raw[:ROW_BYTES].decode()
    assert row == RefusedRow(line=12, reason="price: no number", fault=refusal.fault, row=kept)


def test_letters_of_other_files_and_of_the_file_as_a_whole_are_no_rows() -> None:
    for source in (f"feed:{RUN.file}:all", "feed:sever/other.xml:1:0", "products-0-12", f"feed:{RUN.file}2:1:0", ""):
        assert row_of(RUN, letter(source)) is None


def test_a_file_of_the_chat_is_known_by_its_name_and_shown_as_it_was_sent() -> None:
    name = chat_file("abcdefghi_-", "прайс-май.xml")
    assert (chat_token(f"sever/{name}"), plain_file(f"sever/{name}")) == ("abcdefghi_-", "прайс-май.xml")
    for other in ("sever/prices.xml", "chat-short-prices.xml", "prices.xml", "", "chat-abcdefghi_-/prices.xml"):
        assert chat_token(other) == ""
    assert plain_file("sever/prices.xml") == "prices.xml"


def test_a_file_of_an_address_is_known_by_its_name_and_its_run_shown_by_the_address() -> None:
    name = address_file("abcdefghi_-", "feed.yml.gz")
    assert (address_token(f"sever/{name}"), chat_token(name)) == ("abcdefghi_-", "")
    for other in ("sever/feed.yml", "address-short-feed.yml", chat_file("abcdefghi_-", "feed.yml"), ""):
        assert address_token(other) == ""
    for address in ("https://•••@shop.ru/a/feed.yml?key=•••", "http://shop.ru"):
        assert plain_file(f"sever/{address}") == address
