"""Indexing with arrays and masks, assignment, and the functions around positions."""

import random

import numpy as np

from operands import laid_out, ramp
from recorder import DTYPES, Function, Index, Subscript, arr

NAN, INF = float("nan"), float("inf")

# Items that a subscript can have, by how many axes they take. Positions are valid in axes of length 3 or more.
ONE = [0, -1, 2, ":", "1:", "::-1", "2:0:-1", arr([0, 2]), arr([-1, 1, 0]), arr([[1], [2]]), arr([2, 2], dtype="uint8"), arr(1),
       arr([], dtype="int64"), arr([1, 0, -2], dtype="int16")]
NONE = ["None", True, False]


def record(topic):
    _get(topic)
    _set(topic)
    _find(topic)
    _positions(topic)
    _change(topic)


def _mask(*shape, every=2):
    n = int(np.prod(shape))
    return arr((np.arange(n) % every == 0).reshape(shape))


def _subscripts():
    rng = random.Random(5)
    shape = (3, 4, 5)
    masks = {0: [_mask(3), _mask(3, 4, every=3), _mask(3, 4, 5, every=4)], 1: [_mask(4), _mask(4, 5, every=3)], 2: [_mask(5, every=3)]}
    for _ in range(330):
        items, axis = [], 0
        for _ in range(rng.randint(1, 4)):
            kind = rng.random()
            if kind < 0.12:
                items.append(rng.choice(NONE))
            elif kind < 0.22 and "..." not in items:
                items.append("...")
                axis = rng.randint(axis, 3)
            elif axis < 3 and kind < 0.42:
                mask = rng.choice(masks[axis])
                axis += np.ndim(mask.value())
                items.append(mask)
            elif axis < 3:
                items.append(rng.choice(ONE))
                axis += 1
        yield shape, Subscript(*items)


# Subscripts of a (3, 4, 5) array: what NumPy accepts and refuses.
CHOSEN = [
    Subscript(), Subscript(arr([0, 1]), "...", arr([2, 3])), Subscript(arr([0, 1]), ":", arr([2, 3])), Subscript(arr([3]),),
    Subscript(":", arr([0, 4])), Subscript(arr([0, 1]), arr([-5, 0])), Subscript(arr([0, 1]), arr([0, 1, 2])), Subscript(arr([0.5])),
    Subscript(arr([], dtype="float64")), Subscript(_mask(4)), Subscript(":", _mask(3)), Subscript(_mask(3, 5)), Subscript(_mask(3, 4, 5), 0),
    Subscript(arr([0, 1]), arr([0, 1]), arr([0, 1]), arr([0, 1])), Subscript(_mask(3), _mask(4)), Subscript(_mask(3), arr([0, 1])),
    Subscript(_mask(3), "...", _mask(5, every=3)), Subscript(True, arr([0, 1])), Subscript(False), Subscript(True), Subscript(True, False),
    Subscript(0, arr([0, 1]), "None"), Subscript(arr([0, 1]), "None", 0), Subscript("None", arr([1, 2]), 0), Subscript(arr([0, 1]), 5),
    Subscript(arr([[0, 1], [2, 0]]), ":", arr([1, 2])), Subscript("...", arr([1, 2]), arr([1, 2])), Subscript(1, "...", arr([0, 4])),
    Subscript(arr(True), arr([1, 0])), Subscript(arr(2), arr(3), arr(4)), Subscript(arr(2), ":", arr(4)), Subscript(arr(7), ":"), Subscript("...", "..."),
    Subscript(arr(1, dtype="uint64"), arr([0, 1], dtype="uint64")),
]


