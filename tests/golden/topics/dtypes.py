"""Names of dtypes, their classes and limits, and the queries about them."""

import numpy as np

from operands import laid_out, positive, ramp
from recorder import DTYPES, Text, arr
from scalar_types import CLASSES, LONG_NAMES, NAMES

NAN, INF = float("nan"), float("inf")


def record(topic):
    _names(topic)
    _classes(topic)
    _limits(topic)
    _queries(topic)


def _names(topic):
    layout = 0
    for name in [*NAMES, *LONG_NAMES]:
        for dtype in DTYPES:
            topic.case(name, laid_out(dtype, layout, positive))
            layout += 1
        # Without axes, without elements, along strides.
        for number in (9, 10, 2):
            topic.case(name, laid_out("int16", number, positive))
    spelled = """bool bool_ int int_ float complex uint intc intp uintp byte half single double longdouble long ulong longlong ulonglong f8 <f8 =f8 |f8 d l q b1 ?
        B c16 F p P f i e u4 c8 float64 f2 f16 g G csingle cdouble clongdouble short ushort ubyte uintc n N b h |b1 |i1 <b1 >b1 >i1 i1 i2 i8 u1 u2 u8 H I L Q D c32
        float128 complex256 foo f3 Float64 float_ i16 b2 <c8 """.split()
    for text in [*spelled, "", "float 64", " f8", "f8 ", *DTYPES]:
        if text in ("longdouble", "f16", "g", "float128"):
            continue
        if text in ("clongdouble", "G", "c32", "complex256"):
            continue
        topic.case("dtype", Text(text))


def _classes(topic):
    for name in CLASSES:
        for dtype in [*DTYPES, *CLASSES]:
            topic.case(name, Text(dtype))
            topic.case("issubdtype", Text(dtype), Text(name))
        topic.case(name, Text("nothing"))
    for a in DTYPES:
        for b in ("float64", "int32", "bool", "complex64"):
            topic.case("issubdtype", Text(a), Text(b))
    for a in ("f8", "i4", "?", "d"):
        topic.case("issubdtype", Text(a), Text("floating"))
        topic.case("issubdtype", Text("float64"), Text(a))
    topic.case("issubdtype", Text("float65"), Text("floating"))
    topic.case("issubdtype", Text("floating"), Text("float65"))
    kinds = ["bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating", "numeric"]
    for dtype in DTYPES:
        for kind in [k for k in kinds if k != "bool"]:
            topic.case("isdtype", dtype, Text(kind))
        topic.case("isdtype", dtype, Text("float32"))
        topic.case("isdtype", dtype, [Text("integral"), Text("float32")])
        topic.case("isdtype", dtype, [Text("complex floating"), Text("unsigned integer")])
        topic.case("isdtype", dtype, Text("floating"))
    topic.case("isdtype", "float32", Text("floating point"))
    topic.case("isdtype", "float32", [Text("numeric"), Text("nothing")])


def _limits(topic):
    for dtype in DTYPES:
        for suffix in ("", ".str"):
            topic.case("finfo" + suffix, Text(dtype))
            topic.case("iinfo" + suffix, Text(dtype))
        topic.case("finfo", laid_out(dtype, 0))
        topic.case("iinfo", arr(np.ones((), dtype)))
        topic.case("iinfo", arr(np.ones((0, 2), dtype)))
        topic.case("finfo", arr(np.ones((0, 2), dtype)))
        topic.case("finfo", arr(ramp(dtype, 6), "[::-2]"))
    for number in (3, 2.0, 2j, True):
        topic.case("finfo", number)
        topic.case("iinfo", number)


def _queries(topic):
    for dtype in DTYPES:
        topic.case("common_type", arr(ramp(dtype, 2)))
        for other in ("float16", "float32", "int8", "complex64", "float64", "bool"):
            topic.case("common_type", arr(ramp(dtype, 2)), arr(ramp(other, 3), "[::-1]"))
        topic.case("common_type", arr(ramp(dtype)), arr(np.zeros((0, 2), "float32")))
        topic.case("min_scalar_type", laid_out(dtype, 0))
        topic.case("min_scalar_type", laid_out(dtype, 2))
        topic.case("min_scalar_type", arr(np.zeros((0,), dtype)))
        for value in (0, 1, 100):
            topic.case("min_scalar_type", arr(np.array(value, dtype)))
        info = None
        if np.dtype(dtype).kind in "iu":
            info = np.iinfo(dtype)
        elif np.dtype(dtype).kind in "fc":
            info = np.finfo(dtype)
        if info is not None:
            for value in (info.min, info.max):
                topic.case("min_scalar_type", arr(np.array(value, dtype)))
    topic.case("common_type")
    for i in (0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, 65535, 65536, -32768, -32769, 2**31 - 1, 2**31, 2**32, -(2**31), -(2**31) - 1, 2**63, 2**64 - 1, -(2**63)):
        topic.case("min_scalar_type", i)
    for x in (0.0, 3.1, -3.1, 64999.0, 65000.0, 65520.0, -65000.0, 1e10, 3.3e38, 3.4e38, 3.5e38, 1e50, -1e300, 1e-300, NAN, INF, -INF):
        topic.case("min_scalar_type", x)
        for dtype in ("float16", "float32", "float64"):
            topic.case("min_scalar_type", arr(np.array(x, dtype)))
    for z in (0j, 1 + 2j, 1e39j, 1e39 + 0j, complex(NAN, 0), complex(0, INF), 3.39e38 + 1j):
        topic.case("min_scalar_type", z)
        topic.case("min_scalar_type", arr(np.array(z, "complex64")))
    topic.case("min_scalar_type", True)
    for codes in ("dfS", "abceh", "F", "Fd", "i", "", "fF", "g", "G", "GDFgdf", "gF", "dD", "x?", "eE", "ddff"):
        topic.case("mintypecode", Text(codes))
        topic.case("mintypecode", Text(codes), typeset=Text("fd"))
        topic.case("mintypecode", Text(codes), typeset=Text("lLqQ?b"), default=Text("x"))
        topic.case("mintypecode", Text(codes), default=Text("G"))
    for code in "? b B h H i I l L q Q f d g F D G S U V O S1 c e m M x float".split():
        topic.case("typename", Text(code))
    for number in range(16):
        for dtype in ("float64", "int8"):
            topic.case("isfortran", laid_out(dtype, number))
    for shape in ((2, 3), (1, 3), (3, 1), (2, 3, 4), (0, 3), (1, 1)):
        topic.case("isfortran", arr(ramp("float64", *shape), "T"))
    for dtype in DTYPES:
        topic.case("isfortran", arr(ramp(dtype, 3, 2), "T"))
        topic.case("isfortran", arr(ramp(dtype, 3, 2)))
        for name in ("isscalar", "iterable"):
            topic.case(name, laid_out(dtype, 1))
            topic.case(name, arr(np.ones((), dtype)))
            topic.case(name, arr(np.ones((0, 2), dtype)))
    for value in (3, 2.5, True, 1 + 2j, Text("text"), Text(""), [1, 2], []):
        for name in ("isscalar", "iterable"):
            topic.case(name, value)
