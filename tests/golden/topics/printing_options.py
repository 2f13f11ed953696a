"""Text under options: array2string and its kin, single floats, integers in other bases."""

import sys

import numpy as np

from operands import COMPLEX, REAL_FLOATS, edge, ramp, special_complex
from recorder import DTYPES, Function, arr, call

NAN, INF = float("nan"), float("inf")

FLOATS = [
    [1.0, 2.5, -3.125],
    [0.1, 0.25, 1 / 3, 2 / 3],
    [1e-16, 1.0, 2.0, 3.0],
    [1e10, -1.0],
    [NAN, INF, -INF, 1.5],
    [0.0, -0.0],
    [123456.789, 0.001],
    [99.9999999999, 0.05],
    [5e-324, 1.7976931348623157e308],
    [2.0**-44, 1e-13],
]


def record(topic):
    arrays(topic)
    legacy(topic)
    summaries(topic)
    thread_options(topic)
    floats(topic)
    integers(topic)


def arrays(topic):
    settings = [
        {}, {"precision": 0}, {"precision": 3}, {"precision": 17}, {"floatmode": "fixed"}, {"floatmode": "unique"},
        {"floatmode": "maxprec_equal"}, {"floatmode": "maxprec_equal", "precision": 2}, {"sign": "+"}, {"sign": " "},
        {"suppress_small": True}, {"suppress_small": True, "precision": 2}, {"precision": 4, "floatmode": "fixed", "sign": "+"},
        {"suppress_small": True, "floatmode": "fixed", "precision": 1}, {"floatmode": "unique", "sign": " "},
    ]
    for values in FLOATS:
        for options in settings:
            topic.case("array2string", arr(values), **options)
    for options in settings:
        with np.errstate(over="ignore"):
            topic.case("array2string", arr([0.1, 1 / 3, 1e5, -7.25], dtype="float32"), **options)
            topic.case("array2string", arr([0.1, 1 / 3, 6e4, -7.25], dtype="float16"), **options)
        topic.case("array2string", arr([1 + 2j, -0.25 - 1e-3j, 1 / 3 + 0j]), **options)
        topic.case("array2string", arr([complex(NAN, 1), complex(1e10, -INF)]), **options)
        topic.case("array2string", arr([-1, 0, 123]), **options)
        topic.case("array2string", arr([3, 200], dtype="uint8"), **options)
        topic.case("array2string", arr([True, False]), **options)
        for scalar in (1 / 3, -5, True, 2.5 - 1j):
            topic.case("array2string", arr(scalar), **options)
    for dtype in REAL_FLOATS + COMPLEX:
        for options in ({"floatmode": "unique"}, {"floatmode": "fixed", "precision": 2}, {"sign": "+"}, {"suppress_small": True}):
            topic.case("array2string", edge(dtype), **options)
    # Powers of two, above which floats are further apart than below.
    for dtype, low, high in (("float16", -24, 15), ("float32", -149, 127), ("float64", -1074, 1023)):
        powers = np.ldexp(np.ones(1, dtype), np.arange(low, high + 1, 1 if dtype == "float16" else 9))
        for chunk in np.array_split(powers, 4 if dtype == "float16" else 6):
            for options in ({"floatmode": "unique"}, {"precision": 9}, {"precision": 17}, {"floatmode": "maxprec_equal", "precision": 12}):
                topic.case("array2string", arr(chunk), **options)
    a = arr(ramp("float64", 3, 4))
    for options in ({"separator": ", "}, {"separator": ","}, {"separator": " | "}, {"separator": ""}, {"separator": "\n"},
                    {"prefix": "array("}, {"prefix": "x = ", "suffix": ";"}, {"max_line_width": 20}, {"max_line_width": 5},
                    {"max_line_width": 20, "separator": ", ", "prefix": "array(", "suffix": ")"}, {"max_line_width": 0}):
        topic.case("array2string", a, **options)
        topic.case("array2string", arr(ramp("int32", 2, 3, 5), "T2,0,1"), **options)
        topic.case("array2string", call("arange", 40), **options)
    for options in ({"threshold": 5}, {"threshold": 5, "edgeitems": 1}, {"threshold": 0, "edgeitems": 2}, {"threshold": 12},
                    {"threshold": 0, "edgeitems": 0}, {"threshold": INF}, {"threshold": 5, "edgeitems": 100},
                    {"threshold": 0, "edgeitems": -1}, {"threshold": 5, "separator": ", "}):
        topic.case("array2string", a, **options)
        topic.case("array2string", arr(ramp("float64", 9, 9), "[::-1,:]"), **options)
        topic.case("array2string", call("arange", 30), **options)
        topic.case("array2string", call("multiply", call("arange", 30), 0.1), **options)
        topic.case("array2string", call("reshape", call("arange", 512), [8, 8, 8]), **options)
    for formatter in ({"float_kind": "%.2f"}, {"all": "<>"}, {"int": "hex"}, {"int_kind": "hex", "all": "<>"}, {"float": "%.2f"},
                      {"float": "two lines"}, {"complex_kind": "real"}, {"complexfloat": "real"}, {"bool": "bit"}, {"nothing": "hex"}):
        functions = {kind: Function(name) for kind, name in formatter.items()}
        for value in (arr([1.5, -2.25, 100.0]), arr([3, 255]), arr([True, False]), arr([1 + 2j, 0.5 - 1j]), arr(7), arr(ramp("float64", 2, 9))):
            if "<>" in formatter.values() and value.value().dtype.kind in "fc" and "int_kind" in formatter:
                continue
            topic.case("array2string", value, formatter=functions)
    for dtype in DTYPES:
        topic.case("array_repr", arr(ramp(dtype, 2, 3)))
        topic.case("array_repr", arr(ramp(dtype, 0)))
        topic.case("array_repr", arr(ramp(dtype, 2, 0)))
        topic.case("array_repr", arr(ramp(dtype)))
        topic.case("array_str", arr(ramp(dtype, 4, 3), "T"))
        topic.case("array_str", arr(ramp(dtype, 9), "[::-2]"))
        topic.case("array_repr", arr(ramp(dtype, 5), "B3,5"))
    for name in ("array_str", "array_repr"):
        for options in ({"precision": 3}, {"suppress_small": True}, {"max_line_width": 30}, {"precision": 3, "suppress_small": True}, {"precision": -1}):
            topic.case(name, arr([1e-6, 4e-7, 2, 3]), **options)
            topic.case(name, arr(ramp("float32", 3, 8)), **options)
            topic.case(name, arr([1 / 3 + 1e-5j]), **options)
            topic.case(name, arr(1 / 3), **options)
        for n in (1000, 1001, 1200):
            topic.case(name, call("arange", n))
            topic.case(name, call("arange", n, dtype="float32"))
        for n in range(14, 24):
            # The dtype moves to a line of its own when the last one is full.
            topic.case(name, call("arange", n, dtype="int16"))
    for options in ({"floatmode": "no"}, {"sign": "x"}, {"precision": -1}, {"threshold": NAN}):
        topic.case("array2string", a, **options)
    topic.case("array2string", call("reshape", call("arange", 3), [2, 2]))
    topic.case("array2string", arr(ramp("float64", 0, 3)), threshold=0)
    topic.case("array2string", special_complex("complex128"), precision=2)


