"""Checks: one small function for each question of the registry's list, and the verdict of all of them together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agt.analysis.paired import of_hundred
from agt.governance.findings import Finding, crossed
from agt.governance.futures import ALONE, CHANGED, Sample, Trial
from agt.governance.proposal import Proposal
from agt.governance.verdict import Verdict, agreed, worst
from agt.registry import Registry
from agt.simulation import ALARM

NAMED = 3  # of a list, before the rest is only counted
FEW = 2  # scenarios that are named
HOW = {"FAIL": "too often", "INCONCLUSIVE": "perhaps too often", "WARN": "often", "PASS": ""}


@dataclass(frozen=True)
class Evidence:
    """All that the checks look at."""

    proposal: Proposal
    registry: Registry
    trial: Trial
    samples: Mapping[str, Sample]
    moved: Mapping[str, frozenset[str]]
    null: bool
    findings: Finding


Answer = tuple[Verdict | bool, str]  # a verdict, or whether the check holds; and what was found


def coverage(evidence: Evidence) -> Answer:
    asked = [(scenario, name) for scenario in evidence.registry.scenarios for name in evidence.registry.guardrails]
    read = 0
    for scenario, name in asked:
        rows = [found[scenario]["guardrails"].get(name) for found in _found(evidence) if scenario in found]
        read += len(rows) == len(evidence.samples) and all(row and row["futures"] for row in rows)
    text = f"{read} of {len(asked)} pairs of a guardrail and a scenario were played and read"
    return read == len(asked), text


def ledger(evidence: Evidence) -> Answer:
    wrong = [name for found in _found(evidence) for name, row in found.items() if not row["balanced"]]
    if not wrong:
        return True, "the accounts add up in every month of every future"
    return False, f"accounts do not add up, or are overdrawn, in {_listed(evidence.registry, wrong)}"


def within_range(evidence: Evidence) -> Answer:
    found = {name: row["alarms"] for sample in _found(evidence) for name, row in sample.items()}
    beyond = [name for name, alarms in found.items() if alarms > ALARM]
    if not beyond:
        return True, f"at most {max(found.values()):.2%} of the months of a scenario meet an edge"
    return False, f"too many months meet an edge in {_listed(evidence.registry, beyond)}"


def exercised(evidence: Evidence) -> Answer:
    if evidence.null:
        return True, "every value proposed is the value in force: the proposal changes nothing"
    names = [change.parameter for change in evidence.proposal.changes]
    idle = [name for name in names if not evidence.moved[ALONE + name if len(names) > 1 else CHANGED]]
    if not idle:
        return True, "every change moves something"
    rules = [name for name in idle if evidence.registry.parameters[name].read_by == "rule"]
    if rules:
        return False, f"a rule change, not simulated: {', '.join(rules)}"
    return False, f"not exercised: in no future does a change of {', '.join(idle)} move anything"


def limits(evidence: Evidence) -> Answer:
    return _crossed(evidence, (CHANGED,), base=True)


def stress(evidence: Evidence) -> Answer:
    return _crossed(evidence, (CHANGED,), base=False)


def alone(evidence: Evidence) -> Answer:
    economies = tuple(name for name in evidence.trial.economies if name.startswith(ALONE))
    if not economies:
        return True, "there is one change only"
    both = [_crossed(evidence, economies, base=base) for base in (True, False)]
    verdict = worst(answer for answer, _ in both)
    return verdict, "; ".join(text for answer, text in both if answer == verdict)


def agreement(evidence: Evidence) -> Answer:
    if len(evidence.samples) == 1:
        return True, "no beacon was given: this is a draft, whose luck the proposer could know"
    apart = []
    for question, economies, base in (("limits", (CHANGED,), True), ("stress", (CHANGED,), False)):
        found = {name: _worst(evidence, name, economies, base=base)[0] for name in evidence.samples}
        if len(set(found.values())) > 1:
            apart.append(f"{question}: {', '.join(f'{verdict} in the {name}' for name, verdict in found.items())}")
    return not apart, "; ".join(apart) or "suite and beacon say the same"


def groups(evidence: Evidence) -> Answer:
    rows = evidence.findings["groups"]
    lose = [row for row in rows if row["verdict"] != "PASS"]
    if not lose:
        return True, "no group loses more than its tolerance in most futures"
    names = [
        f"{evidence.registry.groups[row['group']].title} "
        f"(in {of_hundred(row['beyond'], row['futures']) if row['futures'] else 'none of 0'} futures)"
        for row in lose
    ]
    return False, f"beyond their tolerance lose: {', '.join(names)}"


def steps(evidence: Evidence) -> Answer:
    large = [fault.message for fault in evidence.proposal.warnings if fault.id == "proposal-step"]
    return not large, "; ".join(large) or "no step is larger than foreseen"


def expectations(evidence: Evidence) -> Answer:
    rows = evidence.findings["expected"]
    missed = [f"{row['metric']} is not {row['direction']}" for row in rows if not row["met"]]
    if missed:
        return False, f"in most futures {', '.join(missed)}"
    return True, "each figure moves as expected in most futures" if rows else "nothing is expected"


CHECKS: dict[str, Callable[[Evidence], Answer]] = {
    "coverage": coverage,
    "ledger": ledger,
    "range": within_range,
    "exercised": exercised,
    "limits": limits,
    "stress": stress,
    "alone": alone,
    "agreement": agreement,
    "groups": groups,
    "steps": steps,
    "expectations": expectations,
}


def answered(evidence: Evidence) -> list[dict[str, Any]]:
    """The answer to every check of the DAO's list; one that this model cannot answer is INCONCLUSIVE."""
    rows = []
    for name, check in evidence.registry.checks.items():
        answer, found = CHECKS[name](evidence) if name in CHECKS else ("INCONCLUSIVE", "no such check is known")
        verdict = answer if isinstance(answer, str) else "PASS" if answer else check.otherwise
        rows.append({"check": name, "verdict": verdict, "found": found})
    return rows


