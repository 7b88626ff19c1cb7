"""Who gets what: each container its own credentials and no others, readable by its own user alone."""

from collections.abc import Callable
from dataclasses import dataclass

from ops.deployment import server_files
from ops.deployment.site import Deployment, Files
from ops.env_lines import as_line
from ops.settings import DISTRIBUTED_ENV, NESTED, PREFIX, TOKEN_NAME
from ops.stack.credentials import sandbox_token
from ops.stack.identities import IDENTITIES, SANDBOX_TOKEN, identity
from ops.stack.parts.services import ADMINS, OPERATORS, OPERATORS_GROUP
from ops.tls import split_pem

# The users of the images: our own, those of Kafka, Elasticsearch and Kibana, of Prometheus, and of Grafana.
OURS, JAVA, NOBODY, GRAFANA = 10001, 1000, 65534, 472
SANDBOX = "http://sandbox:8081"


@dataclass(frozen=True)
class Recipient:
    """One container (or several of one service), the uid it runs as, and what it gets."""

    name: str
    uid: int
    files: Callable[[Deployment], Files]


def _as(*names: str, key: bool = False) -> Callable[[Deployment], Files]:
    """The files of these identities, as `ops.kafka` and `ops.elasticsearch` look for them.

    With `key`, also the key by which people become pseudonyms.
    """

    def files(deployment: Deployment) -> Files:
        found = {"ca.pem": deployment.directory.authority_certificate.read_bytes()}
        for name in names:
            home, one = deployment.credentials / name, identity(name)
            own = ["client.pem", *one.secrets, *(["elasticsearch.password"] if one.uses_elasticsearch else [])]
            found |= {f"{name}/{file}": (home / file).read_bytes() for file in own}
        if key:
            found["bot/user-hash.key"] = (deployment.credentials / "bot" / "user-hash.key").read_bytes()
        return found

    return files


def _bot(deployment: Deployment) -> Files:
    return {**_as("bot", "replay")(deployment), DISTRIBUTED_ENV: _chat(deployment).encode()}


def _chat(deployment: Deployment) -> str:
    """The token and, when there is none, everything that the sandbox' people need."""
    token = deployment.value(TOKEN_NAME, "")
    if token:
        return as_line(TOKEN_NAME, token)
    lines = {
        TOKEN_NAME: sandbox_token(deployment.credentials),
        f"{PREFIX}TELEGRAM{NESTED}BASE_URL": SANDBOX,
        f"{PREFIX}TELEGRAM{NESTED}PER_SECOND": "300",
        f"{PREFIX}TELEGRAM{NESTED}GROUP_PER_MINUTE": "6000",
        f"{PREFIX}BOT{NESTED}ADMINS": ADMINS,
        f"{PREFIX}BOT{NESTED}OPERATORS": OPERATORS,
        f"{PREFIX}BOT{NESTED}ALERT_CHATS": OPERATORS_GROUP,
    }
    return "".join(as_line(name, value) for name, value in lines.items())


def _sandbox(deployment: Deployment) -> Files:
    return {SANDBOX_TOKEN: sandbox_token(deployment.credentials).encode()}


def _exporter(deployment: Deployment) -> Files:
    """Its own identity, and everybody's certificate without its key, to tell when it ends."""
    public = {
        f"{one.name}/client.pem": split_pem((deployment.credentials / one.name / "client.pem").read_bytes())[1]
        for one in IDENTITIES
    }
    return {**public, **_as("exporter")(deployment)}


RECIPIENTS: tuple[Recipient, ...] = (
    Recipient("kafka", JAVA, server_files.for_kafka),
    Recipient("elasticsearch", JAVA, server_files.for_elasticsearch),
    Recipient("hdfs", JAVA, server_files.for_hdfs),
    Recipient("kibana", JAVA, server_files.for_kibana),
    Recipient("prometheus", NOBODY, server_files.for_prometheus),
    Recipient("alertmanager", NOBODY, server_files.for_alertmanager),
    Recipient("grafana", GRAFANA, server_files.for_grafana),
    Recipient("topics", OURS, _as("admin", "cli", key=True)),
    Recipient("feed", OURS, _as("feed")),
    Recipient("filter", OURS, _as("filter")),
    Recipient("indexer", OURS, _as("indexer")),
    Recipient("requests", OURS, _as("requests")),
    Recipient("bot", OURS, _bot),
    Recipient("sandbox", OURS, _sandbox),
    Recipient("analytics", OURS, _as("spark", key=True)),
    Recipient("exporter", OURS, _exporter),
    Recipient("cli", OURS, _as("cli", "replay", key=True)),
)
