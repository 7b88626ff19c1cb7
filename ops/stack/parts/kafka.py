"""Kafka in KRaft mode, one node, mutual TLS on both listeners, nothing allowed unless an ACL says so."""

import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from ops.downloads.jars import Jars
from ops.downloads.java import java_home
from ops.downloads.jmx_agent import AGENT
from ops.downloads.report import Report, quiet
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.stack.checkout import CHECKOUT
from ops.stack.http_probe import listens
from ops.stack.part import Launch, NotReadyError, Part, PartGroup, PartKind, Site
from ops.stack.ports import HOST

VERSION = "4.1.1"
# kafka-clients is named because jgo's mediation takes an older one from a library's own list. What Kafka Connect brings
# along is no business of a broker.
JARS = Jars(
    (
        f"org.apache.kafka:kafka_2.13:{VERSION}",
        f"org.apache.kafka:kafka-tools:{VERSION}",
        f"org.apache.kafka:kafka-clients:{VERSION}",
        "org.apache.logging.log4j:log4j-slf4j-impl:2.25.1",
    ),
    without=("org.eclipse.jetty", "org.glassfish", "jakarta.", "io.swagger", "com.fasterxml.jackson.jakarta"),
)
AGENT_CONFIG = CHECKOUT / "compose" / "prometheus" / "kafka-jmx.yml"
FORMATS_WITHIN_S = 300
HEAP = ("-Xms128m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true")
# A product with long texts and many pictures is some tens of kilobytes; feeds of hostile size are refused before.
LARGEST_MESSAGE = 4 << 20

# After a kill, a broker may register anew only when its old session has timed out, hence 4 s instead of 9.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{name}:{controller}
listeners=CLIENT://{host}:{client},CONTROLLER://{host}:{controller}
advertised.listeners=CLIENT://{name}:{client}
listener.security.protocol.map=CLIENT:SSL,CONTROLLER:SSL
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
log.dirs={data}

ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={truststore}
ssl.client.auth=required
ssl.enabled.protocols=TLSv1.3,TLSv1.2
ssl.principal.mapping.rules=RULE:^CN=([a-z0-9_-]+)$/$1/,DEFAULT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:broker;User:admin

auto.create.topics.enable=false
num.partitions=1
message.max.bytes={largest}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=16777216
log.cleaner.backoff.ms=5000
controller.quorum.append.linger.ms=2
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=4000
"""

LOGGING = """\
status = warn
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server
logger.server.level = info
logger.authorizer.name = kafka.authorizer.logger
logger.authorizer.level = info
logger.refusals.name = org.apache.kafka.common.network.Selector
logger.refusals.level = info
"""


class KafkaPart(Part):
    """One broker that is its own controller."""

    name = "kafka"
    kind = PartKind.SERVER
    group = PartGroup.SERVERS
    ports: ClassVar[tuple[str, ...]] = ("kafka", "kafka.controller", "kafka.metrics")
    # A laptop that does ten other things takes long; a server that hangs is rare.
    patience = 240.0
    stop_within = 15.0

    def fetch(self, report: Report) -> None:
        java_home(report)
        JARS.fetch(report)
        AGENT.fetch(report)

    def settings(self, site: Site) -> Mapping[str, str]:
        return {"YARMARKA_KAFKA__BOOTSTRAP": self.address(site)}

    def address(self, site: Site) -> str:
        return f"localhost:{site.port('kafka')}"

    def credentials(self, site: Site) -> tuple[Path, ...]:
        home = site.directory.credentials
        return (home / "ca.pem", home / "admin" / "client.pem")

    def metrics_address(self, site: Site) -> str | None:
        return site.at("kafka.metrics") if "prometheus" in site.parts else None

    def launch(self, site: Site) -> Launch:
        home = site.directory.home(self.name)
        config = self._configure(site, home)
        if not (home / "data" / "meta.properties").exists():
            self._format(config)
        logging = home / "config" / "log4j2.properties"
        watched = self._agent(site) if self.metrics_address(site) else ()
        java = (*self._java(), *watched, f"-Dlog4j2.configurationFile={logging}")
        return Launch((*java, "kafka.Kafka", str(config)), cwd=home)

    async def probe(self, site: Site) -> None:
        await listens("localhost", site.port("kafka"))
        try:
            async with Kafka(site.settings(), "admin").admin() as admin:
                await admin.list_topics()
        except StartupError as error:
            raise NotReadyError(str(error)) from None

    async def refresh(self, site: Site) -> bool:
        keystore = site.directory.credentials / "broker" / "client.pem"
        await read_keystore_again(Kafka(site.settings(), "admin"), keystore)
        return True

    def _configure(self, site: Site, home: Path) -> Path:
        config = home / "config" / "server.properties"
        config.parent.mkdir(parents=True, exist_ok=True)
        (config.parent / "log4j2.properties").write_text(LOGGING, encoding="utf-8")
        config.write_text(
            PROPERTIES.format(
                host=HOST,
                name="localhost",
                client=site.port("kafka"),
                controller=site.port("kafka.controller"),
                data=home / "data",
                keystore=site.directory.credentials / "broker" / "client.pem",
                truststore=site.directory.authority_certificate,
                largest=LARGEST_MESSAGE,
            ),
            encoding="utf-8",
        )
        return config

    def _format(self, config: Path) -> None:
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode().replace("-", "A").replace("_", "B")
        arguments = ("format", "--config", str(config), "--cluster-id", cluster, "--ignore-formatted")
        command = (*self._java(), "-XX:TieredStopAtLevel=1", "kafka.tools.StorageTool", *arguments)
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=FORMATS_WITHIN_S)
        if done.returncode != 0:
            raise StartupError(f"Kafka cannot format {config.parent.parent / 'data'}: {done.stderr.strip()[-400:]}")

    def _agent(self, site: Site) -> tuple[str]:
        (jar,) = AGENT.fetch(quiet)
        return (f"-javaagent:{jar}={site.at('kafka.metrics')}:{AGENT_CONFIG}",)

    def _java(self) -> tuple[str, ...]:
        classpath = ":".join(str(path) for path in JARS.fetch(quiet))
        return (str(java_home(quiet) / "bin" / "java"), *HEAP, "-cp", classpath)


async def read_keystore_again(kafka: Kafka, keystore: Path) -> None:
    """Have the broker take in its renewed certificate, without closing a connection. Raises StartupError.

    Setting the keystore's place anew, even to the same, is how a broker is told.
    """
    places = {f"listener.name.{name}.ssl.keystore.location": str(keystore) for name in ("client", "controller")}
    broker = ConfigResource(ConfigResourceType.BROKER, "1", configs=places)
    async with kafka.admin() as admin:
        for response in await admin.alter_configs([broker]):
            for code, message, *_ in response.resources:
                if code:
                    raise StartupError(f"Kafka does not take the renewed certificate: {message}.")
