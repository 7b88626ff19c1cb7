"""Topics of the test's own on the real broker."""

from tests.pipeline.kafka.conftest import kafka, topic

__all__ = ["kafka", "topic"]