def _get(topic):
    base = arr(ramp("int16", 3, 4, 5))
    turned = arr(ramp("int16", 5, 4, 3), "T")
    for number, (_, subscript) in enumerate(_subscripts()):
        topic.case("getitem", (base, turned)[number % 4 == 0], subscript)
    for subscript in CHOSEN:
        topic.case("getitem", base, subscript)
        topic.case("getitem", turned, subscript)
    for dtype in DTYPES:
        a = arr(ramp(dtype, 3, 4, 5))
        for subscript in (Subscript(arr([2, 0])), Subscript(arr([0, 1]), ":", arr([2, -3])), Subscript(_mask(3, 4, 5, every=3)),
                          Subscript(_mask(3, 4, every=5)), Subscript(":", _mask(4))):
            topic.case("getitem", a, subscript)
    for number in range(16):
        a = laid_out("float32", number)
        shape = a.value().shape
        topic.case("getitem", a, Subscript(_mask(*shape, every=3)))
        if shape and shape[0]:
            topic.case("getitem", a, Subscript(arr([0, -1, 0])))
        topic.case("getitem", a, Subscript("...", "None"))
    empty = arr(ramp("int32", 0, 3))
    for subscript in (Subscript(arr([], dtype="int64")), Subscript(arr([0])), Subscript(":", arr([1, 1])), Subscript(_mask(0)), Subscript(_mask(0, 3))):
        topic.case("getitem", empty, subscript)
    for n in (1, 7, 8, 9, 64, 100):
        topic.case("getitem", arr(ramp("float64", n)), Subscript(_mask(n, every=3)))
        topic.case("getitem", arr(ramp("float64", n)), Subscript(_mask(n, every=1)))


def _set(topic):
    base = arr(ramp("int16", 3, 4, 5))
    turned = arr(ramp("int16", 5, 4, 3), "T")
    for number, (_, subscript) in enumerate(_subscripts()):
        a = (base, turned)[number % 3 == 0]
        try:
            shape = a.value()[subscript.value()].shape
        except IndexError:
            continue
        value = (-7, arr(ramp("int16", *shape, start=100)), arr(ramp("float32", *shape[-1:], start=50)))[number % 3]
        topic.case("setitem", a, subscript, value)
    for subscript in CHOSEN:
        topic.case("setitem", base, subscript, 99)
        topic.case("setitem", base, subscript, arr([1, 2, 3]))
    for text in ("[0]", "[:,1]", "[...]", "[::-1,1:3]", "[None,1,:,None,2]", "[1:1]", "[2,3,4]", "[-1,::-2]", "[5:2:-2]", "[4]", "[0,0,0,0]", "[::0]"):
        for value in (5, arr([1, 2, 3, 4, 5]), arr([[1]]), arr([1, 2])):
            topic.case("setitem", base, Index(text), value)
    for dtype in DTYPES:
        a = arr(ramp(dtype, 3, 4))
        for value in (True, 1, 2.5, 1j, -1, 300, NAN, INF):
            topic.case("setitem", a, Index("[1]"), value)
            topic.case("setitem", a, Subscript(_mask(3, 4)), value)
        for other in ("bool", "int8", "uint64", "float32", "complex128"):
            topic.case("setitem", a, Index("[:,::-2]"), arr(ramp(other, 3, 2)))
        topic.case("setitem", a, Subscript(arr([0, 2, 0])), arr(ramp(dtype, 3, 4, start=20)))
    for number in range(16):
        a = laid_out("float32", number)
        if any(view.startswith("B") for view in a.views):
            continue
        shape = a.value().shape
        topic.case("setitem", a, Index("[...]"), 3)
        topic.case("setitem", a, Subscript(_mask(*shape, every=3)), 2.5)
        count = int(np.prod(shape)) if not shape else len(range(0, int(np.prod(shape)), 3))
        topic.case("setitem", a, Subscript(_mask(*shape, every=3)), arr(ramp("float32", count, start=30)))
    mask = _mask(3, 4, 5, every=4)
    for value in (arr([1, 2]), arr(ramp("int16", 15)), arr(ramp("int16", 3, 5)), arr([7]), arr([[7]]), arr([], dtype="int16")):
        topic.case("setitem", base, Subscript(mask), value)
    for n in (1, 8, 9, 17, 64, 100):
        for every in (1, 2, 5):
            values = arr(ramp("float64", len(range(0, n, every)), start=1000))
            topic.case("setitem", arr(ramp("float64", n)), Subscript(_mask(n, every=every)), values)
    topic.case("setitem", arr(5.0), Subscript(), 3)
    topic.case("setitem", arr(5.0), Index("[...]"), arr([4]))
    topic.case("setitem", arr(5.0), Index("[0]"), 3)
    topic.case("setitem", arr(ramp("int32", 0, 3)), Index("[:]"), 3)


