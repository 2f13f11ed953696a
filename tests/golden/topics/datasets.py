"""The shared datasets of the parity catalog, through the functions that each of them covers.

DS-ARRAY-5 (text) and DS-ARRAY-6 (dates) have dtypes that numfuse has not yet. What the catalog says of a dataset is
asserted here of NumPy's own result, which is what the cases record.
"""

import numpy as np

from recorder import Text, arr, call

NAN, INF = float("nan"), float("inf")
DS1 = np.array([0, 1, -2, 3, 4, -5, 6])
DS2 = np.array([[1, 2, 3], [4, 5, 6]])
PARTNER = np.array([[1, 2], [3, 4], [5, 6]])
DS3 = np.array([0.0, -1.5, 2.25, NAN, INF, -INF])
DS4 = np.array([True, False, True, False, True])
DS7 = np.array([1 + 2j, -3 + 0.5j, complex(0, -1)])
DS8 = np.array([1, 1, 2, 3, 5, 8, 13])
DS9 = np.array([1, 2, 3, 4]), np.array([3, 4, 5, 6])
DS10 = np.array([[3.0, 1], [1, 2]]), np.array([9.0, 8])
DS11 = np.sin(2 * np.pi * np.arange(64) / 64)
ASCENDING, DESCENDING = [1, -2, 3], [3, -2, 1]
CSV = "1,2,3\n4,5,6\n7,8,9\n"


def check_catalog():
    """The reference results of the catalog."""
    assert (DS1.sum(), DS1.mean(), DS1.var(), DS1.std()) == (7, 1.0, 12.0, 3.4641016151377544)
    assert (DS1.min(), DS1.max(), DS1.cumsum().tolist()) == (-5, 6, [0, 1, -1, 2, 6, 1, 7])
    assert np.isnan(DS3).tolist() == [0, 0, 0, 1, 0, 0] and np.isfinite(DS3).tolist() == [1, 1, 1, 0, 0, 0]
    assert np.nanmax(DS3) == INF and np.nansum(DS3[:4]) == 0.75
    assert np.abs(DS7).tolist() == [2.23606797749979, 3.0413812651491092, 1.0] and not np.signbit(DS7[2].real)
    values, counts = np.unique(DS8, return_counts=True)
    assert values.tolist() == [1, 2, 3, 5, 8, 13] and counts.tolist() == [2, 1, 1, 1, 1, 1]
    a, b = DS9
    assert np.union1d(a, b).tolist() == [1, 2, 3, 4, 5, 6] and np.intersect1d(a, b).tolist() == [3, 4]
    assert np.setdiff1d(a, b).tolist() == [1, 2] and np.setxor1d(a, b).tolist() == [1, 2, 5, 6]
    a, b = DS10
    assert np.allclose(np.linalg.solve(a, b), [2, 3], rtol=0, atol=1e-12) and abs(np.linalg.det(a) - 5) < 1e-12
    assert np.allclose(np.linalg.inv(a), [[0.4, -0.2], [-0.2, 0.6]], rtol=0, atol=1e-12)
    assert DS11[:4].tolist() == [0.0, 0.0980171403295606, 0.19509032201612825, 0.29028467725446233]
    assert DS11[16] == 1 and DS11[48] == -1 and np.fft.rfftfreq(64, 1 / 64)[1] == 1
    spectrum = np.fft.rfft(DS11)
    assert abs(spectrum[1] + 32j) < 1e-14 * 32 and np.abs(np.delete(spectrum, 1)).max() < 1e-14
    assert np.polyval(DESCENDING, [0, 1, 2]).tolist() == [1, 2, 9]
    random = np.random.default_rng(1234)
    assert random.random(2).tolist() == [0.9766997666981422, 0.3801957350196178]
    assert np.random.RandomState(1234).random_sample(2).tolist() == [0.1915194503788923, 0.6221087710398319]
    assert np.random.default_rng(1234).integers(0, 100, 10).tolist() == [97, 97, 98, 38, 17, 92, 10, 26, 13, 31]
    assert np.random.RandomState(1234).permutation(10).tolist() == [7, 2, 9, 1, 0, 8, 4, 5, 6, 3]


