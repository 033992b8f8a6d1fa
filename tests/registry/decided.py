"""Decision logs to be spoilt: lines chained as the first one says what is asked for."""

from dataclasses import replace
from hashlib import sha256

import rfc8785

from agt.registry import load
from agt.registry.decisions import check_decisions, read_lines

BEGINNING = "0" * 64
DIGEST = {name: sha256(name.encode()).hexdigest() for name in ("results", "dossier", "tally")}


def change(parameter, was, to, effective):
    return {"parameter": parameter, "from": was, "to": to, "effective": effective}


def decision(*changes, number=1, previous=BEGINNING, **given):
    """The data of a decision on `changes`."""
    effect = sha256(rfc8785.dumps(list(changes))).hexdigest()
    head = {"number": number, "proposal": f"agt-{number:04d}", "decided": "2026-12-15", "changes": list(changes)}
    return head | DIGEST | {"effect": effect, "previous": previous} | given


def log(*decisions):
    """The bytes of a log; each decision is a list of changes, or a pair of that and what else it says."""
    lines, previous = [], BEGINNING
    for number, one in enumerate(decisions, start=1):
        changes, given = one if isinstance(one, tuple) else (one, {})
        lines.append(rfc8785.dumps(decision(*changes, **({"number": number, "previous": previous} | given))))
        previous = sha256(lines[-1]).hexdigest()
    return b"".join(line + b"\n" for line in lines)


def registry_with(*decisions):
    """The registry once the DAO has taken `decisions`, which are sound; see `log`."""
    faults = []
    made = replace(load(), decisions=read_lines(log(*decisions), "a test", faults))
    assert faults + check_decisions(made.decisions, made.parameters, "a test") == []
    return made
