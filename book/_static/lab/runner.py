"""The runner: plays the months of one run in MicroPython, from the mechanisms' own texts and the exported graph.

It takes orders and gives answers as JSON. Paths are numbers by the thousand, so they go through a file of doubles.
"""

import json
import math
from array import array

from measures import measured

OUTSIDE = "a setting has left the range of the model"


class Economy:
    """The exported economy: its graph, its functions, and the numbers of its first runs."""

    def __init__(self, text, numbers):
        self.terms = json.loads(text)
        self.numbers = numbers
        self.size = len(numbers) // self.terms["runs"]
        self.functions = {}
        for act in self.terms["acts"]:
            module = __import__("agt.mechanisms." + act["mechanism"], None, None, (act["function"],))
            self.functions[title(act)] = getattr(module, act["function"])
        self.compiled = {}

    def play(self, run, settings, changes, keep):
        """The paths of one run: quantity -> one value for each month ahead.

        Args: run: from 0; settings: [name, first month, value] of each, which hold from then on; changes: those of a
            scenario; keep: names of the quantities kept.
        """
        values, months = self.opened(run)
        names = [setting[0] for setting in settings] + [change["name"] for change in changes]
        usual = {name: values[name] for name in names if name in values}
        for month in months:
            given = month[1]
            for name, value in usual.items():
                given.setdefault(name, value)
            for name, first, value in settings:
                if month[0] >= first:
                    given[name] = value
            for change in changes:
                if change["first"] <= month[0] and (change["until"] is None or month[0] < change["until"]):
                    given[change["name"]] = altered(given[change["name"]], change)
        paths = [[] for _ in keep]
        varying = sorted(months[0][1])
        self.months_of(keep, varying)(self.functions, values, months, [path.append for path in paths])
        return dict(zip(keep, paths))  # noqa: B905 (MicroPython knows no strict)

    def opened(self, run):
        """What a run starts from, and for each month ahead its number and what is given in it alone."""
        terms, months = self.terms, self.terms["months"]
        record = array("d", self.numbers[run * self.size : (run + 1) * self.size])
        constant = terms["carried"] + terms["by_run"]
        values = dict(terms["fixed"])
        values.update(zip(constant, record))  # noqa: B905
        ahead = []
        for month in range(months):
            given = {name: path[month] for name, path in terms["by_month"].items()}
            for place, name in enumerate(terms["by_both"]):
                given[name] = record[len(constant) + place * months + month]
            ahead.append((terms["today"] + 1 + month, given))
        return values, ahead

    def earlier(self, run):
        """The values of the months up to today of what measures look back at: quantity -> list."""
        terms = self.terms
        past, names = terms["past"], terms["earlier"]
        record = array("d", self.numbers[run * self.size : (run + 1) * self.size])
        rest = list(record)[len(record) - past * len(names) :]
        return {name: rest[place * past : (place + 1) * past] for place, name in enumerate(names)}

    def measures(self, run, paths, start):
        """Every measure of one run that the page shows, counted from the month of effect `start`."""
        terms, earlier = self.terms, self.earlier(run)
        past, unknown = terms["past"], [math.nan] * terms["past"]
        whole = {name: earlier.get(name, unknown) + path for name, path in paths.items()}
        at = start - terms["today"] - 1 + past
        return {name: measured(measure, whole, at) for name, measure in terms["measures"].items()}

    def months_of(self, keep, varying):
        """The function that plays months, made once for each choice of what is kept and of what varies by month."""
        key = " ".join(keep) + " | " + " ".join(varying)
        if key not in self.compiled:
            made = {}
            exec(written(self.terms["acts"], keep, varying), made)
            self.compiled[key] = made["play"]
        return self.compiled[key]


def altered(value, change):
    """A value as a scenario changes it."""
    if change["how"] == "times":
        return value * change["by"]
    return value + change["by"] if change["how"] == "plus" else change["by"]


def title(act):
    """The full name of a function of the month."""
    return act["mechanism"] + "." + act["function"]


