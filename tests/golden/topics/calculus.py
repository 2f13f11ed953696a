"""Differences, derivatives, integrals, interpolation, convolution."""

import numpy as np

from operands import COMPLEX, REAL_FLOATS, edge, laid_out, ramp
from recorder import DTYPES, arr

NAN, INF = float("nan"), float("inf")
R = np.random.RandomState(13)

# A few roundings in another order.
NEAR = {"float16": {"rel": 4e-3, "abs": 2e-3}, "float32": {"rel": 1e-6, "abs": 1e-6}, "complex64": {"rel": 1e-6, "abs": 1e-6}}


def _near(value):
    first = value[0] if isinstance(value, (tuple, list)) else value
    name = np.asarray(first).dtype.name
    return NEAR.get(name, {"rel": 1e-14, "abs": 1e-14} if np.asarray(first).dtype.kind in "fc" else None)


def record(topic):
    _diff(topic)
    _gradient(topic)
    _interp(topic)
    _trapezoid(topic)
    _unwrap(topic)
    _convolve(topic)


def _diff(topic):
    layout = 0
    for dtype in DTYPES:
        topic.case("diff", arr(ramp(dtype, 6)))
        topic.case("diff", edge(dtype))
        topic.case("diff", arr(ramp(dtype, 3, 4)), n=2, axis=0)
        topic.case("diff", arr(ramp(dtype, 4)), prepend=arr(ramp(dtype, 2)), append=0)
        topic.case("ediff1d", arr(ramp(dtype, 2, 3)))
        topic.case("ediff1d", arr(ramp(dtype, 4)), to_end=arr(ramp(dtype, 2)), to_begin=arr(ramp("int8", 1)))
        for _ in range(6):
            topic.case("diff", laid_out(dtype, layout))
            topic.case("ediff1d", laid_out(dtype, layout))
            layout += 1
    a = arr(ramp("int16", 2, 3, 4))
    for axis in (0, 1, 2, -1, -3, 3):
        topic.case("diff", a, axis=axis)
        topic.case("diff", a, n=3, axis=axis)
    for n in (0, 1, 4, 5, 9, -1):
        topic.case("diff", arr(ramp("float64", 5)), n=n)
    topic.case("diff", arr(ramp("int8", 2, 3)), prepend=arr([[7], [8]]), axis=1)
    topic.case("diff", arr(ramp("int8", 2, 3)), prepend=5, append=2.5, axis=0)
    topic.case("diff", arr(ramp("int8", 2, 3)), append=arr([1, 2, 3]))
    topic.case("diff", arr(ramp("int8", 2, 3)), append=arr([[1, 2, 3]]))
    topic.case("diff", 5)
    topic.case("ediff1d", arr([1, 2, 4]), to_end=[7, 8], to_begin=-99)
    topic.case("ediff1d", arr([1, 2, 4]), to_end=2.5)
    topic.case("ediff1d", arr([], dtype="float32"), to_begin=1.5)


def _gradient(topic):
    layout = 0
    for dtype in DTYPES:
        topic.case("gradient", arr(ramp(dtype, 6)), tol=_near)
        topic.case("gradient", arr(ramp(dtype, 6)), 2, edge_order=2, tol=_near)
        topic.case("gradient", arr(ramp(dtype, 3, 4)), tol=_near)
        topic.case("gradient", arr(ramp(dtype, 5)), arr(np.array([0, 1, 3, 4.5, 7], "float32")), tol=_near)
        topic.case("gradient", arr(ramp("float32", 5)), arr(np.array([0, 1, 1, 0, 1] if dtype == "bool" else [0, 1, 3, 4, 7], dtype)), edge_order=2, tol=_near)
        for _ in range(6):
            # Of a number there is no derivative at all.
            if laid_out(dtype, layout).value().ndim > 0:
                topic.case("gradient", laid_out(dtype, layout), tol=_near)
            layout += 1
    f = arr(np.round(R.standard_normal((3, 4, 5)), 2))
    for axis in (0, 1, -1, None, [0, 2], 3, [1, 1]):
        topic.case("gradient", f, axis=axis, tol=_near)
        topic.case("gradient", f, 0.5, axis=axis, edge_order=2, tol=_near)
    topic.case("gradient", f, 1, 2, 0.5, tol=_near)
    topic.case("gradient", f, arr([0.0, 1, 3]), 2, arr(np.arange(5.0)), tol=_near)
    topic.case("gradient", f, 1, arr([1.0, 2, 4, 8, 16]), axis=[1, 2], tol=_near)
    topic.case("gradient", arr(np.arange(4.0)), arr(np.arange(4) * 2), edge_order=2, tol=_near)
    topic.case("gradient", arr(np.arange(4.0)), 2.0, edge_order=3)
    topic.case("gradient", arr(np.arange(4.0)), 1, 2)
    topic.case("gradient", arr(np.arange(4.0)), arr([1.0, 2, 3]))
    topic.case("gradient", arr(np.arange(4.0)), arr([[1.0, 2, 3, 4]]))
    topic.case("gradient", arr([1.0]))
    topic.case("gradient", arr([1.0, 2.0]), edge_order=2)
    topic.case("gradient", arr([1.0, INF, NAN, 4, 5]), tol=_near)


