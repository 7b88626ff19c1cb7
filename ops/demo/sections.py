"""The hand-written tables of the catalogue: what a category's file may say.

A file in `catalogue/` holds sections, one a category and language; a section holds models. A model becomes one
offer for every shop that sells it, in every colour and option. Text patterns may use `{brand}`, `{model}`,
`{noun}`, `{option}`, `{colour}` in names, and the section's specification keys in details.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from ops.drawings.colours import COLOURS, Gender

CATALOGUE = Path(__file__).parent / "catalogue"
Language = Literal["ru", "en"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProductModel(_Table):
    """What a maker sells under one name. `price` is in whole roubles, `step` is added for each further option."""

    brand: str
    model: str
    price: int
    shops: tuple[str, ...]
    specs: tuple[str, ...]
    text: str
    noun: str | None = None
    picture: str | None = None
    gender: Gender | None = None
    step: int | None = None
    colours: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    uses: tuple[str, ...] | None = None
    details: tuple[str, ...] | None = None


class Section(_Table):
    """A category's offers in one language, and the phrases that its models share."""

    category: str
    department: str
    code: str
    picture: str
    noun: str
    names: tuple[str, ...]
    tags: tuple[str, ...]
    spec_keys: tuple[str, ...]
    details: tuple[str, ...]
    uses: tuple[str, ...]
    model: tuple[ProductModel, ...]
    gender: Gender = "m"
    language: Language = "ru"
    first: int = 1
    step: int = 0
    option_key: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "Section":
        for model in self.model:
            if len(model.specs) != len(self.spec_keys):
                raise ValueError(f"{self.category}, {model.model}: {len(self.spec_keys)} specs are expected")
            if model.options and self.option_key is None:
                raise ValueError(f"{self.category}, {model.model}: options need an option_key")
            if unknown := set(model.colours) - COLOURS.keys():
                raise ValueError(f"{self.category}, {model.model}: no such colours: {sorted(unknown)}")
        return self


class _File(_Table):
    section: tuple[Section, ...]


@cache
def sections() -> tuple[Section, ...]:
    """All sections, Russian and English, in the order of the files' names."""
    files = sorted(CATALOGUE.glob("*.toml"))
    return tuple(s for f in files for s in _File.model_validate(tomllib.loads(f.read_text("utf-8"))).section)
