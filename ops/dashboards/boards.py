"""Every dashboard. A panel that may have nothing to count says 0, so that an empty one is always a fault."""

from dataclasses import replace

from ops.dashboards.panel import Dashboard, Mark, Panel, figure, line

# What may be the cause of a bend in a line, on every dashboard.
MARKS = (
    Mark(
        "Bans",
        'sum by (action) (increase(yarmarka_audit_deeds_total{action=~"ban|unban|apply_bans"}[1m])) > 0',
        "{{action}}",
        "orange",
    ),
    Mark("Feeds", "sum by (state) (increase(yarmarka_feed_runs_total[1m])) > 0", "{{state}}", "blue"),
    Mark(
        "Drills",
        'sum by (action) (increase(yarmarka_audit_deeds_total{action="drill"}[1m])) > 0',
        "{{action}}",
        "purple",
    ),
    Mark("Starts of services", "changes(process_start_time_seconds[1m]) > 0", "{{service}}", "red"),
)


def _p(quantile: str, metric: str, by: str = "") -> str:
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({quantile}, sum by ({labels}) (rate({metric}_bucket[5m])))"


def _rate(metric: str, by: str = "") -> str:
    grouped = f"sum by ({by})" if by else "sum"
    return f"{grouped} (rate({metric}[5m])) or vector(0)"


def _ratio(part: str, whole: str) -> str:
    return f"(sum(rate({part}[5m])) or vector(0)) / clamp_min(sum(rate({whole}[5m])), 0.001) or vector(0)"


def _machine(panel: Panel) -> Panel:
    return replace(panel, deployed_only=True)


OVERVIEW = Dashboard(
    "overview",
    "Yarmarka: overview",
    (
        figure("Services that do not answer", "count(up == 0) or vector(0)", bound=1),
        figure("Alert cards open", "sum(yarmarka_alert_cards_open) or vector(0)", bound=1),
        figure(
            "Objective: searches that answer, 99.9 %",
            '1 - ((sum(rate(yarmarka_searches_total{kind="failed"}[30m])) or vector(0))'
            " / clamp_min(sum(rate(yarmarka_searches_total[30m])), 0.001) or vector(0))",
            "percentunit",
        ),
        figure("Objective: search p95 below 1 s", f"{_p('0.95', 'yarmarka_search_seconds')} or vector(0)", "s", 1),
        figure("Objective: searchable within 10 s, p95", _p("0.95", "yarmarka_indexer_delay_seconds"), "s", 10),
        figure(
            "Objective: alert to card within 2 s, p95",
            f"{_p('0.95', 'yarmarka_alert_card_seconds')} or vector(0)",
            "s",
            2,
        ),
        line("Services", ("up", "{{service}}"), bound=1),
        line("Not ready", ("min by (service, condition) (yarmarka_ready)", "{{service}}: {{condition}}")),
        line(
            "Work in the background that began again",
            ("sum by (service, work) (increase(yarmarka_background_restarts_total[10m]))", "{{service}}: {{work}}"),
        ),
        line(
            "Certificates end in",
            ("(yarmarka_certificate_expiry_timestamp_seconds - time())", "{{certificate}}"),
            unit="s",
        ),
        line(
            "Room left on disks",
            ("yarmarka_disk_free_bytes / yarmarka_disk_size_bytes", "{{server}} {{node}} {{path}}"),
            unit="percentunit",
        ),
        line("Memory of our services", ("process_resident_memory_bytes", "{{service}}"), unit="bytes"),
        _machine(
            line(
                "The machine's memory in use",
                ("1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", "memory"),
                unit="percentunit",
            )
        ),
        _machine(
            line(
                "The machine's processors in use",
                ('1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m]))', "processors"),
                unit="percentunit",
            )
        ),
    ),
)

KAFKA = Dashboard(
    "kafka",
    "Yarmarka: Kafka",
    (
        figure("Partitions without a leader", "max(kafka_offline_partitions)", bound=1),
        figure("Partitions with too few copies", "max(kafka_under_replicated_partitions)", bound=1),
        figure("Active controllers", "sum(kafka_active_controllers)"),
        figure("Log directories out of use", "max(kafka_offline_log_directories)", bound=1),
        line("Messages written", ("rate(kafka_messages_in_total[5m])", "a second")),
        line(
            "Bytes",
            ("rate(kafka_bytes_in_total[5m])", "written"),
            ("rate(kafka_bytes_out_total[5m])", "read"),
            unit="Bps",
        ),
        line("Time of a produce request", ("kafka_produce_milliseconds", "quantile {{quantile}}"), unit="ms"),
        line("Lag", ("sum by (service, topic) (yarmarka_consumer_lag_messages)", "{{service}} on {{topic}}")),
        line(
            "Seconds since the last commit",
            ("time() - max by (service) (yarmarka_consumer_last_commit_timestamp_seconds > 0)", "{{service}}"),
            unit="s",
        ),
        line(
            "Logs that were found to differ, minutes ago",
            (
                "(time() - max by (reader, topic, finding) (yarmarka_log_difference_timestamp_seconds)) / 60"
                " or vector(0)",
                "{{reader}} on {{topic}}: {{finding}}",
            ),
        ),
        line("Keys in live views", ("sum by (service, view) (yarmarka_live_view_entries)", "{{service}}: {{view}}")),
    ),
)

