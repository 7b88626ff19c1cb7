"""Button data: nothing gets lost, nothing is longer than Telegram allows, nothing forged is taken for ours."""

import re
from dataclasses import fields
from types import new_class

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.products.buttons import OpenProduct, ShowList
from bot.products.list_state import ListState
from bot.products.offer_ids import is_kept, link_payload, offer_of_payload, product_mark, token
from bot.ui import callback_data
from bot.ui.callback_data import LIMIT, CallbackData, decode, encode, kinds
from bot.ui.roles import Role
from tests.bot.world import strategies
from tests.bot.world.tables import HANDLED, KINDS

FIELD = st.from_regex(r"[A-Za-z0-9_.=/-]{0,12}", fullmatch=True)


def _numbers(kind: type[CallbackData]) -> st.SearchStrategy[CallbackData]:
    return st.builds(
        kind, **{field.name: st.integers(0, 10**6) if field.type in {int, "int"} else FIELD for field in fields(kind)}
    )


@given(st.one_of(*(_numbers(kind) for kind in KINDS)))
def test_every_button_comes_back_as_it_was(callback: CallbackData) -> None:
    data = encode(callback)
    assert len(data.encode()) <= LIMIT
    assert decode(data) == callback


@given(st.text(max_size=80))
def test_what_we_did_not_write_is_no_button(data: str) -> None:
    callback = decode(data)
    assert callback is None or encode(callback) == data


@given(strategies.offer_ids, st.integers(0, 300), st.integers(0, 1000))
def test_any_offer_id_fits_into_a_button(offer_id: str, page: int, position: int) -> None:
    name = token(ListState(text="умные часы"))
    data = encode(OpenProduct(product_mark(offer_id), name, page, position))
    assert len(data.encode()) <= LIMIT


@given(strategies.offer_ids)
def test_a_link_leads_back_to_its_offer(offer_id: str) -> None:
    payload = link_payload(offer_id)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    kept = f"={token(ListState(offer_id=offer_id))}"
    assert offer_of_payload(payload) == (kept if is_kept(payload) else offer_id)


@pytest.mark.parametrize(
    "data",
    ["", "l", "\n", "l:abc", "l:abc:0:p:x", "l:abc:007:p", "l:abc:0:p\n", "l:abc\n:0:p", "l:abc:0\n:p", "l:a:b:c:d",
     "zz:1", "o:" + "x" * 80],
)  # fmt: skip
def test_malformed_data_is_no_button(data: str) -> None:
    assert decode(data) is None


def test_a_field_that_does_not_fit_is_refused_when_the_button_is_made() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(ShowList("a:b"))
    with pytest.raises(ValueError, match="does not fit"):
        encode(ShowList("a\n"))
    with pytest.raises(ValueError, match="does not fit"):
        encode(ShowList("a", -1))


def test_every_kind_has_a_handler_a_tag_of_its_own_and_a_least_role() -> None:
    assert set(KINDS) == HANDLED
    assert len({kind.TAG for kind in KINDS}) == len(KINDS)
    assert all(isinstance(kind.LEAST, Role) for kind in KINDS)


def test_a_token_depends_on_what_is_shown_and_not_on_when() -> None:
    state = ListState(text="часы", brands=("Xiaomi",))
    assert token(state) == token(ListState.model_validate(state.model_dump() | {"at": "2026-11-24T12:00:00Z"}))
    assert token(state) != token(ListState(text="часы"))
    assert token(state) != token(ListState(text="часы", brands=("Xiaomi", "Zeta")))


@pytest.mark.parametrize(
    ("kept", "name"),
    [
        ({"text": "умные часы"}, "yGVNyoAnOV0"),
        ({"text": "умные часы", "brand": "Xiaomi", "price_max": 5000.0, "in_stock": True}, "XV_hQhFSAag"),
        ({"text": "a", "shops": ["b"]}, "gd5j2vxEWaQ"),
    ],
)
def test_lists_of_one_brand_keep_their_names(kept: dict[str, object], name: str) -> None:
    state = ListState.model_validate(kept)
    assert token(state) == name
    assert state.brands == ((kept["brand"],) if "brand" in kept else ())
    assert token(ListState.model_validate_json(state.model_dump_json())) == name


@pytest.fixture
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds that are made here are forgotten after the test."""
    monkeypatch.setattr(callback_data, "_KINDS", dict(callback_data._KINDS))


@pytest.mark.usefixtures("own_registry")
class TestRegistry:
    def test_a_kind_registers_itself_and_comes_back_as_it_was(self) -> None:
        class KeepFavourite(CallbackData, tag="zz", least=Role.OPERATOR):
            product: str
            page: int = 0

        assert kinds()[-1] is KeepFavourite
        assert (KeepFavourite.TAG, KeepFavourite.LEAST) == ("zz", Role.OPERATOR)
        assert encode(KeepFavourite("w1", 40)) == "zz:w1:14"
        assert decode("zz:w1:14") == KeepFavourite("w1", 40)
        assert decode("zz:w1:0") == KeepFavourite("w1")
        assert decode("zz:w1") is None

    @pytest.mark.parametrize("tag", ["", "abc", "A", "1", "a:", "я", "a\n", " a"])
    def test_a_tag_that_is_not_one_or_two_small_letters_is_refused(self, tag: str) -> None:
        before = kinds()
        with pytest.raises(TypeError, match=r"BadTag: the tag .* is not one or two small letters"):

            class BadTag(CallbackData, tag=tag, least=Role.CUSTOMER):
                pass

        assert kinds() == before

    def test_a_tag_that_is_taken_is_refused_with_the_name_of_its_owner(self) -> None:
        before = kinds()
        with pytest.raises(TypeError, match="Taken: the tag 'l' is taken by ShowList"):

            class Taken(CallbackData, tag=ShowList.TAG, least=Role.CUSTOMER):
                pass

        assert kinds() == before
        assert isinstance(decode("l:abc:0:p"), ShowList)

    @pytest.mark.parametrize("kind", [float, bool, bytes, int | None, tuple[str, ...], Role])
    def test_a_field_of_another_type_is_refused_with_its_name(self, kind: object) -> None:
        before = kinds()
        with pytest.raises(TypeError, match="BadField: wrong is neither a text nor a number"):
            new_class(
                "BadField",
                (CallbackData,),
                {"tag": "zz", "least": Role.CUSTOMER},
                lambda names: names.update(__annotations__={"right": str, "wrong": kind}),
            )
        assert kinds() == before
        assert decode("zz:a:b") is None


def test_kinds_that_tests_make_are_forgotten() -> None:
    assert "zz" not in {kind.TAG for kind in kinds()}
