"""What an operator does with a deployment, and what happens to it."""

import subprocess
import time
from urllib.parse import parse_qs, quote, urlsplit

import orjson

from tests.deploy import usage
from tests.deploy.chat import Talk, text_of
from tests.deploy.deployment import Deployment, until
from tests.deploy.first_start import everything_runs

OPERATOR, GROUP = 3001, -100500
WATCHDOG_S = 90
# The schedule starts one every few minutes.
JOB_RUNS_WITHIN = 600.0
GRAFANA = "http://grafana.example.org"
# Those that keep no state of their own first; each is restarted alone.
RESTARTED = (
    *("feed", "filter", "indexer", "requests", "bot", "sandbox", "cli", "analytics", "exporter", "node-exporter"),
    *("alertmanager", "prometheus", "grafana", "kibana", "datanode", "namenode", "elasticsearch", "kafka"),
)


def alert(deployment: Deployment) -> str:
    """A container is stopped: a card in the operators' group, with a link to its panel; it comes back: resolved."""
    room = Talk(deployment, OPERATOR, GROUP)
    began = time.monotonic()
    deployment.must("stop", "indexer")
    # The first start may have had a card for it already: then that one changes.
    card = room.sees("🔴", "ServiceDown", "indexer", within=120)
    fired = time.monotonic() - began
    panel = _panel_behind(deployment, card)
    began = time.monotonic()
    deployment.must("start", "indexer")
    until("the card is resolved", lambda: "✅" in text_of(_again(room, card)), 180)
    resolved = time.monotonic() - began
    return f"stopped → card after {fired:.1f} s, its link opens {panel}; started → resolved after {resolved:.1f} s"


def _panel_behind(deployment: Deployment, card: dict[str, object]) -> str:
    links = [button["url"] for row in card["reply_markup"]["inline_keyboard"] for button in row if "url" in button]  # type: ignore[index]
    (link,) = [one for one in links if one.startswith(GRAFANA)]
    parts = urlsplit(link)
    status, body = deployment.get(
        "GRAFANA_PORT", f"/api/dashboards/uid/{parts.path.rpartition('/')[2]}", login=grafana_login(deployment)
    )
    assert status == 200, (link, status)
    (number,) = parse_qs(parts.query)["viewPanel"]
    board = orjson.loads(body)["dashboard"]
    (title,) = [panel["title"] for panel in board["panels"] if panel["id"] == int(number)]
    return f"“{board['title']} / {title}”"


def _again(room: Talk, message: dict[str, object]) -> dict[str, object]:
    number = message["message_id"]
    watching = Talk(room.deployment, room.person, room.chat, after=int(str(number)) - 1)
    return next((one for one in watching.messages() if one["message_id"] == number), message)


def grafana_login(deployment: Deployment) -> str:
    """Grafana's first user, as the README tells to look it up."""
    said = deployment.inside("grafana", "cat", "/run/credentials/admin.password")
    assert said.status == 0, said.everything
    return f"admin:{said.out.strip()}"


def dashboards(deployment: Deployment) -> str:
    """Every query of every panel is asked through Grafana; each must have something to show once a job has run."""
    login = grafana_login(deployment)
    asked: dict[str, str] = {}
    for name in ("overview", "kafka", "pipeline", "bot", "search", "spark"):
        status, body = deployment.get("GRAFANA_PORT", f"/api/dashboards/uid/yarmarka-{name}", login=login)
        assert status == 200, (name, status)
        for panel in orjson.loads(body)["dashboard"]["panels"]:
            for target in panel["targets"]:
                asked[f"{name}/{panel['title']}/{target['refId']}"] = target["expr"]
    deadline = time.monotonic() + JOB_RUNS_WITHIN
    empty = dict(asked)
    while empty:
        empty = {place: expr for place, expr in empty.items() if not _shows(deployment, login, expr)}
        assert not empty or time.monotonic() < deadline, empty
        time.sleep(1)
    return f"{len(asked)} queries of 6 dashboards, each with data"


def _shows(deployment: Deployment, login: str, expr: str) -> bool:
    path = f"/api/datasources/proxy/uid/prometheus/api/v1/query?query={quote(expr)}"
    status, body = deployment.get("GRAFANA_PORT", path, login=login)
    return status == 200 and bool(orjson.loads(body)["data"]["result"])


def scale(deployment: Deployment) -> str:
    """Three filters share the partitions; what is fed meanwhile is found; then one again."""
    began = time.monotonic()
    deployment.must("up", "-d", "--wait", "--no-recreate", "--scale", "filter=3")
    up = time.monotonic() - began
    until("three filters are scraped", lambda: _filters(deployment) == 3, 60)
    until("each filter has partitions", lambda: _sharing(deployment) == 3, 90)
    usage.feed(deployment, usage.PRODUCT | {"product_id": "deploy-0002", "name": "Кофемолка Зарница тройная"})
    deployment.must("up", "-d", "--wait", "--no-recreate", "--scale", "filter=1")
    usage.feed(deployment, usage.PRODUCT | {"product_id": "deploy-0003", "name": "Чайник Зарница одинокий"})
    return f"filter=3 up after {up:.1f} s, all three with partitions; products fed at 3 and again at 1 are found"


def _filters(deployment: Deployment) -> int:
    return len([1 for one in ask(deployment, 'up{service="filter"}') if one["value"][1] == "1"])


def _sharing(deployment: Deployment) -> int:
    query = 'count by (instance) (yarmarka_consumer_lag_messages{service="filter",topic="products"})'
    return len(ask(deployment, query))


