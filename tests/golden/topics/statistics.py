"""Averages, covariances, quantiles, histograms."""

import numpy as np

from operands import COMPLEX, REAL_FLOATS, edge, laid_out, ramp, special_complex
from recorder import DTYPES, arr

NAN, INF = float("nan"), float("inf")
R = np.random.RandomState(14)
REAL = [d for d in DTYPES if np.dtype(d).kind != "c"]
METHODS = ["inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
           "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest"]
RULES = ["auto", "fd", "doane", "scott", "stone", "rice", "sturges", "sqrt"]

NEAR = {"float16": {"rel": 4e-3, "abs": 2e-3}, "float32": {"rel": 2e-6, "abs": 2e-6}, "complex64": {"rel": 2e-6, "abs": 2e-6}}


def _near(value):
    while isinstance(value, (tuple, list)):
        value = value[0]
    a = np.asarray(value)
    return NEAR.get(a.dtype.name, {"rel": 1e-13, "abs": 1e-13} if a.dtype.kind in "fc" else None)


def _close(value):
    """For results of which several parts are floats."""
    return {"rel": 1e-13, "abs": 1e-13}


def mixed(dtype, *shape):
    """Values in no order, some of them equal."""
    n = int(np.prod(shape))
    values = R.permutation(n) * 3 // 4
    if np.dtype(dtype).kind in "ifc":
        values = values - n // 3
    if np.dtype(dtype).kind in "fc":
        values = values * 0.75
    return values.astype(dtype).reshape(shape)


def record(topic):
    _average(topic)
    _cov(topic)
    _median(topic)
    _quantile(topic)
    _bincount(topic)
    _digitize(topic)
    _histogram(topic)
    _histogramdd(topic)
    _variance(topic)


def _average(topic):
    layout = 0
    for dtype in DTYPES:
        topic.case("average", arr(ramp(dtype, 3, 4)), tol=_near)
        topic.case("average", arr(ramp(dtype, 3, 4)), axis=0, weights=arr([1, 2, 0.5]), tol=_near)
        topic.case("average", arr(ramp("int16", 3, 2)), axis=0, weights=arr(ramp(dtype, 3) if dtype != "bool" else [True, False, True]), returned=True, tol=_near)
        topic.case("average", arr(ramp(dtype, 3, 4)), weights=arr(np.arange(12.0).reshape(3, 4)), returned=True, tol=_near)
        topic.case("average", arr(ramp(dtype, 3, 4)), axis=1, returned=True, keepdims=True, tol=_near)
        for _ in range(5):
            case = laid_out(dtype, layout)
            layout += 1
            if case.value().size:
                topic.case("average", case, tol=_near)
    a = arr(np.round(R.standard_normal((2, 3, 4)), 2))
    for axis in (None, 0, 1, -1, [0, 2], 3):
        for keepdims in (False, True):
            topic.case("average", a, axis=axis, keepdims=keepdims, tol=_near)
            topic.case("average", a, axis=axis, keepdims=keepdims, weights=arr(np.round(R.uniform(0, 1, (2, 3, 4)), 2)), returned=True, tol=_near)
    topic.case("average", a, axis=[0, 2], weights=arr(np.arange(8.0).reshape(2, 4)), tol=_near)
    topic.case("average", a, axis=[2, 0], weights=arr(np.arange(8.0).reshape(4, 2)), returned=True, tol=_near)
    topic.case("average", a, axis=[2, 0], weights=arr(np.arange(8.0).reshape(4, 2)), keepdims=True, tol=_near)
    topic.case("average", a, weights=arr([1.0, 2.0]))
    topic.case("average", a, axis=1, weights=arr([1.0, 2.0]))
    topic.case("average", arr([1.0, 2.0]), weights=arr([1.0, -1.0]))
    topic.case("average", arr(np.zeros((0, 2))), axis=1, weights=arr([1.0, 1.0]))


