"""numpy.polynomial and poly1d."""

import numpy as np
from numpy import polynomial as P

from operands import laid_out, ramp
from recorder import DTYPES, Function, arr
from series import CLASSES, MODULES

NAN, INF = float("nan"), float("inf")
R = np.random.RandomState(15)
SINGLE = ("float32", "complex64")


def _near(value, rel=1e-12):
    """Recurrences round in another order; what cancels is compared to the largest part."""
    parts = value if isinstance(value, (tuple, list)) else (value,)
    parts = [np.asarray(p) for p in parts]
    names = {p.dtype.name for p in parts}
    if not any(p.dtype.kind in "fc" for p in parts):
        return None
    eps = 4e-2 if "float16" in names else 2e-5 if names & set(SINGLE) else rel
    finite = [np.abs(p[np.isfinite(p)]).max() for p in parts if p.size and p.dtype.kind in "fc" and np.isfinite(p).any()]
    return {"rel": eps, "abs": eps * max([1.0, *map(float, finite)])}


def _loose(value):
    """Roots and fits, whose condition is worse."""
    return _near(value, 1e-8)


def _single(value):
    """Roots of single precision in double."""
    return _near(value, 2e-5)


def numbers(dtype, *shape):
    values = np.round(R.uniform(-3, 3, shape), 2)
    kind = np.dtype(dtype).kind
    if kind == "c":
        values = values + 1j * np.round(R.uniform(-3, 3, shape), 2)
    return np.abs(values).astype(dtype) if kind in "ub" else values.astype(dtype)


FIELDS = ["int8", "uint16", "int64", "float16", "float32", "float64", "complex64", "complex128"]


def record(topic):
    for module, prefix in MODULES.items():
        _module(topic, module, prefix)
    _extras(topic)
    _polyutils(topic)
    for name in CLASSES:
        _class(topic, name)
    topic.case("polynomial.set_default_printstyle", "ascii")
    topic.case("polynomial.set_default_printstyle", "unicode")
    topic.case("polynomial.set_default_printstyle", "html")
    _older(topic)
    _strided(topic)
    _poly1d(topic)


