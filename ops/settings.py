"""Every setting of every service, in one typed place.

Values come from the process environment (`YARMARKA_KAFKA__BOOTSTRAP=…`), below it from
`<stack directory>/stack.env`, which the local stack writes, and below that from
`<credentials>/settings.env`, in which a deployment distributes what must not stand in a container's
environment: the bot's token. An unknown name is refused, so that a typing mistake cannot pass in silence.
"""

import os
from datetime import tzinfo
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from ops.alert_routes import read_routes
from ops.env_lines import EnvFault, decoded, parse
from ops.errors import StartupError

PREFIX = "YARMARKA_"
NESTED = "__"
STACK_DIR_NAME = f"{PREFIX}STACK_DIR"
CREDENTIALS_NAME = f"{PREFIX}CREDENTIALS"
# Telegram's own name for the token, known to everyone who ever ran a bot; it is not prefixed.
TOKEN_NAME = "TELEGRAM_TOKEN"  # noqa: S105 - the name of a setting, not a secret
DISTRIBUTED_ENV = "settings.env"


# A chat's id, or the id of a forum and of one of its topics.
Place = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,19}(:[1-9][0-9]{0,9})?$")]


# word=level pairs; words may have spaces.
SEVERITY_WORDS = r"^([^=,;]{1,60}=(critical|warning|info|none)(,|$))*$"


