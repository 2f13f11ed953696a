"""`astype` between all pairs of dtypes, corner values included."""

import numpy as np

from operands import edge, laid_out, ramp
from recorder import DTYPES, arr


def _stable(values, to):
    """The values whose cast does not depend on the vector width that NumPy was built for."""
    with np.errstate(all="ignore"):
        one_by_one = np.array([v.astype(to) for v in values])
        shifted = np.concatenate([values[:1]] * 3 + [values]).astype(to)[3:]
        together = values.astype(to)
    same = [a.tobytes() == b.tobytes() == c.tobytes() for a, b, c in zip(one_by_one, together, shifted)]
    return values[np.array(same) | np.isnan(values)] if values.dtype.kind in "fc" and np.dtype(to).kind in "fc" else values[same]


def record(topic):
    layout = 0
    for a in DTYPES:
        for b in DTYPES:
            values = _stable(edge(a).base, b)
            topic.case("ndarray.astype", arr(values), b)
            topic.case("ndarray.astype", laid_out(a, layout), b)
            layout += 1
    for a in ("float16", "float32", "float64"):
        halves = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 255.5, 256.0, -1.0, -129.0, 300.25, 65504.0], a)
        for b in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool"):
            topic.case("ndarray.astype", arr(_stable(halves, b)), b)
    big = [2.0**31, 2.0**32, 2.0**53, 2.0**63, 1.8e19, -(2.0**31), -(2.0**63), 4e9, 1e10]
    for a in ("float32", "float64"):
        for b in ("int64", "uint64", "int32", "uint32"):
            topic.case("ndarray.astype", arr(_stable(np.array(big, a), b)), b)
    # Double rounding and ties.
    topic.case("ndarray.astype", arr([16777217, -16777217, 2**53 + 1, 2**63 - 1, 2**62 + 1], dtype="int64"), "float32")
    topic.case("ndarray.astype", arr([2**64 - 1, 2**63 + 1025, 2**53 + 3], dtype="uint64"), "float32")
    topic.case("ndarray.astype", arr([2**64 - 1, 2**63 + 1025, 2**53 + 3], dtype="uint64"), "float64")
    topic.case("ndarray.astype", arr([2**64 - 1, 2049, 2051, 65519, 65520], dtype="uint64"), "float16")
    topic.case("ndarray.astype", arr([1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-11 + 2**-40, 65519.99, 65520, 2**-25, 2**-25 * 1.0001,
                                      2**-24, 6e-8, -(2**-14) * 0.9999]), "float16")
    topic.case("ndarray.astype", arr([1 + 2**-24, 1 + 3 * 2**-24, 1 + 2**-24 + 2**-50, 3.4028235677973366e38, 1e-46, 7e-46,
                                      1.2e-38]), "float32")
    for name in ("float64", "int32"):
        topic.case("astype", arr(ramp("float32", 2, 3)), name)
    for casting in ("no", "equiv", "safe", "same_kind", "unsafe"):
        for a, b in (("float64", "float32"), ("float64", "int32"), ("int32", "float64"), ("complex64", "float32"),
                     ("int64", "int8"), ("uint8", "int8"), ("float32", "float32"), ("int8", "uint64")):
            topic.case("ndarray.astype", arr(ramp(a, 3)), b, casting=casting)
