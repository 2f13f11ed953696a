"""Floating-point errors of every kind over the ufuncs, and the policies for them."""

import numpy as np

from errors import Deferred
from operands import DTYPES, laid_out
from recorder import arr, call

NAN, INF = float("nan"), float("inf")
BIG = {"float16": 6e4, "float32": 3e38, "float64": 1.5e308}
SMALL = {"float16": 1e-4, "float32": 1e-30, "float64": 1e-300}
FLOATS = list(BIG)


def record(topic):
    def heard(expression, **policy):
        for mode in ("log", "call", "raise"):
            topic.case("errstate", Deferred(expression), **(policy or {"all": mode}))
            if policy:
                break

    _one_by_one(heard)
    _integers(heard)
    _casts(heard)
    _fused(heard)
    _policies(topic)
    for number in (n for n in range(16) if n not in (10, 11, 13)):
        # Without the layouts whose steps mean nothing: no elements, or axes of one.
        topic.case("info", laid_out(DTYPES[number % len(DTYPES)], number))
    for dtype in DTYPES:
        topic.case("info", laid_out(dtype, 1))


def _one_by_one(heard):
    for dtype in FLOATS:
        big, small = BIG[dtype], SMALL[dtype]

        def of(*values):
            return arr(np.array(values, dtype))

        for name in ("add", "subtract", "multiply", "divide", "floor_divide", "remainder", "fmod", "power", "hypot", "maximum", "less", "copysign", "arctan2"):
            heard(call(name, of(1, 2.5), of(3, 2)))
            heard(call(name, of(big, 1), of(big, 2)))
            heard(call(name, of(INF, 1), of(INF, 1)))
            heard(call(name, of(NAN, 1), of(1, NAN)))
            heard(call(name, of(1, 2), of(0, 1)))
            heard(call(name, of(0, 2), of(0, 1)))
        for name in ("multiply", "divide"):
            heard(call(name, of(small, 1), of(small, 2)))
            heard(call(name, of(small, 1), of(big, 2)))
            heard(call(name, of(big, 1), of(small, 2)))
        heard(call("power", of(0, 2), of(-1, 2)))
        heard(call("power", of(-1, 2), of(0.5, 2)))
        heard(call("power", of(small, 2), of(3, 2)))
        heard(call("subtract", of(-big, 1), of(big, 1)))
        heard(call("multiply", of(INF, 1), of(0, 1)))
        for name in "exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh".split():
            for values in ((0.5,), (0.0, 0.5), (-1.0, 0.5), (-2.0,), (2.0, 0.25), (INF,), (-INF,), (NAN, 0.5)):
                if dtype == "float16" and name in ("exp2", "expm1") and values == (-INF,):
                    continue
                heard(call(name, of(*values)))
        for name in ("exp", "exp2", "expm1", "square", "sinh", "cosh"):
            heard(call(name, of(1.5e4 if dtype == "float16" else 2e4, 1)))
        for name in ("exp", "exp2", "square"):
            heard(call(name, of(-1.5e4 if name != "square" else small, 1)))
        for name in "negative absolute fabs sign floor ceil trunc rint isnan isfinite signbit positive".split():
            heard(call(name, of(NAN, INF, -INF, 0.5)))
        for name in ("sum", "prod"):
            heard(call(name, of(big, big, big)))
            heard(call(name, of(INF, -INF, 1)))
            heard(call(name, of(NAN, 1)))
        heard(call("cumsum", of(big, big, big)))
        heard(call("cumsum", of(INF, -INF)))
        heard(call("max", of(NAN, INF)))
        # On and off the vectors' tails, and in a long array with one bad element.
        for n in (1, 7, 8, 9, 31, 33, 100, 5000):
            x = np.arange(1, n + 1).astype(dtype)
            heard(call("divide", of(1), arr(x)))
            x[n // 2] = 0
            heard(call("divide", of(1), arr(x)), all="log")
        heard(call("divide", arr(np.ones((3, 4), dtype), "T"), arr(np.zeros((4, 3), dtype))))
        heard(call("divide", arr(np.ones((), dtype)), arr(np.zeros((), dtype))))
        heard(call("divide", arr(np.ones((0, 2), dtype)), arr(np.zeros((0, 2), dtype))))
    for dtype in ("complex64", "complex128"):
        one = arr(np.array([1 + 0j, 2], dtype))
        heard(call("divide", one, arr(np.array([0j, 1], dtype))))
        heard(call("divide", arr(np.array([0j, 1], dtype)), arr(np.array([0j, 1], dtype))))
        heard(call("multiply", one, one))
        heard(call("add", one, arr(np.array([NAN, 1], dtype))))


def _integers(heard):
    for dtype in "int8 int16 int32 int64 uint8 uint16 uint32 uint64".split():
        a = np.arange(1, 41).astype(dtype)
        b = a % 7
        for name in ("floor_divide", "remainder", "fmod"):
            heard(call(name, arr(a), arr(a)))
            heard(call(name, arr(a), arr(b.astype(dtype))))
            heard(call(name, arr(a), arr(np.array(0, dtype))))
        heard(call("add", arr(a), arr(np.array(np.iinfo(dtype).max, dtype))))
        heard(call("divide", arr(a), arr(b.astype(dtype))))
        if dtype.startswith("int"):
            low = np.array([np.iinfo(dtype).min, 3], dtype)
            for name in ("floor_divide", "remainder"):
                heard(call(name, arr(low), arr(np.array([-1, 2], dtype))))


def _casts(heard):
    for source in FLOATS:
        for target in ("int8", "int16", "int32", "int64", "uint8", "uint32", "uint64"):
            for value in (NAN, INF, 1.5, -1.0, 300.0, 3e9, 1e19, 1e20, -1e19):
                if source == "float16" and np.isfinite(value) and abs(value) > 6e4:
                    continue
                heard(call("astype", arr(np.array([1, value], source)), target), all="log")
    for source, target in (("float64", "float32"), ("float64", "float16"), ("float32", "float16"), ("float32", "float64"), ("float16", "float32")):
        for value in (1.5, INF, NAN, 1e300, 1e30, 1e5, 1e-30, 1e-300, 2.0**-24):
            with np.errstate(all="ignore"):
                x = np.array([1, value], source)
            heard(call("astype", arr(x), target), all="log")


def _fused(heard):
    x = arr(np.array([0.0, 1.0, 4.0, -1.0]))
    y = arr(np.array([1e200, -1e200, 2.0, 0.0]))
    for mode in ("log", "raise", "call"):
        heard(call("multiply", call("sqrt", x), call("log", call("add", x, 1.0))), all=mode)
        heard(call("sum", call("divide", call("multiply", y, y), x)), all=mode)
        heard(call("where", call("greater", x, 0.0), call("log", x), 0.0), all=mode)
        heard(call("exp", call("multiply", y, 1e10)), all=mode)
        heard(call("add", call("exp", x), call("cos", y)), all=mode)
        heard(call("maximum", call("divide", 1.0, x), call("sqrt", y)), all=mode)
    both = call("divide", call("subtract", x, x), x)
    for policy in ({"divide": "raise", "invalid": "ignore"}, {"invalid": "log"}, {"over": "raise", "all": "ignore"}, {"all": "log", "invalid": "raise"},
                   {"divide": "call", "over": "call", "under": "call", "invalid": "call"}, {"under": "raise"}):
        heard(both, **{"all": "ignore", **policy})
        heard(call("divide", y, x), **{"all": "ignore", **policy})
        heard(call("multiply", y, call("multiply", y, 1e-250)), **{"all": "ignore", **policy})


def _policies(topic):
    kinds = ("divide", "over", "under", "invalid")
    modes = ("ignore", "warn", "raise", "call", "print", "log")
    for name in ("seterr", "geterr"):
        topic.case(name, all="ignore")
        for mode in modes:
            for kind in kinds:
                topic.case(name, **{"all": "ignore", kind: mode})
            topic.case(name, all=mode)
        topic.case(name, divide="print", invalid="raise", under="log", over="warn")
    for policy in ({"all": "loud"}, {"over": "Warn"}, {"divide": ""}, {"all": "ignore", "under": "error"}):
        topic.case("seterr", **policy)
        topic.case("geterr", **policy)
    # The recorder holds everything at "ignore", which callers of numfuse see as the default.
    for count in (1, 2, 3):
        topic.case("seterrcall", count)
    for installed in (True, False):
        topic.case("geterrcall", installed)
    for size in (16, 32, 4096, 8192, 10_000_000, 0, 4, 5, 15, 17, 10_000_001, 10_000_016, 2**40, -1, -16):
        topic.case("setbufsize", size)
    topic.case("getbufsize")
