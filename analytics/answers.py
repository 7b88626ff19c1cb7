"""What passes between the schedule and the process that holds the Spark session: one JSON object a line."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True)


class Order(_Line):
    """Run this job now."""

    job: str
    run_id: str


class Progress(_Line):
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


class Failed(_Line):
    """The run, or the start of the session, ended with a fault."""

    kind: Literal["failed"] = "failed"
    reason: str


Answer = Progress | Finished | Failed
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Annotated[Answer, Field(discriminator="kind")])


def line(message: Order | Answer) -> bytes:
    return message.model_dump_json().encode() + b"\n"


def read_answer(text: bytes) -> Answer:
    """Raises ValueError for anything else."""
    return _ANSWER.validate_json(text)
