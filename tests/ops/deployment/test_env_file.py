"""The `.env` of a deployment: what is wrong is named in one sentence, before anything starts."""

from pathlib import Path

import pytest

from ops.deployment.env_file import open_to_others, read
from ops.deployment.server_files import SOURCES
from ops.errors import StartupError


def written(place: Path, *lines: str) -> Path:
    path = place / ".env"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_example_is_right() -> None:
    values = read(SOURCES / ".env.example")
    assert values["COMPOSE_PROFILES"].split(",") == ["servers", "core", "lake", "analytics", "monitoring", "sandbox"]


def test_every_line_of_the_example_that_is_commented_out_may_stand(tmp_path: Path) -> None:
    example = (SOURCES / ".env.example").read_text(encoding="utf-8")
    lines = [line.removeprefix("# ") for line in example.splitlines() if "=" in line]
    values = read(written(tmp_path, *lines))
    assert values["YARMARKA_KAFKA__BOOTSTRAP"] == "kafka.example.org:9092"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("YARMARKA_BOT__REMIND_CRITICAL_S=soon", "YARMARKA_BOT__REMIND_CRITICAL_S"),
        ("YARMARKA_KAFKA__BOOTSTRAPS=kafka:9092", "YARMARKA_KAFKA__BOOTSTRAPS"),
        ("GRAFANA_PORT=threethousand", "GRAFANA_PORT"),
        ("GRAFANA_PORT=70000", "GRAFANA_PORT"),
        ("COMPOSE_PROFILES=servers,cores", "COMPOSE_PROFILES"),
        ("COMPOSE_PROFILES=", "COMPOSE_PROFILES"),
        ("TELEGRM_TOKEN=1", "TELEGRM_TOKEN"),
        ("DEMO_CATALOGUE=yes", "DEMO_CATALOGUE"),
        ("YARMARKA_HTTP__PORT=9", "YARMARKA_HTTP__PORT"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, named: str) -> None:
    with pytest.raises(StartupError) as caught:
        read(written(tmp_path, "COMPOSE_PROFILES=core", line))
    said = str(caught.value)
    assert said.startswith(f"{named} (from .env)")
    assert said.count(". ") == 0
    assert said.endswith(".")


def test_a_file_without_profiles_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match=r"^COMPOSE_PROFILES \(from \.env\) is missing"):
        read(written(tmp_path, "GRAFANA_PORT=3000"))


def test_a_token_that_is_nearly_right_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(StartupError) as caught:
        read(written(tmp_path, "COMPOSE_PROFILES=core", "TELEGRAM_TOKEN=123:canary-canary"))
    assert "canary" not in str(caught.value)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match=r"^\.env is missing; copy compose/\.env\.example"):
        read(tmp_path / ".env")


def test_quotes_around_a_value_are_none_of_it(tmp_path: Path) -> None:
    values = read(written(tmp_path, 'COMPOSE_PROFILES="servers,core"', "YARMARKA_BOT__ADMINS='1,2'"))
    assert values == {"COMPOSE_PROFILES": "servers,core", "YARMARKA_BOT__ADMINS": "1,2"}


@pytest.mark.parametrize(
    ("lines", "mode", "said"),
    [
        (("TELEGRAM_TOKEN=123456789:planted-canary-planted-canary-planted",), 0o644, True),
        (("TELEGRAM_TOKEN=123456789:planted-canary-planted-canary-planted",), 0o600, False),
        (("TELEGRAM_TOKEN=",), 0o644, False),
    ],
)
def test_a_secret_that_others_may_read_is_said_without_the_secret(
    lines: tuple[str, ...], mode: int, said: bool, tmp_path: Path
) -> None:
    path = written(tmp_path, "COMPOSE_PROFILES=core", *lines)
    path.chmod(mode)
    answer = open_to_others(path, read(path))
    assert (answer is not None) is said
    assert "canary" not in (answer or "")


def test_a_passphrase_does_not_get_into_the_containers_environments(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match=r"YARMARKA_BACKUP__PASSPHRASE \(from \.env\) would stand in every"):
        read(written(tmp_path, "COMPOSE_PROFILES=core", "YARMARKA_BACKUP__PASSPHRASE=canary-canary"))