def _interp(topic):
    xp, fp = np.array([1.0, 2, 3.5, 6]), np.array([3.0, 2, -1, 4])
    inside = np.array([0, 1, 1.5, 2, 3, 3.5, 5.9, 6, 7, NAN, INF, -INF])
    layout = 0
    for dtype in DTYPES:
        topic.case("interp", arr(ramp(dtype, 2, 4)), arr(xp), arr(fp))
        topic.case("interp", arr(inside), arr(np.array([0, 1] if dtype == "bool" else [1, 2, 3, 6], dtype)), arr(fp[: 2 if dtype == "bool" else 4]))
        topic.case("interp", arr(inside), arr(xp), arr(ramp(dtype, 4)))
        topic.case("interp", laid_out("float64", layout), arr(xp), arr(ramp(dtype, 4)))
        layout += 1
    for _ in range(16):
        topic.case("interp", laid_out("float64", layout), arr(xp), arr(fp))
        layout += 1
    topic.case("interp", arr(inside), arr(xp), arr(fp), left=-9, right=9.5)
    topic.case("interp", arr(inside), arr(xp), arr(fp), left=NAN)
    topic.case("interp", arr(inside), arr(xp), arr(fp * (1 + 2j)), left=1j, right=-1j)
    topic.case("interp", arr(inside), arr([2.0]), arr([5.0]), left=1, right=2)
    topic.case("interp", arr([1.0, 2.5, 3]), arr([1.0, 2, 3]), arr([INF, INF, 2]))
    topic.case("interp", arr([1.0, 1.5, 2.5, 3]), arr([1.0, 2, 3]), arr([1.0, INF, -INF]))
    topic.case("interp", arr([1.0, 1.5, 2.5, 3]), arr([1.0, 2, 2, 3]), arr([1.0, 2, 4, 8]))
    topic.case("interp", arr([-INF, 0, INF]), arr([-INF, 0, INF]), arr([-1.0, 0, 1]))
    topic.case("interp", arr([-180.0, -170, -185, 185, -10, -5, 0, 365]), arr([190, -190, 350, -350]), arr([5, 10, 3, 4]), period=360)
    topic.case("interp", arr([0.5, 7.25, -3.0]), arr([0.0, 1, 2, 3]), arr([1.0, 2j, 3, 4]), period=-4.0)
    topic.case("interp", 2.5, arr(xp), arr(fp))
    topic.case("interp", 2.5, arr([1, 2, 3]), arr([1, 4, 9]))
    topic.case("interp", arr(np.round(R.standard_normal(50) * 3, 3)), arr(np.sort(np.round(R.standard_normal(40) * 3, 3))), arr(np.round(R.standard_normal(40), 3)))
    topic.case("interp", arr(inside), arr(xp), arr(fp), period=0)
    topic.case("interp", arr(inside), arr(xp), arr(fp[:3]))
    topic.case("interp", arr(inside), arr([], dtype="float64"), arr([], dtype="float64"))
    topic.case("interp", arr(inside), arr(xp.reshape(2, 2)), arr(fp))
    topic.case("interp", arr(inside), arr(xp.reshape(2, 2)), arr(fp), period=2)
    topic.case("interp", arr(inside * 1j), arr(xp), arr(fp))


