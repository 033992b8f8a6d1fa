"""The sections of a report, in the page's order: one function each, called by one cell of the template notebook."""

import hashlib
from decimal import Decimal

from markupsafe import Markup

from agt.analysis.paired import Effect, fan_of_difference, of_hundred
from agt.calendar import month_date, month_number
from agt.figures import READING, Figure, fan
from agt.figures.figure import readable
from agt.governance import suite
from agt.governance.changes import step
from agt.governance.form import Change
from agt.governance.prose import link, safe
from agt.governance.report import Report, canonical
from agt.governance.suite import Measured
from agt.governance.tables import Html, Rows, bullets, code, digest, grouped, paragraph, table, under
from agt.registry import Parameter
from agt.simulation import LEVELS

MILLION = 1e6


def title(report: Report) -> Html:
    """The proposer's title, as the proposer's."""
    lead = Markup('<p class="agt-lead">“{}” <small>(the proposer’s title)</small></p>')
    return Html("title", lead.format(_isolated(report.proposal.head.title)))


def status(report: Report) -> Html:
    """What this page is, and what it is not."""
    parts = [paragraph("<strong>Effects only; guardrails are not judged yet.</strong>")]
    if report.proposal.illustrative:
        parts.append(paragraph("<strong>Illustrative, not submitted to the DAO.</strong>"))
    parts.append(
        paragraph(
            "{} paired futures (preset {}, suite {}). Their luck is known in advance: this is a draft whose wording "
            "the proposer could have fitted to them.",
            f"{report.pair.runs:,}",
            report.preset,
            suite.VERSION,
        )
    )
    parts += [paragraph("Note: {}.", warning.message) for warning in report.proposal.warnings]
    return Html("status", *parts)


def changes(report: Report) -> Html:
    """What is proposed, from the file's data; its numbers exactly as written."""
    parameters = report.registry.parameters
    levers = [_change(change, parameters[change.parameter]) for change in report.proposal.changes]
    return Html("changes", grouped("What is proposed", (), levers))


def sentence(report: Report) -> Html:
    """The answer in one sentence, made from the numbers."""
    if not report.pair.moved:
        return Html("sentence", paragraph("<strong>{}</strong>", _nothing(report)))
    phrases = [_phrase(report, words, figure) for words, figure in suite.SENTENCE]
    return Html("sentence", paragraph("<strong>Two years after the change, {}.</strong>", "; ".join(phrases)))


def effects(report: Report) -> Html:
    """Every figure that moves: paired difference with its interval, medians, and how often it is higher or lower."""
    moving = [measure for measure in report.measured.values() if measure.figure in report.pair.moved]
    still = [measure.words for measure in report.measured.values() if measure.figure not in report.pair.moved]
    parts = []
    if moving:
        head = ("Month", "Difference (9 futures in 10)", "How often")
        parts.append(grouped("Effects", head, [_effect(report, measure) for measure in moving]))
        parts.append(
            paragraph(
                "Middle values of {} futures; M is a million. Small, below a difference: as things stand → with the "
                "change. Differences are taken future by future, so the middle difference is not the difference of "
                "the middles. What is counted in USD is shown in percent only: the level of the price cannot be "
                "known, what a change does to it can.",
                f"{report.pair.runs:,}",
            )
        )
    if still:
        parts.append(paragraph("The same in every future: {}.", "; ".join(still)))
    return Html("effects", *parts, _expectations(report))


def pictures(report: Report) -> Html:
    """The paired difference over time."""
    figures = [_picture(report, report.measured[name]) for name in suite.PICTURES if name in report.pair.moved]
    if not figures:
        return Html("pictures", paragraph("There is nothing to draw: no figure of the pictures moves."))
    return Html("pictures", *(Markup(figure.html()) for figure in figures))


def groups(report: Report) -> Html:
    """Who gains and who loses, two years after the change."""
    head = ("Group", "Difference (9 futures in 10)", "In most futures")
    rows: list[tuple[object, ...]] = []
    for group, measure in suite.GROUPS:
        one, name = report.usual(measure.figure), under(group, measure.words)
        if one is None:
            rows.append((name, "cannot be compared", ""))
        else:
            rows.append((name, _difference(one), under(_outcome(measure, one), _chance(one))))
    return Html("groups", table("Who gains and who loses", head, rows))