class SettingsGroup(BaseModel):
    """A nested group of settings; unknown names are refused in it too."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KafkaSettings(SettingsGroup):
    bootstrap: str = Field("", description="bootstrap servers of Kafka, host:port[,host:port]; always mutual TLS")
    request_timeout_ms: int = Field(10_000, ge=1_000, description="timeout of one request to a broker")
    replication: int = Field(1, ge=1, le=9, description="replication factor of new topics")
    min_insync: int = Field(
        1, ge=1, le=9, description="min.insync.replicas of new topics: replicas that must acknowledge a write"
    )


class ElasticsearchSettings(SettingsGroup):
    url: str = Field("", description="URL of Elasticsearch, https://host:port")
    request_timeout_s: float = Field(10.0, gt=0, description="timeout of one request")


class HttpSettings(SettingsGroup):
    host: str = Field("127.0.0.1", description="address on which /metrics and /health listen")
    port: int = Field(0, ge=0, le=65535, description="their port; 0 takes a free one")


class LogSettings(SettingsGroup):
    format: Literal["console", "json"] = Field("console", description="console for people, json for machines")
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="the lowest level that is written")


class SearchSettings(SettingsGroup):
    alias: str = Field("products", pattern=r"^[a-z][a-z0-9_-]*$", description="alias of the product index")
    page_size: int = Field(5, ge=1, le=10, description="products on one page of a result list")
    replicas: int = Field(0, ge=0, le=5, description="replica shards of each index")
    meaning: bool = Field(
        True,
        description="search by meaning beside words, if its library is there; 140 MB in bot and indexer",
    )
    request_retention_months: int = Field(
        12, ge=1, le=120, description="retention of logged requests in Elasticsearch, in months"
    )


class MarketSettings(SettingsGroup):
    currency: str = Field(
        "RUB", pattern=r"^[A-Z]{3}$", description="currency in which prices are compared, sorted, narrowed and watched"
    )
    rates: str = Field(
        "",
        pattern=r"^([A-Z]{3}=[0-9]{1,9}(\.[0-9]{1,9})?(,[A-Z]{3}=[0-9]{1,9}(\.[0-9]{1,9})?)*)?$",
        description="what one of another currency is worth in it, USD=90.5,EUR=98, where a feed brings no rate itself",
    )

    time_zone: str = Field(
        "Europe/Moscow", description="clock of the marketplace and of people who chose none, as Asia/Almaty"
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{name} is no time zone; name one as Europe/Moscow or Asia/Almaty") from None
        return name

    @property
    def zone(self) -> tzinfo:
        """The clock of the marketplace."""
        return ZoneInfo(self.time_zone)

    def rate_of(self) -> dict[str, float]:
        """The rates by their currency."""
        pairs = (each.split("=") for each in self.rates.split(",") if each)
        return {currency: float(rate) for currency, rate in pairs if float(rate) > 0}


class FeedSettings(SettingsGroup):
    quiet_s: float = Field(
        10.0,
        ge=0,
        description="seconds without a change after which a dropped file counts as whole; renamed into place: at once",
    )
    open_files: int = Field(8, ge=1, le=64, description="files of the folder that are read at once, in turns")
    row_timeout_s: float = Field(2.0, gt=0, description="timeout of one row, in seconds of CPU; it is then refused")
    stall_timeout_s: float = Field(
        60.0, gt=0, description="seconds in which a file must yield a row or a block; it is then refused"
    )
    unpacked_mb: int = Field(4_096, ge=1, description="a packed file that unpacks to more MB than this is refused")
    unpacked_ratio: int = Field(
        200, ge=2, description="so is one that, after 64 MB, unpacks to more than so many times its packed size"
    )
    refused_letters: int = Field(
        1_000,
        ge=0,
        description="refused rows of a file that are put aside one by one; beyond, the file is refused with one letter",
    )
    withdraw_share: float = Field(
        0.3, ge=0, le=1, description="share of a shop's offers above which a whole feed asks before it withdraws them"
    )
    withdraw_freely: int = Field(20, ge=0, description="so many offers it withdraws without asking, whatever the share")
    refused_share: float = Field(
        0.1, ge=0, le=1, description="share of wrong rows above which a whole feed asks before it withdraws anything"
    )
    silent_days: float = Field(3.0, gt=0, description="days without a feed of a shop that are too many")
    fetch_every_s: int = Field(
        21_600, ge=60, description="seconds between two fetches of a feed's address, where the shop has no other"
    )
    fetch_retry_s: float = Field(
        300.0, gt=0, description="seconds until a failed fetch is tried again; doubled with each failure, a day at most"
    )
    fetch_timeout_s: float = Field(900.0, gt=0, description="timeout of one fetch, redirects and all")
    fetch_mb: int = Field(1_024, ge=1, description="a feed at an address that has more MB, as it is sent, is refused")
    fetch_at_once: int = Field(4, ge=1, le=64, description="addresses that are fetched at once, one a shop at most")
    fetch_private: bool = Field(
        False, description="fetch from addresses of this machine and its network too: for a laboratory, never in public"
    )
    keep_days: int = Field(14, ge=1, description="days for which fed and refused files are kept in done/ and refused/")
    keep_mb: int = Field(2_048, ge=0, description="MB that done/ and refused/ may each hold; the oldest go first")


class TelegramSettings(SettingsGroup):
    base_url: str = Field(
        "https://api.telegram.org",
        pattern=r"^https?://[^\s/]+(/\S*)?$",
        description="URL of the Bot API, or of a Bot API server of your own; the local stack puts its sandbox here",
    )
    proxy: SecretStr | None = Field(
        None,
        description="proxy for Telegram, http://[user:password@]host:port; none: no proxy; empty: what HTTPS_PROXY and "
        "NO_PROXY say",
    )
    webhook_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/]+(/\S*)?)?$",
        description="address at which Telegram reaches the bot, https://bot.example.org/telegram, behind a reverse "
        "proxy that passes it on to the host and port below; empty: the bot polls",
    )
    webhook_host: str = Field("127.0.0.1", description="address on which the bot listens for what Telegram posts")
    webhook_port: int = Field(8443, ge=1, le=65535, description="its port, without TLS: that is the proxy's")
    webhook_certificate: Path | None = Field(
        None,
        description="certificate of the proxy, PEM, that Telegram is to trust; empty: it is from a known authority",
    )
    timeout_s: float = Field(20.0, gt=0, description="timeout of one call of the Bot API")
    per_second: float = Field(30.0, gt=0, description="rate limit: messages a second, all chats together")
    chat_per_second: float = Field(1.0, gt=0, description="rate limit: messages a second in a private chat")
    group_per_minute: float = Field(20.0, gt=0, description="rate limit: messages a minute in a group")


class BotSettings(SettingsGroup):
    admins: Annotated[tuple[int, ...], NoDecode] = Field((), description="Telegram user ids of the first admins, 1,2,3")
    operators: Annotated[tuple[int, ...], NoDecode] = Field((), description="Telegram user ids of the first operators")
    alert_chats: Annotated[tuple[Place, ...], NoDecode] = Field(
        (), description="chats in which alert cards appear, -1001,-1002:7; after the colon, a topic of a forum"
    )
    alert_language: Literal["ru", "en"] = Field("ru", description="language of cards in chats that chose none")
    remind_critical_s: int = Field(
        300, ge=5, description="seconds until a critical alert that nobody acknowledged is repeated"
    )
    remind_warning_s: int = Field(1_800, ge=5, description="the same for all other alerts")
    alert_again: Literal["card", "reply"] = Field(
        "card", description="how an alert that fires again calls: a new card and the old one struck, or a reply to it"
    )
    alert_again_every_s: int = Field(
        300, ge=0, description="seconds between two such calls for one group, however often it fires"
    )
    watchdog_missing_s: int = Field(
        300, ge=90, description="seconds without the Watchdog heartbeat after which the alert chats are told"
    )
    escalate_after: int = Field(
        2, ge=1, description="reminders without an acknowledgement before the escalation chat is told"
    )
    on_call_alone_s: int = Field(
        900, ge=0, description="seconds for which only who is on call is reminded of an alert; then the alert chats are"
    )
    escalation_chat: int | None = Field(None, description="chat that is told of alerts that nobody acknowledged")
    webhook_host: str = Field("127.0.0.1", description="address on which the webhook for Alertmanager listens")
    webhook_port: int = Field(0, ge=0, le=65535, description="its port; 0 takes a free one")
    alertmanager_url: str = Field("", description="URL of Alertmanager; empty: cards without silences")
    prometheus_url: str = Field("", description="URL of Prometheus; empty: /status without figures")
    second_admin_above: int = Field(
        1_000, ge=1, description="a ban of more products than this needs a second admin's approval"
    )
    report_people: int = Field(
        2, ge=2, description="a query appears in reports when so many different people made it (k-anonymity)"
    )
    complaints_a_day: int = Field(5, ge=1, description="reports on products that one person may make within 24 hours")
    undo_s: int = Field(300, ge=0, description="seconds for which Undo is offered after a ban")
    feeds_dir: Path | None = Field(
        None, description="the shops' folder, into which files that sellers send in the chat are put; empty: none are"
    )
    state_dir: Path | None = Field(
        None, description="directory of what the bot keeps of Kafka's topics; empty: `bot` in YARMARKA_STACK_DIR"
    )
    drill: bool = Field(False, description="allow /drill, which stops a part of the stack on purpose")
    alert_severities: str = Field(
        "",
        pattern=SEVERITY_WORDS,
        description="what your rules' words for severity mean beside the usual ones (page, error, P1 …), "
        "disaster=critical,average=warning,chatter=info; none shows no card",
    )

    alert_routes: str = Field(
        "",
        description="where alerts go instead, severity=critical team=shop|pay -> -1001:7 @anna @boris; "
        "service=hdfs -> -1002 quiet=22:00-07:00; conditions hold together, the first route counts, any is for all",
    )

    @field_validator("alert_routes")
    @classmethod
    def _readable_routes(cls, table: str) -> str:
        read_routes(table)
        return table

    def severity_words(self) -> dict[str, str]:
        """The levels by their words."""
        pairs = (each.rsplit("=", 1) for each in self.alert_severities.split(",") if each)
        return {word.strip().casefold(): level for word, level in pairs}


class HdfsSettings(SettingsGroup):
    url: str = Field("", description="HDFS NameNode for Spark, hdfs://host:port")
    web_url: str = Field("", description="WebHDFS endpoint, http://host:port")
    user: str = Field("yarmarka", description="the HDFS user")
    replication: int = Field(1, ge=1, le=9, description="replication factor of new files")


class AnalyticsSettings(SettingsGroup):
    idle_close_s: int = Field(300, ge=10, description="seconds after which an idle Spark session is closed")
    start_delay_s: float = Field(20.0, ge=0, description="seconds from the start to the scheduler's first jobs")
    cores: int = Field(2, ge=1, le=256, description="cores of the local Spark session")
    heap_mb: int = Field(640, ge=400, description="heap of the Spark driver, in MB")
    intake_heap_mb: int = Field(
        512, ge=400, description="heap of the Spark driver that takes news into the lake, in MB; beside the other"
    )
    job_timeout_s: float = Field(
        3_600, gt=0, description="timeout of a job, in seconds; it is then killed and counts as failed"
    )
    ingest_timeout_s: float = Field(1_200, gt=0, description="the same for the ingest, behind which bans wait")
    retries: int = Field(3, ge=0, le=10, description="how often a scheduled job that failed is run again")
    retry_pause_s: float = Field(
        30.0, gt=0, description="pause before the first of them, in seconds; then twice as long"
    )
    retract_within_s: float = Field(
        3.0, ge=0, description="seconds from a ban to its retraction from the lake; 0: with the next scheduled ingest"
    )
    versions_kept_hours: int = Field(
        1,
        ge=0,
        le=24 * 365,
        description="hours for which what was replaced in the lake can still be read by those who began before; then "
        "its files are deleted",
    )
    most_lists_removed: float = Field(
        0.5,
        ge=0,
        le=1,
        description="share of the published recommendation lists that one run may remove; beyond it, it publishes "
        "nothing and fails. 1: told to remove them",
    )
    ingest_cron: str = Field("*/5 * * * *", description="cron schedule of the ingest into the lake")
    recommend_cron: str = Field("*/15 * * * *", description="cron schedule of the training of recommendations")
    compact_cron: str = Field("30 3 * * *", description="cron schedule of the compaction of small files")
    verify_cron: str = Field(
        "30 4 * * *", description="cron schedule of the comparison of the products in Kafka, the lake and the index"
    )
    forget_cron: str = Field(
        "*/10 * * * *", description="cron schedule of the erasure of people who asked to be forgotten"
    )
    report_cron: str = Field("0 9 * * *", description="cron schedule of the admins' daily digest")

    @field_validator("ingest_cron", "recommend_cron", "compact_cron", "forget_cron", "report_cron")
    @classmethod
    def _in_crons_form(cls, text: str) -> str:
        # Only who sets one waits for the import.
        from apscheduler.triggers.cron import CronTrigger

        try:
            CronTrigger.from_crontab(text, timezone="UTC")
        except ValueError as error:
            raise ValueError(f"`{text}` is not in cron's form ({error})") from None
        return text


class BackupSettings(SettingsGroup):
    passphrase_file: Path | None = Field(None, description="file with the passphrase that encrypts backups")
    passphrase: SecretStr | None = Field(None, description="the passphrase itself; a file is better")
    returns_within_days: int = Field(
        400,
        ge=1,
        description="age in days up to which a backup may be restored; so long it is kept who asked to be forgotten",
    )


class Settings(BaseSettings):
    """What one process of Yarmarka is told. `describe()` prints it without secrets."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter=NESTED, extra="forbid", frozen=True)

    stack_dir: Path = Field(Path(".stack"), description="state of the local stack, and this process' own files")
    credentials: Path = Field(Path(".stack/credentials"), description="directory of certificates and secrets")
    telegram_token: SecretStr | None = Field(
        None, validation_alias=TOKEN_NAME, description="the bot's token from @BotFather; empty: the sandbox"
    )
    kafka: KafkaSettings = KafkaSettings()
    elasticsearch: ElasticsearchSettings = ElasticsearchSettings()
    http: HttpSettings = HttpSettings()
    log: LogSettings = LogSettings()
    search: SearchSettings = SearchSettings()
    market: MarketSettings = MarketSettings()
    feed: FeedSettings = FeedSettings()
    telegram: TelegramSettings = TelegramSettings()
    bot: BotSettings = BotSettings()
    hdfs: HdfsSettings = HdfsSettings()
    analytics: AnalyticsSettings = AnalyticsSettings()
    backup: BackupSettings = BackupSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # `load` merges the environment with the stack's file itself, to be able to name the source of a fault.
        return (init_settings,)

    def describe(self) -> list[tuple[str, str]]:
        """Every setting's name and value as text, in order, secrets as `***`; for the log of a start."""
        return list(_describe(self.model_dump(), PREFIX))


