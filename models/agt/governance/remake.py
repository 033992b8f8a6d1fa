"""Make the files of a dossier: `python -m agt.governance.remake`, in a folder that holds what they are made of.

It is started by `agt.governance.verify` of another version of this code, so what it reads and writes is fixed: the
proposal, `others/*.yml`, and results to be shown, if any; the order from the environment; the files go to `made/`.
"""
# ruff: noqa: T201

import sys
from pathlib import Path

from agt.governance.execution import PROPOSAL
from agt.governance.order import Order
from agt.governance.report import GIVEN, OTHERS
from agt.governance.run import made
from agt.registry import Faults

MADE = Path("made")


def main() -> int:
    others = {path.stem: path.read_bytes() for path in sorted(OTHERS.glob("*.yml"))}
    given = GIVEN.read_bytes() if GIVEN.exists() else None
    order = Order.told()
    assert order is not None  # whoever starts this gives one
    try:
        files = made(Path(PROPOSAL).read_bytes(), order, others, given=given)
    except Faults as error:
        print(error, file=sys.stderr)
        return 1
    MADE.mkdir()
    for name, content in files.items():
        (MADE / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
