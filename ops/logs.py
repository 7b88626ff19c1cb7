"""Structured logs: for people on a console, or JSON lines for machines; secrets never get through."""

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from time import monotonic

import structlog

from ops.settings import LogSettings

SECRET_NAMES = frozenset({"token", "password", "secret", "authorization", "api_key", "key_pem"})
# A Telegram token inside a URL or an error text: digits, a colon, 35 characters.
TOKEN = re.compile(r"\d{4,12}:[A-Za-z0-9_-]{30,}")
NOISY = (
    "aiokafka",
    "elastic_transport",
    "elasticsearch",
    "httpx",
    "telegram",
    "faust",
    "mode",
    "kafka",
    "apscheduler",
    "py4j",
    "hdfs",
    "pymorphy3",
)


# While Kafka is away, each of its clients says so ten times a second.
REPEATED_AFTER_S = 10.0
TEMPLATES = 500


class Repeats(logging.Filter):
    """Lets a line of a noisy library through once in ten seconds, and says how many like it were left out."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        if record.name.partition(".")[0] not in NOISY:
            return True
        line = (record.name, str(record.msg))
        said_at, left_out = self._seen.get(line, (float("-inf"), 0))
        if self._clock() - said_at < REPEATED_AFTER_S:
            self._seen[line] = said_at, left_out + 1
            return False
        if len(self._seen) >= TEMPLATES:
            self._seen.clear()
        self._seen[line] = self._clock(), 0
        if left_out:
            record.msg, record.args = f"{record.getMessage()} ({left_out} more like it)", ()
        return True


def configure(settings: LogSettings, service: str) -> None:
    """Route structlog and the standard library's logging to stderr in the chosen format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                renderer,
            ],
        )
    )
    handler.addFilter(Repeats())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(settings.level)))
    # Its retries come with a traceback each; who gave up says so in a line of its own.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    structlog.contextvars.bind_contextvars(service=service)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `log = get_logger(__name__)`; events are short names, facts are keyword arguments."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def redact(_: object, __: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Blot out values under secret names, and Telegram tokens inside any text."""
    for name, value in event.items():
        if name.lower() in SECRET_NAMES:
            event[name] = "***"
        elif isinstance(value, str):
            event[name] = TOKEN.sub("***", value)
    return event