def load(environment: dict[str, str] | None = None) -> Settings:
    """Settings from the environment over the stack's file.

    Raises StartupError with one sentence that names the setting and where it came from.
    """
    env = dict(os.environ if environment is None else environment)
    stack_dir = Path(env.get(STACK_DIR_NAME, ".stack"))
    values = {name: (value, "the environment") for name, value in env.items() if _is_ours(name)}
    if not env.get(TOKEN_NAME):
        # An empty token is no token: the one that was distributed may stand below it.
        values.pop(TOKEN_NAME, None)
    credentials = Path(env.get(CREDENTIALS_NAME) or stack_dir / "credentials")
    for path in (stack_dir / "stack.env", credentials / DISTRIBUTED_ENV):
        for name, value in read_env_file(path).items():
            values.setdefault(name, (value, str(path)))
    values.setdefault(STACK_DIR_NAME, (str(stack_dir), "the default"))
    values.setdefault(CREDENTIALS_NAME, (str(stack_dir / "credentials"), "the default"))
    try:
        return Settings.model_validate(_nest(values))
    except ValidationError as error:
        fault = error.errors()[0]
        name = _name_of(fault["loc"])
        source = values.get(name, ("", "the environment"))[1]
        if fault["type"] == "extra_forbidden":
            raise StartupError(
                f"{name} (from {source}) is not a setting; `python -m ops settings` lists them."
            ) from None
        raise StartupError(f"{name} (from {source}) is wrong: {fault['msg']}; see `python -m ops settings`.") from None


