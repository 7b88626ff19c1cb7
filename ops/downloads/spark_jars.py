"""What Spark needs besides the pyspark wheel: its Kafka connector and Delta Lake."""

from ops.downloads.jars import Jars

# The connector's client is older than the broker, so these stay apart from the broker's jars. What the pyspark wheel
# carries itself is left out.
JARS = Jars(
    (
        "org.apache.spark:spark-sql-kafka-0-10_2.13:4.2.0",
        "org.apache.spark:spark-token-provider-kafka-0-10_2.13:4.2.0",
        "org.apache.kafka:kafka-clients:3.9.2",
        "org.apache.commons:commons-pool2:2.12.1",
        "io.delta:delta-spark_4.2_2.13:4.4.0",
    ),
    without=(
        "at.yawk",
        "com.fasterxml",
        "com.github.luben",
        "com.google.code",
        "org.apache.hadoop",
        "org.apache.logging",
        "org.roaringbitmap",
        "org.scala-lang",
        "org.slf4j",
        "org.xerial",
    ),
)
