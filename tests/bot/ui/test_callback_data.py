"""Button data: nothing gets lost, nothing is longer than Telegram allows, nothing forged is taken for ours."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.products.buttons import OpenProduct, ShowList
from bot.products.list_state import ListState
from bot.products.product_ids import link_payload, product_mark, product_of_payload, token
from bot.ui.callback_data import LIMIT, CallbackData, decode, encode
from bot.ui.roles import Role
from tests.bot.world import strategies
from tests.bot.world.tables import HANDLED, KINDS

FIELD = st.from_regex(r"[A-Za-z0-9_.=-]{0,12}", fullmatch=True)


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


@given(strategies.identifiers, st.integers(0, 300), st.integers(0, 1000))
def test_any_product_id_fits_into_a_button(product_id: str, page: int, position: int) -> None:
    name = token(ListState(text="умные часы"))
    data = encode(OpenProduct(product_mark(product_id), name, page, position))
    assert len(data.encode()) <= LIMIT


@given(strategies.identifiers)
def test_a_link_leads_back_to_its_product(product_id: str) -> None:
    payload = link_payload(product_id)
    assert payload is None or (len(payload) <= 64 and product_of_payload(payload) == product_id)


@pytest.mark.parametrize("data", ["", "l", "l:abc", "l:abc:0:p:x", "l:abc:007:p", "l:a:b:c:d", "zz:1", "o:" + "x" * 80])
def test_malformed_data_is_no_button(data: str) -> None:
    assert decode(data) is None


def test_a_field_that_does_not_fit_is_refused_when_the_button_is_made() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(ShowList("a:b"))
    with pytest.raises(ValueError, match="does not fit"):
        encode(ShowList("a", -1))


def test_every_kind_has_a_handler_a_tag_of_its_own_and_a_least_role() -> None:
    assert set(KINDS) == HANDLED
    assert len({kind.TAG for kind in KINDS}) == len(KINDS)
    assert all(isinstance(kind.LEAST, Role) for kind in KINDS)


def test_a_token_depends_on_what_is_shown_and_not_on_when() -> None:
    state = ListState(text="часы", brand="Xiaomi")
    assert token(state) == token(ListState.model_validate(state.model_dump() | {"at": "2026-11-24T12:00:00Z"}))
    assert token(state) != token(ListState(text="часы"))
