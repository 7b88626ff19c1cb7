"""Search synonyms that admins edit in the chat."""

from pydantic import Field

from pipeline.contracts.messages import Message, Moment, now

SYNONYM = "synonym:"


class SynonymLine(Message):
    """One line of the dictionary; its key is `synonym:<mark of the line>`.

    Both ways, every phrase stands for every other; one way, the first is also searched as the others.
    """

    phrases: tuple[str, ...] = Field(min_length=2)
    both_ways: bool = True
    by: str = ""
    at: Moment = Field(default_factory=now)