def _find(topic):
    for number, dtype in enumerate(DTYPES * 2):
        a = laid_out(dtype, number)
        for name in ("nonzero", "argwhere", "flatnonzero", "ndarray.nonzero"):
            topic.case(name, a)
    for shape in ((3, 4), (2, 3, 4), (0,), (2, 0), (), (1,), (3, 1, 5)):
        for every in (1, 2, 3, 1000):
            for name in ("nonzero", "argwhere", "flatnonzero"):
                topic.case(name, _mask(*shape, every=every))
    topic.case("argwhere", arr(0))
    topic.case("argwhere", 3)
    topic.case("nonzero", arr([0.0, -0.0, NAN, 1e-320]))
    a = arr(ramp("int16", 3, 4))
    for dtype in DTYPES:
        topic.case("extract", _mask(3, 4, every=3), arr(ramp(dtype, 3, 4)))
        topic.case("compress", arr([True, False, True]), arr(ramp(dtype, 3, 4)), axis=0)
        topic.case("compress", arr(ramp(dtype, 4)), a, axis=1)
    for condition in (arr([True, False]), arr([0, 1, 0, 1, 1]), arr([True, False, True, False]), arr([[True]]), arr([], dtype="bool"), arr(True)):
        for kwargs in ({}, {"axis": 0}, {"axis": 1}, {"axis": -1}, {"axis": 2}):
            topic.case("compress", condition, a, **kwargs)
        topic.case("extract", condition, a)
        topic.case("ndarray.compress", a, condition, axis=1)
    topic.case("extract", arr(ramp("int16", 4, 3), "T"), a)
    topic.case("compress", arr([True, False, True]), arr(ramp("int16", 4, 3), "T"), axis=0)


