"""What the foreign servers get: the local stack's own configuration, with the addresses of the containers."""

from pathlib import Path

import orjson

from ops.dashboards.kibana import saved_objects
from ops.dashboards.writing import grafana_files
from ops.deployment.alert_links import with_links
from ops.deployment.site import Deployment, Files
from ops.downloads.jmx_agent import AGENT
from ops.downloads.report import quiet
from ops.elasticsearch import password
from ops.settings import load
from ops.stack.checkout import CHECKOUT
from ops.stack.parts import elasticsearch, hdfs, kafka, monitoring

SOURCES = CHECKOUT / "compose"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - within the container; no port of it is published
KAFKA_HOME = "/mnt/shared/config"
ALERTMANAGER_HOME = Path("/etc/alertmanager")
METRICS_PORT = 8000
# Who is scraped under one name; the filter is found by DNS, as there may be several.
MEASURED = {
    "kafka": "kafka:9404",
    "indexer": f"indexer:{METRICS_PORT}",
    "requests": f"requests:{METRICS_PORT}",
    "feed": f"feed:{METRICS_PORT}",
    "bot": f"bot:{METRICS_PORT}",
    "analytics": f"analytics:{METRICS_PORT}",
    "exporter": f"exporter:{METRICS_PORT}",
    "node": "node-exporter:9100",
    "prometheus": "localhost:9090",
    "alertmanager": "alertmanager:9093",
}
ONLY_WITH_PROFILE = {"analytics": "analytics"}


def for_kafka(deployment: Deployment) -> Files:
    """The broker's properties and certificate, and the agent that tells Prometheus about it."""
    properties = kafka.PROPERTIES.format(
        host=EVERYWHERE,
        name="kafka",
        client=9092,
        controller=9093,
        data="/var/lib/kafka/data",
        keystore=f"{KAFKA_HOME}/broker/client.pem",
        truststore=f"{KAFKA_HOME}/ca.pem",
        largest=kafka.LARGEST_MESSAGE,
    )
    return {
        "server.properties": properties.encode(),
        "ca.pem": deployment.directory.authority_certificate.read_bytes(),
        "broker/client.pem": (deployment.credentials / "broker" / "client.pem").read_bytes(),
        "jmx.yml": kafka.AGENT_CONFIG.read_bytes(),
        "jmx-agent.jar": _agent().read_bytes(),
    }


def for_elasticsearch(deployment: Deployment) -> Files:
    """The whole directory of its configuration; it watches users, roles and certificates by itself."""
    settings = {name: value for name, value in elasticsearch.SETTINGS.items() if "watermark" not in name}
    settings |= {"node.name": "elasticsearch", "http.host": EVERYWHERE, "path.data": "/usr/share/elasticsearch/data"}
    lines = "".join(f"{name}: {orjson.dumps(value).decode()}\n" for name, value in settings.items())
    # The health check signs in as the exporter, who may look at the cluster's health and nothing else.
    login = f'user = "exporter:{password(load(_environment(deployment)), "exporter")}"\n'
    return {
        **elasticsearch.config_files(deployment.credentials),
        "elasticsearch.yml": lines.encode(),
        "jvm.options": b"# The heap is set by ES_JAVA_OPTS in docker-compose.yml.\n-XX:+UseG1GC\n",
        "health.curl": login.encode(),
    }


def for_kibana(deployment: Deployment) -> Files:
    """Its configuration with its password, and the saved objects with the login by which they are brought in."""
    settings = load(_environment(deployment))
    key = (deployment.credentials / "kibana-server" / "encryption.key").read_text(encoding="ascii")
    port = deployment.value("KIBANA_PORT", "5601")
    lines = {
        "server.name": "kibana",
        "server.host": EVERYWHERE,
        "server.publicBaseUrl": f"http://127.0.0.1:{port}",
        "elasticsearch.hosts": [settings.elasticsearch.url or "https://elasticsearch:9200"],
        "elasticsearch.username": "kibana-server",
        "elasticsearch.password": password(settings, "kibana-server"),
        "elasticsearch.ssl.certificateAuthorities": ["/usr/share/kibana/config/ca.pem"],
        "elasticsearch.ssl.verificationMode": "full",
        "xpack.encryptedSavedObjects.encryptionKey": key,
        "xpack.security.encryptionKey": key,
        "telemetry.optIn": False,
    }
    text = "".join(f"{name}: {orjson.dumps(value).decode()}\n" for name, value in lines.items())
    login = f'user = "analyst:{password(settings, "analyst")}"\n'
    return {
        "kibana.yml": text.encode(),
        "ca.pem": deployment.directory.authority_certificate.read_bytes(),
        "login.curl": login.encode(),
        "saved_objects.ndjson": saved_objects(),
    }


def for_prometheus(deployment: Deployment) -> Files:
    """The rules, each with the link to its panel, and whom to ask."""
    base = deployment.value("GRAFANA_URL", f"http://127.0.0.1:{deployment.value('GRAFANA_PORT', '3000')}").rstrip("/")
    profiles = deployment.value("COMPOSE_PROFILES", "").split(",")
    wanted = [(name, at) for name, at in MEASURED.items() if ONLY_WITH_PROFILE.get(name, profiles[0]) in profiles]
    rules = sorted((SOURCES / "prometheus" / "rules").glob("*.yml"))
    rules += sorted((SOURCES / "prometheus" / "deployment").glob("*.yml"))
    return {
        "prometheus.yml": (SOURCES / "prometheus" / "deployment.yml").read_bytes(),
        "targets/services.json": orjson.dumps(monitoring.targets(wanted)),
        "targets/alertmanager.json": orjson.dumps(monitoring.targets([("alertmanager", "alertmanager:9093")])),
        **{f"rules/{path.name}": with_links(path.read_text(encoding="utf-8"), base).encode() for path in rules},
    }


def for_alertmanager(deployment: Deployment) -> Files:
    """The shared routes, with the bot's address and its bearer."""
    token = ALERTMANAGER_HOME / "webhook.token"
    return {
        "alertmanager.yml": monitoring.alertmanager_config("http://bot:8001/alerts", token).encode(),
        token.name: (deployment.credentials / "bot" / "webhook.token").read_bytes(),
    }


def for_hdfs(_: Deployment) -> Files:
    """The configuration that both of its servers share."""
    core = {"fs.defaultFS": "hdfs://namenode:8020", "hadoop.tmp.dir": "/tmp/hadoop"}  # noqa: S108 - a tmpfs of its own
    here = {
        "dfs.namenode.rpc-address": "namenode:8020",
        "dfs.namenode.rpc-bind-host": EVERYWHERE,
        "dfs.namenode.http-address": f"{EVERYWHERE}:9870",
        "dfs.namenode.name.dir": "file:///data/name",
        "dfs.datanode.data.dir": "file:///data/blocks",
    }
    return hdfs.config_files(core, hdfs.SETTINGS | here)


def for_grafana(deployment: Deployment) -> Files:
    """The first user's password, and the dashboards."""
    boards = {f"dashboards/{name}": content for name, content in grafana_files().items()}
    return {**boards, "admin.password": (deployment.credentials / "grafana" / "admin.password").read_bytes()}


def _environment(deployment: Deployment) -> dict[str, str]:
    ours = {name: value for name, value in deployment.environment.items() if name.startswith("YARMARKA_")}
    return {**ours, "YARMARKA_STACK_DIR": str(deployment.directory.root)}


def _agent() -> Path:
    (jar,) = AGENT.fetch(quiet)
    return jar
