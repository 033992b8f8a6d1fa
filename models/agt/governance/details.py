"""The sections of a report below the verdict: what it hangs on, how to undo it, how to make it again."""

import hashlib

from markupsafe import Markup

from agt.governance import suite
from agt.governance.prose import link, safe
from agt.governance.report import Report, arranged, canonical
from agt.governance.sections import isolated
from agt.governance.tables import Html, bullets, code, digest, paragraph, table
from agt.governance.wording import amount, phrases

GONE = {
    "burned": "AGT burned",
    "supply_distributed": "AGT handed out to people",
    "supply_sold": "AGT sold by earners and unlock holders",
}


def undo(report: Report) -> Html:
    """How long it takes to undo the change, and what a later vote could not bring back."""
    rows: list[tuple[object, ...]] = []
    for change in report.proposal.changes if report.simulated else ():
        lever = report.registry.parameters[change.parameter]
        months = (lever.minimum_delay or 0) + 1
        rows.append((code(change.parameter), f"{months} months at least, from a new proposal to its effect"))
    for name, difference in arranged(report.results.get("for_good", {}), suite.FOR_GOOD).items():
        sign = "more" if difference > 0 else "less"
        shown = f"{amount(float(f'{abs(difference):.3g}'))} AGT {sign}" if difference else "the same"
        rows.append((GONE[name], f"{shown}, two years after the change, in the middle future"))
    return Html("undo", table("Time and cost to undo", (), rows) if rows else paragraph("Nothing to undo."))


def hangs_on(report: Report) -> Html:
    """The unknowns that decide how large the effects are."""
    found = arranged(report.results.get("hangs_on", {}), suite.SENTENCE)
    rows = []
    for name, unknowns in found.items():
        texts = [
            f"{report.registry.parameters[one['parameter']].meaning} ({one['correlation']:+.2f})".replace("-", "−")
            for one in unknowns
        ]
        rows.append((report.registry.measures[name].title, Markup("<br>").join(texts)))
    if not rows:
        return Html("hangs on", paragraph("No effect, so nothing that it hangs on."))
    text = (
        "What nobody knows, and what the size of each effect hangs on most. In brackets the rank correlation, from −1 "
        "to 1, of the value drawn with the difference made: far from 0 means that knowing it would change the answer."
    )
    return Html(
        "hangs on", paragraph(text), table("What it hangs on", ("Effect on", "Unknowns, the strongest first"), rows)
    )


def unmodelled(report: Report) -> Html:
    """What the answer leaves out."""
    unread = [entry.meaning for entry in report.registry.levers().values() if entry.read_by != "policy"]
    missing = [f"Levers that no policy reads: {'; '.join(unread)}."] if unread else []
    missing += [
        "What people do because they foresee the change: the model reacts when it takes effect.",
        "New exchanges, attacks, laws, and what competitors do, but for the scenarios.",
        "Whether the ranges from which the unknowns are drawn are right; this book chose them, with sources.",
    ]
    return Html("unmodelled", bullets(missing))


def others(report: Report) -> Html:
    """With the other final proposals that the repository held at the proposal's base."""
    stack = report.results.get("stack", {"with": {}, "rivals": {}})
    parts = []
    if stack["rivals"]:
        rows = [(name, digest(sha)) for name, sha in stack["rivals"].items()]
        parts += [paragraph("Rivals: they change the same parameter."), table("Rivals", (), rows)]
    if stack["with"]:
        rows = [(name, digest(sha)) for name, sha in stack["with"].items()]
        said = phrases(stack["effects"], report.registry)
        parts += [
            paragraph("Together with these, limits and scenarios say: <strong>{}</strong>.", stack["verdict"]),
            table("Played together with", (), rows),
            paragraph("{}: {}.", suite.WHEN, "; ".join(said)),
        ]
    if alone := report.results.get("alone"):
        rows = [
            (code(name), Markup("<br>").join(phrases(effects, report.registry)))
            for name, effects in arranged(alone, (change.parameter for change in report.proposal.changes)).items()
        ]
        parts.append(table("Each change alone", ("Change", "Alone"), rows))
    if not parts:
        parts.append(paragraph("At the proposal’s base no other proposal was final, and this one makes one change."))
    return Html("others", *parts)


def track_record(report: Report) -> Html:
    """How earlier forecasts of accepted proposals did."""
    decided = len(report.registry.decisions)
    if not decided:
        return Html("track record", paragraph("No proposal has been accepted yet, so no forecast could be scored."))
    rows = [(one.proposal, f"{one.decided}") for one in report.registry.decisions]
    text = "{} proposals have been accepted. Their forecasts are scored on the page of decisions."
    return Html("track record", paragraph(text, decided), table("Accepted", ("Proposal", "Decided"), rows))


def reproduce(report: Report) -> Html:
    """The command that makes this report again, what it must show, and the results as data."""
    results = canonical(report.results)
    rows: list[tuple[object, ...]] = [
        ("Base", digest(report.proposal.head.base)),
        ("Results, SHA-256", digest(hashlib.sha256(results).hexdigest())),
        ("Today was", report.order.as_of),
    ]
    if "moved" in report.results:
        moved = len(report.results["moved"].get("changed", []))
        rows.append(("Quantities that differ", f"{moved:,} of {len(report.registry.quantities()):,}, in some future"))
    seeds = [f"{name}: {', '.join(own)}" for name, own in arranged(report.results["seeds"], suite.SAMPLES).items()]
    rows.append(("Seeds", Markup("<br>").join(seeds)))
    text = results.decode().replace("&", "\\u0026").replace("<", "\\u003c")  # nothing can end the element
    data = Markup('<script type="application/json" class="agt-results">{}</script>').format(Markup(text))
    command = code(f"agt propose verify proposals/{report.proposal.head.id}")
    said = "In a copy of the repository with its history, {} must say “reproduced”; it takes about as long as the run."
    return Html("reproduce", paragraph(said, command), table("How to reproduce", (), rows), data)


def words(report: Report) -> Html:
    """The proposer's words, marked as such: nothing in them is checked."""
    head = report.proposal.head
    rows = (
        ("Authors, as claimed", Markup(", ").join(isolated(name) for name in head.authors)),
        ("Interests", isolated(head.conflicts_of_interest)),
        ("Discussion", link(head.discussion)),
        ("Written", head.created),
        ("To be reviewed by", head.review_by),
        ("Status", head.status),
    )
    earlier = [
        (f"Version {number}", f"{one['verdict']}, preset {one['preset']}, proposal", digest(one["proposal"]))
        for number, one in enumerate(report.results["earlier"], start=1)
    ]
    published = (
        table("Earlier published versions", ("Earlier version", "Verdict", "SHA-256"), earlier)
        if earlier
        else paragraph("No earlier version of this proposal was published. Private runs cannot be counted.")
    )
    frame = Markup('<blockquote class="agt-words"><p><strong>{}</strong></p><p>{}</p>{}</blockquote>')
    return Html(
        "words",
        paragraph("Nothing in this frame is checked."),
        frame.format(isolated(head.title), isolated(head.summary), safe(head.rationale)),
        table("What the file says of itself", (), rows),
        published,
    )
