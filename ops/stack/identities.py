"""Who is who in a stack: the identities, and what each may do in Elasticsearch.

What an identity may do in Kafka follows from the table of topics, see `python -m pipeline topics`.
"""

from dataclasses import dataclass

from ops.tls import LOCAL_NAMES


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
    names: tuple[str, ...] = LOCAL_NAMES
    """What a server is called by its clients: on this machine, and on the networks of the deployment."""
    cluster: tuple[str, ...] = ()
    indices: tuple[IndexGrant, ...] = ()
    secrets: tuple[str, ...] = ()
    builtin: str = ""
    """A role of Elasticsearch's own, instead of one that is made of `cluster` and `indices`."""
    kibana: str = ""
    """Privilege in every space of Kibana."""

    @property
    def uses_elasticsearch(self) -> bool:
        return bool(self.cluster or self.indices or self.builtin)


# The bot's token for the sandbox, in the place of the one that @BotFather gives for Telegram.
SANDBOX_TOKEN = "sandbox.token"  # noqa: S105 - the name of a file

READ = ("read", "view_index_metadata")
OWN = ("read", "write", "create_index", "manage", "view_index_metadata")

IDENTITIES: tuple[Identity, ...] = (
    Identity("broker", server=True, names=(*LOCAL_NAMES, "kafka")),
    Identity("elasticsearch", server=True, names=(*LOCAL_NAMES, "elasticsearch")),
    Identity("admin", cluster=("monitor", "manage"), indices=(IndexGrant("*", ("all",)),)),
    Identity("feed"),
    Identity("filter"),
    # Sends dead letters again, counts what rules hold back and traces an offer through both topics, for somebody in the
    # chat or in a terminal: the bot and the terminal may not touch `products` themselves.
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
        secrets=("user-hash.key", "webhook.token", SANDBOX_TOKEN),
    ),
    Identity("cli", indices=(IndexGrant("products*", READ),)),
    # Deletes the requests of people who want to be forgotten, and compares the products.
    Identity(
        "spark",
        indices=(
            IndexGrant("requests*", ("read", "write", "view_index_metadata", "maintenance")),
            IndexGrant("products*", READ),
        ),
    ),
    Identity("exporter", cluster=("monitor",), indices=(IndexGrant("*", ("monitor",)),)),
    # The deployment's alone: Kibana as a server, the person who reads the request log in it, and Grafana's first user.
    Identity("kibana-server", builtin="kibana_system", secrets=("encryption.key",)),
    Identity(
        "analyst",
        indices=tuple(IndexGrant(pattern, READ) for pattern in ("requests*", "audit*", "products*")),
        kibana="all",
    ),
    Identity("grafana", secrets=("admin.password",)),
)


def identity(name: str) -> Identity:
    """The identity of that name; KeyError when there is none."""
    return {one.name: one for one in IDENTITIES}[name]