def _module(topic, module, prefix):
    def case(name, *args, tol=_near, **kwargs):
        topic.case(f"polynomial.{module}.{prefix}{name}", *args, tol=tol, **kwargs)

    for dtype in FIELDS:
        a, b = numbers(dtype, 4), numbers(dtype, 3)
        b[-1] = 2
        for name in ("add", "sub", "mul", "div"):
            case(name, arr(a), arr(b))
            case(name, arr(b), arr(numbers("float32", 5)))
        case("mulx", arr(a))
        case("pow", arr(b), 3)
        case("trim", arr([1, 2, 0, 0], dtype=dtype))
        case("trim", arr(numbers(dtype, 4)), 1)
        case("der", arr(numbers(dtype, 6)))
        case("int", arr(numbers(dtype, 5)))
        case("val", arr(numbers("float64", 3)), arr(numbers(dtype, 5)))
        case("val", arr(numbers(dtype, 3)), arr(numbers("float32", 4)))
        case("val", 0.5, arr(numbers(dtype, 4)))
        case("vander", arr(numbers(dtype, 3)), 4)
        case("fromroots", arr(numbers(dtype, 5)))
        if dtype != "float16":
            case("roots", arr([1, -3, 1, 2] if dtype != "uint16" else [1, 3, 1, 2], dtype=dtype), tol=_loose)
        case("companion", arr(numbers(dtype, 5) + np.ones(1, dtype)))
    c = numbers("float64", 6)
    for n in (1, 2, 3):
        for name in ("mulx", "der", "int"):
            case(name, arr(c[:n]))
        case("val", arr([0.5, -2.0]), arr(c[:n]))
        case("mul", arr(c[:n]), arr(c))
        case("div", arr(c), arr(c[:n]))
        case("roots", arr(c[:n]), tol=_loose)
        case("fromroots", arr(c[:n]))
        case("vander", arr([0.5, -2.0]), n - 1)
    case("add", arr([1.0, 2, 3]), arr([1.0, 2, -3]))
    case("sub", arr([1.0, 2, 3]), arr([1.0, 2, 3]))
    case("mul", arr([1.0, 0]), arr([2.0, 0, 0]))
    case("mulx", arr([0.0]))
    case("div", arr([1.0, 2]), arr([1.0, 2, 3]))
    case("div", arr([1.0, 2]), arr([0.0]))
    case("fromroots", arr([], dtype="float64"))
    case("roots", arr([0.0, 0.0, 1.0]), tol=_loose)
    case("roots", arr([5.0]))
    case("line", 3, 4)
    case("line", 3, 0)
    case("line", 1.5, -0.25)
    case("line", arr(2.0, dtype="float32"), arr(3.0, dtype="float32"))
    for power in (0, 1, 2, 5):
        case("pow", arr([1.0, 2]), power)
    case("pow", arr([1.0, 2]), 3, maxpower=2)
    case("pow", arr([1.0, 2]), -1)
    case("pow", arr([1.0, 2]), 17)
    case("trim", arr([1.0, 0.5, 0.25]), 1)
    case("trim", arr([1.0, 0.5]), -1)
    for m in (0, 1, 2, 5, 6, 9, -1):
        case("der", arr(c), m)
        case("int", arr(c), m)
    for axis in (0, 1, 2, -1, 3):
        case("der", arr(numbers("float64", 3, 4, 2)), 1, axis=axis)
        case("int", arr(numbers("float64", 3, 4, 2)), 2, axis=axis)
    case("der", arr(c), 2, 3)
    case("der", arr(c), scl=-0.5)
    case("int", arr(c), 1, 4)
    case("int", arr(c), 3, [1, 2])
    case("int", arr(c), 2, [1.5, -2], 0.5, 2)
    case("int", arr(c), lbnd=-1)
    case("int", arr(c), scl=0.5)
    case("int", arr([0.0]), 2, [3, 4])
    case("int", arr(c), 1, [1, 2])
    case("int", arr(c), lbnd=arr([1.0, 2]))
    case("int", arr(c), scl=arr([1.0, 2]))
    for layout in range(16):
        case("val", laid_out("float64", layout), arr(c[:4]))
        case("vander", laid_out("float64", layout), 2)
    grid = numbers("float64", 3, 2, 4)
    case("val", arr([0.5, 1.5]), arr(grid))
    case("val", arr(numbers("float64", 2, 4)), arr(grid), tensor=False)
    case("val", arr([1.0, NAN, INF]), arr([2.0]))
    case("val", arr([], dtype="float64"), arr(c))
    case("val", 2, arr([1, 2, 3]))
    case("vander", 0.5, 3)
    case("vander", arr([1.0]), -1)
    x, y, z = (arr(numbers("float64", 3)) for _ in range(3))
    case("val2d", x, y, arr(numbers("float64", 3, 4)))
    case("val3d", x, y, z, arr(numbers("float64", 2, 3, 4)))
    case("grid2d", x, arr(numbers("float64", 2)), arr(numbers("float64", 3, 4)))
    case("grid3d", x, arr(numbers("float64", 2)), z, arr(numbers("float64", 2, 3, 4)))
    case("val2d", x, arr([1.0, 2]), arr(numbers("float64", 3, 4)))
    case("val3d", x, y, arr([1.0]), arr(numbers("float64", 2, 3, 4)))
    case("vander2d", x, y, [2, 3])
    case("vander3d", x, y, z, [1, 2, 1])
    case("vander2d", x, arr([1.0]), [1, 1])
    px = np.linspace(-1, 1, 12)
    py = np.round(np.exp(px), 4)
    for deg in (0, 1, 3):
        case("fit", arr(px), arr(py), deg, tol=_loose)
        case("fit", arr(px), arr(np.stack([py, px**2], 1)), deg, tol=_loose)
    case("fit", arr(px), arr(py), [0, 2, 3], tol=_loose)
    case("fit", arr(px), arr(np.stack([py, px**2], 1)), [1, 4], tol=_loose)
    case("fit", arr(px), arr(py), 2, w=arr(np.arange(12) % 3 + 1), tol=_loose)
    case("fit", arr(px), arr(np.stack([py, px**2], 1)), 2, w=arr(np.arange(12) % 3 + 1.5), tol=_loose)
    case("fit", arr(px), arr(py), 2, rcond=1e-3, tol=_loose)
    case("fit", arr(px.astype("float32")), arr(py.astype("float32")), 2, tol=_loose)
    case("fit", arr(px + 1j * py), arr(py), 2, tol=_loose)
    case("fit", arr(np.arange(5)), arr(np.arange(5) ** 2), 2, tol=_loose)
    case("fit", arr(px), arr(py), -1)
    case("fit", arr([[1.0]]), arr(py), 1)
    case("fit", arr([], dtype="float64"), arr(py), 1)
    case("fit", arr(px), arr(py[:5]), 1)
    case("fit", arr(px), arr(np.ones((1, 1, 1))), 1)
    case("fit", arr(px), arr(py), 1, w=arr([[1.0]]))
    case("fit", arr(px), arr(py), 1, w=arr([1.0]))
    case("companion", arr([1.0, 2.0]))
    case("companion", arr([1.0]))
    for name in ("add", "mul"):
        case(name, arr([], dtype="float64"), arr([1.0]))
        case(name, arr([[1.0]]), arr([1.0]))
        case(name, arr([True]), arr([1.0]))
        case(name, 2, arr([1.0, 2]))
    if module == "polynomial":
        return
    for n in (1, 2, 3, 6):
        topic.case(f"polynomial.{module}.poly2{prefix}", arr(numbers("float64", n)), tol=_near)
        topic.case(f"polynomial.{module}.{prefix}2poly", arr(numbers("float64", n)), tol=_near)
    for dtype in FIELDS:
        topic.case(f"polynomial.{module}.poly2{prefix}", arr(numbers(dtype, 4)), tol=_near)
        topic.case(f"polynomial.{module}.{prefix}2poly", arr(numbers(dtype, 4)), tol=_near)
    for n in (1, 2, 5, 16, 0, -2):
        case("gauss", n, tol=_loose)
    for dtype in ("int8", "float32", "float64", "complex128"):
        case("weight", arr(np.array([0.25, 0.5]).astype(dtype)))
    for layout in range(16):
        case("weight", laid_out("float64", layout, lambda d, *s: ramp(d, *s) / 64))


