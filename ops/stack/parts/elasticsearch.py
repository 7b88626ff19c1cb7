"""Elasticsearch, one node, TLS on both ports, users and roles from files, never as root."""

import shutil
import ssl
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from ops.downloads.jars import Distribution
from ops.downloads.java import java_home
from ops.downloads.report import Report, quiet
from ops.elasticsearch import password
from ops.private_files import write_private
from ops.stack.credentials import password_hash
from ops.stack.http_probe import get
from ops.stack.identities import IDENTITIES
from ops.stack.part import Launch, NotReadyError, Part, PartGroup, PartKind, Site
from ops.stack.ports import HOST
from ops.stack.server_arguments import server_arguments
from ops.stack.servers_user import servers_user
from ops.tls import split_pem

VERSION = "8.19.21"
# The real server; only this distribution of it is in Maven's central repository.
SERVER = Distribution("org.elasticsearch.distribution.integ-test-zip", "elasticsearch", VERSION)
# What the server's own launcher passes, but for the heap and the collector, which suit a developer's machine.
OPTIONS = (
    "-Xms512m",
    "-Xmx512m",
    "-XX:MaxDirectMemorySize=256m",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Xss1m",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Djna.nosys=true",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-Djava.locale.providers=SPI,COMPAT",
    "-Dorg.apache.lucene.vectorization.upperJavaFeatureVersion=17",
    # The list of built-in roles would go into an index whose analyzers this distribution does not have.
    "-Des.queryable_built_in_roles_enabled=false",
    "-Des.distribution.type=zip",
    "-XX:+EnableDynamicAgentLoading",
    "-Djdk.attach.allowAttachSelf=true",
    "--add-exports=java.base/org.elasticsearch.entitlement.bridge=org.elasticsearch.entitlement,java.logging,"
    "java.net.http,java.naming,jdk.net,jdk.zipfs,jdk.management.agent",
)
MODULES = (
    "--add-modules=jdk.net",
    "--add-modules=jdk.management.agent",
    "--add-modules=ALL-MODULE-PATH",
    "-m",
    "org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch",
)
SETTINGS = {
    "cluster.name": "yarmarka",
    "node.name": "local",
    "discovery.type": "single-node",
    "http.host": HOST,
    "transport.host": HOST,
    # A developer's disk is often nearly full; a node that turns read-only at 95 % would be of no use there.
    "cluster.routing.allocation.disk.watermark.low": "1gb",
    "cluster.routing.allocation.disk.watermark.high": "500mb",
    "cluster.routing.allocation.disk.watermark.flood_stage": "250mb",
    "xpack.security.enabled": "true",
    "xpack.security.authc.realms.file.file1.order": "0",
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.key": "node.key",
    "xpack.security.http.ssl.certificate": "node.crt",
    "xpack.security.http.ssl.certificate_authorities": "ca.crt",
    "xpack.security.transport.ssl.enabled": "true",
    "xpack.security.transport.ssl.verification_mode": "full",
    "xpack.security.transport.ssl.client_authentication": "required",
    "xpack.security.transport.ssl.key": "node.key",
    "xpack.security.transport.ssl.certificate": "node.crt",
    "xpack.security.transport.ssl.certificate_authorities": "ca.crt",
}
LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] [%node_name]%marker %m%consoleException%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


