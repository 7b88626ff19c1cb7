"""Elasticsearch, one node, TLS on both ports, users and roles from files, never as root."""

import shutil
import ssl
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from ops.elasticsearch import password
from ops.private_files import write_private
from ops.stack.credentials import password_hash
from ops.stack.http_probe import get
from ops.stack.identities import IDENTITIES
from ops.stack.jars import Distribution, Report
from ops.stack.java import java_home
from ops.stack.part import Kind, Launch, NotReadyError, Part, Site
from ops.stack.servers_user import servers_user
from ops.tls import split_pem

VERSION = "8.19.21"
# The real server; only this distribution of it is in Maven's central repository.
SERVER = Distribution("org.elasticsearch.distribution.integ-test-zip", "elasticsearch", VERSION)
HEAP = "-Xms512m -Xmx512m -XX:+UseSerialGC"

SETTINGS = """\
cluster.name: yarmarka
node.name: local
discovery.type: single-node
http.host: 127.0.0.1
http.port: {http}
transport.host: 127.0.0.1
transport.port: {transport}
path.data: {home}/data
path.logs: {home}/logs
# A developer's disk is often nearly full; a node that turns read-only at 95 % would be of no use there.
cluster.routing.allocation.disk.watermark.low: 1gb
cluster.routing.allocation.disk.watermark.high: 500mb
cluster.routing.allocation.disk.watermark.flood_stage: 250mb
xpack.security.enabled: true
xpack.security.authc.realms.file.file1.order: 0
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: node.key
xpack.security.http.ssl.certificate: node.crt
xpack.security.http.ssl.certificate_authorities: ca.crt
xpack.security.transport.ssl.enabled: true
xpack.security.transport.ssl.verification_mode: full
xpack.security.transport.ssl.client_authentication: required
xpack.security.transport.ssl.key: node.key
xpack.security.transport.ssl.certificate: node.crt
xpack.security.transport.ssl.certificate_authorities: ca.crt
"""

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %marker%m%consoleException%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


class ElasticsearchPart(Part):
    """One node."""

    name = "elasticsearch"
    kind = Kind.SERVER
    ports = ("elasticsearch", "elasticsearch.transport")
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
        quiet: Report = lambda _: None  # noqa: E731
        server, java = SERVER.fetch(quiet), java_home(quiet)
        user = servers_user()
        home = site.directory.shared_home(self.name)
        config = home / "config"
        for path in (home, config, home / "data", home / "logs", home / "tmp"):
            path.mkdir(exist_ok=True)
            path.chmod(0o700)
            if user is not None:
                shutil.chown(path, user)
        for name, content in _files(site, home).items():
            write_private(config / name, content.encode() if isinstance(content, str) else content, owner=user)
        return Launch(
            (str(server / "bin" / "elasticsearch"),),
            environment={
                "ES_JAVA_HOME": str(java),
                "ES_PATH_CONF": str(config),
                "ES_TMPDIR": str(home / "tmp"),
                "ES_JAVA_OPTS": HEAP,
                "HOME": str(home),
            },
            without=("JAVA_TOOL_OPTIONS", "JAVA_HOME", "_JAVA_OPTIONS"),
            cwd=home,
            user=user,
        )

    async def probe(self, site: Site) -> None:
        settings = site.settings()
        word = b64encode(f"exporter:{password(settings, 'exporter')}".encode()).decode()
        context = ssl.create_default_context(cafile=str(settings.credentials / "ca.pem"))
        status, body = await get(
            "localhost", site.port("elasticsearch"), "/_cluster/health", context=context, authorization=f"Basic {word}"
        )
        if status != 200 or b'"status":"red"' in body:
            raise NotReadyError(f"Elasticsearch answers {status}: {body[:200].decode(errors='replace')}")


def _files(site: Site, home: Path) -> dict[str, str | bytes]:
    key, certificate = split_pem((site.directory.credentials / "elasticsearch" / "client.pem").read_bytes())
    users = [one for one in IDENTITIES if one.uses_elasticsearch]
    return {
        "elasticsearch.yml": SETTINGS.format(
            http=site.port("elasticsearch"), transport=site.port("elasticsearch.transport"), home=home
        ),
        "log4j2.properties": LOGGING,
        "jvm.options": f"-Djava.io.tmpdir={home}/tmp\n-XX:+ExitOnOutOfMemoryError\n-XX:ErrorFile={home}/logs/hs_err.log\n",
        "node.key": key,
        "node.crt": certificate,
        "ca.crt": site.directory.authority_certificate.read_bytes(),
        "users": "".join(f"{one.name}:{password_hash(site.directory, one.name)}\n" for one in users),
        "users_roles": "".join(f"{one.name}:{one.name}\n" for one in users),
        "roles.yml": roles(),
    }


def roles() -> str:
    """The file of roles, one for each identity that uses Elasticsearch, under the identity's own name."""
    lines: list[str] = []
    for one in IDENTITIES:
        if one.uses_elasticsearch:
            lines += [f"{one.name}:", f"  cluster: [{', '.join(one.cluster)}]", "  indices:"]
            for grant in one.indices:
                lines += [f"    - names: ['{grant.pattern}']", f"      privileges: [{', '.join(grant.privileges)}]"]
    return "\n".join(lines) + "\n"
