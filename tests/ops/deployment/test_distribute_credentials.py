"""What each container gets: its own credentials, nobody else's, in files that it alone can read."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import yaml

from ops.deployment import server_files
from ops.deployment.distribute_credentials import distribute_credentials, give_shops_folder
from ops.deployment.env_file import read
from ops.deployment.recipients import OURS, RECIPIENTS
from ops.deployment.site import Deployment
from ops.settings import load
from ops.stack.directory import StackDirectory

TOKEN = "123456789:planted-canary-planted-canary-planted"


@pytest.fixture
def distributed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The set-up of one deployment with a real token, by somebody who may not change owners."""
    env = tmp_path / ".env"
    env.write_text(f"COMPOSE_PROFILES=servers,core\nTELEGRAM_TOKEN={TOKEN}\nGRAFANA_PORT=3001\n", encoding="utf-8")
    agent = tmp_path / "agent.jar"
    agent.write_bytes(b"an archive")
    monkeypatch.setattr(server_files, "_agent", lambda: agent)
    monkeypatch.setattr(os, "chown", lambda *_: None)
    said = list(
        distribute_credentials(Deployment(StackDirectory.at(tmp_path / "state"), read(env)), tmp_path / "containers")
    )
    assert said[-1] == f"handed out to {len(RECIPIENTS)} containers"
    yield tmp_path / "containers"


def files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_a_service_gets_its_own_key_and_no_other(distributed: Path) -> None:
    keys = {
        one.name: {name for name, text in files(distributed / one.name).items() if b"PRIVATE KEY" in text}
        for one in RECIPIENTS
    }
    ours = {one.name for one in RECIPIENTS if one.uid == OURS} - {"topics", "bot", "analytics", "cli", "sandbox"}
    assert {name: keys[name] for name in ours} == {name: {f"{name}/client.pem"} for name in ours}
    assert keys["topics"] == {"admin/client.pem", "cli/client.pem"}
    assert keys["bot"] == {"bot/client.pem", "replay/client.pem"}
    assert keys["cli"] == {"cli/client.pem", "replay/client.pem"}
    assert keys["analytics"] == {"spark/client.pem"}
    assert keys["kafka"] == {"broker/client.pem"}
    assert not any(keys[name] for name in ("kibana", "prometheus", "alertmanager", "grafana", "hdfs", "sandbox"))


def test_only_the_bot_gets_the_token(distributed: Path) -> None:
    assert [
        one.name for one in RECIPIENTS if any(TOKEN.encode() in text for text in files(distributed / one.name).values())
    ] == ["bot"]


def test_without_a_token_of_telegrams_bot_and_sandbox_share_one_that_was_made(
    distributed: Path, tmp_path: Path
) -> None:
    env = tmp_path / "sandbox.env"
    env.write_text("COMPOSE_PROFILES=servers,core,sandbox\n", encoding="utf-8")
    list(distribute_credentials(Deployment(StackDirectory.at(tmp_path / "state"), read(env)), tmp_path / "again"))
    made = (tmp_path / "again" / "sandbox" / "sandbox.token").read_text()
    settings = load({"YARMARKA_CREDENTIALS": str(tmp_path / "again" / "bot"), "YARMARKA_STACK_DIR": str(tmp_path)})
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == made
    assert "local-demo" not in made


def test_nobody_but_the_owner_reads_a_file(distributed: Path) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in distributed.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in distributed.iterdir()} == {0o700}


def test_the_authoritys_key_stays_where_it_is(distributed: Path) -> None:
    key = (distributed.parent / "state" / "authority" / "ca.key").read_bytes()
    assert all(key not in text for one in RECIPIENTS for text in files(distributed / one.name).values())


def test_our_services_find_what_they_are_given(distributed: Path) -> None:
    settings = load({"YARMARKA_CREDENTIALS": str(distributed / "bot"), "YARMARKA_STACK_DIR": str(distributed)})
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN


def test_prometheus_asks_the_services_of_the_chosen_profiles_and_links_to_the_right_port(distributed: Path) -> None:
    targets = orjson.loads((distributed / "prometheus" / "targets" / "services.json").read_bytes())
    assert {one["labels"]["service"] for one in targets} == set(server_files.MEASURED) - {"analytics"}
    rules = yaml.safe_load((distributed / "prometheus" / "rules" / "services.yml").read_bytes())
    links = {rule["annotations"]["dashboard_url"] for group in rules["groups"] for rule in group["rules"]}
    assert all(link.startswith("http://127.0.0.1:3001/d/yarmarka-") for link in links)


def test_the_webhooks_bearer_is_the_bots(distributed: Path) -> None:
    assert files(distributed / "alertmanager")["webhook.token"] == files(distributed / "bot")["bot/webhook.token"]


def test_the_shops_folder_is_the_feeds_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owners: dict[Path, tuple[int, int]] = {}
    monkeypatch.setattr(os, "chown", lambda path, uid, gid: owners.update({Path(path): (uid, gid)}))
    give_shops_folder(tmp_path)
    assert owners == {tmp_path: (OURS, OURS)}
