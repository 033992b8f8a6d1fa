"""What an entry of the registry may say. One class per section of a registry file; unknown fields are refused."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Unit = Literal[
    "AGT", "AIA", "USD", "share", "number", "count", "month", "people", "sets", "items", "flag",
    "USD/AGT", "USD/AIA", "AGT/AIA", "USD/hour", "USD/day", "USD/person", "USD/client", "USD/item",
    "times the start", "AIA/set", "AGT/set",
    "items/set", "sets/person", "sets/day", "AIA/person", "AGT/person", "hours/set", "day",
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


class Event(Entry):
    """Something that happens in a scenario only; elsewhere it has its neutral value."""

    symbol: Text
    meaning: Text
    unit: Unit
    neutral: Decimal


class Change(Entry):
    """What a scenario does to a parameter, an event or a shock, from some month on, for some months or for good.

    A value is multiplied (`times`), raised (`plus`) or replaced (`to`); a shock is moved by standard deviations.
    """

    name: Text
    times: Decimal | None = None
    plus: Decimal | None = None
    to: Decimal | None = None
    after: Annotated[int, Field(ge=1)]
    months: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if sum(part is not None for part in (self.times, self.plus, self.to)) != 1:
            raise ValueError("a change says one of times, plus and to")
        return self


class Scenario(Entry):
    """A future that the DAO wants every proposal to be held against; `after` counts from the month of `as_of`."""

    title: Text
    meaning: Text
    side: Literal["neutral", "better", "worse"]
    risk: Text
    changes: tuple[Change, ...]


class Measure(Entry):
    """A figure of one future: what a quantity comes to over a horizon after the month of effect.

    how: last, mean, median, least, most, sum of the months; growth or change from the month of effect (means of
    `window` months); ratio of sums (`of` to `over`), rest: one less that ratio; below: share of months under
    `limit`; drawdown: largest fall from an earlier month. matters: the smallest difference of interest, in the
    measure's unit or, where it is `relative`, as a share of the baseline.
    """

    title: Text
    meaning: Text
    unit: Unit
    better: Better
    group: Literal["supply", "sustainability", "people", "quality", "market", "governance"]
    horizon: Annotated[int, Field(ge=1)]
    how: Literal[
        "last", "mean", "median", "least", "most", "sum", "growth", "change", "ratio", "rest", "below", "drawdown"
    ]  # fmt: skip
    of: tuple[Text, ...]
    over: tuple[Text, ...] = ()
    matters: Annotated[Decimal, Field(gt=0)]
    limit: Decimal | None = None
    window: Annotated[int, Field(ge=1)] = 1

    @property
    def relative(self) -> bool:
        """Whether a difference is taken as a share of the baseline: no level of a price can be known, ratios can."""
        return "USD" in self.unit or self.unit in ("number", "times the start", "AGT/AIA")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if bool(self.over) != (self.how in ("ratio", "rest")):
            raise ValueError("`over` belongs to ratio and rest, and to nothing else")
        if (self.limit is not None) != (self.how == "below"):
            raise ValueError("`limit` belongs to below, and to nothing else")
        return self


class Guardrail(Entry):
    """A line that few futures may cross.

    breach: on which side of `limit` the measure is in breach; chance: the largest share of futures in breach while
    nothing special happens; rise: the largest rise of that share by a proposal, in any scenario. With neither it is
    reported and judged by nobody.
    """

    title: Text
    measure: Text
    breach: Literal["below", "above"]
    limit: Decimal
    chance: Annotated[Decimal, Field(gt=0, lt=1)] | None = None
    rise: Annotated[Decimal, Field(gt=0, lt=1)] | None = None
    reason: Text

    @model_validator(mode="after")
    def _has_a_rise(self) -> Self:
        if self.chance is not None and self.rise is None:
            raise ValueError("a guardrail with a chance needs a rise, for the scenarios and where it is broken already")
        return self


class Group(Entry):
    """People whom a proposal may cost something, and how much of it the DAO lets pass without a warning.

    measure: what the group lives by; better: which way is better for the group; tolerance: the largest loss, as a
    share of what the baseline gives, that most futures may bring.
    """

    title: Text
    measure: Text
    better: Literal["higher", "lower"]
    tolerance: Annotated[Decimal, Field(gt=0, lt=1)]
    reason: Text


class Check(Entry):
    """A question that is put to every proposal; `otherwise` is the verdict where it does not hold."""

    title: Text
    what: Text
    why: Text
    advice: Text
    otherwise: Literal["WARN", "FAIL", "INCONCLUSIVE"]


class Ask(Entry):
    """Something that the project could publish, where others could check it, and the unknowns that it would settle."""

    what: Text
    how: Text
    settles: tuple[Text, ...]


class Observation(Entry):
    """A figure that the world reported, as it was reported.

    figure: the model's quantity that it is held against, or nothing; months: over how many months that is averaged.
    """

    date: str
    quantity: Text
    value: Decimal
    unit: Text
    source: Text
    confidence: Literal["official", "exchange article", "third party", "third party, weak", "inferred"]
    use: Literal["fit", "validation", "context"]
    figure: str
    months: Annotated[int, Field(ge=1)]


SECTIONS: dict[str, type[Entry]] = {
    "parameters": Parameter,
    "accounts": Account,
    "stocks": Stock,
    "flows": Flow,
    "metrics": Metric,
    "shocks": Shock,
    "columns": Column,
    "events": Event,
}

# What the DAO holds proposals against: they name quantities, and are none.
SUITE: dict[str, type[Entry]] = {
    "scenarios": Scenario,
    "measures": Measure,
    "guardrails": Guardrail,
    "groups": Group,
    "checks": Check,
    "asks": Ask,
}

# Levers that are shares of one whole: together at most 1.
JOINT = (("buyback_burn_share", "buyback_treasury_share"),)