def _cov(topic):
    layout = 0
    for dtype in DTYPES:
        topic.case("cov", arr(ramp(dtype, 3, 5)), tol=_close)
        topic.case("cov", arr(ramp(dtype, 5)), arr(ramp("float32", 5)), tol=_close)
        topic.case("corrcoef", arr(ramp(dtype, 3, 5)), tol=_close)
        for _ in range(4):
            case = laid_out(dtype, layout)
            layout += 1
            topic.case("cov", case, tol=_close)
            topic.case("corrcoef", case, tol=_close)
    x, y = arr(np.round(R.standard_normal((3, 7)), 2)), arr(np.round(R.standard_normal((2, 7)), 2))
    z = arr(np.round(R.standard_normal((2, 7)) + 1j * R.standard_normal((2, 7)), 2))
    counts, weights = arr([1, 2, 0, 3, 1, 1, 2]), arr(np.round(R.uniform(0, 1, 7), 2))
    for name in ("cov", "corrcoef"):
        topic.case(name, x, y, tol=_close)
        topic.case(name, x, z, tol=_close)
        topic.case(name, z, tol=_close)
        topic.case(name, x, rowvar=False, tol=_close)
        topic.case(name, arr(x.value(), "T"), arr(y.value(), "T"), rowvar=False, tol=_close)
        topic.case(name, x, dtype="float32", tol=_near)
        topic.case(name, arr(ramp("float64", 6)), rowvar=False, tol=_close)
        topic.case(name, arr([[1.0, 2, 3]]), arr([[3.0, 1, 2]]), rowvar=False, tol=_close)
        topic.case(name, arr(np.zeros((0, 3))), tol=_close)
        topic.case(name, arr([[1.0], [2.0]]), tol=_close)
        topic.case(name, 3.0, tol=_close)
        topic.case(name, arr(np.ones((2, 2, 2))))
        topic.case(name, x, arr(np.ones((2, 2, 2))))
        topic.case(name, x, arr([1.0, 2.0]))
    for ddof in (None, 0, 1, 2, 7, 9):
        for bias in (False, True):
            topic.case("cov", x, bias=bias, ddof=ddof, tol=_close)
        topic.case("cov", x, ddof=ddof, fweights=counts, tol=_close)
        topic.case("cov", x, ddof=ddof, aweights=weights, tol=_close)
        # Nothing over 0 is nothing to compare.
        if (ddof or 0) < 7:
            topic.case("cov", z, y, ddof=ddof, fweights=counts, aweights=weights, tol=_close)
    topic.case("cov", x, ddof=1.5)
    topic.case("cov", x, fweights=arr([0.5] * 7))
    topic.case("cov", x, fweights=arr([-1] * 7))
    topic.case("cov", x, fweights=arr([1] * 6))
    topic.case("cov", x, fweights=arr([[1] * 7]))
    topic.case("cov", x, aweights=arr([-1.0] * 7))
    topic.case("cov", x, aweights=arr([1.0] * 6))
    topic.case("cov", x, aweights=arr([[1.0] * 7]))
    topic.case("cov", x, aweights=arr([0.0] * 7))


def _median(topic):
    layout = 0
    for name in ("median", "nanmedian"):
        for dtype in DTYPES:
            for n in (1, 2, 7, 8):
                topic.case(name, arr(mixed(dtype, n)))
            topic.case(name, arr(mixed(dtype, 3, 4)), axis=0)
            topic.case(name, arr(mixed(dtype, 3, 4)), axis=1, keepdims=True)
            for _ in range(6):
                topic.case(name, laid_out(dtype, layout))
                layout += 1
        a = mixed("float64", 2, 3, 4)
        for axis in (None, 0, 1, 2, -1, [0, 1], [2, 0], [0, 1, 2], 3, [1, 1]):
            for keepdims in (False, True):
                topic.case(name, arr(a), axis=axis, keepdims=keepdims)
        holes = a.copy()
        holes[0, 1, 2] = holes[1, 0] = holes[1, 2, :2] = NAN
        for dtype in REAL_FLOATS + COMPLEX:
            for axis in (None, 0, 1, 2, [0, 2]):
                topic.case(name, arr(holes.astype(dtype)), axis=axis)
        topic.case(name, arr([NAN, NAN]))
        topic.case(name, arr([1.0, INF, INF]))
        topic.case(name, arr([-INF, INF]))
        topic.case(name, arr([], dtype="float32"))
        topic.case(name, arr([], dtype="int16"))
        topic.case(name, arr(np.zeros((0, 3))), axis=0)
        topic.case(name, arr(np.zeros((0, 3))), axis=1)
        topic.case(name, 5)
        topic.case(name, arr(np.round(R.standard_normal(1501), 2)))


