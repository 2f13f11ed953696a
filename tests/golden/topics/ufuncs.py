"""Every ufunc on every dtype: corner values, layouts, broadcasting, scalars, and the refusals."""

import numpy as np

from operands import (COMPLEX, INTEGERS, edge, laid_out, laid_out_pair, pairs, positive, ramp, short_edge,
                      special_complex)
from recorder import DTYPES, arr

ALIASES = {
    "abs": "absolute", "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atan2": "arctan2", "atanh": "arctanh", "bitwise_invert": "invert", "bitwise_left_shift": "left_shift",
    "bitwise_not": "invert", "bitwise_right_shift": "right_shift", "conj": "conjugate", "mod": "remainder",
    "pow": "power", "true_divide": "divide",
}
UNARY = """absolute arccos arccosh arcsin arcsinh arctan arctanh bitwise_count cbrt ceil conjugate cos cosh deg2rad
    degrees exp exp2 expm1 fabs floor frexp invert isfinite isinf isnan isnat log log10 log1p log2 logical_not modf
    negative positive rad2deg radians reciprocal rint sign signbit sin sinh spacing sqrt square tan tanh trunc""".split()
BINARY = """add arctan2 bitwise_and bitwise_or bitwise_xor copysign divide divmod equal float_power floor_divide fmax
    fmin fmod gcd greater greater_equal heaviside hypot lcm ldexp left_shift less less_equal logaddexp logaddexp2
    logical_and logical_or logical_xor maximum minimum multiply nextafter not_equal power remainder right_shift
    subtract""".split()
PRODUCTS = "matmul vecdot matvec vecmat".split()
UFUNCS = sorted([*ALIASES, *UNARY, *BINARY, *PRODUCTS])

TRANSCENDENTAL = set("""arccos arccosh arcsin arcsinh arctan arctanh cbrt cos cosh exp exp2 expm1 log log10 log1p log2
    sin sinh tan tanh arctan2 hypot logaddexp logaddexp2 power float_power""".split())
# Their result for two zeros of different sign depends on the vector width of the machine.
ZERO_SIGN_FREE = {"maximum", "minimum", "fmax", "fmin"}


def tolerance(name, dtype):
    """Exact, unless NumPy itself leaves the last digits to the C library."""
    tol = {}
    loop = np.dtype(dtype)
    name = ALIASES.get(name, name)
    if name in TRANSCENDENTAL:
        tol["ulp"] = 1 if loop == np.float16 else 4
    elif loop.kind == "c" and name in ("absolute", "sqrt", "divide", "reciprocal", "multiply", "square", "sign"):
        tol["ulp"] = 4
    elif name in ("deg2rad", "rad2deg", "degrees", "radians"):
        tol["ulp"] = 1
    if name in ZERO_SIGN_FREE:
        tol["zero"] = "any"
    return tol


def record(topic):
    layout = 0
    for name in UNARY:
        for dtype in DTYPES:
            tol = tolerance(name, dtype)
            if name == "isnat" and dtype != "float64":
                topic.case(name, arr(ramp(dtype, 2)))
                continue
            topic.case(name, edge(dtype), tol=tol)
            if dtype in COMPLEX:
                topic.case(name, special_complex(dtype), tol=tol)
            before = len(topic.cases)
            for _ in range(2):
                topic.case(name, laid_out(dtype, layout), tol=tol)
                layout += 1
            if any("e" in case for case in topic.cases[before:]):
                # A refusal does not depend on the layout.
                del topic.cases[before:]
    for name in BINARY:
        for dtype in DTYPES:
            layout = _binary(topic, name, dtype, layout)
        topic.case(name, arr(ramp("int32", 3)), arr(ramp("int32", 4)))
        topic.case(name, arr(ramp("float32", 2, 3)), arr(ramp("float32", 3, 2)))
    for alias, name in ALIASES.items():
        for dtype in ("bool", "int32", "uint8", "float32", "float64", "complex128"):
            tol = tolerance(name, dtype)
            if name in UNARY:
                topic.case(alias, arr(ramp(dtype, 4)), tol=tol)
            else:
                topic.case(alias, arr(ramp(dtype, 2, 2)), arr([2, 1], dtype=dtype), tol=tol)


def _binary(topic, name, dtype, layout):
    tol = tolerance(name, dtype)
    if name == "ldexp":
        return _ldexp(topic, dtype, layout)
    a, b = pairs(dtype)
    if name == "power" and dtype in INTEGERS:
        topic.case(name, a, b)  # a negative power of an integer is an error
        b = arr([0, 1, 2, 3, 7, 12], dtype=dtype)
    if dtype in COMPLEX and name in ("power", "float_power"):
        tol = {"rel": 1e-5 if dtype == "complex64" and name == "power" else 1e-14}
    topic.case(name, a, b, tol=tol)
    if "e" in topic.cases[-1]:
        return layout
    values = positive if name == "power" and dtype in INTEGERS else ramp
    for _ in range(2):
        a, b = laid_out_pair(dtype, dtype, layout, values)
        topic.case(name, a, b, tol=tol)
        layout += 1
    for scalar in _weak(dtype):
        a = arr(ramp(dtype, 4) if values is ramp else [1, 2, 3, 5], dtype=dtype)
        topic.case(name, a, scalar, tol=tol)
        topic.case(name, scalar, a, tol=tol)
    other = {"int32": "float32", "uint8": "int8", "float16": "int16", "bool": "uint16", "float64": "complex64",
             "int64": "uint64", "complex64": "int64", "uint32": "bool"}.get(dtype)
    if other:
        a, b = laid_out_pair(dtype, other, layout, positive)
        common = np.result_type(dtype, other)
        mixed = tolerance(name, common)
        if "ulp" in tolerance(name, "float64") and common == np.float16:
            mixed = {"ulp": 1}
        if common.kind == "c" and "power" in name:
            mixed = {"rel": 1e-5 if common == np.complex64 else 1e-14}
        topic.case(name, a, b, tol=mixed)
        layout += 1
    return layout


def _weak(dtype):
    kind = np.dtype(dtype).kind
    return {"b": [True], "u": [3], "i": [3, True], "f": [2, 0.75], "c": [2, 1.5, 0.5 + 2j]}[kind]


def _ldexp(topic, dtype, layout):
    exponents = [0, 1, -1, 5, -12, 30, -150, 1000, -1080, 2**31 - 1]
    base = arr(short_edge(dtype).reshape(-1, 1))
    topic.case("ldexp", base, arr(exponents, dtype="int32"))
    if "e" in topic.cases[-1]:
        return layout
    topic.case("ldexp", base, arr(exponents, dtype="int64"))
    for other in ("bool", "int8", "uint8", "uint16", "uint32", "uint64", "float32"):
        topic.case("ldexp", arr(ramp(dtype, 3)), arr([0, 1, 3], dtype=other))
    topic.case("ldexp", arr(ramp(dtype, 3)), 4)
    topic.case("ldexp", arr(ramp(dtype, 3)), 1.5)
    topic.case("ldexp", 3, arr(ramp("int8", 3)))
    topic.case("ldexp", 1.5, arr(ramp("int64", 3)))
    for _ in range(2):
        a, b = laid_out_pair(dtype, "int16", layout)
        topic.case("ldexp", a, b)
        layout += 1
    return layout