def ask(deployment: Deployment, query: str) -> list[dict[str, list[str]]]:
    """Prometheus' answer to a query."""
    status, body = deployment.get("PROMETHEUS_PORT", f"/api/v1/query?query={quote(query)}")
    if status != 200:
        raise OSError(f"Prometheus answers {status}")
    found: list[dict[str, list[str]]] = orjson.loads(body)["data"]["result"]
    return found


def restarts(deployment: Deployment) -> str:
    """Each service is restarted alone and is well again; then people can do what they did before."""
    seconds = []
    for service in RESTARTED:
        began = time.monotonic()
        deployment.must("restart", service)
        deployment.must("up", "-d", "--wait", "--no-deps", "--no-recreate", service, within=240)
        seconds.append(f"{service} {time.monotonic() - began:.0f}")
    until("everything is well", lambda: _well(deployment), 120)
    usage.found(deployment, usage.NAME)
    return "seconds until it is well: " + ", ".join(seconds)


def _well(deployment: Deployment) -> bool:
    try:
        everything_runs(deployment)
    except AssertionError:
        return False
    return True


def down_and_up(deployment: Deployment) -> str:
    """`down` and `up`: products, bans and chats are kept."""
    said = deployment.inside("cli", "python", "-m", "pipeline", "ban", "keyword:одинокий", "--yes")
    assert said.status == 0, said.everything
    began = time.monotonic()
    deployment.must("down", within=240)
    stopped = time.monotonic() - began
    began = time.monotonic()
    deployment.must("up", "-d", "--wait", within=400)
    started = time.monotonic() - began
    usage.found(deployment, usage.NAME)
    usage.gone(deployment, "Чайник Зарница одинокий")
    listed = deployment.inside("cli", "python", "-m", "pipeline", "list_banned").out
    assert "keyword:одинокий" in listed, listed
    room = Talk(deployment, OPERATOR, GROUP)
    assert any("ServiceDown" in text_of(one) for one in room.messages()), "the cards are gone"
    return f"down {stopped:.1f} s, up {started:.1f} s; the product, the ban, and the operators' cards are there"


def watchdog(deployment: Deployment) -> str:
    """Alertmanager is stopped: the bot says by itself that alerting is silent, and again when it is back."""
    room = Talk(deployment, OPERATOR, GROUP)
    room.after = max((one["message_id"] for one in room.messages()), default=0)
    began = time.monotonic()
    deployment.must("stop", "alertmanager")
    room.sees("💔", within=WATCHDOG_S + 120)
    missing = time.monotonic() - began
    began = time.monotonic()
    deployment.must("start", "alertmanager")
    room.sees("💚", within=240)
    back = time.monotonic() - began
    return f"stopped → reported after {missing:.0f} s (the setting is {WATCHDOG_S}); started → back after {back:.0f} s"


def scripts(deployment: Deployment) -> str:
    """The seed's scripts, as a person calls them; what each printed."""
    printed = []
    for call, expected in (
        (("generate_ssl.sh",), "kafka.server.truststore.jks"),
        (("init_kafka.sh",), "topics and permissions are as the contracts say"),
        (("hdfs_upload.sh", str(deployment.home / "banned_products.json"), "/imports"), "banned_products.json"),
    ):
        out = run_script(deployment, *call)
        assert expected in out, out
        printed.append(f"$ compose/scripts/{' '.join(call)}\n{out.rstrip()}")
    files = {path.name for path in (deployment.home / "ssl").iterdir()}
    assert files >= {"ca-cert", "kafka-cert", "kafka-key", "kafka.server.truststore.jks"}, files
    return "\n".join(printed)


def rotation(deployment: Deployment) -> str:
    """Every certificate is renewed while the marketplace runs; Kafka shows the new one, and a feed goes through."""
    before = (deployment.home / "ssl" / "kafka-cert").read_bytes()
    began = time.monotonic()
    run_script(deployment, "generate_ssl.sh", "--renew")
    seconds = time.monotonic() - began
    assert (deployment.home / "ssl" / "kafka-cert").read_bytes() != before
    deployment.must("up", "-d", "--wait", "--no-recreate", within=240)
    usage.feed(deployment, usage.PRODUCT | {"product_id": "deploy-0004", "name": "Турка Зарница обновлённая"})
    return f"renewed and taken in within {seconds:.0f} s; a product fed afterwards is found"


def backup_and_restore(deployment: Deployment, *settings: str) -> str:
    """A backup is brought into a new deployment: the ban, the product and the operators' view are there."""
    said = deployment.inside("cli", "python", "-m", "pipeline", "ban", "keyword:одинокий", "--yes")
    assert said.status == 0, said.everything
    archive, phrase = deployment.home.parent / "backup.tar", deployment.home.parent / "phrase"
    phrase.write_text("correct horse battery\n", encoding="utf-8")
    run_script(deployment, "backup.sh", str(archive), str(phrase))
    assert archive.stat().st_mode & 0o077 == 0
    assert (archive.parent / "forgotten.jsonl").exists()
    deployment.must("down", "-v", within=240)
    deployment.write_env("DEMO_CATALOGUE=false", *settings)
    out = run_script(deployment, "restore.sh", str(archive), str(phrase))
    deployment.must("up", "-d", "--wait", within=400)
    usage.found(deployment, usage.NAME)
    listed = deployment.inside("cli", "python", "-m", "pipeline", "list_banned").out
    assert "keyword:одинокий" in listed, listed
    restored = [line for line in out.splitlines() if line.endswith("restored")]
    return f"{archive.stat().st_size / 1e3:.0f} kB; " + ", ".join(restored)


def run_script(deployment: Deployment, name: str, *arguments: str) -> str:
    """One of compose/scripts; what it printed. Raises AssertionError when it fails."""
    done = subprocess.run(
        [deployment.home / "scripts" / name, *arguments],
        env=deployment.engine.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