def _quantile(topic):
    qs = [0.0, 0.1, 0.25, 0.5, 0.62, 0.9, 1.0]
    layout = 0
    for method in METHODS:
        for n in (1, 2, 5, 8):
            topic.case("quantile", arr(mixed("float64", n)), arr(qs), method=method)
            topic.case("percentile", arr(mixed("int32", n)), arr(qs) if n == 2 else arr(np.array(qs) * 100), method=method)
        for dtype in REAL:
            topic.case("quantile", arr(mixed(dtype, 7)), 0.3, method=method)
            topic.case("quantile", arr(mixed(dtype, 7)), arr(qs, dtype="float32"), method=method)
            topic.case("quantile", arr(mixed(dtype, 3, 4)), arr([0.5, 0.75]), axis=0, method=method)
            topic.case("nanpercentile", arr(mixed(dtype, 3, 4)), 40, axis=1, method=method)
        topic.case("quantile", arr(mixed("float64", 6)), arr([0, 1]), method=method)
        topic.case("quantile", arr(mixed("int8", 6)), 1, method=method)
        topic.case("quantile", arr([3.0, NAN, 1.0]), arr(qs), method=method)
        topic.case("nanquantile", arr([3.0, NAN, 1.0, 7, NAN, 2]), arr(qs), method=method)
        topic.case("quantile", arr([1.0, 2.0, INF]), arr(qs), method=method)
    for name, scale in (("quantile", 1), ("percentile", 100), ("nanquantile", 1), ("nanpercentile", 100)):
        a = mixed("float64", 2, 3, 4)
        for axis in (None, 0, 1, 2, -1, [0, 1], [2, 0], [0, 1, 2], 3):
            for keepdims in (False, True):
                topic.case(name, arr(a), 0.3 * scale, axis=axis, keepdims=keepdims)
                # NumPy mixes up the axes of a `q` with two, if several axes are merged.
                q = [[0.3 * scale, 0.5 * scale]]
                q = q[0] if "nan" in name and isinstance(axis, list) else q
                topic.case(name, arr(a), arr(q), axis=axis, keepdims=keepdims)
        holes = a.copy()
        holes[0, 1, 2] = holes[1, 0] = holes[1, 2, :2] = NAN
        for dtype in REAL_FLOATS:
            for axis in (None, 0, 1, 2, [0, 2]):
                topic.case(name, arr(holes.astype(dtype)), arr(np.array(qs) * scale), axis=axis)
        for _ in range(16):
            case = laid_out("float64", layout)
            layout += 1
            topic.case(name, case, 0.4 * scale)
        topic.case(name, arr([NAN, NAN]), 0.5 * scale)
        topic.case(name, arr([1.0, 2.0]), arr([], dtype="float64"))
        topic.case(name, arr([1.0, 2.0]), 1.5 * scale)
        topic.case(name, arr([1.0, 2.0]), -0.5)
        topic.case(name, arr([1.0, 2.0]), NAN)
        topic.case(name, arr([1.0, 2.0]), 0.5, method="cubic")
        topic.case(name, arr([1j, 2.0]), 0.5)
        topic.case(name, arr([], dtype="float64"), 0.5)
        topic.case(name, arr(np.zeros((0, 3))), 0.5, axis=0)
        topic.case(name, arr(np.zeros((0, 3))), 0.5, axis=1)
        topic.case(name, arr([127, -128, 5], dtype="int8"), 0.4 * scale)
        for weights in ([1, 1, 5, 0, 2, 1], [0, 0, 1.5, 2, 0.5, 0]):
            topic.case(name, arr(mixed("float64", 6)), arr(np.array(qs) * scale), method="inverted_cdf", weights=arr(weights))
            if "nan" in name:
                continue  # fails in NumPy: weights of one axis are not repeated along the others
            topic.case(name, arr(mixed("int16", 6, 2)), 0.4 * scale, axis=0, method="inverted_cdf", weights=arr(weights))
            topic.case(name, arr(mixed("float32", 2, 6)), arr([0.4 * scale, 0.8 * scale]), axis=-1, method="inverted_cdf", weights=arr(weights), keepdims=True)
        topic.case(name, arr([1.0, NAN, 3]), 0.5 * scale, method="inverted_cdf", weights=arr([1, 2, 3]))
        topic.case(name, arr(mixed("float64", 3, 2)), 0.5 * scale, axis=1, method="inverted_cdf", weights=arr(np.arange(6).reshape(3, 2)))
        topic.case(name, arr([1.0, 2]), 0.5, weights=arr([1, 2]))
        topic.case(name, arr([1.0, 2]), 0.5, method="inverted_cdf", weights=arr([1, -2]))
        topic.case(name, arr([1.0, 2]), 0.5, method="inverted_cdf", weights=arr([0, 0]))
        topic.case(name, arr([1.0, 2]), 0.5, method="inverted_cdf", weights=arr([1, 2, 3]))
        topic.case(name, arr([[1.0, 2]]), 0.5, axis=0, method="inverted_cdf", weights=arr([1, 2, 3]))


