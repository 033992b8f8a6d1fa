"""What notebooks and tests switch off in NumPy: its AVX-512 code where it has some, without a warning anywhere."""

import os
import subprocess
import sys

import numpy as np

from agt import processor

ASK = "import agt.processor as p, numpy as np; print(p.without()); print(np.show_config(mode='dicts'))"


def test_the_names_are_numpys_own_and_make_no_warning():
    value = processor.without()
    environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": value}
    command = [sys.executable, "-W", "error", "-c", ASK]
    asked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.splitlines()[0] == value  # also when they are already off
    built = np.show_config(mode="dicts")["SIMD Extensions"]
    assert set(value.split()) <= {*built.get("found", []), *built.get("not found", [])}
