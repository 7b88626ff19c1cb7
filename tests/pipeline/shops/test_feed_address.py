"""Addresses of feeds: which are taken, and what is shown of them."""

import pytest

from pipeline.contracts.feeds import Shop
from pipeline.shops.feed_address import SAID, AddressFault, WrongAddress, checked, masked

TAKEN = {
    "https://shop.example.ru/feed.yml": "https://shop.example.ru/feed.yml",
    " http://shop.ru:8080/a?b=1 ": "http://shop.ru:8080/a?b=1",
    "shop.ru/feed.xml": "https://shop.ru/feed.xml",
    "HTTPS://Shop.ru/Feed.yml#top": "https://Shop.ru/Feed.yml",
    "https://магазин.рф/выгрузка.xml": "https://магазин.рф/выгрузка.xml",
    "https://u:p%40ss@shop.ru/": "https://u:p%40ss@shop.ru/",
    "https://8.8.8.8/feed.csv": "https://8.8.8.8/feed.csv",
}
REFUSED = {
    "": AddressFault.EMPTY,
    "  ": AddressFault.EMPTY,
    "https://shop.ru/" + "x" * 2_000: AddressFault.LONG,
    "https://shop.ru/my feed.yml": AddressFault.BLANKS,
    "https://shop.ru/\x07": AddressFault.BLANKS,
    "https://shop.ru\\@127.0.0.1/": AddressFault.BLANKS,
    "ftp://shop.ru/feed.yml": AddressFault.SCHEME,
    "file:///etc/passwd": AddressFault.SCHEME,
    "gopher://shop.ru/": AddressFault.SCHEME,
    "https://": AddressFault.HOST,
    "https:///feed.yml": AddressFault.HOST,
    "https://user:secret@/feed.yml": AddressFault.HOST,
    "привет": AddressFault.HOST,
    "https://shopserver/feed": AddressFault.HOST,
    "https://[::1/": AddressFault.HOST,
    "https://.ru/": AddressFault.HOST,
    "https://shop.ru:0/": AddressFault.PORT,
    "https://shop.ru:99999/": AddressFault.PORT,
    "https://shop.ru:eighty/": AddressFault.PORT,
    "http://localhost/feed.yml": AddressFault.PRIVATE,
    "http://LOCALHOST.:8000/feed.yml": AddressFault.PRIVATE,
    "http://nas.local/feed.yml": AddressFault.PRIVATE,
    "http://metadata.google.internal/": AddressFault.PRIVATE,
    "http://127.0.0.1/": AddressFault.PRIVATE,
    "http://127.1/": AddressFault.PRIVATE,
    "http://2130706433/": AddressFault.PRIVATE,
    "http://0x7f000001/": AddressFault.PRIVATE,
    "http://0177.0.0.1/": AddressFault.PRIVATE,
    "http://192.168.0.7/feed.yml": AddressFault.PRIVATE,
    "http://169.254.169.254/latest/meta-data": AddressFault.PRIVATE,
    "http://[::1]/": AddressFault.PRIVATE,
    "http://[::ffff:10.0.0.1]/": AddressFault.PRIVATE,
    "http://user@10.0.0.1/": AddressFault.PRIVATE,
}
MASKED = {
    "https://shop.ru/feed.yml": "https://shop.ru/feed.yml",
    "https://user:pass@shop.ru:8443/a/feed.yml": "https://•••@shop.ru:8443/a/feed.yml",
    "https://user:p@ss:w0rd@shop.ru/feed.yml": "https://•••@shop.ru/feed.yml",
    "https://token@shop.ru/": "https://•••@shop.ru/",
    "https://shop.ru/e.php?token=s3cret&format=yml": "https://shop.ru/e.php?token=•••&format=•••",
    "https://shop.ru/e?s3cret": "https://shop.ru/e?•••",
    "https://shop.ru/e?hash_tag=abc&ids=&x": "https://shop.ru/e?hash_tag=•••&ids=&•••",
    "https://shop.ru/x/8f14e45fceea167a5a36dedd4bea2543.xml": "https://shop.ru/x/•••.xml",
    "https://shop.ru/export-of-all-products/feed-2026.yml": "https://shop.ru/export-of-all-products/feed-2026.yml",
    "https://[2a00:1450::1]:81/f": "https://[2a00:1450::1]:81/f",
    "https://[::1": "•••",
    "no address": "•••",
}


@pytest.mark.parametrize(("text", "address"), TAKEN.items())
def test_taken(text: str, address: str) -> None:
    assert checked(text) == address


@pytest.mark.parametrize(("text", "fault"), REFUSED.items())
def test_refused_by_its_fault(text: str, fault: AddressFault) -> None:
    with pytest.raises(WrongAddress) as caught:
        checked(text)
    assert (caught.value.fault, str(caught.value)) == (fault, SAID[fault])


@pytest.mark.parametrize("text", ["http://127.0.0.1:8000/feed.yml", "http://localhost/f", "http://shopserver:80/f"])
def test_a_laboratory_may_use_its_own_network(text: str) -> None:
    assert checked(text, private=True) == text


@pytest.mark.parametrize(("address", "shown"), MASKED.items())
def test_what_is_secret_is_not_shown(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_a_shop_that_is_printed_does_not_show_its_address() -> None:
    assert "secret" not in repr(Shop(store_id="s", address="https://u:secret@shop.ru/"))