def _bincount(topic):
    x = R.randint(0, 9, 40)
    for dtype in DTYPES:
        topic.case("bincount", arr(x.astype(dtype)))
        if dtype != "bool":
            topic.case("bincount", arr([1, 1, 2]), arr(np.array([1, 2, 4]).astype(dtype)))
    for minlength in (0, 3, 12):
        topic.case("bincount", arr(x), minlength=minlength)
        topic.case("bincount", arr(x), weights=arr(np.round(R.standard_normal(40), 2)), minlength=minlength, tol={"abs": 1e-14})
    topic.case("bincount", arr(x, "[::-3]"))
    topic.case("bincount", arr([True, False, True]))
    topic.case("bincount", arr([], dtype="int64"), minlength=4)
    topic.case("bincount", arr([], dtype="int64"), arr([], dtype="float64"))
    topic.case("bincount", arr([5000, 2, 5000]))
    topic.case("bincount", arr([1, -1]))
    topic.case("bincount", arr([1, 2]), minlength=-1)
    topic.case("bincount", arr([1, 2]), arr([1.0]))
    topic.case("bincount", arr([1, 2]), arr([1.0, 1j]))
    topic.case("bincount", arr([[1, 2]]))
    topic.case("bincount", 3)
    topic.case("bincount", arr([1.5, 2.0]))


def _digitize(topic):
    bins = [0.0, 1.0, 2.5, 4.0]
    x = arr([[-1.0, 0, 0.5], [1, 2.5, 9], [NAN, 4, INF]])
    layout = 0
    for right in (False, True):
        topic.case("digitize", x, arr(bins), right=right)
        topic.case("digitize", x, arr(bins, "[::-1]"), right=right)
        topic.case("digitize", x, arr([1.0, 1.0, 2.0]), right=right)
        topic.case("digitize", x, arr([1.0]), right=right)
        topic.case("digitize", 2.5, arr(bins), right=right)
        for dtype in DTYPES:
            topic.case("digitize", arr(ramp(dtype, 6)), arr(bins), right=right)
            topic.case("digitize", x, arr(np.array([0, 1] if dtype == "bool" else [1, 2, 5]).astype(dtype)), right=right)
        for _ in range(16):
            topic.case("digitize", laid_out("float64", layout), arr(bins), right=right)
            layout += 1
    topic.case("digitize", x, arr([1.0, 3.0, 2.0]))
    topic.case("digitize", x, arr([], dtype="float64"))
    topic.case("digitize", x, arr([[1.0]]))
    topic.case("digitize", x, 1.0)