def _extras(topic):
    for module in MODULES:
        topic.case(f"polynomial.{module}.constants")
    for n in (0, 1, 6, -1):
        topic.case("polynomial.chebyshev.chebinterpolate", Function("exp"), n, tol=_near)
        topic.case("polynomial.Chebyshev.interpolate", Function("exp"), n, tol=_near)
    topic.case("polynomial.Chebyshev.interpolate", Function("exp"), 4, domain=[0, 2], tol=_near)
    name = "polynomial.polynomial.polyvalfromroots"
    for dtype in FIELDS:
        topic.case(name, arr(numbers("float64", 3)), arr(numbers(dtype, 2)), tol=_near)
    topic.case(name, arr(numbers("float64", 2, 2)), arr(numbers("float64", 3, 2)), tol=_near)
    topic.case(name, arr(numbers("float64", 2)), arr(numbers("float64", 3, 2)), tensor=False, tol=_near)
    topic.case(name, arr(numbers("float64", 3, 2)), arr(numbers("float64", 3, 2)), tensor=False)
    topic.case(name, 0.5, arr([1.0, 2]), tol=_near)
    for n in (1, 2, 5, 8, 0):
        topic.case("polynomial.chebyshev.chebpts1", n, tol=_near)
        topic.case("polynomial.chebyshev.chebpts2", n, tol=_near)


