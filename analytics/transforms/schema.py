"""What a DataFrame must look like at the edges of the transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.contracts.lake import Column, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

KAFKA = (
    Column("key", "binary"),
    Column("value", "binary"),
    Column("partition", "int"),
    Column("offset", "bigint"),
    Column("timestamp", "timestamp"),
)
"""What is used of a record, as Spark's Kafka source gives it."""


class SchemaError(Exception):
    """A DataFrame lacks a column, or has it in another type; the text names the first."""


def expect(frame: DataFrame, columns: tuple[Column, ...], what: str) -> DataFrame:
    """Exactly these columns of the frame, in this order. Raises SchemaError."""
    found = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    for column in columns:
        wanted = column.kind.lower()
        if column.name not in found:
            raise SchemaError(f"{what} has no column {column.name}")
        if found[column.name] != wanted:
            raise SchemaError(f"{what}: {column.name} is {found[column.name]} instead of {wanted}")
    return frame.select(*(f"`{column.name}`" for column in columns))


def shaped(frame: DataFrame, table: Table) -> DataFrame:
    """The frame as the table's columns. Raises SchemaError where they do not fit."""
    return expect(frame, table.columns, table.name)
