"""What a person may mean by an id."""

import pytest

from pipeline.trace.meant import candidates, plain, whole_id


@pytest.mark.parametrize(
    ("written", "whole"),
    [("sever/1", "sever/1"), (" product:sever/1 ", "sever/1"), ("sever/a/b", "sever/a/b"), ("1", None), ("/1", None)],
)
def test_a_whole_id_has_its_shop(written: str, whole: str | None) -> None:
    assert whole_id(written) == whole


def test_a_banned_offer_is_found_by_its_rule() -> None:
    in_force = ("product:yug/1", "product:yug/2", "seller:yug", "product:1")
    assert candidates(plain("product:1"), ["sever/1"], in_force) == ("sever/1", "yug/1")
    assert candidates("7", [], in_force) == ()
