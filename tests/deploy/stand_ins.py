"""Stand-in images under the official names: the same servers, on a base of this host's packages."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ops.downloads.debian import ALERTMANAGER, PROMETHEUS, DebianTool
from ops.downloads.report import quiet
from ops.stack.parts import elasticsearch, hdfs, kafka
from tests.deploy.engine import Engine
from tests.deploy.host_packages import write_root

HERE = Path(__file__).parent / "stand_in"
NODE_EXPORTER = DebianTool("prometheus-node-exporter", "prometheus-node-exporter")
PYTHON, JAVA = "yarmarka-stand-in/python", "yarmarka-stand-in/java"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
TRUST = " ".join(f"{name}={CERTIFICATES}" for name in ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"))
KAFKA_LOGGING = """\
status = error
rootLogger.level = warn
rootLogger.appenderRef.c.ref = c
appender.c.type = Console
appender.c.name = c
appender.c.layout.type = PatternLayout
appender.c.layout.pattern = %d{ISO8601} %p %m (%c)%n
"""


def build(engine: Engine, work: Path) -> Iterator[str]:
    """Build what is not there yet; yields the name of each image that was built."""
    for name, make in IMAGES.items():
        if engine.run("image", "inspect", name).returncode == 0:
            continue
        place = work / "contexts" / name.replace("/", "_").replace(":", "_")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        text = make(engine, place)
        if text:
            (place / "Dockerfile").write_text(text, encoding="utf-8")
            engine.must("build", "--pull=false", "-q", "-t", name, str(place))
        shutil.rmtree(place)
        yield name


def _root(*packages: str) -> Callable[[Engine, Path], str]:
    def make(engine: Engine, place: Path) -> str:
        write_root(place / "root.tar", *packages)
        engine.must("import", str(place / "root.tar"), PYTHON if "python3" in packages else JAVA)
        return ""

    return make


def _python(_: Engine, __: Path) -> str:
    return (
        f"FROM {PYTHON}\nENV {TRUST}\n"
        "RUN apt-get update && apt-get install -y --no-install-recommends python3-pip python3-venv python3-yaml"
        " && rm -rf /var/lib/apt/lists/* && mkdir -p /var/lib/apt/lists/partial\n"
    )


def _kafka(_: Engine, place: Path) -> str:
    # The wrapper that reads KAFKA_ variables needs more than the broker.
    _jars(replace(kafka.JARS, without=("org.eclipse.jetty",)).fetch(quiet), place / "libs")
    shutil.copy(HERE / "kafka-run", place / "run")
    (place / "log4j2.properties").write_text(KAFKA_LOGGING, encoding="utf-8")
    return (
        f"FROM {JAVA}\nCOPY libs /opt/kafka/libs\nCOPY run log4j2.properties /etc/kafka/docker/\n"
        "RUN cd /etc/kafka/docker && touch server.properties log4j2.yaml tools-log4j2.yaml && chmod 755 run"
        " && mkdir -p /opt/kafka/config /opt/kafka/logs /mnt/shared/config /var/lib/kafka/data"
        " && chown -R 1000:1000 /opt/kafka/config /opt/kafka/logs /var/lib/kafka/data\n"
        'USER 1000\nVOLUME /var/lib/kafka/data\nCMD ["/etc/kafka/docker/run"]\n'
    )


def _elasticsearch(_: Engine, place: Path) -> str:
    shutil.copytree(elasticsearch.SERVER.fetch(quiet), place / "server")
    shutil.copy(HERE / "elasticsearch-start", place / "start")
    return (
        f"FROM {JAVA}\nCOPY server /usr/share/elasticsearch\nCOPY start /usr/local/bin/docker-entrypoint.sh\n"
        "ENV ES_JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64\nRUN chmod 755 /usr/local/bin/docker-entrypoint.sh"
        " && mkdir -p /usr/share/elasticsearch/data && chown -R 1000:0 /usr/share/elasticsearch/data"
        " /usr/share/elasticsearch/config\nWORKDIR /usr/share/elasticsearch\nUSER 1000\n"
        'ENTRYPOINT ["/usr/local/bin/docker-entrypoint.sh"]\n'
    )


def _hadoop(_: Engine, place: Path) -> str:
    _jars(hdfs.JARS.fetch(quiet), place / "libs")
    shutil.copy(HERE / "hdfs", place / "hdfs")
    pages = " ".join(f"/opt/hadoop/pages/{page}" for page in hdfs.PAGES)
    return (
        f"FROM {JAVA}\nCOPY libs /opt/hadoop/libs\nCOPY hdfs /opt/hadoop/bin/hdfs\n"
        f"RUN chmod 755 /opt/hadoop/bin/hdfs && mkdir -p {pages}\nUSER 1000\n"
    )


def _debian(tool: DebianTool, name: str, data: str) -> Callable[[Engine, Path], str]:
    def make(_: Engine, place: Path) -> str:
        shutil.copy(tool.fetch(quiet), place / name)
        assets = tool.assets()
        copied = ""
        if assets is not None:
            shutil.copytree(assets, place / "assets")
            copied = f"COPY assets {data}/assets\n"
        return (
            f"FROM {PYTHON}\nCOPY {name} /bin/{name}\n{copied}RUN mkdir -p {data} && chown -R 65534:65534 {data}\n"
            f'USER 65534\nVOLUME {data}\nWORKDIR {data}\nENTRYPOINT ["/bin/{name}"]\n'
        )

    return make


def _web(script: str, data: str, uid: int, start: str) -> Callable[[Engine, Path], str]:
    def make(_: Engine, place: Path) -> str:
        shutil.copy(HERE / script, place / script)
        (place / "start").write_text(f"#!/bin/bash\nexec python3 /opt/{script}\n", encoding="utf-8")
        return (
            f"FROM python:3.11-slim-bookworm\nCOPY {script} /opt/{script}\nCOPY start {start}\n"
            f"RUN chmod 755 {start} && mkdir -p {data} && chown {uid}:{uid} {data}\n"
            f'USER {uid}\nVOLUME {data}\nWORKDIR {Path(data).parent}\nENTRYPOINT ["{start}"]\n'
        )

    return make


def _jars(paths: tuple[Path, ...], place: Path) -> None:
    place.mkdir()
    for path in paths:
        shutil.copy(path, place / path.name)


IMAGES: dict[str, Callable[[Engine, Path], str]] = {
    PYTHON: _root("python3"),
    JAVA: _root("openjdk-17-jre-headless"),
    "python:3.11-slim-bookworm": _python,
    "apache/kafka:4.1.1": _kafka,
    f"elasticsearch:{elasticsearch.VERSION}": _elasticsearch,
    "apache/hadoop:3.5.0": _hadoop,
    "prom/prometheus:v3.5.0": _debian(PROMETHEUS, "prometheus", "/prometheus"),
    "prom/alertmanager:v0.28.1": _debian(ALERTMANAGER, "alertmanager", "/alertmanager"),
    "prom/node-exporter:v1.9.1": _debian(NODE_EXPORTER, "node_exporter", "/tmp"),
    "grafana/grafana:12.1.0": _web("grafana.py", "/var/lib/grafana", 472, "/run.sh"),
    f"kibana:{elasticsearch.VERSION}": _web(
        "kibana.py", "/usr/share/kibana/data", 1000, "/usr/local/bin/kibana-docker"
    ),
}