def read_env_file(path: Path) -> dict[str, str]:
    """The names and values of a file, as Docker Compose reads them; a missing file is empty. Raises StartupError."""
    try:
        return parse(decoded(path.read_bytes()))
    except FileNotFoundError:
        return {}
    except EnvFault as error:
        raise StartupError(f"{path.name} cannot be read: {error}.") from None


def options() -> list[tuple[str, str, str]]:
    """(name, default, meaning) of every setting, for `python -m ops settings` and the README's table."""
    return list(_options(Settings, PREFIX))


def _options(model: type[BaseModel], prefix: str) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for field, info in model.model_fields.items():
        name = str(info.validation_alias) if info.validation_alias else prefix + field.upper()
        if isinstance(info.annotation, type) and issubclass(info.annotation, SettingsGroup):
            rows += _options(info.annotation, name + NESTED)
        else:
            rows.append((name, "" if info.default is None else str(info.default), info.description or ""))
    return rows


def _describe(values: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for field, value in values.items():
        name = TOKEN_NAME if field == "telegram_token" else prefix + field.upper()
        rows += _describe(value, name + NESTED) if isinstance(value, dict) else [(name, str(value))]
    return rows


def _is_ours(name: str) -> bool:
    # YARMARKA_TEST_… and YARMARKA_DATA steer the tests, not a service.
    return name == TOKEN_NAME or (name.startswith(PREFIX) and not name.startswith((f"{PREFIX}TEST_", f"{PREFIX}DATA")))


def _nest(values: dict[str, tuple[str, str]]) -> dict[str, object]:
    tree: dict[str, object] = {}
    for name, (value, _) in values.items():
        if name == TOKEN_NAME:
            if value:
                tree[TOKEN_NAME] = value
            continue
        *groups, leaf = name.removeprefix(PREFIX).lower().split(NESTED)
        node = tree
        for group in groups:
            child = node.setdefault(group, {})
            if not isinstance(child, dict):
                break
            node = child
        node[leaf] = _split_ids(leaf, value)
    return tree


def _split_ids(leaf: str, value: str) -> object:
    if leaf in {"admins", "operators", "alert_chats"}:
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return None if value == "" and leaf in {"escalation_chat", "webhook_certificate"} else value


def _name_of(location: tuple[int | str, ...]) -> str:
    parts = [part for part in location if isinstance(part, str)]
    return TOKEN_NAME if parts[:1] == [TOKEN_NAME] else PREFIX + NESTED.join(parts).upper()
