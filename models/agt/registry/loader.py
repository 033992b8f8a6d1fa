"""From documents to one checked `Registry` of full names."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import ValidationError

from agt.calendar import moment
from agt.registry.decisions import Decision, in_force, schedule
from agt.registry.faults import Fault, nearest
from agt.registry.reader import Document, Path_
from agt.registry.schema import (
    SECTIONS,
    SUITE,
    Account,
    Ask,
    Beta,
    Check,
    Column,
    Entry,
    Event,
    Flow,
    Group,
    Guardrail,
    Measure,
    Metric,
    Observation,
    Parameter,
    Scenario,
    Shock,
    Stock,
)

TOP = ("purpose", "each", "indices", "as_of", *SECTIONS, *SUITE)
Some = TypeVar("Some", bound=Entry)


@dataclass(frozen=True)
class Index:
    """The members of a family, in order, each with what its row says."""

    name: str
    meaning: str
    members: dict[str, dict[str, Any]]


@dataclass
class Registry:
    """Everything the registry holds, by full name; families list their members' full names in order."""

    as_of: str = ""
    purposes: dict[str, str] = field(default_factory=dict)
    each: dict[str, dict[str, str]] = field(default_factory=dict)
    indices: dict[str, Index] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    stocks: dict[str, Stock] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    metrics: dict[str, Metric] = field(default_factory=dict)
    shocks: dict[str, Shock] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    guardrails: dict[str, Guardrail] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    asks: dict[str, Ask] = field(default_factory=dict)
    families: dict[str, tuple[str, ...]] = field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
    decisions: tuple[Decision, ...] = ()

    def entry(self, name: str) -> Entry:
        """The entry called `name`, or of the family called `name`.

        Raises: KeyError, with the nearest name, when there is none.
        """
        full = self.families.get(name, (name,))[0]
        for section in SECTIONS:
            if full in getattr(self, section):
                found: Entry = getattr(self, section)[full]
                return found
        raise KeyError(f"{name} is not in the registry{nearest(name, self.names())}")

    def section(self, name: str) -> str:
        """The section that holds `name`: parameters, accounts, stocks, flows, metrics, shocks, columns or events."""
        full = self.families.get(name, (name,))[0]
        return next(section for section in SECTIONS if full in getattr(self, section))

    def names(self) -> list[str]:
        """Every full name and every family."""
        return [*self.families, *(name for section in SECTIONS for name in getattr(self, section))]

    def quantities(self) -> tuple[str, ...]:
        """The full names of everything that the model computes."""
        return (*self.accounts, *self.stocks, *self.flows, *self.metrics)

    def value(self, name: str) -> Decimal:
        """The value of the parameter `name`, exactly as the registry writes it, whatever was decided since."""
        value = self.parameters[name].value
        assert value is not None  # the loader refuses a parameter without one
        return value

    def in_force(self, name: str, month: int) -> Decimal | None:
        """The value of the parameter `name` in a model month, decisions included.

        Returns: None where the value is published nowhere and no decision has set it yet.
        Raises: KeyError when there is no such parameter.
        """
        return in_force(self.parameters, self.decisions, name, month)

    def current(self, name: str, month: int) -> Decimal:
        """The value of the parameter `name` that holds in a model month: what is in force, or else the registry's.

        Raises: KeyError when there is no such parameter.
        """
        value = self.in_force(name, month)
        return self.value(name) if value is None else value

    def decided(self, name: str) -> dict[int, Decimal]:
        """What was decided of the parameter `name`: its value from each month of effect on, by model month."""
        return schedule(self.decisions, name)

    def unknown_parameter(self, name: str) -> Fault:
        """The fault of a name that is no parameter: it names the members of a family, or the nearest name."""
        members = self.families.get(name)
        hint = f" - name one member: {', '.join(members)}" if members else nearest(name, self.parameters)
        return Fault("name-unknown", f"{name} is no parameter{hint}")

    def unknown_scenario(self, name: str) -> Fault:
        """The fault of a name that is no scenario, with the ones there are."""
        hint = nearest(name, self.scenarios) or f" ({', '.join(self.scenarios)})"
        return Fault("name-unknown", f"{name} is no scenario{hint}")

    def levers(self) -> dict[str, Parameter]:
        """What the DAO decides."""
        return {name: entry for name, entry in self.parameters.items() if entry.kind == "lever"}

    def allocation(self) -> dict[str, Decimal]:
        """The allocation of each bucket of the schedule [AGT]."""
        return {bucket: self.value(f"vesting_allocation.{bucket}") for bucket in self.indices["bucket"].members}