def _polyutils(topic):
    name = "polynomial.polyutils."
    for dtype in FIELDS:
        topic.case(name + "getdomain", arr(numbers(dtype, 5)))
        topic.case(name + "trimseq", arr([0, 1, 2, 0, 0], dtype=dtype))
        topic.case(name + "trimcoef", arr([0, 1, 2, 0, 0], dtype=dtype))
        topic.case(name + "as_series", [arr(numbers(dtype, 3)), arr([1.0, 0], dtype="float32")])
        topic.case(name + "mapdomain", arr(numbers(dtype, 3)), [0, 2], [-1, 3], tol=_near)
    topic.case(name + "mapparms", [0, 2], [-1, 3])
    topic.case(name + "mapparms", [-1.0, 1.5], [0.0, 0.5])
    topic.case(name + "trimseq", arr([0.0, 0.0]))
    topic.case(name + "trimseq", arr([], dtype="float64"))
    topic.case(name + "as_series", [arr([1.0, 0]), arr([2.0])], trim=False)
    topic.case(name + "as_series", [arr([], dtype="float64")])
    topic.case(name + "as_series", [arr([[1.0]])])
    topic.case(name + "trimcoef", arr([1.0, 0.5, 1e-9]), 1e-8)
    topic.case(name + "trimcoef", arr([1.0]), -1)
    for number in (1.0, 0.1, 1e8, -1e-5, 1e-4, 123456.789, NAN, INF, -INF, 0.0, 1e300):
        for parens in (False, True):
            topic.case(name + "format_float", arr(number), parens=parens)
    topic.case(name + "format_float", arr(0.1, dtype="float32"))


