import asyncio

import pytest
from elasticsearch import AsyncElasticsearch
from elasticsearch import ConnectionError as SearchAwayError

from analytics.lake.faults import LakeFault, reason, sentence
from ops.errors import StartupError

SEEN = [
    ("org.apache.hadoop.hdfs.server.namenode.SafeModeException: Cannot create directory /x. Name node is in safe mode.",
     "safe mode"),
    ("org.apache.hadoop.hdfs.protocol.DSQuotaExceededException: The DiskSpace quota of /yarmarka is exceeded", "quota"),
    ("File /x could only be written to 0 of the 1 minReplication nodes. There are 0 datanode(s) running", "DataNode"),
    ("org.apache.hadoop.hdfs.BlockMissingException: Could not obtain block: BP-1", "blocks"),
    ("Failed to APPEND_FILE /x for DFSClient_1 because this file lease is currently owned by DFSClient_2", "a minute"),
    ("[FAILED_READ_FILE.FILE_NOT_EXIST] Error while reading file hdfs://x/part-1.parquet.", "read it again"),
    ("java.net.ConnectException: Call From vm to 127.0.0.1:1 failed: Connection refused", "HDFS does not answer"),
    ("org.apache.kafka.common.errors.TimeoutException: Timeout expired while fetching topic metadata", "Kafka"),
    ("Py4JNetworkError: Answer from Java side is empty", "driver ended"),
    ("Py4JError: An error occurred while calling o1419.unpersist", "driver ended"),
    ("Py4JJavaError: An error occurred while calling o7.load.\n: SafeModeException", "safe mode"),
    ("Py4JJavaError: An error occurred.\n: java.lang.OutOfMemoryError: Java heap space\njava.net.ConnectException",
     "YARMARKA_ANALYTICS__HEAP_MB"),
    ("ConnectionRefusedError: [Errno 111] Connection refused\nPy4JNetworkError: An error occurred while trying to "
     "connect to the Java server", "driver ended"),
    ("MemoryError: Unable to allocate 3.2 GiB for an array", "YARMARKA_ANALYTICS__LARGE_ROWS"),
    ("something new\nwith a second line", "something new"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SEEN)
def test_known_faults_have_our_words(text: str, expected: str) -> None:
    said = sentence(text)
    assert expected in said
    assert "\n" not in said


def test_elasticsearch_that_is_away_is_not_hdfs() -> None:
    async def ask() -> None:
        async with AsyncElasticsearch("http://127.0.0.1:1", max_retries=0) as client:
            await client.info()

    with pytest.raises(SearchAwayError) as caught:
        asyncio.run(ask())
    assert "Elasticsearch does not answer" in reason(caught.value)


def test_the_cause_counts_and_our_own_words_stay() -> None:
    try:
        try:
            raise OSError("SafeModeException")
        except OSError as cause:
            raise RuntimeError("a query ended") from cause
    except RuntimeError as error:
        assert "safe mode" in reason(error)
    assert reason(LakeFault("in our words")) == "in our words"
    assert reason(StartupError("not set")) == "not set"
    assert len(reason(ValueError("x" * 999))) <= 200
