"""The `.env` of a deployment: what is wrong is named in one sentence, before anything starts."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.__main__ import cli
from ops.deployment.env_file import OWN, open_to_others, passed_on, read, wants_demo
from ops.deployment.server_files import SOURCES
from ops.errors import StartupError
from ops.settings import options
from tests.deploy.compose_file import COMPOSE, resolved

PROFILES = "COMPOSE_PROFILES=servers,core,sandbox"
TOKEN = "TELEGRAM_TOKEN=123456789:planted-canary-planted-canary-planted"


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


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"{PROFILES} # no lake\nGRAFANA_PORT=3001\t# free here\n", None),
        (f"{PROFILES} # no lake\nGRAFANA_PORT=3001 # free here\n", {"GRAFANA_PORT": "3001"}),
        (f"\ufeff{PROFILES}\n", {}),
        (f"{PROFILES}\r\nKIBANA_PORT='5602'\r\n", {"KIBANA_PORT": "5602"}),
        (f"export {PROFILES}\nexport CHAT_PORT=8083\n", {"CHAT_PORT": "8083"}),
        (
            f'{PROFILES}\nNAME=shop\nYARMARKA_SEARCH__ALIAS="$NAME-goods"\n',
            {"NAME": "shop", "YARMARKA_SEARCH__ALIAS": "shop-goods"},
        ),
        (
            f"{PROFILES}\nHTTPS_PROXY=http://10.0.0.1:3128\nTZ=Asia/Omsk\nno_proxy=corp.example\nCOMPOSE_PARALLEL_LIMIT=4\n",
            ...,
        ),
    ],
)
def test_a_file_means_what_it_means_to_compose(tmp_path: Path, content: str, expected: object) -> None:
    path = tmp_path / ".env"
    path.write_bytes(content.encode())
    if expected is None:
        # Compose sees no comment behind a tab either.
        with pytest.raises(StartupError, match=r"^GRAFANA_PORT \(from \.env\)"):
            read(path)
        return
    values = dict(read(path))
    assert values.pop("COMPOSE_PROFILES") == "servers,core,sandbox"
    assert expected in (..., values)


def test_a_file_of_powershell_is_told_how_it_is_to_be_saved(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(f"{PROFILES}\r\n".encode("utf-16"))
    with pytest.raises(StartupError, match=r"^\.env cannot be read: is written in UTF-16, .* save it as UTF-8\.$"):
        read(path)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("TELEGRAM_BOT_TOKEN=1", "TELEGRAM_TOKEN"),
        ("COMPOSE_PROFILE=core", "COMPOSE_PROFILES"),
        ("BOT__ADMINS=1", "YARMARKA_BOT__ADMINS"),
        ("YARMRKA_BOT__ADMINS=1", "YARMARKA_BOT__ADMINS"),
    ],
)
def test_a_slip_in_a_name_is_told_what_was_meant(tmp_path: Path, line: str, meant: str) -> None:
    with pytest.raises(StartupError, match=rf" is not a setting, {meant} is; "):
        read(written(tmp_path, PROFILES, line))


def test_a_name_that_nobody_knows_is_told_and_lets_the_start_go_on(tmp_path: Path) -> None:
    values = read(written(tmp_path, PROFILES, "TZ=Europe/Moscow", "https_proxy=http://p:1", "BACKUP_HOST=nas"))
    assert [said.partition(" ")[0] for said in passed_on(values)] == ["BACKUP_HOST"]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ((), True),
        (("DEMO_CATALOGUE=",), True),
        (("DEMO_CATALOGUE=false",), False),
        ((TOKEN,), False),
        ((TOKEN, "DEMO_CATALOGUE="), False),
        ((TOKEN, "DEMO_CATALOGUE=true"), True),
    ],
)
def test_a_real_chat_gets_the_demos_goods_and_rules_when_it_asks_for_them(
    tmp_path: Path, lines: tuple[str, ...], wanted: bool
) -> None:
    path = written(tmp_path, PROFILES, *lines)
    assert wants_demo(read(path)) is wanted
    environment = resolved(path.read_text())["services"]["topics"]["environment"]
    assert isinstance(environment, dict)
    # The command of `topics` asks for this word; what is not set counts as wanted.
    assert (environment["DEMO_CATALOGUE"] != "false") is wanted
    assert "canary" not in str(environment)


def test_a_hosts_own_rules_are_not_the_demos(tmp_path: Path) -> None:
    own = tmp_path / "rules.json"
    assert CliRunner().invoke(cli, ["demo-rules", str(COMPOSE / "banned_products.json")]).exit_code == 0
    for content in ('["mine-1"]', "no rules"):
        own.write_text(content)
        assert CliRunner().invoke(cli, ["demo-rules", str(own)]).exit_code == 1


def test_compose_and_the_set_up_read_the_same_values(tmp_path: Path) -> None:
    text = "\n".join(
        (
            f"\ufeff{PROFILES} # all but the lake",
            "export YARMARKA_BOT__ADMINS='11,12' # two",
            'YARMARKA_BOT__ALERT_CHATS="-100:1,-200"',
            "HOST=search.example",
            "YARMARKA_ELASTICSEARCH__URL=https://${HOST}:9200#part",
            "YARMARKA_FEED__FETCH_EVERY_S: 60\r",
            "YARMARKA_SEARCH__ALIAS=${ALIAS:-goods}",
            "NO_PROXY=corp.example",
        )
    )
    path = tmp_path / ".env"
    path.write_bytes(text.encode())
    ours = {name: value for name, value in read(path).items() if name.startswith("YARMARKA_")}
    for service in ("feed", "bot", "indexer"):
        theirs = resolved(text)["services"][service]["environment"]
        assert isinstance(theirs, dict)
        assert {name: theirs[name] for name in ours} == ours
        assert theirs["NO_PROXY"] == theirs["no_proxy"]
        assert theirs["NO_PROXY"].endswith(",corp.example") and "namenode," in theirs["NO_PROXY"]


def test_every_name_that_compose_reads_is_a_setting_and_has_the_same_default() -> None:
    text = (COMPOSE / "docker-compose.yml").read_text(encoding="utf-8")
    read_there = set(re.findall(r"(?<!\$)\$\{(\w+)", text))
    ours = {name for name, _, _ in options()}
    assert read_there - ours - {"NO_PROXY", "no_proxy"} <= set(OWN)
    # All others are the set-up's own.
    assert set(OWN) - read_there <= {"GRAFANA_URL"}
    example = read(SOURCES / ".env.example")
    for name, default in re.findall(r"\$\{(\w+_PORT):-(\d+)\}", text):
        assert example[name] == default


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
