"""Faults and codes in people's words, in both languages."""

import pytest

from bot.ui.causes import cause, is_exception, state, states
from bot.ui.locale import LANGUAGES, Language, texts
from ops.stack.stack_status import PartState

ELASTIC = (
    "ConnectionError: Connection error caused by: ConnectionError(Connection error caused by: ClientConnectorError("
    "Cannot connect to host 127.0.0.1:26352 ssl:default [Connect call failed ('127.0.0.1', 26352)]))"
)


@pytest.mark.parametrize(
    ("raw", "russian"),
    [
        (ELASTIC, "нет связи с Elasticsearch (localhost:26352)"),
        (
            "KafkaConnectionError: Unable to bootstrap from [('kafka.example.org', 9092, 0)]",
            "нет связи с Kafka (kafka.example.org:9092)",
        ),
        ("ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 9870)", "нет связи с localhost:9870"),
        ("ConnectionResetError: [Errno 104] Connection reset by peer", "нет связи с сервером"),
        ("ConnectionTimeout: Connection timeout caused by: TimeoutError()", "Elasticsearch не отвечает вовремя"),
        ("TimeoutError: ", "сервер не отвечает вовремя"),
        (
            "AuthorizationException(403, 'security_exception', 'action is unauthorized')",
            "Elasticsearch отказывает: нет прав или неверный пароль",
        ),
        ("SSLError: certificate verify failed: certificate has expired", "сертификат не принят"),
        ("OSError: [Errno 28] No space left on device", "кончилось место на диске"),
        ("Py4JJavaError: java.lang.OutOfMemoryError: Java heap space", "не хватает памяти"),
        ("It took longer than 3600 s (…JOB_TIMEOUT_S) and was ended.", "шло слишком долго и прервано"),
        # The sentences of `analytics.lake.faults`.
        ("HDFS is in safe mode: it takes no writes until it is left.", "HDFS пока не принимает записи"),
        ("HDFS does not answer; `python -m ops status` shows the NameNode.", "HDFS не отвечает вовремя"),
        ("The quota in HDFS is used up; raise it.", "кончилось место на диске"),
        ("Kafka refuses `spark`; mend permissions.", "Kafka отказывает: нет прав или неверный пароль"),
        ("The process with the Spark session was killed in the middle; the next run repeats it.", "прервано"),
        ("KeyError: 'price'", "непредвиденная ошибка"),
        ("", "непредвиденная ошибка"),
    ],
)  # fmt: skip
def test_a_fault_is_one_short_phrase(raw: str, russian: str) -> None:
    assert cause(raw, texts("ru")) == russian


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_a_part_has_its_words(language: Language) -> None:
    words = texts(language)
    for part_state in PartState:
        if not part_state.good:
            assert state(str(part_state), words) != words.plain("is not ready"), part_state


def test_codes_are_said_once_and_unknown_ones_not_at_all() -> None:
    assert states(("held",), texts("ru")) == "остановлен для учений"
    assert states(("kafka", "kafka", "x-y"), texts("ru")) == "нет связи с Kafka, не готова к работе"
    assert states((), texts("ru")) == ""


@pytest.mark.parametrize(
    ("raw", "exception"),
    [(ELASTIC, True), ("KeyError: 'x'", True), ("The file has no column; name it.", False), ("", False)],
)
def test_a_sentence_is_no_exception(raw: str, exception: bool) -> None:
    assert is_exception(raw) is exception
