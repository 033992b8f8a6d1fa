"""The files of the vectors as they have to be, and whether those of a folder are."""

from pathlib import Path

import agt
from agt.records.amounts import DECIMALS
from agt.registry import load
from tests.vectors import settle, tally, vesting
from tests.vectors.form import SCHEMA, Subject, canonical, digest

FOLDER = Path(__file__).parent
SUBJECTS = (settle.SUBJECT, tally.SUBJECT, vesting.SUBJECT)
MANIFEST = "manifest.json"


def texts() -> dict[str, str]:
    """The text of every file, by its name, made from the rules and the registry."""
    made = {f"{subject.name}.json": vectors(subject) for subject in SUBJECTS}
    entries = {name: entry(subject, made[name]) for name, subject in zip(made, SUBJECTS, strict=True)}
    return made | {MANIFEST: canonical({"schema": SCHEMA, "decimals": DECIMALS, "files": entries})}


def vectors(subject: Subject) -> str:
    """One file of vectors."""
    cases = [
        {"id": case.id, "shows": case.shows, "inputs": case.inputs, "expected": subject.answer(case.inputs)}
        for case in subject.cases(load())
    ]
    return canonical({"schema": SCHEMA, "rule": subject.rule, "cases": cases})


def entry(subject: Subject, text: str) -> dict[str, object]:
    """What the manifest says of one file: its digest, and the sources and numbers that it was made from."""
    package, registry = Path(agt.__file__).parent, load()
    names = [full for name in subject.names for full in registry.families.get(name, (name,))]
    used = {name: registry.parameters[name] for name in names}
    return {
        "sha256": digest(text.encode()),
        "cases": len(subject.cases(registry)),
        "rule": subject.rule,
        "sources": {f"models/agt/{name}": digest((package / name).read_bytes()) for name in subject.sources},
        "registry": {name: {"value": f"{one.value:f}", "unit": one.unit} for name, one in used.items()},
    }


def stale(folder: Path = FOLDER) -> list[str]:
    """The files of a folder that are not what the rules and the registry make of them."""
    return [
        name
        for name, text in texts().items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != text.encode()
    ]


def write(folder: Path = FOLDER) -> None:
    for name, text in texts().items():
        (folder / name).write_bytes(text.encode())
