"""Settings as people write them: `name=value`, checked against the registry."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from agt.registry import Fault, Faults, Registry
from agt.registry.reader import number
from agt.registry.schema import JOINT

WHOLE = ("count", "month", "flag")  # units that count something


def read_settings(registry: Registry, texts: Iterable[str]) -> tuple[dict[str, float], list[Fault]]:
    """The settings that `texts` write, and warnings for those that the model takes but that mean little.

    Raises: Faults for whatever is no `name=value` of a parameter, or names one twice.
    """
    settings: dict[str, Decimal] = {}
    faults = []
    for text in texts:
        name, equals, written = text.partition("=")
        value = number(written)
        if not equals or value is None:
            faults.append(Fault("setting-syntax", f"{text!r}: write name=value, with a plain number"))
        elif name not in registry.parameters:
            faults.append(registry.unknown_parameter(name))
        elif name in settings:
            faults.append(Fault("setting-syntax", f"{name} is set twice; keep one"))
        else:
            settings[name] = value
    if faults:
        raise Faults(faults)
    warnings = [warning for name, value in settings.items() for warning in _doubts(registry, name, value)]
    return {name: float(value) for name, value in settings.items()}, warnings + _excesses(registry, settings)


def _doubts(registry: Registry, name: str, value: Decimal) -> list[Fault]:
    """Warnings for one setting: out of bounds, a fraction of what is counted, or read by no policy."""
    entry = registry.parameters[name]
    low, high = entry.bounds
    doubts = []
    if not low <= value <= high:
        doubts.append(("setting-bounds", f"{name} = {value} is outside [{low:,}, {high:,}] {entry.unit}"))
    if entry.unit in WHOLE and value % 1 and not registry.value(name) % 1:
        doubts.append(("setting-whole", f"{name} = {value} is no whole number; its unit is {entry.unit}"))
    if entry.read_by != "policy":
        doubts.append(("setting-unread", f"no policy reads {name}, so setting it changes nothing"))
    return [Fault(*doubt, severity="warning") for doubt in doubts]


def _excesses(registry: Registry, settings: Mapping[str, Decimal]) -> list[Fault]:
    """A warning for each group of shares of one whole that `settings` push above 1 in some month."""
    excesses = []
    for names in JOINT:
        months = {0}.union(*(registry.decided(name) for name in names))
        total = max(
            sum(settings.get(name, registry.current(name, month)) for name in names) for month in sorted(months)
        )
        if total > 1 and not settings.keys().isdisjoint(names):
            message = f"{' + '.join(names)} = {total:f} exceeds 1; the model cuts {names[-1]} to what the others leave"
            excesses.append(Fault("setting-sum", message, severity="warning"))
    return excesses
