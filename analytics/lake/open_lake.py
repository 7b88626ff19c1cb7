"""The lake for one command: a Spark session of its own, and faults that end the command with one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from analytics.lake.faults import reason
from analytics.lake.tables import Lake
from analytics.spark.session import session
from ops.errors import StartupError
from ops.settings import Settings


@contextmanager
def open_lake(settings: Settings) -> Iterator[Lake]:
    """The lake, as long as the block lasts. Raises StartupError with one sentence for whatever goes wrong in it."""
    with session(settings, brief=True) as spark:
        try:
            yield Lake(spark, settings)
        except StartupError:
            raise
        except Exception as error:
            raise StartupError(reason(error)) from error
