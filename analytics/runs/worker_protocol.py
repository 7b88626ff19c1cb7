"""The protocol between the schedule and its Spark worker: an order in, then replies; one JSON object a line."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True)


class Order(_Line):
    """Run this job now."""

    job: str
    run_id: str


class JobProgress(_Line):
    """The run goes on."""

    kind: Literal["progress"] = "progress"
    stage: str
    percent: int


class Finished(_Line):
    """The run ended well."""

    kind: Literal["finished"] = "finished"
    taken: int
    written: int
    note: str = ""
    differences: tuple[tuple[str, str], ...] = ()
    """Topics that were not as they had been read, each with the finding."""


class Failed(_Line):
    """The run, or the start of the session, ended with a fault."""

    kind: Literal["failed"] = "failed"
    reason: str


WorkerReply = JobProgress | Finished | Failed
_REPLY: TypeAdapter[WorkerReply] = TypeAdapter(Annotated[WorkerReply, Field(discriminator="kind")])


def line(message: Order | WorkerReply) -> bytes:
    return message.model_dump_json().encode() + b"\n"


def read_reply(text: bytes) -> WorkerReply:
    """The reply in one line. Raises ValueError for anything else."""
    return _REPLY.validate_json(text)
