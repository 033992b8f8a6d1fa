"""A cluster plays what one process plays, bit for bit, even when one of its workers is killed on the way."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

import dask
import distributed  # noqa: F401 (its settings)
import pytest

from agt.governance.order import Order
from agt.governance.proposal import check
from agt.governance.report import Report, canonical
from agt.registry import Faults, load
from agt.simulation import crew, simulate, store
from tests.governance.proposals import SOUND

ROOT = Path(__file__).parents[2]
RUNS, MONTHS, SEED = 96, 30, 11
PATIENCE = 60  # seconds until a process must have said what is waited for


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder, stack):
        self.folder, self.stack, self.workers = folder, stack, []
        self.address = self._start("scheduler", "--port", "0", "--host", "127.0.0.1").split("at:")[1].split()[0]

    def _start(self, *command, marker=None):
        log = self.folder / f"{len(list(self.folder.iterdir()))}.log"
        with log.open("wb") as stream:
            process = self.stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "distributed.cli.dask_" + command[0], *command[1:], "--no-dashboard"],
                    stdout=stream,
                    stderr=stream,
                    env=os.environ | {"PYTHONPATH": str(ROOT)},
                )
            )
        self.stack.callback(process.kill)
        if marker is None:
            marker = "Scheduler at:"
        else:
            self.workers.append(process)
        until = time.monotonic() + PATIENCE
        while marker not in (said := log.read_text(encoding="utf-8")):
            assert process.poll() is None and time.monotonic() < until, said
            time.sleep(0.05)
        return next(line for line in said.splitlines() if marker in line)

    def worker(self, *options):
        """Start a worker and wait until the scheduler knows it."""
        place = ("--local-directory", str(self.folder / f"worker-{len(self.workers)}"))
        self._start("worker", self.address, "--no-nanny", *options, *place, marker="Starting established connection")
        return self.workers[-1]


@pytest.fixture
def cluster(tmp_path):
    with ExitStack() as stack:
        (tmp_path / "dask").mkdir()
        yield Cluster(tmp_path / "dask", stack)


@pytest.fixture(scope="module")
def serial():
    return simulate(RUNS, MONTHS, SEED)


def refused(address):
    with pytest.raises(Faults) as caught:
        simulate(8, 2, cluster=address)
    [fault] = caught.value.faults
    return fault.id, fault.message


def test_a_cluster_plays_and_writes_what_one_process_does(cluster, serial, tmp_path):
    for _ in range(2):
        cluster.worker("--nthreads", "2")
    written = []
    for name, given in (("here", {}), ("there", {"cluster": cluster.address, "chunk": 20})):
        place = tmp_path / f"{name}.parquet"
        with store.beside(place) as folder:
            found = simulate(RUNS, MONTHS, SEED, folder=folder, **given)
            store.write(found, place)
        assert found.digest() == serial.digest()
        written.append(sha256(place.read_bytes()).hexdigest())
    assert written[0] == written[1]
    counted = simulate(RUNS, MONTHS, SEED, counted=True, cluster=cluster.address, chunk=8)
    assert counted.digest() == simulate(RUNS, MONTHS, SEED, counted=True).digest()


def test_a_worker_that_is_killed_on_the_way_changes_nothing(cluster, serial):
    first, _ = cluster.worker("--nthreads", "1"), cluster.worker("--nthreads", "1")
    killed = []

    def kill(_):
        if not killed:
            os.kill(first.pid, signal.SIGKILL)
            killed.append(first.wait())

    found = simulate(RUNS, MONTHS, SEED, cluster=cluster.address, chunk=4, progress=kill)
    assert killed == [-signal.SIGKILL]
    assert found.digest() == serial.digest()
    assert (found.residual, found.alarms, found.clipped) == (serial.residual, serial.alarms, serial.clipped)


def test_the_results_of_a_proposal_are_the_same_whoever_plays(cluster):
    cluster.worker("--nthreads", "1")
    proposal, found = check(SOUND.encode(), "agt-0007.yml", as_of="2026-11-22"), set()
    for who in ({"workers": 1}, {"workers": 2}, {"cluster": cluster.address}):
        report = Report(SOUND.encode(), proposal, load(), Order("minimal", "2026-11-22", **who), {})
        found.add((canonical(report.results), report.ensemble))
    assert len(found) == 1


def test_a_cluster_without_workers_is_refused(cluster):
    assert refused(cluster.address) == (
        "cluster-unreachable",
        f"--cluster {cluster.address}: no worker is there; start one, or more",
    )


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "nothing at all", "tls://127.0.0.1:9", "tcp://[::1]:99999", "127.0.0.1:8786"]
)
def test_an_address_without_a_cluster_is_refused(monkeypatch, address):
    monkeypatch.setattr(crew, "PATIENCE", 2)
    found, message = refused(address)
    assert (found, message.startswith(f"--cluster {address}: ")) == ("cluster-unreachable", True)


@pytest.mark.parametrize("certificate", [None, "nothing.pem", __file__])
def test_who_has_no_certificate_is_told_so(certificate):
    named = {f"distributed.comm.tls.{file}": certificate for file in ("ca-file", "client.cert", "client.key")}
    with dask.config.set(named):
        assert refused("tls://127.0.0.1:9")[1].startswith("--cluster tls://127.0.0.1:9: TLS takes certificates; name")


@pytest.mark.parametrize("what", ["model", "numpy", "arithmetic"])
def test_a_worker_that_would_count_otherwise_is_refused(what):
    other = crew.fingerprint() | {what: "another"}
    with pytest.raises(Faults) as caught:
        crew._there(other, {}, divmod, (7, 2))
    [fault] = caught.value.faults
    assert (fault.id, f"has {what} {crew.fingerprint()[what]}, not another;" in fault.message) == (
        "cluster-differs",
        True,
    )
    assert crew._there(crew.fingerprint() | {"python": "another"}, {}, divmod, (7, 2)) == (3, 1)


def test_dask_is_imported_for_a_cluster_alone():
    program = "import sys; from agt.simulation import simulate; simulate(8, 2); print('distributed' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