def _histogram(topic):
    layout = 0
    data = np.round(R.standard_normal(60), 2)
    for dtype in DTYPES:
        if np.dtype(dtype).kind == "c":
            continue
        a = mixed(dtype, 20)
        topic.case("histogram", arr(a))
        topic.case("histogram", arr(a), bins=3)
        topic.case("histogram", arr(a), bins=arr([-2, 0, 1, 3.5, 6]))
        topic.case("histogram", arr(data), bins=arr(np.array([0, 1] if dtype == "bool" else [1, 2, 5]).astype(dtype)))
        topic.case("histogram", arr(a), bins=4, range=[0.5, 7.25])
        topic.case("histogram", arr(data[:20]), weights=arr(a), bins=5)
        topic.case("histogram", arr(data[:20]), weights=arr(a), bins=arr([-1.0, 0, 2]))
        topic.case("histogram", arr(a), bins=4, density=True, tol={"rel": 1e-14})
        for _ in range(4):
            topic.case("histogram", laid_out(dtype, layout), bins=4)
            layout += 1
        for rule in RULES:
            topic.case("histogram", arr(a), bins=rule)
    for rule in RULES:
        topic.case("histogram", arr(data), bins=rule)
        topic.case("histogram", arr(data.astype("float32")), bins=rule, range=[-1, 1.5])
        topic.case("histogram_bin_edges", arr(data), bins=rule)
        topic.case("histogram", arr([1.0, 1.0, 1.0]), bins=rule)
        topic.case("histogram", arr([2.0]), bins=rule)
        topic.case("histogram", arr([], dtype="float64"), bins=rule)
        topic.case("histogram", arr([1, 2, 2, 3, 3, 3]), bins=rule)
    for weights in (arr(ramp("complex128", 60)), arr(ramp("int8", 60)), arr(ramp("float32", 60))):
        topic.case("histogram", arr(data), bins=6, weights=weights)
        topic.case("histogram", arr(data), bins=6, weights=weights, density=True, range=[-2, 2], tol={"rel": 1e-6})
    topic.case("histogram", arr(data.reshape(6, 10), "T"), bins=arr([-3.0, -1, 0, 0.5, 3]), density=True, tol={"rel": 1e-14})
    topic.case("histogram", arr([0.0, 0.1, 0.2, 0.3, 0.7, 1.0]), bins=10)
    topic.case("histogram", arr(np.arange(0, 1.05, 0.05)), bins=20, range=[0, 1])
    topic.case("histogram", arr([1.0, NAN, 2.0]), bins=2, range=[0, 3])
    topic.case("histogram", arr([1.0, NAN, 2.0]), bins=arr([0.0, 1.5, 3.0]))
    topic.case("histogram", arr([5, 5]))
    topic.case("histogram", arr([2.0]), range=[3, 3])
    topic.case("histogram", arr([True, False, True]), bins=2)
    topic.case("histogram", arr([], dtype="int8"), bins=3)
    topic.case("histogram", arr([0, 255, 10], dtype="uint8"), bins=5)
    topic.case("histogram", arr([-128, 127, 10], dtype="int8"), bins=5)
    topic.case("histogram", 3.0, bins=2)
    for name in ("histogram", "histogram_bin_edges"):
        topic.case(name, arr([1.0, NAN]))
        topic.case(name, arr([1.0, INF]))
        topic.case(name, arr([1.0, 2.0]), range=[2, 1])
        topic.case(name, arr([1.0, 2.0]), range=[0, INF])
        topic.case(name, arr([1.0, 2.0]), bins=0)
        topic.case(name, arr([1.0, 2.0]), bins=2.5)
        topic.case(name, arr([1.0, 2.0]), bins=arr([3.0, 1.0]))
        topic.case(name, arr([1.0, 2.0]), bins=arr([[1.0, 3.0]]))
        topic.case(name, arr([1.0, 2.0]), bins="best")
        topic.case(name, arr([1.0, 2.0]), bins="auto", weights=arr([1, 2]))
        topic.case(name, arr([1.0, 2.0]), weights=arr([1, 2, 3]))
        topic.case(name, arr([1.0, 2.0]), bins=3, range=[1, 1 + 2**-52])
        topic.case(name, arr(data), bins=7, range=[-1, 1])