def _class(topic, cls):
    def case(name, *args, tol=_near, **kwargs):
        topic.case(f"polynomial.{cls}.{name}", *args, tol=tol, **kwargs)

    c, d = numbers("float64", 4), numbers("float64", 3)
    c[-1], d[-1] = 2, 1.5
    for dtype in ("int16", "float32", "float64", "complex128"):
        case("new", arr(numbers(dtype, 3)))
        case("call", arr(numbers(dtype, 4)), arr(numbers("float64", 2, 3)))
        case("call", arr(numbers(dtype, 4)), arr(numbers("float32", 3)), domain=[0, 4])
        case("repr", arr(numbers(dtype, 3)), tol=None)
        # Roots that do not come in pairs, whose order would be a matter of rounding.
        last = 1j if dtype == "complex128" else 0
        case("roots", arr(np.array([1, 2, -3, 1 + last]).astype(dtype)), tol=_single if dtype == "float32" else _loose)
        for name in ("add", "sub", "mul", "divmod"):
            case(name, arr(numbers(dtype, 3) + np.ones(1, dtype)), arr(d))
        for kind in CLASSES:
            case("convert", arr(numbers(dtype, 4)), kind)
    case("new", arr(c), domain=[0, 5], window=[-2, 2])
    case("new", arr(c), domain=[0, 5, 6])
    case("new", arr(c), window=[1])
    case("new", arr([[1.0]]))
    case("new", arr([], dtype="float64"))
    case("new", arr(c), symbol="2x")
    case("add", arr(c), arr(d), domain=[0, 2], other=[0, 3])
    case("divmod", arr(c), arr([0.0]))
    case("radd", arr(c), 2)
    case("rsub", arr(c), 2.5)
    case("neg", arr(c))
    case("degree", arr(c))
    for n in (0, 1, 3, -1):
        case("pow", arr(d), n)
    for m in (0, 1, 2, -1):
        case("deriv", arr(c), m, domain=[0, 4])
        case("integ", arr(c), m, domain=[0, 4])
    case("integ", arr(c), 2, [1.0, 2.0], 0.5, domain=[0, 4])
    case("integ", arr(c), 1, 3)
    case("roots", arr(c), domain=[1, 3], tol=_loose)
    case("linspace", arr(c), 5, domain=[0, 4])
    case("linspace", arr(c), 4, [1, 2], domain=[0, 4])
    case("linspace", arr(c))
    case("trim", arr([1.0, 2, 1e-9, 0]), 1e-8)
    case("trim", arr([1.0, 2, 0, 0]))
    for n in (1, 2, 9, 0):
        case("truncate", arr(c), n)
        case("cutdeg", arr(c), n)
    case("basis", 3)
    case("basis", 0, domain=[0, 1], window=[2, 3])
    case("basis", -1)
    case("identity")
    case("identity", domain=[0, 4])
    case("identity", domain=[0, 4], window=[1, 2])
    case("fromroots", arr([1.0, -2, 0.5]))
    case("fromroots", arr([1.0, -2, 0.5]), domain=[0, 3])
    case("fromroots", arr([1.0 + 1j, -2, 0.5]), window=[0, 3])
    for kind in CLASSES:
        case("convert", arr(c), kind, domain=[0, 4])
        case("convert", arr(c), kind, [1, 3], domain=[0, 4])
    x = np.linspace(0, 4, 15)
    y = np.round(np.sin(x), 4)
    case("fit", arr(x), arr(y), 3, tol=_loose)
    case("fit", arr(x), arr(y), 3, full=True, tol=_loose)
    case("fit", arr(x), arr(y), [0, 1, 3], domain=[-1, 5], window=[0, 1], tol=_loose)
    case("fit", arr(x), arr(y), 2, w=arr(np.arange(15) % 4 + 1), rcond=1e-4, tol=_loose)
    case("fit", arr([2.0, 2.0]), arr([1.0, 3.0]), 0, tol=_loose)
    case("fit", arr(x), arr(y[:3]), 2)
    for coef in ([1, 2, 3], [1.5, -2.25, 0, 1e-9], [0.1, 1e9, -3], [NAN, INF, -INF], [2.0], np.arange(20.0) - 7):
        for name in ("str", "ascii", "latex"):
            case(name, arr(np.array(coef, "float64")), tol=None)
        case("str", arr(np.array(coef, "float64")), domain=[0, 4], symbol="zeta", tol=None)
    for domain in ([1, 3], [-2, 2], [0, 2]):
        for name in ("str", "ascii", "latex", "repr"):
            case(name, arr([1.0, 2, 0.5]), domain=domain, tol=None)
    for name in ("str", "latex"):
        case(name, arr([1 + 2j, -1, 3j]), tol=None)
        case(name, arr([0.1, 0.2], dtype="float32"), tol=None)


