"""HDFS: one NameNode and one DataNode, loopback only; its super user is the marketplace's own.

Neither waits for the other to be ready. A NameNode that knows of files stays in safe mode until a DataNode has reported
their blocks, and a DataNode asks again and again for a NameNode that is not there yet. Who needs HDFS requires both.
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import orjson

from ops.downloads.jars import Jars
from ops.downloads.java import java_home
from ops.downloads.report import Report, quiet
from ops.errors import StartupError
from ops.stack.http_probe import get
from ops.stack.part import FIRST_ANSWER, Launch, NotReadyError, Part, PartGroup, PartKind, Site
from ops.stack.ports import HOST

VERSION = "3.5.0"
JARS = Jars(
    (
        f"org.apache.hadoop:hadoop-hdfs:{VERSION}",
        f"org.apache.hadoop:hadoop-common:{VERSION}",
        f"org.apache.hadoop:hadoop-hdfs-client:{VERSION}",
        "org.slf4j:slf4j-reload4j:1.7.36",
    ),
)
FORMATS_WITHIN_S = 300
OPENED = ("java.lang", "java.util", "java.util.concurrent", "java.io", "sun.nio.ch")
HEAP = ("-Xms64m", "-Xmx192m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true")
LOGGING = """\
log4j.rootLogger=INFO, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %m (%c)%n
log4j.logger.BlockStateChange=WARN
log4j.logger.http.requests=WARN
log4j.logger.org.apache.hadoop.hdfs.StateChange=WARN
log4j.logger.org.apache.hadoop.hdfs.server.datanode.DataNode.clienttrace=WARN
"""
# What holds wherever the two servers run.
SETTINGS = {
    "dfs.replication": "1",
    "dfs.namenode.datanode.registration.ip-hostname-check": "false",
    "dfs.permissions.enabled": "true",
    "fs.permissions.umask-mode": "027",
    # Nobody waits half a minute for the first block report of a single DataNode.
    "dfs.namenode.safemode.extension": "0",
    "dfs.namenode.safemode.min.datanodes": "0",
    # With one DataNode there is no other to replace it in a pipeline of writes.
    "dfs.client.block.write.replace-datanode-on-failure.policy": "NEVER",
    "dfs.namenode.handler.count": "4",
    "dfs.datanode.handler.count": "4",
    "dfs.heartbeat.interval": "1",
}
# The servers look for these directories on the class path, although nobody opens their pages here.
PAGES = ("webapps/hdfs", "webapps/datanode", "webapps/static")


class _HdfsPart(Part):
    """What the two servers share: jars, configuration, user."""

    kind = PartKind.SERVER
    group = PartGroup.LAKE
    after = FIRST_ANSWER
    # Each is ready only when the other has come up too, and at the first start the NameNode is formatted before.
    patience = 240.0
    main_class: str

    def fetch(self, report: Report) -> None:
        java_home(report)
        JARS.fetch(report)

    def _java(self, site: Site, home: Path) -> tuple[str, ...]:
        for page in PAGES:
            (home / page).mkdir(parents=True, exist_ok=True)
        self._configure(site, home)
        classpath = ":".join((str(home), *(str(path) for path in JARS.fetch(quiet))))
        opened = (f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED)
        return (str(java_home(quiet) / "bin" / "java"), *HEAP, *opened, "-cp", classpath, self.main_class)

    def _environment(self, site: Site) -> Mapping[str, str]:
        # With simple authentication the super user is whoever starts the NameNode, by this name.
        return {"HADOOP_USER_NAME": site.settings().hdfs.user}

    def _configure(self, site: Site, home: Path) -> None:
        core = {"fs.defaultFS": f"hdfs://{site.at('namenode')}", "hadoop.tmp.dir": str(home / "tmp")}
        hdfs = SETTINGS | {
            "dfs.namenode.rpc-address": site.at("namenode"),
            "dfs.namenode.http-address": site.at("namenode.http"),
            "dfs.namenode.name.dir": (home / "name").as_uri(),
            "dfs.datanode.data.dir": (home / "data").as_uri(),
            "dfs.datanode.address": site.at("datanode"),
            "dfs.datanode.http.address": site.at("datanode.http"),
            "dfs.datanode.ipc.address": site.at("datanode.ipc"),
        }
        for name, content in config_files(core, hdfs).items():
            (home / name).write_bytes(content)


class NameNodePart(_HdfsPart):
    """The names of all files; formatted at the first start. Ready when it is out of safe mode."""

    name = "namenode"
    beside = ("datanode",)
    ports = ("namenode", "namenode.http")
    main_class = "org.apache.hadoop.hdfs.server.namenode.NameNode"

    def settings(self, site: Site) -> Mapping[str, str]:
        return {
            "YARMARKA_HDFS__URL": self.address(site),
            "YARMARKA_HDFS__WEB_URL": f"http://{site.at('namenode.http')}",
        }

    def address(self, site: Site) -> str:
        return f"hdfs://{site.at('namenode')}"

    def launch(self, site: Site) -> Launch:
        home = site.directory.home(self.name)
        argv, environment = self._java(site, home), self._environment(site)
        if not (home / "name" / "current" / "VERSION").exists():
            self._format(argv, environment, home)
        return Launch(argv, environment=environment, cwd=home)

    async def probe(self, site: Site) -> None:
        # This bean is there only once safe mode has begun; the other is there before, and says Operational until then.
        await _bean(site.port("namenode.http"), "NameNodeStatus")
        bean = await _bean(site.port("namenode.http"), "FSNamesystemState")
        if bean.get("FSState") != "Operational":
            raise NotReadyError(f"the NameNode is in the state {bean.get('FSState')}")

    def _format(self, argv: tuple[str, ...], environment: Mapping[str, str], home: Path) -> None:
        command = (*argv, "-format", "-force", "-nonInteractive")
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=FORMATS_WITHIN_S,
            cwd=home,
            env=dict(environment),
        )
        if done.returncode != 0:
            raise StartupError(f"HDFS cannot format {home / 'name'}: {done.stderr.strip()[-400:]}")


class DataNodePart(_HdfsPart):
    """HDFS' DataNode: keeps the blocks of the lake's files."""

    name = "datanode"
    beside = ("namenode",)
    ports = ("datanode", "datanode.http", "datanode.ipc")
    main_class = "org.apache.hadoop.hdfs.server.datanode.DataNode"

    def address(self, site: Site) -> str:
        return site.at("datanode")

    def launch(self, site: Site) -> Launch:
        home = site.directory.home(self.name)
        return Launch(self._java(site, home), environment=self._environment(site), cwd=home)

    async def probe(self, site: Site) -> None:
        # First the DataNode itself: the NameNode counts one that was killed as live for another ten minutes.
        await _bean(site.port("datanode.http"), "DataNodeInfo", "DataNode")
        bean = await _bean(site.port("namenode.http"), "FSNamesystemState")
        if bean.get("NumLiveDataNodes") != 1:
            raise NotReadyError("the NameNode has not heard from the DataNode yet")


def config_files(core: Mapping[str, str], hdfs: Mapping[str, str]) -> dict[str, bytes]:
    """Name → content of the files in Hadoop's directory of configuration."""
    return {
        "log4j.properties": LOGGING.encode(),
        "core-site.xml": _xml(core).encode(),
        "hdfs-site.xml": _xml(hdfs).encode(),
    }


def _xml(settings: Mapping[str, str]) -> str:
    rows = (
        f"  <property><name>{escape(name)}</name><value>{escape(value)}</value></property>"
        for name, value in settings.items()
    )
    return "\n".join(("<configuration>", *rows, "</configuration>", ""))


async def _bean(port: int, name: str, server: str = "NameNode") -> Mapping[str, object]:
    status, body = await get(HOST, port, f"/jmx?qry=Hadoop:service={server},name={name}")
    if status != 200:
        raise NotReadyError(f"the {server}'s page answers {status}")
    beans = orjson.loads(body).get("beans", [])
    if not beans or not isinstance(beans[0], dict):
        raise NotReadyError(f"the {server} has no {name} yet")
    bean: Mapping[str, object] = beans[0]
    return bean
