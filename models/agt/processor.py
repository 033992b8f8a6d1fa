"""The processor features that notebooks and tests do without, so that every machine prints the same last digits.

NumPy's AVX-512 code differs from its other code in the last bits. `python -m agt.processor` prints the names
for NPY_DISABLE_CPU_FEATURES; NumPy warns of names it was not built with, so only its own are listed.
"""
# ruff: noqa: T201

import numpy as np

AVX512 = ("X86_V4", "AVX512F", "AVX512CD", "AVX512_SKX", "AVX512_CLX", "AVX512_CNL", "AVX512_ICL", "AVX512_SPR")


def without() -> str:
    """The value of NPY_DISABLE_CPU_FEATURES: NumPy's groups of AVX-512, none where it was built without them."""
    built = np.show_config(mode="dicts")["SIMD Extensions"]
    optional = [*built.get("found", []), *built.get("not found", [])]
    return " ".join(name for name in AVX512 if name in optional)


if __name__ == "__main__":
    print(without())
