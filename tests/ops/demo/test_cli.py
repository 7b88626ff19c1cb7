"""The two commands, as a person types them."""

from pathlib import Path

from typer.testing import CliRunner

from ops.demo.__main__ import cli


def test_the_catalogue_is_written_into_a_new_directory(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["--out", str(tmp_path / "new" / "demo")])
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "new" / "demo").iterdir()}
    assert {"banned_products.json", "broken-rows.jsonl", "judgments.csv", "products-vershina.xml"} <= names


def test_the_same_end_gives_the_same_history(tmp_path: Path) -> None:
    written = []
    for name in ("first.jsonl", "second.jsonl"):
        options = ["--out", str(tmp_path / name), "--days", "3", "--customers", "40", "--until", "2026-11-20"]
        done = CliRunner().invoke(cli, ["simulate", *options])
        assert done.exit_code == 0, done.output
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert written[0].count(b"\n") > 20


def test_no_directory_is_said_plainly() -> None:
    done = CliRunner().invoke(cli, ["--seed", "3"])
    assert done.exit_code == 2
    assert "--out" in done.output
