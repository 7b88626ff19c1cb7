"""A wrong .env stops at start, with one sentence that names the setting."""

from tests.deploy.deployment import Deployment, Said

WRONG: tuple[tuple[str, str], ...] = (
    ("YARMARKA_BOT__REMIND_CRITICAL_S=soon", "YARMARKA_BOT__REMIND_CRITICAL_S (from .env) is wrong"),
    ("YARMARKA_BOT__ADMINZ=1", "YARMARKA_BOT__ADMINZ (from .env) is not a setting"),
    ("KIBANA_PORTS=5601", "KIBANA_PORTS (from .env) is not a setting"),
    ("COMPOSE_PROFILES=servers,cores", "COMPOSE_PROFILES (from .env) ('servers,cores') is wrong"),
    ("TELEGRAM_TOKEN=12345:too-short", "TELEGRAM_TOKEN (from .env) is wrong"),
)


def check(deployment: Deployment) -> str:
    """Each wrong line; a line that is missing; no file at all. What was said, one line each."""
    said = []
    for line, expected in WRONG:
        deployment.write_env(line)
        answer = deployment.compose("up", "--no-color", "--no-log-prefix", "setup")
        sentence = _sentence(answer, expected)
        assert deployment.compose("up", "-d", "--wait").status != 0
        said.append(f"{line}: {sentence}")
    (deployment.home / ".env").write_text("GRAFANA_PORT=3000\n", encoding="utf-8")
    said.append("no profiles: " + _sentence(deployment.compose("up", "-d"), "COMPOSE_PROFILES is missing a value"))
    (deployment.home / ".env").unlink()
    said.append("no file: " + _sentence(deployment.compose("up", "-d"), "compose/.env.example to compose/.env"))
    return "\n".join(said)


def _sentence(answer: Said, expected: str) -> str:
    lines = [line.strip() for line in answer.everything.splitlines() if expected in line]
    assert lines, answer.everything
    assert "canary" not in answer.everything
    return lines[0]
