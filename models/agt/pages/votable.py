"""What a vote may change, by how much, and what it moves: the page that members open before they vote."""

from agt.analysis.sensitivity import ANSWERS
from agt.pages.answers import indices
from agt.pages.chapter import named
from agt.pages.contents import mechanisms
from agt.pages.tables import Html, amount, bounds, table
from agt.registry import Parameter, load
from agt.simulation import today

TELLING = 0.02  # share of an answer's spread below which a lever hardly moves it
NAMED = 2  # answers of a lever


def summary() -> Html:
    """How many levers there are, and of how many the present value is published."""
    levers = load().levers()
    known = [one for one in levers.values() if one.published]
    none = sum(one.value == 0 for one in known)
    simulated = sum(one.read_by == "policy" for one in levers.values())
    return Html(
        f"<p>There are {len(levers)} levers. {len(known) - none} have a present value that some source states. Of "
        f"{none} no rule was found, so that it is taken as none. {len(levers) - len(known)} must exist, but nobody has "
        f"published them: the model draws each from a range. {simulated} are simulated.</p>"
    )


def levers() -> Html:
    """Every lever, one table per mechanism, in the order of the month."""
    registry, parts = load(), []
    for noun in mechanisms():
        own = {name: one for name, one in registry.levers().items() if name.startswith(f"{noun}_")}
        if own:
            rows = [_row(name, one) for name, one in own.items()]
            head = ("Lever", "Now", "May be", "In one vote", "Takes effect after", "Moves most")
            title = f'<h3><a href="../rules/{noun}.html">{noun.capitalize()}</a></h3><p>{registry.purposes[noun]}</p>'
            parts.append(title + table(head, rows, label=f"What a vote may change of {noun}"))
    return Html("".join(parts))


def _row(name: str, lever: Parameter) -> list[str]:
    value = load().in_force(name, today())
    delay = lever.minimum_delay or 0
    return [
        named(name, lever.meaning),
        "not published" if value is None else amount(value, lever.unit),
        bounds(lever),
        f"by {amount(lever.largest_step, lever.unit)}" if lever.largest_step is not None else "freely",
        "1 month" if delay == 1 else f"{delay} months",
        moves(name),
    ]


def moves(lever: str) -> str:
    """The answers that a lever moves most, when all levers move by their largest step."""
    shares = {answer: indices("levers", answer).get(lever, {}).get("total", 0.0) for answer in ANSWERS}
    telling = sorted((answer for answer in shares if shares[answer] > TELLING), key=lambda answer: -shares[answer])
    measures = load().measures
    return "; ".join(f"{measures[answer].title} {shares[answer]:.0%}" for answer in telling[:NAMED]) or "little"


def fixed() -> Html:
    """The facts of the token that no vote changes."""
    registry = load()
    facts = {name.partition(".")[0]: one for name, one in registry.parameters.items() if one.kind == "fact"}
    rows = [
        [named(name, one.meaning), f"by {one.index}" if one.index else amount(one.value, one.unit), one.source]  # type: ignore[arg-type]
        for name, one in facts.items()
    ]
    return table(("Fact", "Value", "Source"), rows, label="What no vote changes")