def _older(topic):
    for dtype in [d for d in DTYPES if d != "bool"]:
        a, b = numbers(dtype, 4), numbers(dtype, 3)
        b[0] = 2
        for name in ("polyadd", "polysub", "polymul", "polydiv"):
            topic.case(name, arr(a), arr(b), tol=_near)
            topic.case(name, arr(b), arr(numbers("float32", 4)), tol=_near)
        topic.case("polyval", arr(a), arr(numbers("float64", 2, 3)), tol=_near)
        topic.case("polyval", arr(numbers("int16", 3)), arr(a), tol=_near)
        topic.case("polyder", arr(a), tol=_near)
        topic.case("polyint", arr(a), tol=_near)
        topic.case("poly", arr(numbers(dtype, 3)), tol=_near)
        if dtype != "float16":
            topic.case("roots|sorted", arr(np.array([1, 2, 3, 1]).astype(dtype)), tol=_loose)
    for layout in range(16):
        topic.case("polyval", arr([1.0, -2, 0.5]), laid_out("float64", layout), tol=_near)
    for name in ("polyadd", "polysub", "polymul", "polydiv"):
        topic.case(name, arr([1, 2, 3, 4]), arr([1, 2]), tol=_near)
        topic.case(name, 2, arr([1, 2]), tol=_near)
        topic.case(name, arr([0, 0, 1]), arr([0, 2]) if name != "polydiv" else arr([1, 2]), tol=_near)
    topic.case("polydiv", arr([1.0, 3, 2]), arr([1.0, 1]), tol=_near)
    topic.case("polymul", arr([[1]]), arr([1]))
    topic.case("polyval", arr([3, 0, 1]), 5)
    topic.case("polyval", arr([1.5, 2]), arr([1, 2], dtype="int8"))
    topic.case("polyval", arr([1.5, 2], dtype="float32"), 2.5)
    topic.case("polyval", arr([], dtype="float64"), arr([1.0, 2]))
    topic.case("polyval", arr([[1, 2], [3, 4]]), arr([2, 3]))
    topic.case("polyval", arr([1.0, 2, 3]), arr([NAN, INF, -INF]))
    for m in (0, 1, 2, 5, -1):
        topic.case("polyder", arr([1, 2, 3, 4]), m, tol=_near)
        topic.case("polyint", arr([1, 2, 3, 4]), m, tol=_near)
    topic.case("polyint", arr([1.0, 2]), 2, k=[1, 2], tol=_near)
    topic.case("polyint", arr([1.0, 2]), 2, k=3, tol=_near)
    topic.case("polyint", arr([1.0, 2]), 3, k=[1, 2])
    topic.case("poly", arr([[2.0, 1], [1, 3]]), tol=_loose)
    topic.case("poly", arr([1j, -1j, 2]), tol=_near)
    topic.case("poly", arr([1j, 1j]), tol=_near)
    topic.case("poly", arr([], dtype="float64"))
    topic.case("poly", arr(3), tol=_near)
    topic.case("poly", arr(np.ones((2, 3))))
    topic.case("roots|sorted", arr([0.0, 0, 1, -3, 2, 0, 0]), tol=_loose)
    topic.case("roots|sorted", arr([1.0, 0, 1]), tol=_loose)
    topic.case("roots", arr([5.0]))
    topic.case("roots", arr([0.0, 0]))
    topic.case("roots", arr(2.0))
    topic.case("roots", arr([[1.0]]))
    x = np.linspace(0, 3, 9)
    y = np.round(np.cos(x), 4)
    for deg in (0, 1, 3):
        topic.case("polyfit", arr(x), arr(y), deg, tol=_loose)
        topic.case("polyfit", arr(x), arr(np.stack([y, x**2], 1)), deg, tol=_loose)
    for cov in (True, "unscaled"):
        topic.case("polyfit", arr(x), arr(y), 2, cov=cov, tol=_loose)
        topic.case("polyfit", arr(x), arr(y), 2, cov=cov, w=arr(np.arange(9) % 3 + 1.0), tol=_loose)
        topic.case("polyfit", arr(x), arr(np.stack([y, x**2 + y], 1)), 1, cov=cov, tol=_loose)
    topic.case("polyfit.full", arr(x), arr(y), 2, tol=_loose)
    topic.case("polyfit", arr(np.arange(4)), arr(np.arange(4) ** 2), 2, tol=_loose)
    topic.case("polyfit", arr(x.astype("float32")), arr(y.astype("float32")), 1, tol=_loose)
    topic.case("polyfit", arr(x), arr(y), 2, rcond=1e-3, tol=_loose)
    topic.case("polyfit", arr(x), arr(y), -1)
    topic.case("polyfit", arr([[1.0]]), arr(y), 1)
    topic.case("polyfit", arr([], dtype="float64"), arr(y), 1)
    topic.case("polyfit", arr(x), arr(y[:3]), 1)
    topic.case("polyfit", arr(x), arr(y), 1, w=arr([1.0]))
    topic.case("polyfit", arr(x), arr(y), 1, w=arr([[1.0]]))
    topic.case("polyfit", arr(x[:2]), arr(y[:2]), 1, cov=True)