def _trapezoid(topic):
    layout = 0
    for dtype in DTYPES:
        topic.case("trapezoid", arr(ramp(dtype, 3, 5)), tol=_near)
        topic.case("trapezoid", arr(ramp(dtype, 5)), dx=0.5, tol=_near)
        topic.case("trapezoid", arr(ramp("float64", 5)), arr(ramp(dtype, 5)), tol=_near)
        for _ in range(6):
            topic.case("trapezoid", laid_out(dtype, layout), tol=_near)
            layout += 1
    y = arr(np.round(R.standard_normal((2, 3, 4)), 2))
    for axis in (0, 1, 2, -1, -2, 3):
        topic.case("trapezoid", y, axis=axis, tol=_near)
        topic.case("trapezoid", y, dx=2, axis=axis, tol=_near)
    topic.case("trapezoid", y, arr([1.0, 2, 4]), axis=1, tol=_near)
    topic.case("trapezoid", y, arr(np.round(R.standard_normal((2, 3, 4)), 2)), tol=_near)
    topic.case("trapezoid", y, arr([1.0, 2, 4]), tol=_near)
    topic.case("trapezoid", arr([1.0]), tol=_near)
    topic.case("trapezoid", arr([], dtype="float64"), tol=_near)
    topic.case("trapezoid", 3.0)


def _unwrap(topic):
    layout = 0
    phase = np.round(R.uniform(-3.14, 3.14, (3, 7)), 3)
    for dtype in DTYPES:
        if np.dtype(dtype).kind == "c":
            continue
        if dtype != "bool":
            topic.case("unwrap", arr(ramp(dtype, 6, step=2)), tol=_near)
            topic.case("unwrap", arr(ramp(dtype, 6, step=2)), period=5, tol=_near)
            topic.case("unwrap", arr(ramp(dtype, 6, step=2)), period=6, tol=_near)
        if np.dtype(dtype).kind == "f":
            for _ in range(12):
                topic.case("unwrap", laid_out(dtype, layout), period=2.0, tol=_near)
                layout += 1
            topic.case("unwrap", arr(phase.astype(dtype)), tol=_near)
    for axis in (0, 1, -1, 2):
        topic.case("unwrap", arr(phase), axis=axis, tol=_near)
    topic.case("unwrap", arr(phase), 4.0, tol=_near)
    topic.case("unwrap", arr(phase), discont=5, axis=0, period=3.0, tol=_near)
    topic.case("unwrap", arr([0, 1, 2, -1, 0]), period=4)
    topic.case("unwrap", arr([1, 2, 3, 4, 5, 6, 1, 2, 3]), period=6)
    topic.case("unwrap", arr([2, 3, 4, 5, 2, 3, 4, 5], dtype="uint8"), period=4)
    topic.case("unwrap", arr([0.0, 0.5, -0.5, 1.0, 0.0]), period=1, tol=_near)
    topic.case("unwrap", arr([2.0]), tol=_near)
    topic.case("unwrap", 2.0)


def _convolve(topic):
    for name in ("convolve", "correlate"):
        for dtype in DTYPES:
            for mode in ("full", "same", "valid"):
                topic.case(name, arr(ramp(dtype, 7)), arr(ramp(dtype, 3)), mode=mode, tol=_near)
                topic.case(name, arr(ramp(dtype, 4)), arr(ramp(dtype, 6)), mode=mode, tol=_near)
            topic.case(name, arr(ramp(dtype, 5)), arr(ramp("float32", 2)), tol=_near)
            topic.case(name, arr(ramp("int16", 5)), arr(ramp(dtype, 2)), tol=_near)
        for n, m in [(1, 1), (5, 5), (1, 4), (100, 9), (70, 64), (33, 2)]:
            for mode in ("full", "same", "valid"):
                topic.case(name, arr(np.round(R.standard_normal(n), 2)), arr(np.round(R.standard_normal(m), 2)), mode=mode, tol=_near)
        topic.case(name, arr(ramp("complex128", 9), "[::-2]"), arr(ramp("complex128", 6), "[::3]"), tol=_near)
        topic.case(name, arr([1, 2, 3]), arr([0, 1, 0.5]), "same", tol=_near)
        topic.case(name, arr([200, 100], dtype="uint8"), arr([2, 3], dtype="uint8"), "full")
        topic.case(name, arr([], dtype="float64"), arr([1.0]))
        topic.case(name, arr([1.0]), arr([], dtype="float64"))
        topic.case(name, arr([[1.0, 2]]), arr([1.0]))
        topic.case(name, 3, arr([1, 2]))
        topic.case(name, arr([1, 2]), 3)
        topic.case(name, arr([1, 2]), arr([1]), mode="round")
