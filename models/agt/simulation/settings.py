"""Settings as people write them: `name=value`, checked against the registry."""

from collections.abc import Iterable

from agt.registry import Fault, Faults, Registry
from agt.registry.faults import nearest
from agt.registry.reader import number


def read_settings(registry: Registry, texts: Iterable[str]) -> tuple[dict[str, float], list[Fault]]:
    """The settings that `texts` write, and warnings for those outside the registry's bounds, which is allowed.

    Raises: Faults for whatever is no `name=value` of a parameter, or names one twice.
    """
    settings: dict[str, float] = {}
    faults, warnings = [], []
    for text in texts:
        name, equals, written = text.partition("=")
        value = number(written)
        entry = registry.parameters.get(name)
        if not equals or value is None:
            faults.append(Fault("setting-syntax", f"{text!r}: write name=value, with a plain number"))
        elif entry is None:
            members = registry.families.get(name)
            hint = f" - name one member: {', '.join(members)}" if members else nearest(name, registry.parameters)
            faults.append(Fault("name-unknown", f"{name} is no parameter{hint}"))
        elif name in settings:
            faults.append(Fault("setting-syntax", f"{name} is set twice; keep one"))
        else:
            settings[name] = float(value)
            low, high = entry.bounds
            if not low <= value <= high:
                message = f"{name} = {value} is outside [{low:,}, {high:,}] {entry.unit}"
                warnings.append(Fault("setting-bounds", message, severity="warning"))
            if entry.read_by != "policy":
                message = f"no policy reads {name}, so setting it changes nothing"
                warnings.append(Fault("setting-unread", message, severity="warning"))
    if faults:
        raise Faults(faults)
    return settings, warnings