def assemble(documents: list[Document], observations: tuple[Observation, ...], faults: list[Fault]) -> Registry:
    """One registry of all `documents`; what is wrong is added to `faults`."""
    registry = Registry(observations=observations)
    usable = [document for document in documents if _top(document, faults)]
    for document in usable:
        _head(document, registry, faults)
    for document in usable:
        for function, index in document.data.get("each", {}).items():
            if str(index) not in registry.indices:
                message = f"{index} is no index{nearest(str(index), registry.indices)}"
                faults.append(document.fault("name-unknown", ("each", function), message))
        for section, schema in SECTIONS.items():
            for name, raw in (document.data.get(section) or {}).items():
                _add(registry, document, (section, name), schema, raw, faults)
        for section, schema in SUITE.items():
            for name, raw in (document.data.get(section) or {}).items():
                entry = _validated(document, (section, name), schema, raw, faults)
                if entry is not None:
                    getattr(registry, section)[name] = entry
    for document in usable:
        _flow_ends(registry, document, faults)
    _unique_shocks(registry, usable, faults)
    for document in usable:
        _suite_names(registry, document, faults)
    for seen in observations:
        if seen.figure and seen.figure not in registry.quantities():
            message = f"{seen.quantity} of {seen.date}: {seen.figure} is no quantity of the model"
            hint = nearest(seen.figure, registry.quantities())
            faults.append(Fault("name-unknown", message + hint, "observations.csv"))
    return registry


def _top(document: Document, faults: list[Fault]) -> bool:
    if not isinstance(document.data, dict):
        faults.append(document.fault("value-type", (), f"a registry file is a mapping of {', '.join(TOP)}"))
        return False
    for key, value in document.data.items():
        if key not in TOP:
            message = f"{key} is no section of a registry file ({', '.join(TOP)}){nearest(key, TOP)}"
            faults.append(document.fault("key-unknown", (key,), message, key=True))
        elif key not in ("purpose", "as_of") and not isinstance(value, dict):
            faults.append(document.fault("value-type", (key,), f"{key} is a mapping from names to entries"))
            return False
    return True


def _head(document: Document, registry: Registry, faults: list[Fault]) -> None:
    """What a file says about itself: purpose, mapping over indices, the indices it owns, the date of today."""
    mechanism = document.name.removesuffix(".yml")
    if "as_of" in document.data:
        registry.as_of = str(document.data["as_of"])
        try:
            moment(registry.as_of)
        except ValueError as error:
            faults.append(document.fault("date-syntax", ("as_of",), f"as_of: {error}"))
    if "purpose" in document.data:
        registry.purposes[mechanism] = str(document.data["purpose"])
    registry.each[mechanism] = {str(function): str(index) for function, index in document.data.get("each", {}).items()}
    for name, raw in document.data.get("indices", {}).items():
        if not isinstance(raw, dict) or set(raw) != {"meaning", "members"} or not isinstance(raw["members"], dict):
            faults.append(document.fault("value-type", ("indices", name), f"{name} needs meaning and members"))
            continue
        for member, row in raw["members"].items():
            if not isinstance(row, dict):
                path = ("indices", name, "members", member)
                faults.append(document.fault("value-type", path, f"{member} is a mapping from columns to values"))
                raw["members"][member] = {}
        registry.indices[name] = Index(name, str(raw["meaning"]), raw["members"])


