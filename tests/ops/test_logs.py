"""Secrets never get through the logs."""

import logging

import orjson
import pytest

from ops import logs
from ops.settings import LogSettings

TOKEN = "123456789:" + "A" * 35


@pytest.fixture(autouse=True)
def root_logger_as_before() -> object:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    return None


def test_json_lines_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogSettings(format="json"), "bot")
    logs.get_logger("bot.test").info("called", url=f"https://api/bot{TOKEN}/getMe", token="x", chat=5)
    logging.getLogger("other").warning("failed at https://api/bot%s/send", TOKEN)
    ours, theirs = (orjson.loads(line) for line in capsys.readouterr().err.splitlines())
    assert ours["event"] == "called"
    assert ours["service"] == "bot"
    assert ours["token"] == "***"
    assert ours["chat"] == 5
    assert TOKEN not in ours["url"]
    assert TOKEN not in theirs["event"]


def test_an_exception_text_is_blotted_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogSettings(format="json"), "bot")
    try:
        raise ValueError(f"bot{TOKEN}")
    except ValueError:
        logs.get_logger("bot.test").exception("failed")
    assert TOKEN not in capsys.readouterr().err