def _positions(topic):
    for args in ([arr([0, 2]), arr([1, 3, 4])], [arr([True, False, True]), arr([1, 0])], [arr([], dtype="float64"), arr([1])], [arr([[1]])],
                 [arr([1, 2])], [], [arr([0, 1], dtype="uint8"), arr([2]), arr([True])]):
        topic.case("ix_", *args)
    for n, ndim in ((0, 2), (3, 2), (4, 1), (2, 3), (5, 0)):
        topic.case("diag_indices", n, ndim)
    topic.case("diag_indices", 3)
    for shape in ((3, 3), (2, 2, 2), (3,), (2, 3), (), (0, 0)):
        topic.case("diag_indices_from", arr(ramp("int8", *shape)))
    for name in ("tril_indices", "triu_indices"):
        for n in (0, 1, 3):
            topic.case(name, n)
            for k in (-5, -1, 0, 1, 2, 7):
                topic.case(name, n, k)
                topic.case(name, n, k, 4)
        topic.case(name, 4, m=2)
        topic.case(name, -1)
        for shape in ((3, 3), (2, 4), (3,), (2, 2, 2)):
            topic.case(f"{name}_from", arr(ramp("float32", *shape)))
            topic.case(f"{name}_from", arr(ramp("float32", *shape)), k=1)
    for name in ("tril", "triu"):
        topic.case("mask_indices", 3, Function(name))
        topic.case("mask_indices", 4, Function(name), -1)
    for dims in ([3, 4], [4, 3], [7]):
        for mode in (None, "raise", "wrap", "clip"):
            for order in ("C", "F", "K"):
                kwargs = {"order": order} | ({"mode": mode} if mode else {})
                indices = [arr([[1, 2], [0, 2]])] + [arr([[0, 2], [1, 2]])] * (len(dims) - 1)
                topic.case("ravel_multi_index", indices, dims, **kwargs)
                topic.case("ravel_multi_index", [arr([5, -1])] + [arr([-7, 9])] * (len(dims) - 1), dims, **kwargs)
    topic.case("ravel_multi_index", [2, 1], [3, 4])
    topic.case("ravel_multi_index", [arr([0, 1]), arr([[1], [2]])], [3, 4])
    topic.case("ravel_multi_index", [arr([0, 1])], [3, 4])
    topic.case("ravel_multi_index", [arr([0.5]), arr([1])], [3, 4])
    topic.case("ravel_multi_index", [arr([0, 1], dtype="uint8"), arr([1, 2], dtype="int16")], [3, 4])
    topic.case("ravel_multi_index", [1, 1, 1], [2**21, 2**21, 2**22])
    for shape in ([3, 4], [12], [2, 3, 2], [4, 3]):
        for order in ("C", "F", "K"):
            topic.case("unravel_index", arr([[0, 5], [11, 7]]), shape, order=order)
    for dtype in ("int8", "uint16", "int64", "uint64", "float64", "bool"):
        topic.case("unravel_index", arr([1, 2], dtype=dtype) if dtype != "bool" else arr([True]), [3, 4])
    topic.case("unravel_index", 7, [3, 4])
    topic.case("unravel_index", arr([12]), [3, 4])
    topic.case("unravel_index", arr([-1]), [3, 4])
    topic.case("unravel_index", arr([0]), [])
    topic.case("unravel_index", arr([], dtype="int64"), [3, 4])
    topic.case("unravel_index", arr([0]), [0, 3])
    a, b = arr(ramp("float32", 2, 4)), arr(ramp("float32", 4, 2), "T")
    for x in (a, b):
        for axis, indices in ((1, arr([[2, 0, 1], [1, 1, 3]])), (0, arr([[0, 1, 0, 1]])), (-1, arr([[-1], [-4]])), (None, arr([3, -1])),
                              (1, arr([[4], [0]])), (0, arr([[0], [2]])), (2, arr([[0]])), (1, arr([0, 1])), (1, arr([[0.5]])), (None, arr([[1]])),
                              (0, arr([[0, 1]])), (1, arr([[1], [0]], dtype="uint8"))):
            topic.case("take_along_axis", x, indices, axis=axis)
            # NumPy refuses to flatten an array in place that is not contiguous; numfuse's have no visible layout.
            if axis is not None or x is a:
                topic.case("put_along_axis", x, indices, 9, axis=axis)
                topic.case("put_along_axis", x, indices, arr([7.5, 8.5, 9.5]), axis=axis)
    topic.case("take_along_axis", a, arr([[1], [0]]))
    for dtype in DTYPES:
        topic.case("take_along_axis", arr(ramp(dtype, 2, 3, 2)), arr(np.arange(12).reshape(2, 3, 2) % 3), axis=1)
        topic.case("put_along_axis", arr(ramp(dtype, 2, 3)), arr([[0], [2]]), 1, axis=1)
    choices = [arr([1, 2, 3]), arr([10, 20, 30]), arr([100, 200, 300])]
    for a in (arr([0, 1, 2]), arr([2, 2, 0], dtype="uint8"), arr([[0], [1]]), arr([0, 3, -1]), 1, arr([True, False, True]), arr([0.5, 1, 2]), arr([0, 1])):
        for mode in (None, "raise", "wrap", "clip"):
            topic.case("choose", a, choices, **({"mode": mode} if mode else {}))
        topic.case("ndarray.choose", a, choices) if not isinstance(a, int) else None
    for dtype in DTYPES:
        topic.case("choose", arr([1, 0, 1]), [arr(ramp(dtype, 3)), arr(ramp("int8", 3, start=5))])
    topic.case("choose", arr([0, 1]), [arr([1.5, 2.5]), 7])
    topic.case("choose", arr([0, 1]), [])
    topic.case("choose", arr([[0, 1]]), [arr([[1], [2]]), -1])