def written(acts, keep, varying):
    """The text of the function that plays the months: one call after the other, as the graph says, and the flows.

    Interpreting the graph month by month takes three times as long. Nothing of a mechanism is in this text.
    """
    names = Names()
    body = []
    for act in acts:
        for reads, writes in act["calls"]:
            called = names.of("function " + title(act))
            body.append(f"{names.all(writes)} = {called}({names.all(reads)})")
        for flow, payer, payee in act["flows"]:
            body.append(f"{names.of(payer)} = {names.of(payer)} - {names.of(flow)}")
            body.append(f"{names.of(payee)} = {names.of(payee)} + {names.of(flow)}")
    body += [f"keep_{place}({names.of(name)})" for place, name in enumerate(keep)]
    known = [name for name in names.known if name != "month"]
    functions = [name for name in known if name.startswith("function ")]
    quantities = [name for name in known if not name.startswith("function ")]
    lines = ["def play(functions, values, months, keeps):"]
    lines += [f"    keep_{place} = keeps[{place}]" for place in range(len(keep))]
    lines += [f"    {names.of(name)} = functions['{name.split(' ')[1]}']" for name in functions]
    lines += [f"    {names.of(name)} = values.get('{name}')" for name in quantities]
    lines += [f"    for {names.of('month')}, given in months:"]
    lines += [f"        {names.of(name)} = given['{name}']" for name in varying]
    lines += ["        " + line for line in body]
    return "\n".join(lines)


class Names:
    """Short names of Python for the full names of the registry."""

    def __init__(self):
        self.known = {}

    def of(self, name):
        """The short name of one full name."""
        if name not in self.known:
            self.known[name] = f"v{len(self.known)}"
        return self.known[name]

    def all(self, names):
        """The short names of some full names, families in brackets."""
        return ", ".join([self.of(name) if isinstance(name, str) else f"({self.all(name)},)" for name in names])


ECONOMY = []  # the one that was opened


def opened(economy, numbers):
    """Take the exported economy.

    Args: economy, numbers: the names of the two files.
    """
    with open(economy) as stream:
        text = stream.read()
    with open(numbers, "rb") as stream:
        ECONOMY[:] = [Economy(text, stream.read())]


def played(order, answer):
    """Play one run as an order asks, and write its numbers into a file of doubles, in the order of what was asked.

    Args: order: JSON of run, settings, changes, keep and start, the month from which measures count, or null for none;
        answer: the name of the file: the paths of `keep`, then the measures in the order of their names.
    Returns: nothing, or what went wrong, in words.
    """
    asked, economy = json.loads(order), ECONOMY[0]
    try:
        paths = economy.play(asked["run"], asked["settings"], asked["changes"], asked["keep"])
        numbers = [value for name in asked["keep"] for value in paths[name]]
        if not math.isfinite(sum(numbers)):
            return OUTSIDE
        if asked["start"] is not None:
            found = economy.measures(asked["run"], paths, asked["start"])
            numbers += [found[name] for name in sorted(found)]
    except (ZeroDivisionError, OverflowError, ValueError):
        return OUTSIDE
    with open(answer, "wb") as stream:
        stream.write(array("d", numbers))
    return None


def settled(order):
    """Settle one season by the exact rule.

    Args: order: JSON of pool and minimum [base units], opens and closes [UTC seconds], wallets: the valid ones, claims:
        [id, contributor, wallet, AIA, submitted] of each, and holdings by contributor, or null; amounts are texts.
    Returns: JSON of payouts and refusals by position from 0, eligible and remainder; amounts are texts.
    """
    from agt.mechanisms.redemption import Claim, settle

    asked = json.loads(order)
    holdings = asked["holdings"]
    if holdings is not None:
        holdings = {contributor: int(aia) for contributor, aia in holdings.items()}
    settlement = settle(
        [Claim(name, contributor, wallet, int(aia), when) for name, contributor, wallet, aia, when in asked["claims"]],
        pool=int(asked["pool"]),
        valid_wallets=set(asked["wallets"]),
        minimum=int(asked["minimum"]),
        opens=asked["opens"],
        closes=asked["closes"],
        holdings=holdings,
    )
    return json.dumps(
        {
            "payouts": {str(row): str(agt) for row, agt in settlement.payouts.items()},
            "refusals": {str(row): reason for row, reason in settlement.refusals.items()},
            "eligible": str(settlement.eligible),
            "remainder": str(settlement.remainder),
        }
    )


def opened_by(order):
    """What an account may do, by the exact rule of staking.

    Args: order: JSON of stake and thresholds [base units, as texts], medallion, level and high_level.
    Returns: JSON of the tier, and whether each class of task is open.
    """
    from agt.mechanisms.staking import Account, opens, tier

    asked = json.loads(order)
    account = Account(int(asked["stake"]), asked["medallion"], asked["level"])
    thresholds = tuple([int(threshold) for threshold in asked["thresholds"]])
    answer = {"tier": tier(account.stake, thresholds=thresholds)}
    for task in ("general", "specialised", "advanced"):
        answer[task] = opens(account, task, thresholds=thresholds, high_level=asked["high_level"])
    return json.dumps(answer)