def _histogramdd(topic):
    sample = np.round(R.standard_normal((30, 3)), 2)
    x, y = arr(sample[:, 0]), arr(sample[:, 1])
    tol = {"rel": 1e-13}
    for density in (False, True):
        topic.case("histogramdd|flat", arr(sample), bins=3, density=density, tol=tol)
        topic.case("histogramdd|flat", arr(sample), bins=[2, 3, 4], density=density, tol=tol)
        topic.case("histogramdd|flat", arr(sample), bins=[arr([-1.0, 0, 1]), arr([0.0, 2, 3]), 2], density=density, tol=tol)
        topic.case("histogramdd|flat", arr(sample), bins=2, range=[[-1, 1], [0, 2], [-3, 3]], density=density, tol=tol)
        topic.case("histogramdd|flat", arr(sample), bins=2, weights=arr(np.arange(30) % 4), density=density, tol=tol)
        topic.case("histogram2d", x, y, density=density, tol=tol)
        topic.case("histogram2d", x, y, bins=4, density=density, tol=tol)
        topic.case("histogram2d", x, y, bins=[2, 3], density=density, tol=tol)
        topic.case("histogram2d", x, y, bins=[arr([-1.0, 0, 1]), 3], density=density, tol=tol)
        topic.case("histogram2d", x, y, bins=arr([-1.0, 0, 1, 2]), density=density, tol=tol)
        topic.case("histogram2d", x, y, bins=3, range=[[-1, 1], [0, 1.5]], weights=arr(np.arange(30.0)), density=density, tol=tol)
    for dtype in REAL:
        topic.case("histogram2d", arr(mixed(dtype, 12)), arr(mixed("float64", 12)), bins=3, tol=tol)
        topic.case("histogramdd|flat", arr(mixed(dtype, 6, 2)), bins=3, tol=tol)
    topic.case("histogramdd|flat", arr(np.arange(5.0)), bins=2, tol=tol)
    topic.case("histogramdd|flat", arr(np.zeros((0, 2))), bins=2, tol=tol)
    topic.case("histogramdd|flat", arr(sample, "[::2,:2]"), bins=3, tol=tol)
    topic.case("histogram2d", x, arr(sample[:5, 1]))
    topic.case("histogramdd|flat", arr(sample), bins=[2, 3])
    topic.case("histogramdd|flat", arr(sample), bins=0)
    topic.case("histogramdd|flat", arr(sample), bins=[2, arr([3.0, 1]), 2])
    topic.case("histogramdd|flat", arr(sample), bins=2, range=[[-1, 1], [0, 2]])
    topic.case("histogramdd|flat", arr(sample), bins=2, weights=arr([1.0]))
    topic.case("histogramdd|flat", arr([[1.0, NAN]]), bins=2)


def _variance(topic):
    """The options that the reductions' own topic leaves out."""
    a = np.round(R.standard_normal((3, 4)), 2)
    for name in ("var", "std", "nanvar", "nanstd"):
        topic.case(name, arr(a), axis=1, correction=1, tol=_near)
        topic.case(name, arr(a), correction=2, ddof=0, tol=_near)
        topic.case(name, arr(a), axis=0, mean=arr(a.mean(axis=0, keepdims=True)), tol=_near)
        topic.case(name, arr(a), axis=1, mean=arr([[0.0], [1], [2]]), ddof=1, keepdims=True, tol=_near)
        topic.case(name, arr(a), ddof=1, correction=1)
