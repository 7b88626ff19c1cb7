"""Spark: a small job on the warm session against a cold script, and ingest against a bare batch copy.

`python -m tests.benchmarks.bench_analytics [--dir D]` runs it on a stack with HDFS.
"""

import asyncio
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ops.kafka import Kafka
from ops.settings import STACK_DIR_NAME, Settings, load
from pipeline.contracts.messages import ClientRequest, Image, Price, Product, RequestKind, encode
from pipeline.contracts.topics import CLIENT_REQUESTS, FILTERED_PRODUCTS, TOPICS, Cleanup, Topic
from pipeline.kafka import cluster
from tests.benchmarks.rows import Row, compared

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

REPEATS = 5
COLD_REPEATS = 3
WARM_UP = 3
"""Runs until the session is as fast as it stays: a quarter of an hour of the schedule."""
ROWS = 400_000
CHANGED, ASKED = 50, 200
"""New versions of products, and requests, between two runs of the small job: what five minutes of the demo bring."""
TOPIC = Topic("bench_products", 6, Cleanup.DELETE, frozenset({"filter"}), frozenset({"spark"}), 1)
"""The products of a large marketplace, in a topic of their own that is gone afterwards."""
# What a person would write who wants the same tables from Kafka and has nothing running: all versions of products and
# all requests as Parquet by date, and of the versions the latest of each product with its fields.
COLD = """\
import os, sys
from ops.settings import load
from ops.downloads.java import java_home
from ops.downloads.report import quiet
from ops.downloads.spark_jars import JARS
from analytics.spark.kafka_source import kafka_options
from analytics.transforms.products import MESSAGE
from analytics.transforms.requests import MESSAGE as REQUEST
from pyspark.sql import SparkSession, functions as F
settings = load()
os.environ["JAVA_HOME"], os.environ["HADOOP_USER_NAME"] = str(java_home(quiet)), settings.hdfs.user
spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    .config("spark.driver.extraClassPath", ":".join(map(str, JARS.fetch(quiet))))
    .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate())
place = settings.hdfs.url + "/bench/" + sys.argv[1]
def topic(name):
    return spark.read.format("kafka").options(**kafka_options(settings)).option("subscribe", name).load().select(
        F.col("key").cast("string"), F.col("value").cast("string"), "partition", "offset", "timestamp",
        F.to_date("timestamp").alias("date"))
topic("filtered_products").write.partitionBy("date").parquet(place + "/versions")
(topic("client_requests").withColumn("sent", F.from_json("value", REQUEST)).select("*", "sent.*").drop("sent")
    .write.partitionBy("date").parquet(place + "/requests"))
latest = (spark.read.parquet(place + "/versions").groupBy("key")
    .agg(F.max_by(F.struct("value", "partition", "offset", "timestamp"), "offset").alias("last"))
    .where("last.value is not null"))
(latest.select("key", "last.*").withColumn("sent", F.from_json("value", MESSAGE)).select("*", "sent.*").drop("sent")
    .write.parquet(place + "/catalogue"))
"""


async def run(settings: Settings) -> list[Row]:
    """Needs Kafka with the demo's catalogue and its simulated history, and HDFS."""
    await cluster.apply(Kafka(settings, "admin"), (*TOPICS, TOPIC))
    try:
        await _fill(settings)
        return await asyncio.to_thread(_run, settings)
    finally:
        async with Kafka(settings, "admin").admin() as admin:
            await admin.delete_topics([TOPIC.name])
        await cluster.apply(Kafka(settings, "admin"))


async def _fill(settings: Settings) -> None:
    async with Kafka(settings, "filter").producer(linger_ms=20) as producer:
        sent = []
        for number in range(ROWS):
            product = _product(number, 100 + number % 9_000)
            sent.append(await producer.send(TOPIC.name, encode(product), key=product.offer_id.encode()))
        await asyncio.gather(*sent)


def _run(settings: Settings) -> list[Row]:
    from analytics.spark.session import session

    cold = [_timed(lambda: _cold_script(settings)) for _ in range(COLD_REPEATS)]
    with session(settings) as spark:
        return [_warm_job(spark, settings, cold), _ingest(spark, settings)]