PIPELINE = Dashboard(
    "pipeline",
    "Yarmarka: from feed to search",
    (
        figure("Products that can be found", "max(yarmarka_elasticsearch_documents)"),
        figure("Elasticsearch: 0 green, 1 yellow, 2 red", "max(yarmarka_elasticsearch_status)", bound=2),
        figure("Elasticsearch answers", "min(yarmarka_elasticsearch_up)"),
        line("Rows of feeds", (_rate("yarmarka_feed_rows_total", "outcome"), "{{outcome}}")),
        line("Offers in feeds", (_rate("yarmarka_feed_offers_total", "step"), "{{step}}")),
        line(
            "Feeds of shops in an hour",
            ("sum by (state) (increase(yarmarka_feed_runs_total[1h]))", "{{state}}"),
            ("max(yarmarka_feed_waiting_runs)", "wait for a decision now"),
        ),
        line(
            "A feed of a shop",
            (_p("0.5", "yarmarka_feed_run_seconds"), "p50"),
            (_p("0.95", "yarmarka_feed_run_seconds"), "p95"),
            unit="s",
        ),
        line(
            "Hours since the last feed of each shop",
            (
                "topk(20, (time() - max by (shop) (yarmarka_feed_last_timestamp_seconds)) / 3600)",
                "{{shop}}",
            ),
            ("max(yarmarka_feed_silent_limit_seconds) / 3600", "too long"),
        ),
        line(
            "Files of feeds in an hour",
            ("sum by (outcome) (increase(yarmarka_feed_files_total[1h]))", "{{outcome}}"),
            ("sum(yarmarka_feed_unmoved_files)", "cannot be moved"),
        ),
        line(
            "Fetches from shops' addresses in an hour",
            ("sum by (outcome) (increase(yarmarka_feed_fetches_total[1h]))", "{{outcome}}"),
            ('max(yarmarka_feed_addresses{state="failing"})', "addresses that fail now"),
            ('max(yarmarka_feed_addresses{state="well"})', "addresses that are well"),
        ),
        line(
            "A fetch from a shop's address",
            (_p("0.5", "yarmarka_feed_fetch_seconds"), "p50"),
            (_p("0.95", "yarmarka_feed_fetch_seconds"), "p95"),
            unit="s",
        ),
        line(
            "Fetched from shops' addresses, bytes a second",
            ("sum(rate(yarmarka_feed_fetched_bytes_total[5m]))", "bytes"),
            unit="Bps",
        ),
        line(
            "Fed and refused files that are kept",
            ("sum by (folder) (yarmarka_feed_kept_bytes)", "{{folder}}"),
            unit="bytes",
        ),
        line("Products decided", (_rate("yarmarka_filter_products_total", "decision"), "{{decision}}")),
        line("Refused, by the kind of rule", (_rate("yarmarka_filter_refused_total", "kind"), "{{kind}}")),
        line(
            "A batch in the filter",
            (_p("0.5", "yarmarka_filter_batch_seconds"), "p50"),
            (_p("0.95", "yarmarka_filter_batch_seconds"), "p95"),
            unit="s",
        ),
        line(
            "Decisions changed by a ban or an unban",
            (_rate("yarmarka_filter_retracted_total", "direction"), "{{direction}}"),
        ),
        line("Documents written", (_rate("yarmarka_indexer_documents_total", "outcome"), "{{outcome}}")),
        line(
            "From the decision to the index",
            (_p("0.5", "yarmarka_indexer_delay_seconds"), "p50"),
            (_p("0.95", "yarmarka_indexer_delay_seconds"), "p95"),
            unit="s",
            bound=10,
        ),
        line("Bulk requests sent again", (_rate("yarmarka_indexer_retries_total", "reason"), "{{reason}}")),
        line(
            "Put aside in dead_letters",
            (_rate("yarmarka_dead_letters_total", "service, topic, reason"), "{{service}} {{topic}} {{reason}}"),
        ),
        line(
            "Lag", ("sum by (service, topic) (yarmarka_consumer_lag_messages)", "{{service}} on {{topic}}"), bound=5_000
        ),
        line("Requests written to the log", (_rate("yarmarka_requests_logged_total", "topic"), "{{topic}}")),
        line("Requests that wait on disk for Kafka", ("sum(yarmarka_request_spool_messages)", "waiting"), bound=1_000),
    ),
)

