"""Prometheus and Alertmanager, with the rules and routes that the deployment uses too, and the exporter beside them."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

import orjson

from ops.downloads.debian import ALERTMANAGER, ASSETS, PROMETHEUS
from ops.downloads.report import Report, quiet
from ops.private_files import write_private
from ops.settings import NESTED, PREFIX
from ops.stack.checkout import CHECKOUT
from ops.stack.http_probe import get
from ops.stack.part import FIRST_ANSWER, Launch, NotReadyError, Part, PartGroup, PartKind, Site
from ops.stack.parts.services import ServicePart
from ops.stack.ports import HOST

SOURCES = CHECKOUT / "compose"
RETENTION = "2d"
WEBHOOK_PATH = "/alerts"
# The discard port: in a stack without the bot nobody is told.
NOBODY = 9


class ExporterPart(ServicePart):
    """Elasticsearch's health and the ends of certificates, which nobody else tells Prometheus."""

    name = "exporter"
    group = PartGroup.MONITORING
    after: ClassVar[tuple[str, ...]] = FIRST_ANSWER
    requires = ("elasticsearch",)
    ports = ("exporter",)
    command = ("ops", "exporter")


class _Watching(Part):
    """What Prometheus and Alertmanager share."""

    kind = PartKind.SERVER
    group = PartGroup.MONITORING
    after: ClassVar[tuple[str, ...]] = FIRST_ANSWER

    def address(self, site: Site) -> str:
        return f"http://{site.at(self.name)}"

    def metrics_address(self, site: Site) -> str:
        return site.at(self.name)

    async def probe(self, site: Site) -> None:
        status, body = await get(HOST, site.port(self.name), "/-/ready")
        if status != 200:
            raise NotReadyError(f"answers {status}: {body[:200].decode(errors='replace')}")


class PrometheusPart(_Watching):
    """Scrapes every part of this stack that has metrics."""

    name = "prometheus"
    ports = ("prometheus",)
    # What it would find absent in its first seconds would be an alarm for nothing.
    after: ClassVar[tuple[str, ...]] = (*FIRST_ANSWER, "analytics")
    requires = ("exporter", "alertmanager")

    def fetch(self, report: Report) -> None:
        PROMETHEUS.fetch(report)

    def settings(self, site: Site) -> Mapping[str, str]:
        return {f"{PREFIX}BOT{NESTED}PROMETHEUS_URL": self.address(site)}

    def launch(self, site: Site) -> Launch:
        home = site.directory.home(self.name)
        config = home / "config"
        shutil.rmtree(config, ignore_errors=True)
        (config / "targets").mkdir(parents=True)
        shutil.copyfile(SOURCES / "prometheus" / "prometheus.yml", config / "prometheus.yml")
        shutil.copytree(SOURCES / "prometheus" / "rules", config / "rules")
        (config / "targets" / "services.json").write_bytes(orjson.dumps(targets(_measured(site))))
        alertmanager = [("alertmanager", site.at("alertmanager"))]
        (config / "targets" / "alertmanager.json").write_bytes(orjson.dumps(targets(alertmanager)))
        return Launch(
            (
                str(PROMETHEUS.fetch(quiet)),
                f"--config.file={config / 'prometheus.yml'}",
                f"--storage.tsdb.path={home / 'data'}",
                f"--storage.tsdb.retention.time={RETENTION}",
                f"--web.listen-address={site.at(self.name)}",
                "--log.level=warn",
            ),
            cwd=home,
        )


class AlertmanagerPart(_Watching):
    """Groups alerts and tells the bot."""

    name = "alertmanager"
    ports = ("alertmanager",)

    def fetch(self, report: Report) -> None:
        ALERTMANAGER.fetch(report)

    def settings(self, site: Site) -> Mapping[str, str]:
        return {f"{PREFIX}BOT{NESTED}ALERTMANAGER_URL": self.address(site)}

    def launch(self, site: Site) -> Launch:
        home = site.directory.home(self.name)
        config = home / "alertmanager.yml"
        token = site.directory.credentials / "bot" / "webhook.token"
        port = site.ports.get("bot.webhook", NOBODY)
        write_private(config, alertmanager_config(f"http://{HOST}:{port}{WEBHOOK_PATH}", token).encode())
        command, assets = ALERTMANAGER.fetch(quiet), ALERTMANAGER.assets()
        if assets is not None:
            (home / ASSETS).unlink(missing_ok=True)
            (home / ASSETS).symlink_to(assets)
        return Launch(
            (
                str(command),
                f"--config.file={config}",
                f"--storage.path={home / 'data'}",
                f"--web.listen-address={site.at(self.name)}",
                # One node: without this it looks for others on all interfaces.
                "--cluster.listen-address=",
                "--log.level=warn",
            ),
            cwd=home,
        )


def alertmanager_config(webhook: str, token: Path) -> str:
    """The shared configuration, with the bot's address and the file of its bearer token filled in."""
    source = (SOURCES / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8")
    return source.replace("@WEBHOOK_URL@", webhook).replace("@WEBHOOK_TOKEN_FILE@", str(token))


def targets(addresses: Iterable[tuple[str, str]]) -> list[dict[str, object]]:
    """(service, host:port) as Prometheus reads them from a file."""
    return [{"targets": [address], "labels": {"service": service}} for service, address in addresses]


def _measured(site: Site) -> list[tuple[str, str]]:
    from ops.stack.parts import PARTS

    chosen = [part for part in PARTS if part.name in site.parts]
    return [(part.name, address) for part in chosen if (address := part.metrics_address(site))]
