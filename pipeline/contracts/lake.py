"""The tables of the lake: names, columns and places in HDFS.

A new optional column is a new row here; the next run of its job adds it to the table, old rows hold null in it.
"""

from dataclasses import dataclass

ROOT = "/yarmarka"
TABLES_AT = f"{ROOT}/tables"
CHECKPOINTS_AT = f"{ROOT}/checkpoints"
UPLOADS_AT = f"{ROOT}/uploads"


@dataclass(frozen=True)
class Column:
    """A column and its type in Spark's SQL."""

    name: str
    kind: str


@dataclass(frozen=True)
class Table:
    """One table. `personal` is the column that holds a person's pseudonym, by which their rows are deleted; `key` the
    column by which a row is put in the place of another.

    Besides the partitions, only `indexed` columns have their least and greatest values in the table's log, where a
    deletion does not reach them: nothing personal may be among them.
    """

    name: str
    columns: tuple[Column, ...]
    indexed: tuple[str, ...]
    partitioned_by: tuple[str, ...] = ()
    personal: str | None = None
    key: str | None = None

    @property
    def path(self) -> str:
        return f"{TABLES_AT}/{self.name}"

    @property
    def checkpoint(self) -> str:
        """Where the stream into this table keeps how far it is."""
        return f"{CHECKPOINTS_AT}/{self.name}"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def ddl(self) -> str:
        """The columns as Spark's SQL writes them."""
        return ", ".join(f"`{column.name}` {column.kind}" for column in self.columns)


def _columns(text: str) -> tuple[Column, ...]:
    pairs = (line.split(maxsplit=1) for line in text.strip().splitlines())
    return tuple(Column(name, kind) for name, kind in pairs)


# Where in Kafka a row comes from.
_SOURCE = _columns("""
    partition INT
    offset BIGINT
    written_at TIMESTAMP
""")
_RAW = _columns("raw STRING")
_PRODUCT = _columns("""
    offer_id STRING
    product_id STRING
    name STRING
    description STRING
    category STRING
    brand STRING
    price DOUBLE
    currency STRING
    available INT
    reserved INT
    store_id STRING
    sku STRING
    tags ARRAY<STRING>
    image STRING
    created_at TIMESTAMP
    updated_at TIMESTAMP
""")
_DATE = _columns("date DATE")

PRODUCT_HISTORY = Table(
    "product_history",
    (*_columns("offer_id STRING\n deleted BOOLEAN"), *_RAW, *_SOURCE, *_DATE),
    indexed=("partition", "offset", "written_at"),
    partitioned_by=("date",),
)
"""Every version of every offer that was ever let through, as it was sent; `deleted` where a ban took it back.

What a message says is taken from `raw` by those who read: all versions then have a field that is new in the contract.
"""

CATALOGUE = Table("catalogue", (*_PRODUCT, *_SOURCE), indexed=("offer_id",), key="offer_id")
"""What is let through now: one row an offer. `offer_id` is its key; `product_id` is the shop's own name for it.

The message as it was is in `product_history`, at the row's partition and offset.
"""

REQUEST_HISTORY = Table(
    "request_history",
    (
        *_columns("""
            request_id STRING
            user STRING
            kind STRING
            at TIMESTAMP
            channel STRING
            language STRING
            text STRING
            filters MAP<STRING,STRING>
            sort STRING
            outcome STRING
            total INT
            hits ARRAY<STRING>
            offer_id STRING
            position INT
            source STRING
            quantity INT
            latency_ms DOUBLE
            simulated BOOLEAN
            fault STRING
        """),
        *_RAW,
        *_SOURCE,
        *_DATE,
    ),
    indexed=("partition", "offset", "written_at"),
    partitioned_by=("date",),
    personal="user",
)
"""What people did, by the day they did it; `fault` says why a row could not be understood, `raw` still holds it."""

PURCHASES = Table(
    "purchases",
    _columns("""
        user STRING
        offer_id STRING
        quantity INT
        at TIMESTAMP
        import_id STRING
    """),
    indexed=("at", "import_id"),
    personal="user",
)
"""Sales that a shop brought in; `import_id` is the SHA-256 of the file that they came in."""

LAKE: tuple[Table, ...] = (PRODUCT_HISTORY, CATALOGUE, REQUEST_HISTORY, PURCHASES)


def table(name: str) -> Table:
    """The table of that name; KeyError when there is none."""
    return {one.name: one for one in LAKE}[name]
