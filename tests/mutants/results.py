"""What a run found, as data for machines and as a table for people."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.mutants.runner import TIMEOUT_NAME, Judged

FOLDER = Path(__file__).parent
RESULT, TABLE, JUDGEMENTS = FOLDER / "result.json", FOLDER / "RESULT.md", FOLDER / "judgements.yml"

Results = dict[str, dict[str, Any]]
Judgements = Mapping[str, Mapping[str, str]]  # function -> its faulty line -> why the tests need not notice it


def summary(date: str, judged: Sequence[Judged], whole: int) -> dict[str, Any]:
    """One mechanism's part of the result, of `whole` mutants that there are."""
    killers = Counter(found.killer for found in judged if found.killer)
    return {
        "date": date,
        "mutants": len(judged),
        "of": whole,
        "killed": killers.total(),
        "timed_out": killers[TIMEOUT_NAME],
        "by_test": dict(sorted(killers.items())),
        "survivors": [
            {"id": found.mutant.id, "before": found.mutant.before, "after": found.mutant.after}
            for found in judged
            if found.killer is None
        ],
    }


def stored(path: Path = RESULT) -> Results:
    """The results so far, none before the first run."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def judgements(path: Path = JUDGEMENTS) -> Judgements:
    """Why some survivors may live; keyed by the faulty line, so that no judgement outlives the line it is about."""
    return YAML(typ="safe").load(path) or {}


def judgement(survivor: Mapping[str, str], known: Judgements) -> str | None:
    """Why a survivor may live, where somebody has said so."""
    return known.get(survivor["id"].partition(":")[0], {}).get(survivor["after"])


def pointless(results: Results, known: Judgements) -> list[str]:
    """Judgements of what is no survivor, among the mechanisms that have been run."""
    alive = {
        (survivor["id"].partition(":")[0], survivor["after"])
        for found in results.values()
        for survivor in found["survivors"]
    }
    return [
        f"{function}: {line}"
        for function, lines in known.items()
        for line in lines
        if function.partition(".")[0] in results and (function, line) not in alive
    ]


def table(results: Results, known: Judgements) -> str:
    """The results in Markdown."""
    mutants, killed, whole = (sum(found[key] for found in results.values()) for key in ("mutants", "killed", "of"))
    survivors = [survivor for _, found in sorted(results.items()) for survivor in found["survivors"]]
    open_ones = [survivor for survivor in survivors if judgement(survivor, known) is None]
    lines = [
        "# Mutants of the mechanisms",
        "",
        "Written by `make mutants`: each mutant is a mechanism with one small fault; the tests should notice it.",
        f"Of the {whole} mutants {mutants} were tried, drawn by lot where not all were; {killed} were killed, "
        f"{share(killed, mutants)}; {len(survivors)} survived, {len(open_ones)} of them not judged yet.",
        "",
        "| Mechanism | Run on | Mutants | Tried | Killed | Share | Of these by timeout |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for noun, found in sorted(results.items()):
        numbers = f"{found['of']} | {found['mutants']} | {found['killed']} | {share(found['killed'], found['mutants'])}"
        lines.append(f"| {noun} | {found['date']} | {numbers} | {found['timed_out']} |")
    lines += ["", "## Survivors", "", "| Mutant | Line | With the fault | Judgement |", "|---|---|---|---|"]
    for survivor in survivors:
        why = judgement(survivor, known) or "**not judged**"
        cells = [code(survivor["id"]), code(survivor["before"]), code(survivor["after"]), why]
        lines.append(f"| {' | '.join(cells)} |")
    killers = sum((Counter(found["by_test"]) for found in results.values()), Counter())
    lines += ["", "## Killed by", "", "The first test that failed.", "", "| Test | Mutants |", "|---|--:|"]
    lines += [f"| {code(test)} | {number} |" for test, number in sorted(killers.items(), key=lambda item: -item[1])]
    return "\n".join(lines) + "\n"


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def code(text: str) -> str:
    """Text in a cell of a table."""
    return f"`{' '.join(text.split())}`".replace("|", "\\|")


def write(results: Results, known: Judgements) -> None:
    RESULT.write_text(json.dumps(results, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    TABLE.write_text(table(results, known), encoding="utf-8")