def unmodelled(report: Report) -> Html:
    """What the answer leaves out."""
    unread = [entry.meaning for entry in report.registry.levers().values() if entry.read_by != "policy"]
    missing = (
        f"Levers that no policy reads yet: {'; '.join(unread)}.",
        "What people do because they foresee the change: the model reacts when it takes effect.",
        "Other proposals that may be accepted before or after this one.",
        "New exchanges, attacks, laws, and what competitors do.",
        "Whether the ranges from which the assumptions are drawn are right; this book chose them, with sources.",
        "Guardrails, worst futures by name, and the cost of undoing the change: not judged yet.",
    )
    return Html("unmodelled", bullets(missing))


def reproduce(report: Report) -> Html:
    """The command that makes this report again, what it must show, and the results as data."""
    results = canonical(report.results())
    differing = f"{len(report.pair.moved):,} of {len(report.registry.quantities()):,}, in some of the futures"
    rows = (
        ("Proposal, SHA-256", digest(report.digest)),
        ("Results, SHA-256", digest(hashlib.sha256(results).hexdigest())),
        ("Futures", f"{report.pair.runs:,}, as things stand and with the change"),
        ("Quantities that differ", differing),
        ("Seeds", ", ".join(str(seed) for seed in suite.seeds())),
    )
    text = results.decode().replace("&", "\\u0026").replace("<", "\\u003c")  # nothing can end the element
    data = Markup('<script type="application/json" class="agt-results">{}</script>').format(Markup(text))
    command = code(f"agt propose run proposals/{report.proposal.head.id}.yml --preset {report.preset}")
    return Html("reproduce", paragraph("{} must show the same.", command), table("How to reproduce", (), rows), data)


def words(report: Report) -> Html:
    """The proposer's words, marked as such: nothing in them is checked."""
    head = report.proposal.head
    rows = (
        ("Authors, as claimed", Markup(", ").join(_isolated(name) for name in head.authors)),
        ("Interests", _isolated(head.conflicts_of_interest)),
        ("Discussion", link(head.discussion)),
        ("Written", head.created),
        ("To be reviewed by", head.review_by),
        ("Status", head.status),
    )
    frame = Markup('<blockquote class="agt-words"><p><strong>{}</strong></p><p>{}</p>{}</blockquote>')
    return Html(
        "words",
        paragraph("Nothing in this frame is checked."),
        frame.format(_isolated(head.title), _isolated(head.summary), safe(head.rationale)),
        table("What the file says of itself", (), rows),
    )


def _isolated(text: str) -> Markup:
    """A text of any script, which cannot turn the direction of what stands beside it."""
    return Markup("<bdi>{}</bdi>").format(text)


def _change(change: Change, entry: Parameter) -> tuple[object, Rows]:
    now = "not published" if isinstance(change.was, str) else f"{change.was:,f} {entry.unit}"
    largest = entry.largest_step or Decimal(0)
    size, start, origin = step(change.to, entry)
    larger = "larger than the largest foreseen," if size > largest else "the largest foreseen is"
    rows = (
        ("Now", now),
        ("Proposed", f"{change.to:,f} {entry.unit}"),
        ("From", f"{month_date(month_number(change.effective)):%B %Y}"),
        ("May lie in", f"{entry.bounds[0]:,f} to {entry.bounds[1]:,f} {entry.unit}"),
        ("Step", f"{size:,f} from {start:,f}, {origin}; {larger} {largest:,f}"),
    )
    return Markup("{} ({})").format(entry.meaning, code(change.parameter)), rows


def _nothing(report: Report) -> str:
    parameters = report.registry.parameters
    unread = [one.parameter for one in report.proposal.changes if parameters[one.parameter].read_by != "policy"]
    if unread:
        return f"Not simulated: no policy of the model reads {', '.join(unread)}, so it can show no effect."
    return "Not exercised: in these futures the change changes nothing that the model computes."


