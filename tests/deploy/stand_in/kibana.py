"""Stands in for Kibana: signs in to Elasticsearch with its configuration, checks and keeps saved objects."""

import base64
import email
import email.policy
import http.client
import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

CONFIG = yaml.safe_load(Path("/usr/share/kibana/config/kibana.yml").read_text())
STORE = Path("/usr/share/kibana/data/objects.json")
TLS = ssl.create_default_context(cafile=CONFIG["elasticsearch.ssl.certificateAuthorities"][0])
(SERVER,) = CONFIG["elasticsearch.hosts"]
assert CONFIG["elasticsearch.ssl.verificationMode"] == "full"
assert len(CONFIG["xpack.encryptedSavedObjects.encryptionKey"]) >= 32


def roles(authorization: str) -> list[str]:
    place = urlsplit(SERVER)
    connection = http.client.HTTPSConnection(place.hostname or "", place.port, context=TLS, timeout=10)
    try:
        connection.request("GET", "/_security/_authenticate", headers={"Authorization": authorization})
        answer = connection.getresponse()
        return list(json.load(answer)["roles"]) if answer.status == http.client.OK else []
    finally:
        connection.close()


def own() -> str:
    login = f"{CONFIG['elasticsearch.username']}:{CONFIG['elasticsearch.password']}"
    return "Basic " + base64.b64encode(login.encode()).decode()


def check(lines: list[dict[str, Any]]) -> None:
    names = {(one["type"], one["id"]) for one in lines}
    assert len(names) == len(lines), "an id twice"
    for one in lines:
        assert one["type"] in {"index-pattern", "visualization", "dashboard"} and one["attributes"]["title"], one
        for reference in one["references"]:
            assert (reference["type"], reference["id"]) in names, reference
        for name in ("visState", "panelsJSON", "optionsJSON"):
            json.loads(one["attributes"].get(name, "{}"))


class Page(BaseHTTPRequestHandler):
    def known(self) -> bool:
        return bool(roles(self.headers.get("Authorization", "")))

    def do_GET(self) -> None:
        if self.path == "/api/status":
            level = "available" if roles(own()) == ["kibana_system"] else "unavailable"
            self.answer(200, {"status": {"overall": {"level": level}}})
        elif not self.known():
            self.answer(401, {"error": "Unauthorized"})
        else:
            kept = json.loads(STORE.read_text()) if STORE.exists() else {}
            found = kept.get(self.path.removeprefix("/api/saved_objects/"))
            self.answer(200 if found else 404, found or {"error": "Not Found"})

    def do_POST(self) -> None:
        if not self.known() or "kbn-xsrf" not in self.headers:
            self.answer(401, {"error": "Unauthorized"})
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        (part,) = email.message_from_bytes(head + body, policy=email.policy.HTTP).iter_parts()
        lines = [json.loads(line) for line in bytes(part.get_payload(decode=True)).splitlines() if line]
        check(lines)
        STORE.write_text(json.dumps({f"{one['type']}/{one['id']}": one for one in lines}))
        self.answer(200, {"success": True, "successCount": len(lines)})

    def answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


sys.stdout.write("kibana stand-in\n")
sys.stdout.flush()
ThreadingHTTPServer(("", 5601), Page).serve_forever()