def _add(
    registry: Registry, document: Document, path: Path_, schema: type[Some], raw: Any, faults: list[Fault]
) -> None:
    """Check one entry and store it under its full names, one per member of its index."""
    section, name = str(path[0]), str(path[1])
    entry = _validated(document, path, schema, raw, faults)
    if entry is None:
        return
    index = getattr(entry, "index", None)
    if index is not None and index not in registry.indices:
        message = f"{index} is no index ({', '.join(registry.indices)}){nearest(index, registry.indices)}"
        faults.append(document.fault("name-unknown", (*path, "index"), message))
        return
    members = [None] if index is None else list(registry.indices[index].members)
    full_names = tuple(name if member is None else f"{name}.{member}" for member in members)
    for member, full in zip(members, full_names, strict=True):
        if full in registry.names():
            faults.append(document.fault("name-duplicate", path, f"{full} stands twice in the registry", key=True))
            continue
        kept: Entry | None = entry
        if isinstance(entry, Parameter):
            kept = _parameter(registry, document, path, entry, member, faults)
        if kept is not None:
            getattr(registry, section)[full] = kept
    if index is not None:
        registry.families[name] = full_names


def _validated(document: Document, path: Path_, schema: type[Some], raw: Any, faults: list[Fault]) -> Some | None:
    """`raw` as `schema`, or faults at the place of each thing that does not fit."""
    try:
        return schema.model_validate(_tuples(raw))
    except ValidationError as error:
        for found in error.errors():
            place = (*path, *(part for part in found["loc"] if part not in ("uniform", "lognormal", "beta")))
            message = f"{'.'.join(map(str, place[1:]))}: {found['msg'][0].lower()}{found['msg'][1:]}"
            if found["type"] == "extra_forbidden":
                allowed = list(schema.model_fields)
                word = str(place[-1])
                message = f"{word} is not a field here ({', '.join(allowed)}){nearest(word, allowed)}"
                faults.append(document.fault("key-unknown", place, message, key=True))
            elif found["type"] == "missing":
                faults.append(document.fault("key-missing", place[:-1], f"{place[-1]} is missing in {path[-1]}"))
            else:
                kind = "value-allowed" if found["type"] == "literal_error" else "value-type"
                faults.append(document.fault(kind, place, message))
    return None


def _tuples(raw: Any) -> Any:
    """Lists as tuples and whole numbers as int where strict types ask for them."""
    if not isinstance(raw, dict):
        return raw
    typed = {key: _tuples(value) for key, value in raw.items()}
    for key in ("bounds", "changes", "of", "over", "settles"):
        if isinstance(typed.get(key), list):
            typed[key] = tuple(_tuples(item) for item in typed[key])
    for key in ("id", "degrees", "minimum_delay", "decimals", "after", "months", "horizon", "window"):
        if isinstance(typed.get(key), Decimal) and typed[key] == int(typed[key]):
            typed[key] = int(typed[key])
    return typed


def _parameter(
    registry: Registry, document: Document, path: Path_, entry: Parameter, member: str | None, faults: list[Fault]
) -> Parameter | None:
    """The parameter with its member's own value and prior, checked for what its kind demands."""
    name = str(path[1])
    mechanism = document.name.removesuffix(".yml")
    if not name.startswith(f"{mechanism}_"):
        message = f"{name} must begin with the name of its mechanism: {mechanism}_..."
        faults.append(document.fault("name-mechanism", path, message, key=True))
    if entry.index is not None and member is not None:
        row = registry.indices[entry.index].members[member]
        own = (entry.members or {}).get(member)
        update = {"value": own.value, "prior": own.prior} if own else {"value": row.get(name)}
        if update["value"] is None:
            faults.append(document.fault("key-missing", path, f"{name} has no value for {member} of {entry.index}"))
            return None
        entry = entry.model_copy(update=update)
    faults += _demands(document, path, entry)
    return entry


