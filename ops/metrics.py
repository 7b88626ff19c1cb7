"""Every metric of every service is declared here and nowhere else; names follow Prometheus' conventions."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(f"yarmarka_{name}", text, labels, registry=REGISTRY)


def _gauge(name: str, text: str, *labels: str) -> Gauge:
    return Gauge(f"yarmarka_{name}", text, labels, registry=REGISTRY)


def _histogram(name: str, text: str, *labels: str, buckets: tuple[float, ...] = FAST) -> Histogram:
    return Histogram(f"yarmarka_{name}", text, labels, buckets=buckets, registry=REGISTRY)


# Every service
BUILD_INFO = _gauge("build_info", "1, labelled with the service's name and version", "service", "version")
READY = _gauge("ready", "1 when the named condition of readiness holds", "condition")
CONSUMER_LAG = _gauge(
    "consumer_lag_messages", "Consumer lag: messages behind the partition's end offset", "topic", "partition"
)
LAST_COMMIT = _gauge(
    "consumer_last_commit_timestamp_seconds",
    "Time of this consumer's last offset commit, or of its last poll without lag",
)
LOG_DIFFERENCE = _gauge(
    "log_difference_timestamp_seconds",
    "Time when a topic was last found to differ from what its reader had noted of it",
    "reader", "topic", "finding",
)  # fmt: skip
BACKGROUND_RESTARTS = _counter("background_restarts_total", "Background work that failed and was started again", "work")
DEAD_LETTERS = _counter("dead_letters_total", "Messages put aside in dead_letters", "topic", "reason")
LIVE_VIEW_ENTRIES = _gauge("live_view_entries", "Keys in the live view of a compacted topic", "view")
LIVE_VIEW_OFFSET = _gauge("live_view_offset", "Next offset of the live view, summed over partitions", "view")
STATE_BYTES = _gauge("state_file_bytes", "Size on disk of the file of a compacted topic", "topic")
STATE_ENTRIES = _gauge("state_file_entries", "Keys in the file, as they were counted within the last minutes", "topic")
STATE_BEHIND = _gauge("state_file_behind_records", "Records of the topic that are not in the file yet", "topic")
STATE_NOT_WRITTEN = _gauge("state_file_unwritten_entries", "Entries in memory that the disk does not take", "topic")
STATE_START_SECONDS = _gauge("state_file_start_seconds", "How long the last start took to have all of a topic", "topic")

# feed
FEED_ROWS = _counter("feed_rows_total", "Rows read from feeds", "outcome")
FEED_OFFERS = _counter("feed_offers_total", "Offers in feeds, by what became of them", "step")
FEED_RUNS = _counter("feed_runs_total", "Feeds of shops, by how they ended", "state")
FEED_RUN_SECONDS = _histogram("feed_run_seconds", "One feed of a shop, from its first row to its end", buckets=SLOW)
FEED_LAST = _gauge("feed_last_timestamp_seconds", "Time when the last feed of the shop ended", "shop")
FEED_SILENT = _gauge("feed_silent_limit_seconds", "Seconds without a feed of a shop that are too many")
FEED_WAITING = _gauge("feed_waiting_runs", "Whole feeds that wait for a decision before they withdraw offers")
FEED_FILES = _counter("feed_files_total", "Files of the shops' folder, by what became of them", "outcome")
FEED_UNMOVED = _gauge("feed_unmoved_files", "Files that were dealt with and cannot be moved out of the shops' folder")
FEED_KEPT = _gauge("feed_kept_bytes", "Bytes of dealt-with files and reports that are kept", "folder")
FEED_REMOVED = _counter("feed_removed_files_total", "Dealt-with files and reports removed by retention", "folder")
FEED_FETCHES = _counter("feed_fetches_total", "Fetches from shops' addresses, by how they ended", "outcome")
FEED_FETCH_SECONDS = _histogram("feed_fetch_seconds", "One fetch from a shop's address, with redirects", buckets=SLOW)
FEED_FETCHED = _counter("feed_fetched_bytes_total", "Bytes fetched from shops' addresses, as they were sent")
FEED_ADDRESSES = _gauge("feed_addresses", "Shops whose feed is fetched from an address, by how that stands", "state")

# filter
FILTER_PRODUCTS = _counter("filter_products_total", "Products filtered, by decision", "decision")
FILTER_REFUSED = _counter("filter_refused_total", "Products refused, by the kind of the matching rule", "kind")
FILTER_BATCH = _histogram("filter_batch_seconds", "From the fetch of a batch to the commit of its decisions")
FILTER_CHANGE = _histogram(
    "filter_change_seconds", "A change of rules in one partition, until all it touches is decided again", buckets=SLOW
)
FILTER_RETRACTED = _counter("filter_retracted_total", "Earlier decisions reversed after a change of rules", "direction")
FILTER_CHANGES_LEFT = _gauge(
    "filter_changes_left_products",
    "Products that changes of rules touch and that are not decided again yet",
    "partition",
)

# indexer
INDEXED = _counter("indexer_documents_total", "Documents written to the index, by outcome", "outcome")
INDEX_DELAY = _histogram("indexer_delay_seconds", "From a product's message to its document in the index", buckets=SLOW)
INDEX_BULK_SIZE = _gauge("indexer_bulk_documents", "Documents in a bulk request, as its controller has set it")
INDEX_BULK = _histogram("indexer_bulk_seconds", "One bulk request", buckets=FAST)
MEANINGS = _counter("indexer_meanings_total", "Documents that were given the vector of their meaning")
INDEX_RETRIES = _counter("indexer_retries_total", "Bulk requests retried", "reason")

# request log
AUDIT_DEEDS = _counter("audit_deeds_total", "Deeds of people in the chat that are on record", "action")
REQUESTS_LOGGED = _counter("requests_logged_total", "Client requests and audit records indexed", "topic")
REQUEST_SPOOL = _gauge("request_spool_messages", "Requests spooled to disk until Kafka acknowledges them")
REQUESTS_DROPPED = _counter("requests_dropped_total", "Requests dropped because the spool on disk was full")

# bot
UPDATES = _counter("bot_updates_total", "Telegram updates handled, by kind and outcome", "kind", "outcome")
UPDATES_IN_WORK = _gauge("bot_updates_in_work", "Updates that were read from Telegram and are not handled yet")
UPDATES_NOT_KEPT = _gauge("bot_updates_not_kept", "Updates in work for which the journal on disk has no room")
ANSWERS_DEFERRED = _counter("bot_answers_deferred_total", "Answers that Telegram would not take at once")
UPDATE_SECONDS = _histogram("bot_update_seconds", "Latency from an update's arrival to the end of its handler", "kind")
TELEGRAM_SECONDS = _histogram("telegram_request_seconds", "Latency of one Bot API call", "method")
TELEGRAM_ERRORS = _counter("telegram_errors_total", "Failed Bot API calls", "method", "kind")
SEARCH_SECONDS = _histogram("search_seconds", "Latency of one search, as the person waits for it", "channel")
SEARCHES = _counter("searches_total", "Searches, by kind of outcome", "channel", "kind")
REFUSALS = _counter("bot_refusals_total", "Commands and buttons refused because the person lacks the role", "command")
OUTBOX = _gauge("bot_outbox_messages", "Messages in the outbox, not yet delivered to Telegram")

# alerts
WEBHOOK = _counter("alert_webhook_total", "Webhook deliveries from Alertmanager, by HTTP status answered", "status")
CARDS_OPEN = _gauge("alert_cards_open", "Alert cards that are firing, not yet resolved")
CARD_SECONDS = _histogram("alert_card_seconds", "Latency from the webhook's 200 to the card in the chat")

# analytics
JOB_SECONDS = _histogram("job_seconds", "Duration of one run of a job", "job_name", "outcome", buckets=SLOW)
JOB_ROWS = _gauge("job_rows", "Rows read and written by the last run", "job_name", "direction")
JOB_LAST_SUCCESS = _gauge("job_last_success_timestamp_seconds", "Time of the job's last success", "job_name")
JOB_INTERVAL = _gauge("job_interval_seconds", "Time between two scheduled runs of the job", "job_name")
JOB_MISSED = _counter("job_missed_total", "Scheduled runs of a job that could not be started in time", "job_name")
JOB_FAILED = _gauge("job_failed", "1 when the last run of the job failed", "job_name")
JOB_FAILURE = _gauge("job_failure_info", "1 with the reason why the last run of the job failed", "job_name", "reason")

# A metric without labels shows as 0 in every service; these are the exporter's alone, so each has a label.
# exporter: what Elasticsearch, Kafka and our certificates do not tell Prometheus themselves
ELASTICSEARCH_UP = _gauge("elasticsearch_up", "1 when the server answered the last health check", "server")
ELASTICSEARCH_STATUS = _gauge("elasticsearch_status", "Health of the cluster: 0 green, 1 yellow, 2 red", "server")
ELASTICSEARCH_DOCUMENTS = _gauge("elasticsearch_documents", "Documents in the index behind an alias", "alias")
DISK_FREE = _gauge("disk_free_bytes", "Room left where a server keeps its data", "server", "node", "path")
DISK_SIZE = _gauge("disk_size_bytes", "Size of the file system where a server keeps its data", "server", "node", "path")
CERTIFICATE_EXPIRY = _gauge(
    "certificate_expiry_timestamp_seconds", "Expiry (notAfter) of the certificate", "certificate"
)