def _phrase(report: Report, subject: str, figure: str) -> str:
    one = report.usual(figure)
    if one is None or one.more == one.less == 0:
        return f"{subject} does not change"
    unit = "" if one.relative else f" {report.unit(figure)}"
    return f"{subject} is {_chance(one)} futures (middle difference {_signed(one.middle, one)}{unit})"


def _effect(report: Report, measure: Measured) -> tuple[object, Rows]:
    """A figure with its unit, and its rows: one for each of the report's months."""
    unit = "in percent" if report.relative(measure.figure) else report.unit(measure.figure)
    rows: list[tuple[object, ...]] = []
    for one in report.effects_of(measure.figure):
        levels = "" if one.relative else f"{_amount(one.baseline)} → {_amount(one.changed)}"
        difference = under(_difference(one), levels) if levels else _difference(one)
        rows.append((f"{month_date(one.month):%b\u00a0%Y}", difference, _judged(measure, one)))
    return f"{measure.words} ({unit})", rows


def _expectations(report: Report) -> Markup:
    rows = []
    for expectation in report.proposal.expected:
        one = report.usual(expectation.metric)
        found = "cannot be compared"
        if expectation.metric not in report.pair.moved:
            found = "the same in every future: the change does not reach it"
        elif one is not None:
            count = one.more if expectation.direction == "higher" else one.less
            found = f"{expectation.direction} in {of_hundred(count, one.runs)} futures"
        rows.append((report.measured[expectation.metric].words, expectation.direction, found))
    head = ("What the proposer expects", "Direction", "Two years after the change")
    return table("Expected and found", head, rows)


def _picture(report: Report, measure: Measured) -> Figure:
    relative = report.relative(measure.figure)
    frame = fan_of_difference(report.pair, measure.figure, report.effective - 1, relative=relative)
    frame[list(LEVELS)] *= 100.0 if relative else 1.0
    unit = "%" if relative else report.unit(measure.figure)
    last = frame.iloc[-1]
    span = f"9 runs in 10 by {readable(last['p05'])} to {readable(last['p95'])}"
    return Figure(
        fan(frame, "date", quantity=f"Difference: {measure.words}", unit=unit),
        f"{measure.words}: what the change adds. {READING} Zero is the same future without the change.",
        f"{measure.words}, with the change less without it. At the end the middle run differs by "
        f"{readable(last['p50'])} {unit}, {span}.",
    )


def _amount(value: float) -> str:
    return f"{readable(value / MILLION)}\u00a0M" if abs(value) >= MILLION else readable(value)


def _signed(value: float, one: Effect) -> str:
    """A difference with its sign and three digits, in percent where it is a share of the baseline."""
    shown = float(f"{value * (100.0 if one.relative else 1.0):.3g}")
    percent = "\u00a0%" if one.relative else ""
    return f"{'+' if shown > 0 else ''}{_amount(shown)}{percent}"


def _difference(one: Effect) -> str:
    low, high = (_signed(value, one) for value in (one.low, one.high))
    return f"{_signed(one.middle, one)} ({low} to {high})"


def _chance(one: Effect) -> str:
    """In how many futures the figure is higher, or lower, whichever is more."""
    if one.more == one.less == 0:
        return "always the same"
    way, count = ("higher", one.more) if one.more >= one.less else ("lower", one.less)
    return f"{way} in {of_hundred(count, one.runs)}"


def _judged(measure: Measured, one: Effect) -> str:
    """`_chance`, and whether that is better or worse by the registry."""
    if measure.better == "neither" or one.more == one.less:
        return _chance(one)
    way = "higher" if one.more > one.less else "lower"
    return f"{_chance(one)} ({'better' if way == measure.better else 'worse'})"


def _outcome(measure: Measured, one: Effect) -> str:
    gains, loses = (one.less, one.more) if measure.better == "lower" else (one.more, one.less)
    if 2 * max(gains, loses) <= one.runs:
        return "neither" if gains or loses else "no change"
    if measure.better == "lower":
        return "lose, as they should" if gains > loses else "gain, as they should not"
    return "gain" if gains > loses else "lose"