def _demands(document: Document, path: Path_, entry: Parameter) -> list[Fault]:
    """What the kind of a parameter demands and the entry lacks, and values that its bounds exclude."""
    name = path[-1]
    if not isinstance(entry.value, Decimal):
        return [document.fault("value-type", (*path, "value"), f"{name}: value must be a plain number")]
    low, high = entry.bounds
    faults = []
    if not low <= entry.value <= high:
        message = f"{name}: {entry.value} is outside [{low:,}, {high:,}] {entry.unit}"
        faults.append(document.fault("param-bounds", (*path, "value"), message))
    if low > high:
        faults.append(document.fault("param-bounds", (*path, "bounds"), f"{name}: the lower bound exceeds the upper"))
    needs = ("largest_step", "minimum_delay", "decimals") if entry.kind == "lever" else ()
    lacking = [field for field in needs if getattr(entry, field) is None]
    if entry.kind == "assumption" or not entry.published:
        lacking += [] if entry.prior else ["prior"]
    if lacking:
        message = f"{name} is a {entry.kind} and lacks {', '.join(lacking)}"
        faults.append(document.fault("param-incomplete", path, message, key=True))
    if entry.prior and not isinstance(entry.prior, Beta) and not entry.prior.low < entry.prior.high:
        faults.append(
            document.fault("param-bounds", (*path, "prior"), f"{name}: the prior's low must be below its high")
        )
    return faults


def _flow_ends(registry: Registry, document: Document, faults: list[Fault]) -> None:
    """A flow's payer and payee must be accounts; `bucket.pays` names a column of its index."""
    for name in document.data.get("flows", {}):
        for full in registry.families.get(name, (name,)):
            flow = registry.flows.get(full)
            if flow is None:
                continue
            ends = {side: _end(registry, getattr(flow, side), full) for side in ("payer", "payee")}
            for side, end in ends.items():
                if end not in registry.accounts:
                    message = f"{end} is no account{nearest(str(end), registry.accounts)}"
                    faults.append(document.fault("name-unknown", ("flows", name, side), message))
            registry.flows[full] = flow.model_copy(update=ends)


def _end(registry: Registry, end: str, flow: str) -> str:
    _, _, member = flow.partition(".")
    index, _, column = end.partition(".")
    if member and column and index in registry.indices:
        return str(registry.indices[index].members[member].get(column))
    return f"{end}.{member}" if member and end in registry.families else end


def _unique_shocks(registry: Registry, documents: list[Document], faults: list[Fault]) -> None:
    seen: dict[int, str] = {}
    for name, shock in registry.shocks.items():
        if shock.id in seen:
            home = next(document for document in documents if name in document.data.get("shocks", {}))
            message = f"shock id {shock.id} belongs to {seen[shock.id]} already; ids are never reused"
            faults.append(home.fault("name-duplicate", ("shocks", name, "id"), message))
        seen[shock.id] = name


def _suite_names(registry: Registry, document: Document, faults: list[Fault]) -> None:
    """Scenarios change parameters, events and shocks; measures look at quantities, guardrails at measures."""
    for path, word, allowed, what in _references(registry, document):
        if word not in allowed:
            faults.append(document.fault("name-unknown", path, f"{word} is {what}{nearest(word, allowed)}"))
    for name, scenario in registry.scenarios.items():
        for place, change in enumerate(scenario.changes):
            if change.name in registry.shocks and change.plus is None and name in document.data.get("scenarios", {}):
                message = f"{change.name} is a shock: move it with plus, in standard deviations"
                faults.append(document.fault("value-allowed", ("scenarios", name, "changes", place), message))


def _references(registry: Registry, document: Document) -> Iterator[tuple[Path_, str, Collection[str], str]]:
    """Every name that the document's suite refers to: its place, the word, what is allowed, and what it is not."""
    for section in SUITE:
        for name in document.data.get(section, {}):
            entry: Any = getattr(registry, section).get(name)
            if isinstance(entry, Scenario):
                changeable = (*registry.parameters, *registry.events, *registry.shocks)
                for place, change in enumerate(entry.changes):
                    path: Path_ = (section, name, "changes", place, "name")
                    yield path, change.name, changeable, "no parameter, event or shock"
            elif isinstance(entry, Measure):
                for side, words in (("of", entry.of), ("over", entry.over)):
                    for place, word in enumerate(words):
                        yield (section, name, side, place), word, registry.quantities(), "no quantity of the model"
            elif isinstance(entry, Ask):
                unknown = tuple(word for word, parameter in registry.parameters.items() if parameter.prior)
                for place, word in enumerate(entry.settles):
                    yield (section, name, "settles", place), word, unknown, "no parameter that is drawn from a prior"
            elif isinstance(entry, Guardrail | Group):
                yield (section, name, "measure"), entry.measure, tuple(registry.measures), "no measure"