def _warm_job(spark: "SparkSession", settings: Settings, cold: list[float]) -> Row:
    from analytics.runs.run_job import run_job
    from analytics.runs.worker_protocol import Failed, Order

    def job() -> float:
        began = time.monotonic()
        answer = run_job(spark, settings, Order(job="ingest", run_id="bench"), lambda stage, percent: None)
        if isinstance(answer, Failed):
            raise RuntimeError(answer.reason)
        return time.monotonic() - began

    job()
    warm = []
    for _ in range(WARM_UP + REPEATS):
        asyncio.run(_change(settings))
        warm.append(job())
    return compared("job_vs_cold_spark", "s", warm[WARM_UP:], "a cold PySpark script of the same work", cold)


async def _change(settings: Settings) -> None:
    """New prices for some of the catalogue's products, and requests of a few people."""
    async with Kafka(settings, "filter").producer() as filter_, Kafka(settings, "bot").producer() as bot:
        for number in range(CHANGED):
            product = _product(number, price=random.randint(100, 9_000))  # noqa: S311 - sample data
            await filter_.send(FILTERED_PRODUCTS.name, encode(product), key=product.offer_id.encode())
        for number in range(ASKED):
            seen = ClientRequest(
                request_id=uuid.uuid4().hex, user=f"{number % 20:064}", kind=RequestKind.VIEW,
                offer_id=f"shop-{number % CHANGED % 50}/bench-{number % CHANGED}",
            )  # fmt: skip
            await bot.send(CLIENT_REQUESTS.name, encode(seen), key=seen.user.encode())


def _product(number: int, price: int) -> Product:
    return Product(
        product_id=f"bench-{number}", name=f"Product {number} of the benchmark", store_id=f"shop-{number % 50}",
        description="A sentence of the length that shops write about what they sell. " * 4,
        price=Price(amount=price, currency="RUB"), category="Home / Kitchen", brand="Bench",
        tags=("kitchen", "gift"), images=(Image(url=f"demo:cup-{number % 9}"),),
    )  # fmt: skip


def _ingest(spark: "SparkSession", settings: Settings) -> Row:
    """Rows a second of `ingest`'s stream into a new table, and of a batch copy of the same records to Parquet."""
    from analytics.jobs.streams import records
    from analytics.spark.kafka_source import kafka_options
    from analytics.transforms.products import versions
    from pipeline.contracts.lake import PRODUCT_HISTORY

    place = f"{settings.hdfs.url}/bench/{uuid.uuid4().hex[:8]}"
    source = {**kafka_options(settings), "subscribe": TOPIC.name}

    def made(number: int) -> None:
        # As the job finds its table: partitioned, with the least and greatest values of a few columns only.
        spark.sql(
            f"CREATE TABLE delta.`{place}/ours{number}` ({PRODUCT_HISTORY.ddl}) USING delta PARTITIONED BY (`date`) "
            f"TBLPROPERTIES ('delta.dataSkippingStatsColumns' = '{','.join(PRODUCT_HISTORY.indexed)}')"
        )

    def ours(number: int) -> None:
        frame = versions(records(spark, settings, TOPIC.name))
        stream = frame.writeStream.format("delta").option("checkpointLocation", f"{place}/cp{number}")
        stream.trigger(availableNow=True).start(f"{place}/ours{number}").awaitTermination()

    def theirs(number: int) -> None:
        spark.read.format("kafka").options(**source).load().write.parquet(f"{place}/theirs{number}")

    made(0)
    ours(0)
    theirs(0)
    mine, other = [], []
    for number in range(1, REPEATS + 1):
        made(number)
        mine.append(ROWS / _timed(partial(ours, number)))
        other.append(ROWS / _timed(partial(theirs, number)))
    return compared("ingest_vs_batch_copy", "rows/s", mine, "Spark batch copy Kafka to Parquet", other)


def _cold_script(settings: Settings) -> None:
    command = [sys.executable, "-c", COLD, uuid.uuid4().hex[:8]]
    subprocess.run(command, check=True, capture_output=True, env=_environment(settings))


def _environment(settings: Settings) -> dict[str, str]:
    import os

    return {**os.environ, STACK_DIR_NAME: str(settings.stack_dir)}


def _timed(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    import os

    if "--dir" in sys.argv:
        os.environ[STACK_DIR_NAME] = str(Path(sys.argv[sys.argv.index("--dir") + 1]).resolve())
    for row in asyncio.run(run(load())):
        sys.stdout.write(f"{row.model_dump_json()}\n")
