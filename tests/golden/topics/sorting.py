"""Sorting, selecting, searching."""

import numpy as np

from operands import COMPLEX, REAL_FLOATS, edge, laid_out, ramp, special_complex
from recorder import DTYPES, arr, call

NAN, INF = float("nan"), float("inf")
R = np.random.RandomState(11)


def shuffled(dtype, *shape, ties=False):
    """Values in no order; with ties, each several times."""
    n = int(np.prod(shape))
    values = R.permutation(n) // (4 if ties else 1)
    if np.dtype(dtype).kind in "ifc":
        values = values - n // 3
    return values.astype(dtype).reshape(shape)


def record(topic):
    _sorts(topic)
    _partitions(topic)
    _lexsort(topic)
    _searchsorted(topic)


def _sorts(topic):
    layout = 0
    for name in ("sort", "argsort"):
        for dtype in DTYPES:
            topic.case(name, arr(shuffled(dtype, 9)))
            topic.case(name, arr(shuffled(dtype, 14, ties=True)), kind="stable")
            topic.case(name, edge(dtype), kind="stable")
            for _ in range(8):
                topic.case(name, laid_out(dtype, layout))
                layout += 1
            for axis in (0, 1, -1, None):
                topic.case(name, arr(shuffled(dtype, 3, 4)), axis=axis)
        for dtype in COMPLEX:
            topic.case(name, special_complex(dtype), kind="stable")
        for dtype in REAL_FLOATS:
            topic.case(name, arr([NAN, 0.0, -0.0, INF, -1, NAN, -0.0, 0.0, -INF], dtype=dtype), kind="stable")
        a = shuffled("float64", 2, 3, 4)
        for axis in (0, 1, 2, -2, -4, 3, None):
            topic.case(name, arr(a), axis=axis)
        topic.case(name, arr(a, "T2,0,1", "[::-1]"), axis=1)
        for kind in ("quicksort", "mergesort", "heapsort", "stable"):
            topic.case(name, arr(shuffled("int16", 12)), kind=kind)
        topic.case(name, arr(shuffled("int16", 12, ties=True)), stable=True)
        topic.case(name, arr([3, 1, 2]), kind="bogo")
        topic.case(name, arr([3, 1, 2]), kind="stable", stable=True)
        topic.case(name, arr(5.0))
        topic.case(name, arr(5.0), axis=None)
        topic.case(name, arr(5.0), axis=1)
        # Lengths beyond which sorting goes by digits, with ties and special values.
        for dtype in ("float64", "float32", "float16", "int64", "int32", "uint8", "complex64", "complex128", "bool"):
            long = shuffled(dtype, 1500, ties=True)
            if np.dtype(dtype).kind in "fc":
                long[::97] = NAN
                long[5::101] = -0.0
                long[7::103] = 0.0
                long[3], long[1400] = INF, -INF
            topic.case(name, arr(long), kind="stable")
        topic.case(name, arr(np.arange(1200)))
        topic.case(name, arr(np.arange(1200.0), "[::-1]"))
        topic.case(name, arr(shuffled("int64", 1200, ties=True) * 2**40 + 5), kind="stable")
        topic.case("ndarray." + name, arr(shuffled("int32", 3, 4)), **({"axis": 0} if name == "argsort" else {}))
    for dtype in DTYPES:
        topic.case("sort_complex", arr(shuffled(dtype, 2, 4)))
    topic.case("sort_complex", special_complex("complex128"), tol={"zero": "any"})
    topic.case("sort_complex", 3.0)
    topic.case("sort_complex", arr(np.zeros((0, 2))))


def _partitions(topic):
    """The order inside the parts is not defined: compare the elements at `kth`, and the parts once sorted."""

    def parts(a, kth, **kwargs):
        n = a.value().shape[kwargs.get("axis", -1)] if kwargs.get("axis", -1) is not None else a.value().size
        places = sorted(k % n for k in (kth if isinstance(kth, list) else [kth]))
        partitioned = call("partition", a, kth, **kwargs)
        topic.case("take", partitioned, places, axis=kwargs.get("axis", -1) or 0)
        if a.value().ndim == 1:
            positions = call("argpartition", a, kth, **kwargs)
            topic.case("take", a, call("take", positions, places))
            for start, end in zip([0, *places], [*places, n]):
                topic.case("sort", partitioned[f"[{start}:{end}]"], tol={"zero": "any"})
                topic.case("sort", call("take", a, positions[f"[{start}:{end}]"]), tol={"zero": "any"})

    for dtype in DTYPES:
        parts(arr(shuffled(dtype, 11)), 4)
        parts(arr(shuffled(dtype, 12, ties=True)), [2, -3])
        parts(arr(shuffled(dtype, 3, 4)), 1, axis=0)
        parts(arr(shuffled(dtype, 3, 4), "T"), 2)
    for dtype in REAL_FLOATS:
        parts(arr([NAN, 3, -INF, NAN, 0.5, INF, -2], dtype=dtype), 4)
        parts(arr([NAN, 3, -INF, NAN, 0.5, INF, -2], dtype=dtype), -1)
    long = R.standard_normal(3000)
    parts(arr(np.round(long, 2)), [1, 700, 1500, 2999])
    topic.case("take", call("partition", arr(shuffled("int64", 2, 3, 4)), 3, axis=None), 3)
    topic.case("take", call("ndarray.partition", arr(shuffled("int64", 9)), 3), 3)
    # Partitions at every position but one are sorted.
    topic.case("ndarray.partition", arr(shuffled("int16", 4)), [0, 1, 2])
    topic.case("ndarray.partition", arr(shuffled("float32", 2, 3)), [0, 1], axis=1)
    for name in ("partition", "argpartition"):
        topic.case(name, arr([1, 2]), 5)
        topic.case(name, arr([1, 2]), -3)
        topic.case(name, arr([1, 2]), [0, 2])
        topic.case(name, arr([1, 2]), 1, kind="quick")
        topic.case(name, arr([1, 2]), 1, axis=1)
        topic.case(name, arr(5), 0)
        topic.case(name, arr(5), 0, axis=None)
        topic.case(name, arr([], dtype="float32"), 0)
        topic.case(name, arr(np.zeros((0, 3))), 1)


