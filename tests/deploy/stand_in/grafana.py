"""Stands in for Grafana: reads its provisioning as Grafana would, checks it, and answers health and dashboards."""

import base64
import json
import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

PROVISIONING = Path("/etc/grafana/provisioning")


def sources() -> dict[str, str]:
    found = {}
    for path in sorted((PROVISIONING / "datasources").glob("*.yml")):
        content = yaml.safe_load(path.read_text())
        assert content["apiVersion"] == 1, path
        for source in content["datasources"]:
            assert source["type"] == "prometheus" and source["access"] == "proxy", source
            found[source["uid"]] = source["url"]
    return found


def dashboards(known: dict[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in sorted((PROVISIONING / "dashboards").glob("*.yml")):
        content = yaml.safe_load(path.read_text())
        assert content["apiVersion"] == 1, path
        for provider in content["providers"]:
            assert provider["type"] == "file" and provider["name"], provider
            for file in sorted(Path(provider["options"]["path"]).glob("*.json")):
                board = json.loads(file.read_bytes())
                ids = [panel["id"] for panel in board["panels"]]
                assert len(set(ids)) == len(ids) > 0 and board["title"] and board["uid"] not in found, file
                for panel in board["panels"]:
                    assert panel["type"] in {"timeseries", "stat"} and panel["title"] and panel["targets"], panel
                    assert all(target["datasource"]["uid"] in known and target["expr"] for target in panel["targets"])
                found[board["uid"]] = board
    assert os.environ["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] and found
    return found


SOURCES = sources()
BOARDS = dashboards(SOURCES)
PASSWORD = Path(os.environ["GF_SECURITY_ADMIN_PASSWORD__FILE"]).read_text().strip()
LOGIN = "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
Path("/var/lib/grafana/grafana.db").write_text("kept\n")


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/api/health":
            self.answer(200, {"database": "ok", "version": "stand-in"})
        elif self.headers.get("Authorization") != LOGIN:
            self.answer(401, {"message": "Unauthorized"})
        elif self.path.startswith("/api/dashboards/uid/") and (board := BOARDS.get(self.path.rpartition("/")[2])):
            self.answer(200, {"dashboard": board, "meta": {"provisioned": True}})
        elif self.path.startswith("/api/datasources/proxy/uid/"):
            uid, _, rest = self.path.removeprefix("/api/datasources/proxy/uid/").partition("/")
            with urllib.request.urlopen(f"{SOURCES[uid]}/{rest}", timeout=10) as answer:  # noqa: S310 - from a checked file
                self.answer(200, json.load(answer))
        else:
            self.answer(404, {"message": "not found"})

    def answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


sys.stdout.write(f"{len(BOARDS)} dashboards, {len(SOURCES)} sources\n")
sys.stdout.flush()
ThreadingHTTPServer(("", 3000), Page).serve_forever()
