"""Each alert that makes a card leads to the panel that shows what it is about."""

import re
from pathlib import Path

import pytest
import yaml

from ops.deployment.alert_links import PANELS, link, with_links
from ops.deployment.server_files import SOURCES

FILES = sorted((SOURCES / "prometheus").glob("rules/*.yml")) + sorted((SOURCES / "prometheus").glob("deployment/*.yml"))
ALERTS = {
    (rule["alert"], rule["labels"]["severity"])
    for path in FILES
    for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
}


@pytest.mark.parametrize("alert", sorted({alert for alert, severity in ALERTS if severity != "none"}))
def test_an_alert_that_makes_a_card_has_a_panel(alert: str) -> None:
    address = link(alert, "http://here")
    assert address is not None
    assert re.fullmatch(r"http://here/d/yarmarka-[a-z]+\?viewPanel=\d+", address)


def test_no_panel_is_named_for_an_alert_that_does_not_exist() -> None:
    assert set(PANELS) <= {alert for alert, _ in ALERTS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_link_is_all_that_changes_in_a_file_of_rules(path: Path) -> None:
    before = path.read_text(encoding="utf-8")
    after = yaml.safe_load(with_links(before, "http://here"))
    for group in after["groups"]:
        for rule in group["rules"]:
            url = rule["annotations"].pop("dashboard_url", None)
            assert url == link(rule["alert"], "http://here")
    assert after == yaml.safe_load(before)