def _lexsort(topic):
    for dtype in DTYPES:
        topic.case("lexsort", [arr(shuffled(dtype, 12)), arr(shuffled("int8", 12, ties=True))])
        topic.case("lexsort", [arr(shuffled("float32", 12)), arr(shuffled(dtype, 12, ties=True))])
    keys = [arr(shuffled("int64", 3, 4, ties=True)) for _ in range(3)]
    for axis in (0, 1, -1, 2):
        topic.case("lexsort", keys, axis=axis)
    topic.case("lexsort", [arr(shuffled("float64", 4, 3, ties=True), "T"), keys[0]])
    topic.case("lexsort", [arr(shuffled("int64", 1400, ties=True) % 7), arr(shuffled("float64", 1400) % 11)])
    topic.case("lexsort", [arr([], dtype="int32"), arr([], dtype="float32")])
    topic.case("lexsort", [arr(3), arr(4)])
    topic.case("lexsort", [])
    topic.case("lexsort", [arr([1, 2]), arr([1, 2, 3])])


def _searchsorted(topic):
    layout = 0
    for name in ("searchsorted", "ndarray.searchsorted"):
        for dtype in DTYPES:
            a = np.sort(shuffled(dtype, 13, ties=True))
            for side in ("left", "right"):
                topic.case(name, arr(a), arr(shuffled(dtype, 7)), side=side)
        for other in DTYPES:
            topic.case(name, arr(np.arange(-3.0, 9.0)), arr(ramp(other, 5)))
            topic.case(name, arr(np.arange(0, 100, 7), dtype=other) if other != "bool" else arr([False, True]), arr([3, 14, 70]))
    for _ in range(16):
        topic.case("searchsorted", arr(np.arange(-2.0, 3, 0.5)), laid_out("float64", layout))
        layout += 1
    floats = [-INF, -1.0, -0.0, 0.0, 2.0, INF, NAN, NAN]
    for side in ("left", "right"):
        topic.case("searchsorted", arr(floats), arr(floats), side=side)
        topic.case("searchsorted", call("sort", special_complex("complex64")), special_complex("complex64"), side=side)
        topic.case("searchsorted", arr(np.arange(20), "[::2]"), 7, side=side)
        topic.case("searchsorted", arr(np.arange(100.0) ** 2), arr(np.linspace(-5, 12000, 70)), side=side)
        topic.case("searchsorted", arr([], dtype="float64"), arr([1.0, NAN]), side=side)
        # Keys in order and not, in turns; fewer than a gang; more jumps than one.
        draw = np.random.RandomState(3).randint
        ties = np.sort(draw(0, 60, 300))
        topic.case("searchsorted", arr(ties), arr(np.arange(-3, 64)), side=side)
        mixed = [np.sort(draw(-5, 70, 40)), draw(-5, 70, 30), np.sort(draw(0, 5, 20)), [59] * 20, np.sort(draw(-5, 70, 23))]
        topic.case("searchsorted", arr(ties), arr(np.concatenate(mixed)), side=side)
        topic.case("searchsorted", arr(ties), arr(draw(-5, 70, 9)), side=side)
        topic.case("searchsorted", arr(np.arange(1000)), arr(np.arange(40) * 23 - 7), side=side)
        topic.case("searchsorted", arr(np.append(np.linspace(0, 1, 50), [NAN] * 3)), arr(np.append(np.linspace(-1, 2, 50), NAN)), side=side)
    topic.case("searchsorted", arr([1, 2, 3]), 2.5)
    topic.case("searchsorted", arr([1, 2, 3], dtype="int8"), 300)
    topic.case("searchsorted", arr([1.0, 2.0, 3.0], dtype="float32"), 2.0000001)
    topic.case("searchsorted", arr([30, 10, 20]), arr([[15, 20], [5, 40]]), sorter=arr([1, 2, 0]))
    topic.case("searchsorted", arr([30, 10, 20]), 20, side="right", sorter=arr([1, 2, 0], dtype="int8"))
    topic.case("searchsorted", arr([1, 2]), 1, sorter=arr([0, 5]))
    topic.case("searchsorted", arr([1, 2]), 1, sorter=arr([0]))
    topic.case("searchsorted", arr([1, 2]), 1, sorter=arr([0.0, 1.0]))
    topic.case("searchsorted", arr([1, 2]), 1, sorter=arr([[0, 1]]))
    topic.case("searchsorted", arr([1, 2]), 1, side="middle")
    topic.case("searchsorted", arr([[1, 2]]), 1)
    topic.case("searchsorted", arr(1), 1)
