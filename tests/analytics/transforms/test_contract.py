"""What Spark takes out of a message is what the contract says is in it, field by field and type by type."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from analytics.transforms import products, requests
from pipeline.contracts.messages import ClientRequest, Message, Product

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from pyspark.sql.types import DataType

KINDS = {str: "string", int: "int", float: "double", bool: "boolean", datetime: "timestamp"}
Fields = dict[str, str]

LEFT_IN_RAW = {
    "images[].alt": "string",
    "specifications": "map",
    "price.at_least": "boolean",
    "price.converted.amount": "double",
    "price.converted.currency": "string",
    "group_id": "string",
    "stock.uncounted": "boolean",
    "url": "string",
    "old_price": "double",
    "contact": "string",
    "delivery.courier": "boolean",
    "delivery.cost": "double",
    "delivery.days": "string",
    "delivery.pickup": "boolean",
    "delivery.in_store": "boolean",
}
"""Of a product these stay in the message: nobody asks the lake for them."""
KAFKAS_OWN = {"offset": "int"}
"""The page that a person asked for; the column of that name is the place of the message in Kafka."""


def contract_fields(model: type[BaseModel]) -> Fields:
    """The leaves of a message by their path, with their types in Spark; `[]` stands for each item of a list."""
    return {path: kind for name, field in model.model_fields.items() for path, kind in _leaves(name, field.annotation)}


def _leaves(path: str, annotation: object) -> Iterator[tuple[str, str]]:
    origin, inner = get_origin(annotation), [one for one in get_args(annotation) if one is not NoneType]
    if origin is Annotated or origin in (Union, UnionType):
        assert origin is Annotated or len(inner) == 1, f"{path} may be {inner}: no column can"
        yield from _leaves(path, inner[0])
    elif origin is tuple:
        yield from _leaves(f"{path}[]", inner[0])
    elif origin is dict:
        yield path, "map"
    elif origin is Literal:
        yield path, "string"
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from ((f"{path}.{place}", kind) for place, kind in contract_fields(annotation).items())
    elif isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield path, "string"
    else:
        assert isinstance(annotation, type), f"{path} is {annotation}"
        yield path, KINDS[annotation]


def spark_fields(spark: "SparkSession", ddl: str) -> Fields:
    """The leaves of a schema by their path, as `contract_fields` has them."""
    schema = spark.createDataFrame([], ddl).schema
    return {path: kind for field in schema.fields for path, kind in _columns(field.name, field.dataType)}


def _columns(path: str, kind: "DataType") -> Iterator[tuple[str, str]]:
    from pyspark.sql.types import ArrayType, MapType, StructType

    if isinstance(kind, ArrayType):
        yield from _columns(f"{path}[]", kind.elementType)
    elif isinstance(kind, StructType):
        for field in kind.fields:
            yield from _columns(f"{path}.{field.name}", field.dataType)
    else:
        yield path, "map" if isinstance(kind, MapType) else kind.simpleString()


CASES = [
    pytest.param(Product, products.MESSAGE, LEFT_IN_RAW, id="product"),
    pytest.param(ClientRequest, requests.MESSAGE, KAFKAS_OWN, id="request"),
]


@pytest.mark.parametrize(("model", "ddl", "left_out"), CASES)
def test_spark_reads_the_fields_of_the_contract(
    spark: "SparkSession", model: type[Message], ddl: str, left_out: Fields
) -> None:
    assert spark_fields(spark, ddl) | left_out == contract_fields(model)
    assert not spark_fields(spark, ddl).keys() & left_out.keys(), "what is read is not left out"


def test_a_field_that_one_side_lacks_is_a_difference(spark: "SparkSession") -> None:
    class Newer(Product):
        colour: str = ""

    read, sent = spark_fields(spark, products.MESSAGE), contract_fields(Product)
    assert contract_fields(Newer).keys() - read.keys() - LEFT_IN_RAW.keys() == {"colour"}
    assert spark_fields(spark, f"{products.MESSAGE}, colour STRING").keys() - sent.keys() == {"colour"}
    for path in ("price.currency", "images[].url", "tags[]", "store_id"):
        assert path in read.keys() & sent.keys()
