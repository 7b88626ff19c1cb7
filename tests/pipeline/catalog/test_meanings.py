"""What the indexer does about vectors, as far as no server is needed: what it writes at once, and its pace."""

from collections.abc import Sequence

import orjson
import pytest

from pipeline.catalog.indexer.documents import operations_in
from pipeline.catalog.indexer.meanings import Pace
from pipeline.catalog.mapping import MEANING, meaning_text
from pipeline.contracts.messages import Price, Product, encode
from pipeline.meaning.model import RememberedVectors, Vector
from tests.pipeline.sink.records import FakeRecord


class Length:
    """A stand-in for the model: the length of a text is its meaning."""

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        return [bytes([len(text) % 127] * 4) for text in texts]


def product(price: float, name: str = "Самовар медный") -> Product:
    money = Price(amount=price, currency="RUB")
    return Product(
        product_id="1", name=name, price=money, store_id="s", category="Кухня / Самовары", brand="Тула", description="x"
    )


def test_a_vector_is_of_the_name_the_kind_and_the_maker_and_of_nothing_that_changes() -> None:
    assert meaning_text(product(1)) == "Самовар медный . Самовары . Тула"
    assert meaning_text(product(1)) == meaning_text(product(2))


def test_an_offer_is_written_without_a_vector_and_keeps_one_that_is_known_when_its_price_changes() -> None:
    meanings = RememberedVectors(Length(), 10)

    def written(offer: Product) -> dict[str, object]:
        (operation,), refused = operations_in("RUB", meanings)([FakeRecord(offer.offer_id.encode(), encode(offer), 1)])
        assert not refused
        body: dict[str, object] = orjson.loads(operation.lines.splitlines()[1])
        return body

    assert MEANING not in written(product(1))
    (vector,) = meanings.vectors([meaning_text(product(1))])
    assert written(product(2))[MEANING] == vector.hex()
    assert MEANING not in written(product(2, name="Самовар угольный"))


@pytest.mark.parametrize(("records", "rest"), [(0, 0.1), (5, 4.0)])
def test_vectors_wait_while_there_is_something_to_index(records: int, rest: float) -> None:
    pace = Pace()
    pace.indexed(records)
    assert pace.rest_after(1.0) == rest