class ElasticsearchPart(Part):
    """Elasticsearch with one node, the search index and the request log in it."""

    name = "elasticsearch"
    kind = PartKind.SERVER
    group = PartGroup.SERVERS
    ports = ("elasticsearch", "elasticsearch.transport")
    # A laptop that does ten other things takes long; a server that hangs is rare.
    patience = 240.0
    stop_within = 15.0

    def fetch(self, report: Report) -> None:
        java_home(report)
        SERVER.fetch(report)

    def settings(self, site: Site) -> Mapping[str, str]:
        return {"YARMARKA_ELASTICSEARCH__URL": self.address(site)}

    def address(self, site: Site) -> str:
        return f"https://localhost:{site.port('elasticsearch')}"

    def credentials(self, site: Site) -> tuple[Path, ...]:
        home = site.directory.credentials
        return (home / "ca.pem", home / "admin" / "elasticsearch.password")

    def launch(self, site: Site) -> Launch:
        server = SERVER.fetch(quiet)
        home, user = site.directory.shared_home(self.name), servers_user()
        for path in (home, *(home / name for name in ("config", "data", "logs", "tmp"))):
            path.mkdir(exist_ok=True)
            path.chmod(0o700)
            if user is not None:
                shutil.chown(path, user)
        write_config(site.directory.credentials, home / "config", user)
        bridge = server / "lib" / "entitlement-bridge" / f"elasticsearch-entitlement-bridge-{VERSION}.jar"
        settings = SETTINGS | {
            "path.home": str(server),
            "path.data": str(home / "data"),
            "path.logs": str(home / "logs"),
            "http.port": str(site.port("elasticsearch")),
            "transport.port": str(site.port("elasticsearch.transport")),
        }
        return Launch(
            (
                *(str(java_home(quiet) / "bin" / "java"), *OPTIONS),
                *(f"--patch-module=java.base={bridge}", f"-Des.path.home={server}", f"-Djava.io.tmpdir={home / 'tmp'}"),
                *("--module-path", str(server / "lib"), *MODULES),
            ),
            environment={"HOME": str(home), "LIBFFI_TMPDIR": str(home / "tmp")},
            without=("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"),
            cwd=home,
            user=user,
            stdin=server_arguments(settings, home / "config", home / "logs"),
        )

    async def refresh(self, site: Site) -> bool:
        # It looks at its files every five seconds.
        write_config(site.directory.credentials, site.directory.shared_home(self.name) / "config", servers_user())
        return True

    async def probe(self, site: Site) -> None:
        settings = site.settings()
        word = b64encode(f"exporter:{password(settings, 'exporter')}".encode()).decode()
        context = ssl.create_default_context(cafile=str(settings.credentials / "ca.pem"))
        status, body = await get(
            "localhost", site.port("elasticsearch"), "/_cluster/health", context=context, authorization=f"Basic {word}"
        )
        if status != 200 or b'"status":"red"' in body:
            raise NotReadyError(f"Elasticsearch answers {status}: {body[:200].decode(errors='replace')}")


def write_config(credentials: Path, config: Path, owner: int | None) -> None:
    """Write the files that Elasticsearch watches: it takes in changed certificates, users and roles by itself."""
    for name, content in config_files(credentials).items():
        write_private(config / name, content, owner=owner)


def config_files(credentials: Path) -> dict[str, bytes]:
    """Name → content of those files."""
    key, certificate = split_pem((credentials / "elasticsearch" / "client.pem").read_bytes())
    users = [one for one in IDENTITIES if one.uses_elasticsearch]
    return {
        "log4j2.properties": LOGGING.encode(),
        "node.key": key,
        "node.crt": certificate,
        "ca.crt": (credentials / "ca.pem").read_bytes(),
        "users": "".join(f"{one.name}:{password_hash(credentials, one.name)}\n" for one in users).encode(),
        "users_roles": "".join(f"{one.builtin or one.name}:{one.name}\n" for one in users).encode(),
        "roles.yml": roles().encode(),
    }


def roles() -> str:
    """The file of roles, one for each identity that uses Elasticsearch, under the identity's own name."""
    lines: list[str] = []
    for one in IDENTITIES:
        if one.uses_elasticsearch and not one.builtin:
            lines += [f"{one.name}:", f"  cluster: [{', '.join(one.cluster)}]", "  indices:"]
            for grant in one.indices:
                lines += [f"    - names: ['{grant.pattern}']", f"      privileges: [{', '.join(grant.privileges)}]"]
            if one.kibana:
                lines += ["  applications:", "    - application: 'kibana-.kibana'"]
                lines += [f"      privileges: ['{one.kibana}']", "      resources: ['*']"]
    return "\n".join(lines) + "\n"