def record(topic):
    check_catalog()
    near = {"ulp": 4}
    one = arr(DS1)
    for name in "sum prod mean var std min max ptp cumsum cumprod argmin argmax any all sort argsort abs sign negative square median diff".split():
        topic.case(name, one, tol=near if name in ("std", "var", "mean") else None)
    for other in (2, 0.5, one):
        for name in ("add", "subtract", "multiply", "maximum", "less"):
            topic.case(name, one, other)
    two, partner = arr(DS2), arr(PARTNER)
    for shape in ([3, 2], [6], [1, 6], [-1, 2], [4, 2]):
        topic.case("reshape", two, shape)
    for name in ("transpose", "ravel", "sum", "fliplr", "flipud", "rot90"):
        topic.case(name, two)
    for name in ("vstack", "hstack", "dstack", "concatenate", "stack", "column_stack"):
        topic.case(name, [two, two])
    topic.case("matmul", two, partner)
    topic.case("dot", two, partner)
    topic.case("matmul", two, two)
    three = arr(DS3)
    for name in "isnan isfinite isinf signbit isposinf isneginf nanmax nanmin nansum nanprod nan_to_num sort argmax argmin nanargmax max min".split():
        topic.case(name, three)
    for name in ("nansum", "nanmean", "nanstd", "nanvar", "nanmedian"):
        topic.case(name, arr(DS3, "[:4]"), tol=near)
    for name in ("equal", "less", "greater_equal", "maximum", "fmin"):
        topic.case(name, three, 0.0)
        topic.case(name, three, three)
    four = arr(DS4)
    for name in ("any", "all", "sum", "logical_not", "count_nonzero", "nonzero", "argwhere", "flatnonzero", "cumsum"):
        topic.case(name, four)
    topic.case("where", four, arr(np.arange(5)), -1)
    topic.case("extract", four, arr(np.arange(5) * 1.5))
    topic.case("compress", four, arr(np.arange(5)))
    topic.case("logical_and", four, arr(DS4, "[::-1]"))
    seven = arr(DS7)
    for name in ("abs", "angle", "conj", "real", "imag", "exp", "sqrt", "fft.fft", "fft.ifft", "sum", "square"):
        topic.case(name, seven, tol={"ulp": 4, "abs": 1e-15})
    eight = arr(DS8)
    for name in ("sort", "unique", "argsort", "unique_counts", "bincount", "diff", "median"):
        topic.case(name, eight)
    topic.case("unique", eight, return_index=True, return_inverse=True, return_counts=True)
    for side in ("left", "right"):
        topic.case("searchsorted", eight, arr([0, 1, 4, 8, 20]), side=side)
    for name in ("union1d", "intersect1d", "setdiff1d", "setxor1d", "isin"):
        topic.case(name, *map(arr, DS9))
    a, b = map(arr, DS10)
    topic.case("linalg.solve", a, b, tol={"abs": 1e-12})
    for name in ("inv", "det", "cond", "matrix_rank", "norm", "slogdet", "eigvalsh"):
        topic.case(f"linalg.{name}", a, tol=None if name == "matrix_rank" else {"abs": 1e-12})
    topic.case("linalg.solve", arr([[1.0, 2], [2, 4]]), b)
    eleven = arr(DS11)
    for name in ("fft.fft", "fft.rfft", "fft.ifft"):
        topic.case(name, eleven, tol={"abs": 1e-13})
    topic.case("fft.irfft", call("fft.rfft", eleven), tol={"abs": 1e-15})
    topic.case("fft.rfftfreq", 64, 1 / 64)
    topic.case("fft.fftfreq", 64, 1 / 64)
    topic.case("polyval", arr(DESCENDING), arr([0, 1, 2]))
    topic.case("polyder", arr(DESCENDING))
    topic.case("polyint", arr(DESCENDING))
    topic.case("polymul", arr(DESCENDING), arr(DESCENDING))
    topic.case("polyadd", arr(DESCENDING), arr(DESCENDING))
    topic.case("polynomial.polynomial.polyval", arr([0, 1, 2]), arr(ASCENDING))
    _random(topic)
    topic.case("loadtxt", Text(CSV), delimiter=",")
    topic.case("savetxt", arr(np.arange(1.0, 10).reshape(3, 3)), delimiter=",", fmt="%d")
    topic.case("genfromtxt", Text(CSV), delimiter=",")


def _random(topic):
    for stream, prefix in (("PCG64 1234", "random.Generator."), ("RandomState 1234", "random.RandomState.")):
        topic.case(prefix + ("random" if "PCG" in stream else "random_sample"), stream, 10)
        topic.case(prefix + "standard_normal", stream, 10)
        topic.case(prefix + ("integers" if "PCG" in stream else "randint"), stream, 0, 100, 10)
        topic.case(prefix + "poisson", stream, 3.0, 10)
        topic.case(prefix + "permutation", stream, 10)
    for kind in "PCG64 PCG64DXSM MT19937 Philox SFC64".split():
        topic.case("random.BitGenerator.random_raw", f"{kind} 1234", 4)
