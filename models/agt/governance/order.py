"""What a run was asked for: the preset, the beacon, and the date of today. The notebook's process is told by it."""

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from agt.governance.suite import PRESETS, Preset
from agt.registry import Fault, Faults
from agt.registry.faults import nearest

VARIABLE = "AGT_ORDER"
WORKERS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
BEACON = re.compile(r"(?:0x)?([0-9a-fA-F]{64})", re.ASCII)
SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,:/#_-]{2,119}", re.ASCII)


@dataclass(frozen=True)
class Order:
    """What a run was asked for.

    preset: a name of `PRESETS`; as_of: the date of today; beacon: 64 hexadecimal digits, or nothing; source: where they
    were published; earlier: what the history says of dossiers of this proposal, as JSON; progress: the file that the
    run tells how far it is, or nothing; workers, cluster: who plays it, see `agt.simulation.crew`; it changes nothing.
    """

    preset: str
    as_of: str
    beacon: str = ""
    source: str = ""
    earlier: str = "[]"
    progress: str = ""
    workers: int = WORKERS
    cluster: str = ""

    @classmethod
    def told(cls) -> "Order | None":
        """The order that this process was given; None when it was given none."""
        text = os.environ.get(VARIABLE)
        return cls(**json.loads(text)) if text else None

    @classmethod
    def beside(cls) -> "Order":
        """The order of the dossier in whose folder a notebook is run again.

        Raises: OSError, ValueError or KeyError when there is no such dossier.
        """
        manifest, results = (json.loads(Path(name).read_bytes()) for name in ("manifest.json", "results.json"))
        beacon = manifest["beacon"] or {}
        own = {"beacon": beacon.get("value", ""), "source": beacon.get("source", "")}
        return cls(manifest["preset"], manifest["as_of"], **own, earlier=json.dumps(results["earlier"]))

    @property
    def play(self) -> Preset:
        """The preset itself."""
        return PRESETS[self.preset]

    def text(self) -> str:
        """The order as the value of `VARIABLE`."""
        return json.dumps(asdict(self))

    def tell(self, played: int, asked: int) -> None:
        """Note the cases that were played since, and those that came to be asked for."""
        if self.progress:
            with Path(self.progress).open("a", encoding="ascii") as stream:
                stream.write(f"{played} {asked}\n")


def ordered(preset: str, as_of: str, beacon: str | None, source: str | None) -> Order:
    """The order that a command line writes.

    Raises: Faults when the preset is none, or the beacon cannot be one.
    """
    if preset not in PRESETS:
        message = f"--preset {preset}: write one of {', '.join(PRESETS)}{nearest(preset, PRESETS)}"
        raise Faults([Fault("value-allowed", message)])
    if beacon is None:
        if source is not None:
            raise Faults([Fault("beacon-syntax", "--beacon-source is given without --beacon")])
        return Order(preset, as_of)
    digits = BEACON.fullmatch(beacon)
    if digits is None:
        message = f"--beacon {beacon[:80]}: write the 64 hexadecimal digits of a drand round or a block hash"
        raise Faults([Fault("beacon-syntax", message)])
    if source is None or not SOURCE.fullmatch(source):
        message = "--beacon-source must say where the beacon was published, such as 'drand quicknet, round 12345'"
        raise Faults([Fault("beacon-syntax", f"{message}: 3 to 120 letters, digits, blanks and . , : / # _ -")])
    return Order(preset, as_of, digits[1].lower(), source)
