"""The files that Grafana and Kibana read."""

from collections.abc import Mapping
from pathlib import Path

from ops.dashboards.boards import DASHBOARDS
from ops.dashboards.grafana import dashboard_json
from ops.dashboards.kibana import saved_objects


def grafana_files() -> Mapping[str, bytes]:
    """File name → content of each dashboard."""
    return {f"{one.name}.json": dashboard_json(one) for one in DASHBOARDS}


def write(target: Path) -> tuple[Path, ...]:
    """Write `grafana/*.json` and `kibana.ndjson` below `target`; the paths."""
    files = {target / "grafana" / name: content for name, content in grafana_files().items()}
    files[target / "kibana.ndjson"] = saved_objects()
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tuple(files)
