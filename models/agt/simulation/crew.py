"""Who plays the pieces of an ensemble: this process, processes of this machine, or a Dask cluster.

What is played is the same: a piece names its runs, and its luck hangs on nothing else.
"""

import os
import re
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from threading import Lock, Thread
from typing import Any, TypeVar

import numpy as np
from joblib import Parallel, delayed

from agt.registry.faults import Fault, Faults
from agt.simulation.fingerprint import DECISIVE, fingerprint

Made = TypeVar("Made")

LOOK = 1.0  # seconds between two looks at whether the process that a worker works for is there
PATIENCE = 20  # seconds that a scheduler may take to answer
AHEAD = 2  # pieces that are given out for each worker of a cluster, so that none waits for the next
TLS = "DASK_DISTRIBUTED__COMM__TLS__"
UNCERTIFIED = f"TLS takes certificates; name your files in {TLS}CA_FILE, {TLS}CLIENT__CERT and {TLS}CLIENT__KEY"
ADDRESS = re.compile(r"(tcp|tls)://(?P<host>[^\s/]+):(?P<port>[0-9]{1,5})", re.ASCII)
ONE = Lock()  # a worker of a cluster may have many threads; cadCAD is made for one


def spread(
    function: Callable[..., Made], pieces: Sequence[tuple[Any, ...]], workers: int = 1, cluster: str = ""
) -> Iterator[Made]:
    """What `function` makes of each piece, in the order of the pieces.

    Args: function: of a module, so that another process finds it; pieces: its arguments; workers: processes; cluster:
        the address of a Dask scheduler, whose workers play in their place.
    Raises: Faults when there is no such cluster, or one of its workers would give other results.
    """
    if cluster:
        yield from _on_cluster(function, pieces, cluster)
    elif workers == 1 or len(pieces) == 1:
        for piece in pieces:
            yield function(*piece)
    else:
        crew = Parallel(n_jobs=workers, return_as="generator", initializer=_begin, initargs=(os.getpid(),))
        yield from crew(delayed(_as_here)(np.geterr(), function, piece) for piece in pieces)


def _on_cluster(function: Callable[..., Made], pieces: Sequence[tuple[Any, ...]], address: str) -> Iterator[Made]:
    """What the workers of a cluster make of each piece; Dask gives the pieces of one that dies to another."""
    client = _client(address)
    waiting: deque[Any] = deque()
    try:
        ahead = AHEAD * len(client.scheduler_info(n_workers=-1)["workers"])
        asked = (_there, fingerprint(), np.geterr(), function)
        for piece in pieces:
            waiting.append(client.submit(*asked, piece, pure=False))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        client.cancel(list(waiting))
        client.close()


def _client(address: str) -> Any:
    """A client of the Dask scheduler at an address.

    Raises: Faults when there is none, it has no worker, or Dask is not installed.
    """
    try:
        from distributed import Client  # of the extra `cluster`; half a second that nobody else should wait
    except ImportError:
        message = "--cluster needs Dask: pip install '.[cluster]'"
        raise Faults([Fault("cluster-unreachable", message)]) from None
    match = ADDRESS.fullmatch(address)
    if match is None:
        message = f"--cluster {address}: write tls://HOST:PORT or tcp://HOST:PORT, as the scheduler prints it"
        raise Faults([Fault("cluster-unreachable", message)])
    if match[1] == "tls" and not _certified():
        raise Faults([Fault("cluster-unreachable", f"--cluster {address}: {UNCERTIFIED}")])
    try:
        socket.create_connection((match["host"].strip("[]"), int(match["port"])), PATIENCE).close()
        client: Any = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, OverflowError, RuntimeError, TypeError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        message = f"--cluster {address}: {reason}; start a scheduler there, and give its address as it prints it"
        raise Faults([Fault("cluster-unreachable", message)]) from None
    if not client.scheduler_info(n_workers=-1)["workers"]:
        client.close()
        raise Faults([Fault("cluster-unreachable", f"--cluster {address}: no worker is there; start one, or more")])
    return client


def _certified() -> bool:
    """Whether certificates with which Dask can connect are named."""
    from distributed import Security

    try:
        return Security().get_connection_args("client")["ssl_context"] is not None  # type: ignore[no-untyped-call]
    except OSError:
        return False


def reach(address: str) -> None:
    """Raises: Faults when no cluster with workers is at an address, so that it is known before anything is played."""
    _client(address).close()


def _there(expected: dict[str, str], errors: Any, function: Callable[..., Made], piece: tuple[Any, ...]) -> Made:
    """One piece on a worker of a cluster, where it is sure to give what it gives elsewhere.

    Raises: Faults when the worker is another.
    """
    own = fingerprint()
    different = [f"{name} {own[name]}, not {expected[name]}" for name in DECISIVE if own[name] != expected[name]]
    if different:
        message = f"a worker on {os.uname().nodename} has {'; '.join(different)}"
        hint = "install the same lock and commit there, and start it with the same NPY_DISABLE_CPU_FEATURES"
        raise Faults([Fault("cluster-differs", f"{message}; {hint}")])
    with ONE:
        return _as_here(errors, function, piece)


def _as_here(errors: Any, function: Callable[..., Made], piece: tuple[Any, ...]) -> Made:
    """One piece, with NumPy saying as much of numbers that are none as it does where it was asked for."""
    with np.errstate(**errors):
        return function(*piece)


def _begin(parent: int) -> None:
    """Make this process one that works for another: it ends with that one, however that ends, and only then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interruption is the parent's to answer

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK)
        os._exit(1)

    Thread(target=look, name="parent watch", daemon=True).start()
