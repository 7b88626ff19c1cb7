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
BUILD_INFO = _gauge("build_info", "1, with the service's name and version", "service", "version")
READY = _gauge("ready", "1 when the named condition of readiness holds", "condition")
CONSUMER_LAG = _gauge("consumer_lag_messages", "Messages behind the end of the partition", "topic", "partition")
LAST_COMMIT = _gauge("consumer_last_commit_timestamp_seconds", "When this consumer last committed, or found no lag")
DEAD_LETTERS = _counter("dead_letters_total", "Messages put aside in dead_letters", "topic", "reason")
LIVE_VIEW_ENTRIES = _gauge("live_view_entries", "Keys in the live view of a compacted topic", "view")
LIVE_VIEW_OFFSET = _gauge("live_view_offset", "Next offset of the live view, summed over partitions", "view")

# feed
FEED_ROWS = _counter("feed_rows_total", "Rows read from feeds", "outcome")

# filter
FILTER_PRODUCTS = _counter("filter_products_total", "Products decided", "decision")
FILTER_REFUSED = _counter("filter_refused_total", "Products refused, by the kind of rule", "kind")
FILTER_BATCH = _histogram("filter_batch_seconds", "From the fetch of a batch to its durable decisions")
FILTER_RESCAN = _histogram("filter_rescan_seconds", "One rescan of a partition after a change of rules", buckets=SLOW)
FILTER_RETRACTED = _counter("filter_retracted_total", "Earlier decisions changed by a rule", "direction")

# indexer
INDEXED = _counter("indexer_documents_total", "Documents written to the index", "outcome")
INDEX_DELAY = _histogram("indexer_delay_seconds", "From a product's message to its place in the index", buckets=SLOW)
INDEX_BULK_SIZE = _gauge("indexer_bulk_documents", "Documents in a bulk request, as the feedback has set it")
INDEX_BULK = _histogram("indexer_bulk_seconds", "One bulk request", buckets=FAST)
INDEX_RETRIES = _counter("indexer_retries_total", "Bulk requests sent again", "reason")

# request log
REQUESTS_LOGGED = _counter("requests_logged_total", "Requests written to Elasticsearch", "topic")
REQUEST_SPOOL = _gauge("request_spool_messages", "Requests that wait on disk for Kafka")
REQUESTS_DROPPED = _counter("requests_dropped_total", "Requests lost because the spool on disk was full")

# bot
UPDATES = _counter("bot_updates_total", "Updates handled", "kind", "outcome")
UPDATE_SECONDS = _histogram("bot_update_seconds", "From an update's arrival to the end of its handling", "kind")
TELEGRAM_SECONDS = _histogram("telegram_request_seconds", "One call of the Bot API", "method")
TELEGRAM_ERRORS = _counter("telegram_errors_total", "Calls of the Bot API that failed", "method", "kind")
SEARCH_SECONDS = _histogram("search_seconds", "One search, as the person waits for it", "channel")
SEARCHES = _counter("searches_total", "Searches by what came of them", "channel", "kind")
REFUSALS = _counter("bot_refusals_total", "Commands and buttons refused for want of a role", "command")
OUTBOX = _gauge("bot_outbox_messages", "Messages that wait for Telegram")

# alerts
WEBHOOK = _counter("alert_webhook_total", "Deliveries of Alertmanager, by the status answered", "status")
CARDS_OPEN = _gauge("alert_cards_open", "Alert cards that are not resolved")
CARD_SECONDS = _histogram("alert_card_seconds", "From the webhook's 200 to the card in the chat")

# analytics
JOB_SECONDS = _histogram("job_seconds", "One run of a job", "job_name", "outcome", buckets=SLOW)
JOB_ROWS = _gauge("job_rows", "Rows of the last run", "job_name", "direction")
JOB_LAST_SUCCESS = _gauge("job_last_success_timestamp_seconds", "When the job last ended well", "job_name")
JOB_MISSED = _counter("job_missed_total", "Runs of a job that were due and could not be started", "job_name")
JOB_FAILED = _gauge("job_failed", "1 when the last run of the job failed", "job_name")
JOB_FAILURE = _gauge("job_failure_info", "1 with the reason why the last run of the job failed", "job_name", "reason")

# A metric without labels shows as 0 in every service; these are the exporter's alone, so each has a label.
# exporter: what Elasticsearch and our certificates do not tell Prometheus themselves
ELASTICSEARCH_UP = _gauge("elasticsearch_up", "1 when the server answered the last look at its health", "server")
ELASTICSEARCH_STATUS = _gauge("elasticsearch_status", "Health of the cluster: 0 green, 1 yellow, 2 red", "server")
ELASTICSEARCH_DOCUMENTS = _gauge("elasticsearch_documents", "Documents in the index behind an alias", "alias")
CERTIFICATE_EXPIRY = _gauge("certificate_expiry_timestamp_seconds", "When the certificate ends", "certificate")