def legacy(topic):
    for version in ("1.13", "1.21", "1.25", "2.1", "2.2", False):
        for value in (arr([1.0, -2.5]), arr([1.0, 2.5]), arr([1e10, 1.0]), arr(1 / 3), arr([1 + 2j, 0.25j]), arr([1e7, 2.5], dtype="float32"),
                      arr([5000, 2.5], dtype="float16"), arr([NAN, 1.0, INF]), arr(0.1, dtype="float32"), arr([True, False]),
                      arr(ramp("float64", 2, 20)), arr([1, -2]), arr(True), arr(5), arr(1e7, dtype="float32"), arr(1e17), arr(1 - 2j, dtype="complex64"),
                      call("arange", 1001), call("reshape", call("arange", 1200), [30, 40]), arr([], dtype="float32"), arr(ramp("int8", 2, 2, 2))):
            topic.case("array2string", value, legacy=version)
            topic.case("printoptions.str", value, legacy=version)
            topic.case("printoptions.repr", value, legacy=version)
        topic.case("array2string", arr([1.0, 2.0]), legacy=version, sign="+")
        topic.case("array2string", call("arange", 60), legacy=version, max_line_width=30, separator=", ", suffix="abc")


def summaries(topic):
    for shape in ([7, 7], [40, 3], [3, 40], [6, 6, 6], [2, 3, 50], [1, 1, 1, 200], [7]):
        for options in ({"threshold": 4}, {"threshold": 4, "edgeitems": 1}, {"threshold": 4, "linewidth": 20}):
            n = int(np.prod(shape))
            topic.case("printoptions.repr", call("reshape", call("arange", n), shape), **options)
            topic.case("printoptions.str", call("reshape", call("multiply", call("arange", n), 0.5), shape), **options)


