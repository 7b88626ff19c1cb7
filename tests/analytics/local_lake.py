"""The lake in a directory of this host: Delta Lake as it is, without a server."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, cast

from analytics.lake.hdfs import Hdfs
from analytics.lake.tables import Lake
from ops.settings import HdfsSettings, Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class LocalFiles:
    """What is asked of HDFS, of the files below a directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _at(self, path: str) -> Path:
        return self._root / path.lstrip("/")

    def exists(self, path: str) -> bool:
        return self._at(path).exists()

    def list(self, path: str) -> list[str]:
        at = self._at(path)
        return sorted(one.name for one in at.iterdir() if one.suffix != ".crc") if at.exists() else []

    def read(self, path: str) -> bytes:
        return self._at(path).read_bytes()

    def read_replaced(self, path: str) -> bytes:
        return self.read(path) if self.exists(path) else b""

    def write(self, path: str, data: bytes) -> None:
        self._at(path).parent.mkdir(parents=True, exist_ok=True)
        self._at(path).write_bytes(data)

    def delete(self, path: str) -> None:
        if self._at(path).is_dir():
            shutil.rmtree(self._at(path))
        else:
            self._at(path).unlink(missing_ok=True)


class LocalLake(Lake):
    """The tables below `root`, of a marketplace with these settings but for HDFS."""

    def __init__(self, session: "SparkSession", root: Path, settings: Settings | None = None) -> None:
        here = HdfsSettings(url=root.as_uri(), web_url="http://nowhere:1")
        super().__init__(session, (settings or Settings()).model_copy(update={"hdfs": here}))
        self.hdfs = cast(Hdfs, LocalFiles(root))
