"""The registry: every number, account, flow and figure of the model, with what it means and where it comes from.

One YAML file per mechanism. `load()` reads them all, refuses what is wrong - every fault of every file at once -
and returns one `Registry` of full names: `locked.team` is the member `team` of the family `locked`. What the DAO has
decided since stands in `decisions.jsonl`, which only grows.
"""

from functools import cache
from pathlib import Path

from agt.registry.decisions import FILE, DecidedChange, Decision, check_decisions, read_decisions
from agt.registry.faults import Fault, Faults
from agt.registry.loader import Index, Registry, assemble
from agt.registry.observations import read_observations
from agt.registry.reader import parse, read_bytes
from agt.registry.schema import (
    Account,
    Ask,
    Check,
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

FOLDER = Path(__file__).parent

__all__ = [
    "FOLDER", "Account", "Ask", "Check", "DecidedChange", "Decision", "Fault", "Faults", "Flow", "Group", "Guardrail",
    "Index", "Measure", "Metric", "Observation", "Parameter", "Registry", "Scenario", "Shock", "Stock", "load",
]  # fmt: skip


@cache
def load(folder: Path = FOLDER) -> Registry:
    """The registry in `folder`.

    Args: folder: holds `<mechanism>.yml` files, `observations.csv` and `decisions.jsonl`.
    Returns: Registry.
    Raises: Faults, with file, line, column and what is allowed, for everything that is wrong.
    """
    faults: list[Fault] = []
    documents = []
    for path in sorted(folder.glob("*.yml")):
        try:
            documents.append(parse(read_bytes(path), path.name, quick=True))
        except Faults as error:
            faults += error.faults
    observations = read_observations(folder / "observations.csv", faults)
    registry = assemble(documents, observations, faults)
    registry.decisions = read_decisions(folder / FILE, faults)
    if not faults:  # a lever that could not be read is not missing from the registry
        faults += check_decisions(registry.decisions, registry.parameters, FILE)
    if faults:
        raise Faults(faults)
    return registry
