"""What an entry of the registry may say. One class per section of a registry file; unknown fields are refused."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Unit = Literal[
    "AGT", "AIA", "USD", "share", "number", "count", "month", "people", "sets", "flag",
    "USD/AGT", "USD/AIA", "AGT/AIA", "USD/hour", "USD/day", "USD/person", "USD/client", "USD/item",
    "AIA/set", "AGT/set", "sets/person", "sets/day", "AIA/person", "AGT/person", "hours/set", "day",
]  # fmt: skip


Better = Literal["higher", "lower", "neither"]


class Entry(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Uniform(Entry):
    """Every value between `low` and `high` is as likely."""

    law: Literal["uniform"]
    low: Decimal
    high: Decimal


class LogNormal(Entry):
    """Nine draws in ten fall between `low` and `high`, evenly on the scale of ratios."""

    law: Literal["lognormal"]
    low: Annotated[Decimal, Field(gt=0)]
    high: Annotated[Decimal, Field(gt=0)]


class Beta(Entry):
    """A share, with mean alpha / (alpha + beta)."""

    law: Literal["beta"]
    alpha: Annotated[Decimal, Field(gt=0)]
    beta: Annotated[Decimal, Field(gt=0)]


Prior = Annotated[Uniform | LogNormal | Beta, Field(discriminator="law")]


class Member(Entry):
    """One parameter's value for one member of an index, where it also has a prior."""

    value: Decimal
    prior: Prior


class Parameter(Entry):
    """A number that the model reads: a fact, a lever that the DAO decides, or an assumption with its prior."""

    symbol: Text
    meaning: Text
    unit: Unit
    kind: Literal["fact", "lever", "assumption"]
    source: Text
    index: Text | None = None
    value: Decimal | None = None
    bounds: tuple[Decimal, Decimal]
    prior: Prior | None = None
    members: dict[str, Member] | None = None
    published: bool = True
    largest_step: Annotated[Decimal, Field(gt=0)] | None = None
    minimum_delay: Annotated[int, Field(ge=0)] | None = None
    decimals: Annotated[int, Field(ge=0)] | None = None
    read_by: Literal["policy", "rule", "nothing yet"] = "policy"


class Stock(Entry):
    """A quantity other than AGT that a month hands on to the next."""

    symbol: Text
    meaning: Text
    unit: Unit
    better: Better = "neither"
    index: Text | None = None


class Account(Entry):
    """A place where AGT may be. Every AGT is in exactly one."""

    symbol: Text
    meaning: Text
    owner: Literal["schedule", "project", "contributors", "investors", "team", "market", "nobody"]
    better: Better = "neither"
    index: Text | None = None


class Flow(Entry):
    """AGT that moves in a month, from one account to another."""

    symbol: Text
    meaning: Text
    payer: Text
    payee: Text
    index: Text | None = None


class Metric(Entry):
    """A figure of the month."""

    symbol: Text
    meaning: Text
    unit: Unit
    better: Better = "neither"
    headline: bool = False
    index: Text | None = None


class Shock(Entry):
    """Luck: one draw per month and run, at a fixed address."""

    id: Annotated[int, Field(ge=1, lt=2**31)]
    symbol: Text
    meaning: Text
    law: Literal["normal", "student_t"]
    degrees: Annotated[int, Field(ge=3)] | None = None
    clip: Annotated[Decimal, Field(gt=0)]
    source: Text

    @model_validator(mode="after")
    def _law_has_its_degrees(self) -> Self:
        if self.law == "student_t" and self.degrees is None:
            raise ValueError("a Student-t needs its degrees")
        return self


class Column(Entry):
    """Data that a month takes as given, such as an observed price."""

    symbol: Text
    meaning: Text
    unit: Unit


class Observation(Entry):
    """A figure that the world reported, as it was reported."""

    date: str
    quantity: Text
    value: Decimal
    unit: Text
    source: Text
    confidence: Literal["official", "exchange article", "third party", "third party, weak", "inferred"]
    use: Literal["fit", "validation", "context"]


SECTIONS: dict[str, type[Entry]] = {
    "parameters": Parameter,
    "accounts": Account,
    "stocks": Stock,
    "flows": Flow,
    "metrics": Metric,
    "shocks": Shock,
    "columns": Column,
}

# Levers that are shares of one whole: together at most 1.
JOINT = (("buyback_burn_share", "buyback_treasury_share"),)