BOT = Dashboard(
    "bot",
    "Yarmarka: bot",
    (
        line("Updates", (_rate("yarmarka_bot_updates_total", "kind, outcome"), "{{kind}} {{outcome}}")),
        line(
            "From an update to its end",
            (f"{_p('0.5', 'yarmarka_bot_update_seconds')} or vector(0)", "p50"),
            (f"{_p('0.95', 'yarmarka_bot_update_seconds')} or vector(0)", "p95"),
            unit="s",
        ),
        line("Messages that wait for Telegram", ("sum(yarmarka_bot_outbox_messages)", "waiting"), bound=200),
        figure("Updates that found no room on disk", "sum(yarmarka_bot_updates_not_kept)", bound=1),
        figure("State that found no room on disk", "sum(yarmarka_state_file_unwritten_entries) or vector(0)", bound=1),
        line("State on disk", ("yarmarka_state_file_bytes", "{{topic}}"), unit="bytes"),
        line("Entries on disk", ("yarmarka_state_file_entries", "{{topic}}")),
        line("Records that the state on disk lacks", ("yarmarka_state_file_behind_records or vector(0)", "{{topic}}")),
        line("The last start: until a topic was there", ("yarmarka_state_file_start_seconds", "{{topic}}"), unit="s"),
        line("Calls of the Bot API", (_rate("yarmarka_telegram_request_seconds_count", "method"), "{{method}}")),
        line(
            "A call of the Bot API, p95",
            (f"{_p('0.95', 'yarmarka_telegram_request_seconds', 'method')}", "{{method}}"),
            unit="s",
        ),
        line("Calls that failed", (_rate("yarmarka_telegram_errors_total", "method, kind"), "{{method}} {{kind}}")),
        line(
            "Part of the calls that failed",
            (_ratio("yarmarka_telegram_errors_total", "yarmarka_telegram_request_seconds_count"), "failed"),
            unit="percentunit",
            bound=0.2,
        ),
        line("Refused for want of a role", (_rate("yarmarka_bot_refusals_total", "command"), "{{command}}")),
        line("Alertmanager's deliveries", (_rate("yarmarka_alert_webhook_total", "status"), "{{status}}")),
        line(
            "From the webhook to the card",
            (f"{_p('0.95', 'yarmarka_alert_card_seconds')} or vector(0)", "p95"),
            unit="s",
        ),
        figure("Cards open", "sum(yarmarka_alert_cards_open)", bound=1),
    ),
)

SEARCH = Dashboard(
    "search",
    "Yarmarka: search",
    (
        line(
            "A search",
            (f"{_p('0.5', 'yarmarka_search_seconds')} or vector(0)", "p50"),
            (f"{_p('0.95', 'yarmarka_search_seconds')} or vector(0)", "p95"),
            unit="s",
            bound=1,
        ),
        line("Searches", (_rate("yarmarka_searches_total", "channel, kind"), "{{channel}} {{kind}}")),
        line(
            "Part that found nothing",
            (_ratio('yarmarka_searches_total{kind=~"nothing|nearest"}', "yarmarka_searches_total"), "nothing found"),
            unit="percentunit",
        ),
        line(
            "Part that failed",
            (_ratio('yarmarka_searches_total{kind="failed"}', "yarmarka_searches_total"), "failed"),
            unit="percentunit",
            bound=0.05,
        ),
        figure("Products that can be found", "max(yarmarka_elasticsearch_documents)"),
    ),
)

SPARK = Dashboard(
    "spark",
    "Yarmarka: Spark jobs",
    (
        line("The last run failed", ("max by (job_name) (yarmarka_job_failed)", "{{job_name}}"), bound=1),
        line(
            "Since the last success",
            ("time() - max by (job_name) (yarmarka_job_last_success_timestamp_seconds > 0)", "{{job_name}}"),
            unit="s",
        ),
        line(
            "A run, on average",
            (
                "sum by (job_name) (yarmarka_job_seconds_sum) / sum by (job_name) (yarmarka_job_seconds_count)",
                "{{job_name}}",
            ),
            unit="s",
        ),
        line("Runs", ("sum by (job_name, outcome) (yarmarka_job_seconds_count)", "{{job_name}} {{outcome}}")),
        line(
            "Rows of the last run", ("max by (job_name, direction) (yarmarka_job_rows)", "{{job_name}} {{direction}}")
        ),
        line(
            "Runs that could not be started",
            ("sum by (job_name) (yarmarka_job_missed_total) or vector(0)", "{{job_name}}"),
        ),
    ),
)

DASHBOARDS: tuple[Dashboard, ...] = (OVERVIEW, KAFKA, PIPELINE, BOT, SEARCH, SPARK)