def _found(evidence: Evidence) -> list[Finding]:
    return list(evidence.findings["samples"].values())


def _crossed(evidence: Evidence, economies: tuple[str, ...], *, base: bool) -> tuple[Verdict, str]:
    """What the samples together say of the limits of some economies, in the base scenario or in the others."""
    found = [_worst(evidence, name, economies, base=base) for name in evidence.samples]
    verdict = agreed(answer for answer, _ in found)
    if verdict == "PASS":
        return verdict, "every limit holds" if base else "no scenario becomes much worse"
    places: dict[str, dict[str, None]] = {}
    for _, crossings in found:
        for what, where in crossings:
            places.setdefault(what, {})[where] = None
    texts = [what + ("" if base else _where(list(scenarios))) for what, scenarios in places.items()]
    shown, rest = texts[:NAMED], len(texts) - NAMED
    return verdict, "; ".join(shown) + (f"; and {rest} more" if rest > 0 else "")


def _where(scenarios: list[str]) -> str:
    """In which scenarios: each by name where they are few, else how many."""
    if len(scenarios) <= FEW:
        return f", in {' and '.join(scenarios)}"
    return f", in {len(scenarios)} scenarios"


def _worst(
    evidence: Evidence, sample: str, economies: tuple[str, ...], *, base: bool
) -> tuple[Verdict, list[tuple[str, str]]]:
    """The worst verdict of a sample, and what it is the verdict of: a guardrail, and a scenario."""
    rows = [
        (verdict, economy, name, scenario)
        for economy in economies
        for scenario, name, verdict in crossed(evidence.trial, evidence.samples[sample], economy, base=base)
    ]
    if not rows:
        return "INCONCLUSIVE", [("nothing was played", "")]
    verdict = worst(row[0] for row in rows)
    crossings = []
    for answer, economy, name, scenario in rows:
        if answer == verdict != "PASS":
            what = f"“{evidence.registry.guardrails[name].title}” {HOW[answer]}"
            by = f" by {economy.removeprefix(ALONE)} alone" if economy.startswith(ALONE) else ""
            crossings.append((f"{what}{by}", f"“{evidence.registry.scenarios[scenario].title}”"))
    return verdict, crossings


def _listed(registry: Registry, scenarios: list[str]) -> str:
    return ", ".join(f"“{registry.scenarios[name].title}”" for name in scenarios)
