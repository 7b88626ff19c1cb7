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


def _line(name: str, number: int) -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, "", 0, "no broker %s", (number,), None)


def test_a_library_that_repeats_itself_is_heard_once_in_ten_seconds_with_a_count() -> None:
    now = 0.0
    repeats = logs.Repeats(lambda: now)
    through = []
    for number in range(2_000):
        now = number / 100
        record = _line("aiokafka.consumer.fetcher", number)
        if repeats.filter(record):
            through.append(record.getMessage())
    assert through == ["no broker 0", "no broker 1000 (999 more like it)"]
    # What we say ourselves is said each time.
    assert all(repeats.filter(_line("bot.core", number)) for number in range(3))


def test_what_is_remembered_of_repeats_is_bounded() -> None:
    repeats = logs.Repeats(lambda: 0.0)
    for number in range(3 * logs.TEMPLATES):
        assert repeats.filter(logging.LogRecord("kafka", logging.WARNING, "", 0, f"fault {number}", (), None))
    assert len(repeats._seen) <= logs.TEMPLATES
