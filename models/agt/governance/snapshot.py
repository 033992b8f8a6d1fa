"""The body of a vote: the verdict and its digests first, as Markdown for the place where the DAO votes."""

import hashlib
import re

from agt.governance import suite
from agt.governance.report import Report, canonical
from agt.governance.sections import meaning
from agt.governance.wording import phrases
from agt.registry.reader import plain

LONGEST = 40_000  # characters of a body that the place of the vote takes
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&@])")


def snapshot(report: Report) -> str:
    """The body of the vote on a proposal, at most `LONGEST` characters."""
    results, head = report.results, report.proposal.head
    lines = [
        f"**{results['verdict']}**: {quoted(meaning(report))}",
        "",
        f"- effect: {results['effect']}",
        f"- results: {hashlib.sha256(canonical(results)).hexdigest()}",
        f"- proposal: {head.id}, base {head.base}, preset {results['preset']}",
        f"- beacon: {_beacon(report)}",
        "",
        "What would change:",
        "",
        *(
            f"- {one.parameter}: {plain(one.was)} to {plain(one.to)} from {one.effective}"
            for one in report.proposal.changes
        ),
        "",
        *_found(report),
        f"Anyone can make these numbers again, in a copy of the repository: agt propose verify proposals/{head.id}",
        "",
        "The proposer's words, unchecked:",
        "",
        f"Title: {quoted(head.title)}",
        "",
        f"Summary: {quoted(head.summary)}",
        "",
        f"Discussion: {head.discussion}",
    ]  # fmt: skip
    text = "\n".join(lines) + "\n"
    assert len(text) <= LONGEST  # every text that goes in is bounded
    return text


def _found(report: Report) -> list[str]:
    """What the run found, in a few lines."""
    if "effects" not in report.results:
        return ["Nothing was simulated.", ""]
    lines = [f"{suite.WHEN}, future by future:", ""]
    lines += [f"- {text}" for text in phrases(report.results["effects"], report.registry)]
    lines += ["", "Checks that do not hold:", ""]
    failed = [row for row in report.results["checks"] if row["verdict"] != "PASS"]
    lines += [
        f"- {row['verdict']}, {report.registry.checks[row['check']].title}: {row['found'][:500]}" for row in failed
    ]
    return [*lines, *([] if failed else ["- none"]), ""]


def _beacon(report: Report) -> str:
    beacon = report.results["beacon"]
    return (
        f"{beacon['value']} ({beacon['source']})" if beacon else "none: a draft, the proposer could know these futures"
    )


def quoted(text: str) -> str:
    """A text of the proposer's in which nothing is Markdown."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
