"""A deployment's shops' folder gets the demo's feeds once, and nothing that is no feed."""

import os
from pathlib import Path

import pytest

from ops.demo import feeds, shops_folder
from ops.demo.offers import SEED
from ops.demo.shops import shops

OWNER = 10001


def test_the_feeds_come_once_and_belong_to_the_feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owners: set[int] = set()
    monkeypatch.setattr(os, "chown", lambda _, uid, __: owners.add(uid))
    assert shops_folder.fill(tmp_path, owner=OWNER)
    shown = {path.name: path.parent.name for path in tmp_path.glob("*/*")}
    assert shown.keys() == {name for name in feeds.files(SEED) if name.startswith("products-")}
    assert {(name.split(".")[0], shop) for name, shop in shown.items()} == {
        (f"products-{shop}", shop) for shop in shops()
    }
    assert owners == {OWNER}
    (tmp_path / "begemot" / "products-begemot.json").unlink()
    assert not shops_folder.fill(tmp_path, owner=OWNER), "once in its life"
    assert not (tmp_path / "begemot" / "products-begemot.json").exists()
