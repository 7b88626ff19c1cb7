"""How far a stream is, from the files that Spark leaves."""

from analytics.lake.checkpoints import reached
from analytics.lake.commits import rows_written
from pipeline.contracts.lake import CATALOGUE, PRODUCT_HISTORY

BATCH = 'v1\n{"batchWatermarkMs":0,"batchTimestampMs":1,"conf":{}}\n{"filtered_products":{"0":12,"1":0,"2":7}}'


class Files:
    """As much of HDFS as is asked for."""

    def __init__(self, **files: str) -> None:
        self._files = {name.replace("__", "/"): text for name, text in files.items()}

    def list(self, path: str) -> list[str]:
        return sorted(name.rpartition("/")[2] for name in self._files if f"/{name}".startswith(self._below(path)))

    def read(self, path: str) -> bytes:
        return self._files[self._below(path).strip("/")].encode()

    @staticmethod
    def _below(path: str) -> str:
        return "/" + path.rpartition("product_history/")[2].rpartition("catalogue/")[2]


def test_a_batch_counts_when_it_is_committed_and_the_last_one_by_number() -> None:
    later = BATCH.replace(":12", ":40")
    files = Files(offsets__9=BATCH, offsets__10=later, offsets__11="v1\n{}\n{}", commits__9="v1", commits__10="v1")
    assert reached(files, PRODUCT_HISTORY) == {0: 40, 2: 7}  # type: ignore[arg-type]


def test_a_stream_that_wrote_nothing_yet_is_nowhere() -> None:
    assert reached(Files(offsets__0=BATCH), PRODUCT_HISTORY) == {}  # type: ignore[arg-type]


def test_the_last_commit_says_how_many_rows_it_wrote() -> None:
    first = '{"commitInfo":{"operationMetrics":{"numOutputRows":"3"}}}\n{"add":{"path":"a"}}'
    files = Files(**{"_delta_log__" + "0" * 20 + ".json": first})
    assert rows_written(files, CATALOGUE) == 3  # type: ignore[arg-type]
    empty = '{"commitInfo":{"operation":"WRITE","operationMetrics":{"numFiles":"0"}}}'
    later = Files(**{"_delta_log__" + "0" * 19 + f"{n}.json": text for n, text in ((0, first), (1, empty))})
    assert rows_written(later, CATALOGUE) == 0  # type: ignore[arg-type]
