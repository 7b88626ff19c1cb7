"""Settings: where values come from, and the one sentence that a bad one gets."""

from pathlib import Path

import pytest

from ops.errors import StartupError
from ops.settings import Settings, load, options, read_env_file


@pytest.mark.parametrize(
    ("environment", "named", "said"),
    [
        ({"YARMARKA_KAFKA__BOOTSTRP": "x"}, "YARMARKA_KAFKA__BOOTSTRP", "is not a setting"),
        ({"YARMARKA_NOWHERE": "1"}, "YARMARKA_NOWHERE", "is not a setting"),
        ({"YARMARKA_KAFKA__DEEP__ER": "1"}, "YARMARKA_KAFKA__DEEP", "is not a setting"),
        ({"YARMARKA_HTTP__PORT": "ninety"}, "YARMARKA_HTTP__PORT", "valid integer"),
        ({"YARMARKA_HTTP__PORT": "70000"}, "YARMARKA_HTTP__PORT", "less than or equal"),
        ({"YARMARKA_KAFKA": "1"}, "YARMARKA_KAFKA", "dictionary"),
        ({"YARMARKA_BOT__ADMINS": "2001,boss"}, "YARMARKA_BOT__ADMINS", "valid integer"),
        (
            {"YARMARKA_ANALYTICS__REPORT_CRON": "soon"},
            "YARMARKA_ANALYTICS__REPORT_CRON",
            "`soon` is not in cron's form",
        ),
        ({"YARMARKA_ANALYTICS__INGEST_CRON": "every day"}, "YARMARKA_ANALYTICS__INGEST_CRON", "not in cron's form"),
        ({"YARMARKA_LOG__FORMAT": "xml"}, "YARMARKA_LOG__FORMAT", "'console' or 'json'"),
        ({"YARMARKA_MARKET__TIME_ZONE": "Mars/Olympus"}, "YARMARKA_MARKET__TIME_ZONE", "no time zone"),
    ],
)
def test_a_bad_value_is_one_sentence_with_its_name(
    environment: dict[str, str], named: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(StartupError) as caught:
        load({"YARMARKA_STACK_DIR": str(tmp_path), **environment})
    sentence = str(caught.value)
    assert sentence.startswith(named)
    assert said in sentence
    assert "the environment" in sentence
    assert "\n" not in sentence


def test_the_environment_stands_above_the_stacks_file(tmp_path: Path) -> None:
    (tmp_path / "stack.env").write_text("# ports\nYARMARKA_KAFKA__BOOTSTRAP=localhost:1\nYARMARKA_HTTP__PORT = 5\n")
    settings = load({"YARMARKA_STACK_DIR": str(tmp_path), "YARMARKA_HTTP__PORT": "6"})
    assert settings.kafka.bootstrap == "localhost:1"
    assert settings.http.port == 6
    assert settings.credentials == tmp_path / "credentials"


def test_a_fault_in_the_stacks_file_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "stack.env").write_text("YARMARKA_HTTP__PORTS=5\n")
    with pytest.raises(StartupError, match=r"YARMARKA_HTTP__PORTS \(from .*stack\.env\)"):
        load({"YARMARKA_STACK_DIR": str(tmp_path)})


def test_lists_of_ids_and_the_token(tmp_path: Path) -> None:
    settings = load(
        {
            "YARMARKA_STACK_DIR": str(tmp_path),
            "YARMARKA_BOT__ADMINS": "2001, 2002",
            "YARMARKA_BOT__ALERT_CHATS": "-100500, -100600:7",
            "YARMARKA_BOT__ESCALATION_CHAT": "",
            "TELEGRAM_TOKEN": "1234:secret",
        }
    )
    assert settings.bot.admins == (2001, 2002)
    assert settings.bot.alert_chats == ("-100500", "-100600:7")
    assert settings.bot.escalation_chat is None
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == "1234:secret"
    assert all("1234:secret" not in value for _, value in settings.describe())


def test_an_empty_token_means_the_sandbox(tmp_path: Path) -> None:
    assert load({"YARMARKA_STACK_DIR": str(tmp_path), "TELEGRAM_TOKEN": ""}).telegram_token is None


def test_names_of_the_tests_own_are_passed_over(tmp_path: Path) -> None:
    stack = {"YARMARKA_STACK_DIR": str(tmp_path)}
    assert load({**stack, "YARMARKA_TEST_STACK": "/x", "YARMARKA_DATA": "/y"}) == load(stack)


def test_every_option_has_a_meaning() -> None:
    assert len(options()) == len(Settings().describe())
    assert all(meaning for _, _, meaning in options())


def test_a_missing_file_is_empty(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / "none") == {}
