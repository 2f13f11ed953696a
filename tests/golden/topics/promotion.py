"""NEP 50: dtypes against dtypes and Python scalars, in every function of two operands."""

import numpy as np

from operands import ramp
from recorder import DTYPES, arr
from topics.ufuncs import BINARY, UNARY

WEAK = "weak_bool weak_int weak_float weak_complex"
SCALARS = [True, 3, 2.5, 1 + 2j]


def record(topic):
    for name in UNARY:
        topic.case("types", name, "-")
    for name in BINARY:
        topic.case("types", name, " ".join(DTYPES))
        topic.case("types", name, WEAK)
    for a in DTYPES:
        for b in DTYPES:
            topic.case("result_type", a, b)
            topic.case("promote_types", a, b)
        for scalar in SCALARS:
            topic.case("result_type", arr(ramp(a, 2)), scalar)
            topic.case("result_type", scalar, a)
            for name in ("add", "multiply", "divide", "maximum", "less", "power"):
                topic.case(name, arr([1, 2], dtype=a), scalar, tol={"ulp": 4} if name in ("power", "divide") else None)
                topic.case(name, scalar, arr([1, 2], dtype=a), tol={"ulp": 4} if name in ("power", "divide") else None)
    for a in ("int8", "float16", "float32"):
        topic.case("result_type", a, "int16", "float32")
        topic.case("result_type", arr(ramp(a, 2)), 1.0, 2j, "uint8")
    for casting in ("no", "equiv", "safe", "same_kind", "unsafe"):
        for a in DTYPES:
            for b in DTYPES:
                topic.case("can_cast", a, b, casting=casting)
    for dtype in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"):
        info = np.iinfo(dtype)
        for scalar in (int(info.max), int(info.max) + 1, int(info.min), int(info.min) - 1):
            if abs(scalar) < 2**63:
                for name in ("add", "less", "equal", "bitwise_or", "subtract"):
                    topic.case(name, arr([1, 2], dtype=dtype), scalar)
                    topic.case(name, scalar, arr([1, 2], dtype=dtype))
    for dtype in ("float16", "float32"):
        for scalar in (1e10, 1e300, 70000, float("inf"), float("nan")):
            topic.case("add", arr([1, 2], dtype=dtype), scalar)
            topic.case("less", arr([1, 2], dtype=dtype), scalar)