def thread_options(topic):
    a = arr([1e-9, 1 / 3, NAN, -INF, 12.5])
    for options in ({"precision": 3}, {"suppress": True}, {"nanstr": "NA"}, {"infstr": "Infinity"}, {"nanstr": "not a number", "infstr": "∞"},
                    {"linewidth": 20}, {"floatmode": "fixed"}, {"floatmode": "unique"}, {"sign": "+"}, {"sign": " "}, {"threshold": 3},
                    {"threshold": 3, "edgeitems": 1}, {"precision": 2, "floatmode": "fixed", "suppress": True}, {"formatter": {"float": Function("%.2f")}},
                    {"override_repr": Function("shape")}, {"precision": -1}, {"floatmode": "no"}, {"sign": ""}, {"threshold": NAN}, {"legacy": "1.13", "sign": "+"}):
        for name in ("printoptions.str", "printoptions.repr", "set_printoptions"):
            topic.case(name, a, **options)
            topic.case(name, arr(ramp("complex64", 2, 2)), **options)
        topic.case("printoptions.str", arr(1 / 3), **options)
        topic.case("printoptions.repr", arr([], dtype="float64"), **options)
        topic.case("printoptions.repr", arr(ramp("int64", 3, 3), "T"), **options)
        if not {"formatter", "override_repr"} & options.keys():
            topic.case("get_printoptions", **options)
    topic.case("get_printoptions")


def floats(topic):
    values = [0.0, -0.0, 1.0, -1.5, 0.1, 1 / 3, 123456789.125, 1e16, 1e22, 1e23, 5e-324, 1.7976931348623157e308, 2.0**-44, 9.5, 0.5, 1e-5, 0.00123456,
              999999.9999999, 0.999, 9.995, 1234.5678, NAN, INF, -INF]
    options = [
        {}, {"precision": 3}, {"precision": 0}, {"precision": 20}, {"unique": False, "precision": 5}, {"unique": False, "precision": 30},
        {"unique": False, "precision": 0}, {"trim": "."}, {"trim": "0"}, {"trim": "-"}, {"trim": "k"}, {"sign": True}, {"pad_left": 8},
        {"min_digits": 5}, {"min_digits": 20}, {"min_digits": 3, "precision": 6}, {"unique": False, "precision": 8, "trim": "-"},
        {"unique": False, "precision": 8, "trim": "0"}, {"unique": False, "precision": 8, "trim": "."}, {"precision": 2, "trim": "-"},
        {"pad_left": 3, "sign": True, "trim": "-", "precision": 4},
    ]
    positional = [
        {"pad_right": 6}, {"pad_right": 6, "trim": "-"}, {"pad_left": 6, "pad_right": 4, "precision": 2}, {"fractional": False, "precision": 3},
        {"fractional": False, "precision": 3, "unique": False}, {"fractional": False, "min_digits": 4}, {"fractional": False, "min_digits": 4, "trim": "-"},
        {"fractional": False, "precision": 1}, {"fractional": False, "trim": "0"}, {"fractional": False, "precision": 12, "unique": False, "trim": "k"},
    ]
    scientific = [{"exp_digits": 1}, {"exp_digits": 3}, {"exp_digits": 4}, {"exp_digits": 9}, {"exp_digits": 0}]
    for name, own in (("format_float_positional", positional), ("format_float_scientific", scientific)):
        for x in values:
            for kwargs in options + own:
                topic.case(name, arr(x), **kwargs)
        for dtype in ("float16", "float32"):
            for x in (0.1, 1 / 3, 2.0**-14, 65504.0, 1e-7, 2.0**-24, 9.99, 1234.5):
                for kwargs in ({}, {"precision": 3}, {"min_digits": 9}, {"unique": False, "precision": 12}, {"trim": "-"}, *own[:2]):
                    topic.case(name, arr(x, dtype=dtype), **kwargs)
        for x in (0, 7, -123456, 2**60):
            topic.case(name, arr(x))
        topic.case(name, arr(True))
        topic.case(name, 1j)
        for kwargs in ({"precision": -1}, {"min_digits": 5, "precision": 3}, {"unique": False}, {"trim": "x"}, {"pad_left": -1}, {"min_digits": -2}):
            topic.case(name, arr(1.5), **kwargs)
    topic.case("format_float_positional", arr(1.5), fractional=False, precision=0)
    topic.case("format_float_positional", arr(1.5), pad_right=-1)
    topic.case("format_float_scientific", arr(1.5), exp_digits=-1)


def integers(topic):
    for n in (0, 1, 5, -10, 255, 10**12, -(2**63), 2**64 - 1):
        topic.case("base_repr", n)
        for base in (2, 3, 8, 10, 16, 36):
            topic.case("base_repr", n, base=base)
            topic.case("base_repr", n, base=base, padding=3)
        for width in (None, 0, 1, 4, 5, 8, 64, 65, 70):
            topic.case("binary_repr", n, width=width)
    for n in range(-17, 17):
        topic.case("binary_repr", n)
        topic.case("binary_repr", n, width=5)
    for base in (1, 37, 0, -2):
        topic.case("base_repr", 5, base=base)
    topic.case("base_repr", 5, base=2, padding=-1)
    topic.case("binary_repr", 0, width=-3)
    topic.case("binary_repr", 3, width=-3)
    topic.case("base_repr", sys.maxsize, 7)
