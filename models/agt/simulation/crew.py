"""Who plays the pieces of an ensemble: this process, or processes of this machine. What is played is the same."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import Any, TypeVar

import numpy as np
from joblib import Parallel, delayed

Made = TypeVar("Made")

LOOK = 1.0  # seconds between two looks at whether the process that a worker works for is there


def spread(function: Callable[..., Made], pieces: Sequence[tuple[Any, ...]], workers: int = 1) -> Iterator[Made]:
    """What `function` makes of each piece, in the order of the pieces.

    Args: function: of a module, so that another process finds it; pieces: its arguments; workers: processes.
    """
    if workers == 1 or len(pieces) == 1:
        for piece in pieces:
            yield function(*piece)
    else:
        crew = Parallel(n_jobs=workers, return_as="generator", initializer=_watch, initargs=(os.getpid(),))
        yield from crew(delayed(_as_here)(np.geterr(), function, piece) for piece in pieces)


def _as_here(errors: Any, function: Callable[..., Made], piece: tuple[Any, ...]) -> Made:
    """One piece, with NumPy saying as much of numbers that are none as it does where it was asked for."""
    with np.errstate(**errors):
        return function(*piece)


def _watch(parent: int) -> None:
    """End this process once the one that it works for has ended, however it ended: nobody waits for it then."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK)
        os._exit(1)

    Thread(target=look, name="parent watch", daemon=True).start()
