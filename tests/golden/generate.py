"""Writes the golden cases: `python tests/golden/generate.py [topic…]`.

Needs the NumPy of requirements.txt. Running it again gives the same bytes, so a change of a case shows up in review.
"""

import os
import sys
import warnings
from importlib import import_module
from pathlib import Path

# NumPy's wider vector kernels round differently from machine to machine; the baseline is the same everywhere.
os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"

import numpy as np  # noqa: E402

from recorder import Topic  # noqa: E402

HERE = Path(__file__).resolve().parent
TOPICS = """
    promotion casts ufuncs ufunc_dense products linalg fft creation views reductions selection printing printing_options files tables
    expressions random
    indexing
    sorting sets calculus statistics windows
    manipulation functional methods arrays rounds dense_rounds
    polynomials
    dtypes datasets errors
""".split()
BYTES_MAX = 10_000_000


def main():
    if not np.__version__.startswith("2.4."):
        sys.exit(f"the goldens are NumPy 2.4's; this is {np.__version__}")
    warnings.simplefilter("ignore")
    cases = HERE / "cases"
    cases.mkdir(exist_ok=True)
    for name in sys.argv[1:] or TOPICS:
        topic = Topic(name)
        import_module(f"topics.{name}").record(topic)
        lines = [line + "\n" for line in topic.lines()]
        (cases / f"{name}.jsonl").write_text("".join(lines))
        errors = sum("e" in case for case in topic.cases)
        print(f"{name:12} {len(topic.cases):6} cases, {errors:5} of them errors, {sum(map(len, lines)) / 1e3:7.0f} kB")
    total = sum(path.stat().st_size for path in cases.glob("*.jsonl"))
    print(f"total {total / 1e6:.2f} MB")
    if total > BYTES_MAX:
        sys.exit(f"more than {BYTES_MAX} bytes")


if __name__ == "__main__":
    main()
