"""Who is who in a stack: the identities, and what each may do in Elasticsearch.

What an identity may do in Kafka follows from the table of topics, see `python -m pipeline topics`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class IndexGrant:
    """Privileges on the indices that match a pattern."""

    pattern: str
    privileges: tuple[str, ...]


@dataclass(frozen=True)
class Identity:
    """One service or person: a certificate each, and a user of Elasticsearch when `cluster` or `indices` say so."""

    name: str
    server: bool = False
    cluster: tuple[str, ...] = ()
    indices: tuple[IndexGrant, ...] = ()
    secrets: tuple[str, ...] = ()

    @property
    def uses_elasticsearch(self) -> bool:
        return bool(self.cluster or self.indices)


READ = ("read", "view_index_metadata")
OWN = ("read", "write", "create_index", "manage", "view_index_metadata")

IDENTITIES: tuple[Identity, ...] = (
    Identity("broker", server=True),
    Identity("elasticsearch", server=True),
    Identity("admin", cluster=("monitor", "manage"), indices=(IndexGrant("*", ("all",)),)),
    Identity("feed"),
    Identity("filter"),
    # Sends dead letters again and counts what rules hold back, for an admin in the chat or in a terminal: the bot and
    # the terminal may not touch `products` themselves.
    Identity("replay"),
    Identity("indexer", cluster=("monitor", "manage_index_templates"), indices=(IndexGrant("products*", OWN),)),
    Identity(
        "requests",
        cluster=("monitor", "manage_index_templates"),
        indices=(IndexGrant("requests*", OWN), IndexGrant("audit*", OWN)),
    ),
    Identity(
        "bot",
        indices=(IndexGrant("products*", READ), IndexGrant("requests*", READ)),
        secrets=("user-hash.key", "webhook.token"),
    ),
    Identity("cli", indices=(IndexGrant("products*", READ),)),
    # Deletes the requests of people who want to be forgotten.
    Identity("spark", indices=(IndexGrant("requests*", ("read", "write", "view_index_metadata", "maintenance")),)),
    Identity("exporter", cluster=("monitor",), indices=(IndexGrant("*", ("monitor",)),)),
)


def identity(name: str) -> Identity:
    """The identity of that name; KeyError when there is none."""
    return {one.name: one for one in IDENTITIES}[name]
