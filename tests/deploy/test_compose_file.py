"""What holds for every container, read from the file as Compose itself resolves it."""

import re
from functools import cache
from typing import Any

import pytest

from ops.errors import StartupError
from tests.deploy.compose_file import resolved

ONCE = {"setup", "topics"}
# Tells about the host, and is given nothing else of it.
OF_THE_HOST = {"node-exporter": {"/proc", "/sys"}}


@cache
def services() -> dict[str, dict[str, Any]]:
    return resolved()["services"]


NAMES = sorted(services())


@pytest.mark.parametrize("name", NAMES)
def test_a_container_can_change_nothing_but_what_it_is_given(name: str) -> None:
    one = services()[name]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in one and "pid" not in one
    assert set(one.get("cap_add", [])) == ({"CHOWN", "FOWNER", "DAC_OVERRIDE"} if name == "setup" else set())
    assert (one.get("user", "10001:10001") == "0:0") is (name == "setup")


@pytest.mark.parametrize("name", NAMES)
def test_a_container_has_its_limits(name: str) -> None:
    one = services()[name]
    assert int(one["mem_limit"]) > 0
    assert one["pids_limit"] > 0
    assert one["init"] is True
    assert one["logging"] == {"driver": "json-file", "options": {"max-file": "3", "max-size": "10m"}}
    assert name in ONCE or one["cpus"] > 0
    assert one["restart"] == ("no" if name in ONCE else "unless-stopped")


@pytest.mark.parametrize("name", sorted(set(NAMES) - ONCE - {"cli"}))
def test_a_server_is_asked_whether_it_serves(name: str) -> None:
    test = services()[name]["healthcheck"]["test"]
    assert test[0] in {"CMD", "CMD-SHELL"}
    # That a port is open says nothing.
    assert not re.search(r"\bnc\b|/dev/tcp", " ".join(test))


@pytest.mark.parametrize("name", NAMES)
def test_an_image_has_an_exact_version(name: str) -> None:
    assert re.search(r":v?\d+\.\d+\.\d+$", services()[name]["image"])


@pytest.mark.parametrize("name", NAMES)
def test_only_this_machine_reaches_what_is_published(name: str) -> None:
    one = services()[name]
    ports = one.get("ports", [])
    assert all(port["host_ip"] == "127.0.0.1" for port in ports)
    # On internal networks alone nothing could be published.
    assert not ports or "outside" in one["networks"]


def test_what_is_published() -> None:
    ports = {name: port["published"] for name, one in services().items() for port in one.get("ports", [])}
    assert ports == {
        "sandbox": "8081",
        "grafana": "3000",
        "prometheus": "9090",
        "alertmanager": "9093",
        "kibana": "5601",
    }


def test_only_who_must_leaves_the_networks_of_trust() -> None:
    networks = resolved()["networks"]
    assert [name for name, one in networks.items() if not one.get("internal")] == ["outside"]
    leaving = {name for name, one in services().items() if "outside" in one.get("networks", {})}
    assert leaving == {"feed", "bot", "sandbox", "grafana", "prometheus", "alertmanager", "kibana"}


def test_shops_and_filter_do_not_reach_search_and_chat_does_not_reach_the_lake() -> None:
    networks = {name: set(one.get("networks", {})) for name, one in services().items()}
    assert networks["filter"] == {"kafka", "watch"}
    assert networks["feed"] == {"kafka", "watch", "outside"}
    assert "lake" not in networks["bot"]
    assert networks["namenode"] == networks["datanode"] == {"lake"}
    assert networks["setup"] == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_hosts_files_are_read_only_and_few(name: str) -> None:
    bound = [one for one in services()[name].get("volumes", []) if one["type"] == "bind"]
    assert all(one.get("read_only") for one in bound)
    outside = {one["source"] for one in bound if "/compose/" not in one["source"]}
    assert outside == OF_THE_HOST.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_credentials_are_read_only_and_of_one_container(name: str) -> None:
    mine = [one for one in services()[name].get("volumes", []) if one["source"].startswith("for-")]
    if name == "setup":
        return
    # Elasticsearch keeps its own keystore beside its configuration.
    assert all(one.get("read_only") or name == "elasticsearch" for one in mine)
    assert len(mine) == (0 if name == "node-exporter" else 1)


@pytest.mark.parametrize("name", NAMES)
def test_no_secret_is_in_an_environment(name: str) -> None:
    for variable, value in (services()[name].get("environment") or {}).items():
        secret = re.search(r"TOKEN|PASSWORD|SECRET|KEY$", variable) is not None
        assert not secret or value in {None, ""} or variable.endswith("__FILE"), variable


def test_a_token_in_the_env_file_reaches_no_environment() -> None:
    token = "123456789:planted-canary-planted-canary-planted"
    text = f"COMPOSE_PROFILES=core\nTELEGRAM_TOKEN={token}\n"
    assert token not in str(resolved(text))


def test_without_profiles_compose_says_which_setting_is_missing() -> None:
    with pytest.raises(StartupError, match=r"COMPOSE_PROFILES is missing a value: copy compose/\.env\.example"):
        resolved("GRAFANA_PORT=3000\n")


def test_the_namenode_does_not_wait_for_the_datanode_that_waits_for_it() -> None:
    # A NameNode that has files leaves safe mode only when a DataNode has reported its blocks.
    everybody = services()
    assert everybody["datanode"]["depends_on"]["namenode"]["condition"] == "service_healthy"
    assert "safeMode" in everybody["namenode"]["healthcheck"]["test"][1]
    assert "Operational" in everybody["datanode"]["healthcheck"]["test"][1]
