"""`python -m tests.vectors`: write the test vectors and their manifest, from the exact rules."""

from tests.vectors.manifest import write

write()