def _change(topic):
    a = arr(ramp("int16", 2, 3))
    for name in ("put", "ndarray.put"):
        for x in (a, arr(ramp("int16", 3, 2), "T"), arr(ramp("int16", 2, 6), "[:,::-2]")):
            for indices, values in ((arr([0, 2]), arr([-44, -55])), (arr([1, -1, 4]), 7), (arr([0, 1, 2, 3, 4]), arr([1, 2])),
                                    (arr([0]), arr([1, 2, 3])), (arr([[0, 1], [1, 1]]), arr([[5, 6], [7, 8]])), (arr([], dtype="int64"), 3),
                                    (arr([0]), arr([], dtype="int64")), (3, 9), (arr([6]), 1), (arr([-7]), 1), (arr([0.5]), 1)):
                topic.case(name, x, indices, values)
            for mode in ("raise", "wrap", "clip"):
                topic.case(name, x, arr([22, -8, 3]), arr([5, 6, 7]), mode=mode)
        topic.case(name, arr(ramp("int16", 0)), arr([0]), 1)
        topic.case(name, arr(3.5), 0, 1)
        topic.case(name, a, 0, 300000)
        topic.case(name, arr(ramp("uint8", 3)), arr([0, 1]), arr([2.75, -1.5]))
    for dtype in DTYPES:
        x = arr(ramp(dtype, 2, 3))
        topic.case("put", x, arr([0, -1]), arr(ramp(dtype, 2, start=9)))
        for other in ("bool", "int32", "float64", "complex64"):
            topic.case("put", x, arr([1, 3]), arr(ramp(other, 2)))
            topic.case("place", x, _mask(2, 3), arr(ramp(other, 2)))
            topic.case("putmask", x, _mask(2, 3), arr(ramp(other, 2)))
            for casting in ("no", "equiv", "safe", "same_kind", "unsafe"):
                topic.case("copyto", x, arr(ramp(other, 3)), casting=casting)
        for value in (True, 3, 2.5, 1j, -1, 300):
            topic.case("copyto", x, value)
            topic.case("ndarray.fill", x, value)
            topic.case("putmask", x, _mask(2, 3), value)
            topic.case("fill_diagonal", x, value)
    for mask in (_mask(2, 3), _mask(6), _mask(3, 2, every=3), arr([0, 1, 2, 0, 0, 5]), _mask(2, 3, every=100), _mask(5), arr(True)):
        for values in (arr([10, 20]), arr([1, 2, 3, 4, 5, 6]), 9, arr([[7, 8], [9, 10]]), arr([], dtype="int16")):
            topic.case("place", a, mask, values)
            topic.case("putmask", a, mask, values)
    topic.case("putmask", arr(ramp("int16", 3, 2), "T"), _mask(2, 3), arr([1, 2, 3, 4, 5, 6]))
    topic.case("place", arr(ramp("int16", 3, 2), "T"), _mask(2, 3), arr([1, 2]))
    for src in (arr([1, 2, 3]), arr([[5], [6]]), arr([[[7, 8, 9]]]), arr([1, 2]), arr(3), arr([[[1]], [[2]]])):
        for where in (None, True, _mask(2, 3), _mask(3), arr([1, 0, 1]), _mask(2)):
            topic.case("copyto", a, src, **({} if where is None else {"where": where}))
    topic.case("copyto", arr(ramp("int16", 0, 3)), 5)
    topic.case("ndarray.fill", arr(1.5), 3)
    topic.case("ndarray.fill", arr(ramp("int16", 0)), 3)
    topic.case("ndarray.fill", a, arr([4]))
    for shape in ((3, 3), (5, 3), (3, 5), (2, 2, 2), (1, 1), (3,), (2, 3, 2), (0, 3), (7, 2)):
        x = arr(ramp("int16", *shape))
        for value in (9, arr([1, 2]), arr([[1, 2, 3], [4, 5, 6]]), arr([], dtype="int16")):
            topic.case("fill_diagonal", x, value)
            topic.case("fill_diagonal", x, value, wrap=True)
    topic.case("fill_diagonal", arr(ramp("int16", 3, 5), "T"), 9)