def _strided(topic):
    """Every function of coefficients, of vectors that are not neighbours or none at all."""
    even, back, none = arr(np.arange(1.0, 9), "[::2]"), arr(np.arange(1.0, 6), "[::-1]"), arr([], dtype="float64")
    for name in ("polyadd", "polysub", "polymul", "polydiv"):
        for a, b in ((even, back), (back, even), (even, arr(2.0))):
            topic.case(name, a, b, tol=_near)
        if name != "polydiv":
            topic.case(name, none, back, tol=_near)
    for name in ("polyder", "polyint", "poly", "poly1d", "poly1d.str", "poly1d.deriv"):
        for a in (even, back, none):
            topic.case(name, a, tol=None if name.endswith("str") else _loose)
    for a in (even, back):
        topic.case("roots|sorted", a, tol=_loose)
    topic.case("roots", none)
    topic.case("polyder", arr(3.0))
    topic.case("polyint", arr(3.0))
    topic.case("polyval", arr(3.0), arr([1.0]))
    topic.case("polyval", even, 2.0, tol=_near)
    topic.case("polyval", back, arr([], dtype="float64"), tol=_near)
    topic.case("polyfit", even, arr([1.0, 2, 5, 9], "[::-1]"), 1, tol=_loose)
    for module, prefix in MODULES.items():
        name = f"polynomial.{module}.{prefix}"
        for function in ("add", "sub", "mul", "div"):
            topic.case(name + function, even, back, tol=_near)
        for function in ("mulx", "der", "int", "trim", "fromroots", "companion", "roots"):
            topic.case(name + function, back, tol=_loose)
            if function != "fromroots":
                topic.case(name + function, none, tol=_loose)
        topic.case(name + "val", even, back, tol=_near)
        topic.case(name + "val", even, none, tol=_near)
        topic.case(name + "vander", none, 2)
        for function in ("der", "int"):
            topic.case(name + function, arr(np.ones((3, 0))))
        topic.case(name + "der", arr(2.0), tol=_near)
        topic.case(name + "int", arr(2.0), tol=_near)
    for cls in CLASSES:
        topic.case(f"polynomial.{cls}.new", back)
        topic.case(f"polynomial.{cls}.call", back, even, tol=_near)


def _poly1d(topic):
    for coef in ([1, 2, 3], [0, 0, 1.5, -2, 0, 1], [0], [3], [1j, 2, -1], [1.23456, -1e-5, 1e10, 0.1], np.arange(20.0) + 1, [-1, 0], [NAN, INF]):
        coef = np.array(coef)
        topic.case("poly1d", arr(coef))
        topic.case("poly1d.str", arr(coef))
        topic.case("poly1d.repr", arr(coef))
        topic.case("poly1d.order", arr(coef))
    for dtype in ("int16", "float32", "float64", "complex64"):
        p, q = numbers(dtype, 4), numbers("float64", 3)
        p[0], q[0] = 2, 1
        for name in ("add", "sub", "mul", "div"):
            topic.case(f"poly1d.{name}", arr(p), arr(q), tol=_near)
        topic.case("poly1d.compose", arr(p), arr(q), tol=_near)
        topic.case("poly1d.call", arr(p), arr(q), tol=_near)
        topic.case("poly1d.neg", arr(p), tol=_near)
        topic.case("poly1d.deriv", arr(p), tol=_near)
        topic.case("poly1d.integ", arr(p), 2, 1, tol=_near)
        for n in (0, 2, 5):
            topic.case("poly1d.get", arr(p), n)
            topic.case("poly1d.set", arr(p), n, 3)
        for n in (0, 1, 3, -1):
            topic.case("poly1d.pow", arr(p), n, tol=_near)
    topic.case("poly1d", arr([1.0, 2, 3]), r=True, tol=_near)
    topic.case("poly1d.str", arr([1.0, 2, 3]), r=True, variable="z")
    topic.case("poly1d.roots", arr([1.0, -3, 2]), tol=_loose)
    topic.case("poly1d", arr([[1.0]]))
