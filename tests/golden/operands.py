"""Operands that reach the corners of each dtype."""

import numpy as np

from recorder import DTYPES, arr

REAL_FLOATS = ["float16", "float32", "float64"]
COMPLEX = ["complex64", "complex128"]
INTEGERS = [d for d in DTYPES if np.dtype(d).kind in "iu"]
SIGNED = [d for d in DTYPES if np.dtype(d).kind == "i"]
UNSIGNED = [d for d in DTYPES if np.dtype(d).kind == "u"]
INEXACT = REAL_FLOATS + COMPLEX

PI = float(np.pi)


def _floats(dtype):
    info = np.finfo(dtype)
    wide = [0.0, -0.0, 1, -1, 0.5, -0.5, 0.1, -0.1, 0.9, 2, -2, 2.5, -2.5, 3.75, -3.75, PI / 2, -PI, 7, 10, -10,
            30.3, 100, -123.4, 1e3, 88.7, -87.4, 709.7, -744.9, 1e5, -1e6, 1e-3, -1e-5, 1e-9, 1e15, 1e22, 1e-200, 1e200]
    kept = [x for x in wide if x == 0 or float(info.tiny) <= abs(x) <= float(info.max)]
    corners = [info.tiny, -info.smallest_subnormal, info.tiny * 0.75, info.max, info.min, info.eps,
               np.inf, -np.inf, np.nan]
    return np.array([*kept, *corners], dtype)


def _integers(dtype):
    info = np.iinfo(dtype)
    values = [0, 1, 2, 3, 5, 7, 8, 10, 12, 25, 63, 64, 100, -1, -2, -3, -4, -7, -10, -12, -64, -100,
              info.min, info.min + 1, info.max, info.max - 1, info.max // 2, 1000, 46341, 2**31, 2**53 + 1, -(2**31) - 1]
    return np.array([v for v in dict.fromkeys(values) if info.min <= v <= info.max], dtype)


def _complexes(dtype):
    values = [0, 1, -1, 1j, -1j, 1 + 1j, -1 + 1j, -2.5 - 0.5j, 0.1 - 3j, 3 + 4j, 0.5 + 1e-3j, -7 + 0.25j,
              1e-4 - 1e-3j, 10 - 10j, 0.9 + 0.1j, 2j, 2, -2, 1e3 + 20j, 0.25 - 5j]
    return np.array(values, dtype)


def edge(dtype):
    """One vector per dtype with its zeros, extremes and the points where functions turn."""
    kind = np.dtype(dtype).kind
    if kind == "b":
        return arr([False, True, True], dtype=dtype)
    return arr({"f": _floats, "c": _complexes}.get(kind, _integers)(dtype))


def special_complex(dtype):
    """Complex values with signed zeros, infinities and NaN."""
    parts = [0.0, -0.0, 1.5, np.inf, -np.inf, np.nan]
    out = np.empty((6, 6), dtype)
    out.real = np.array(parts)[:, None]
    out.imag = parts
    return arr(out.ravel())


def short_edge(dtype):
    """The few values whose pairs matter for a function of two operands."""
    kind = np.dtype(dtype).kind
    if kind == "b":
        return np.array([False, True])
    if kind == "f":
        big = {2: 3e4, 4: 1e38, 8: 1e300}[np.dtype(dtype).itemsize]
        tiny = np.finfo(dtype).smallest_subnormal
        return np.array([0.0, -0.0, 1, -1.5, 2, 3, 0.1, -7.25, big, tiny, np.inf, -np.inf, np.nan], dtype)
    if kind == "c":
        return np.array([0, 1, -1.5, 2j, 3 + 4j, -0.1 - 7.25j, 2, 1e3 - 1j], dtype)
    info = np.iinfo(dtype)
    values = [0, 1, 2, 3, 7, 12, -1, -2, -5, info.min, info.max]
    return np.array([v for v in dict.fromkeys(values) if v >= info.min], dtype)


def pairs(dtype):
    """A column and a row whose broadcast is every pair of corner values."""
    values = short_edge(dtype)
    return arr(values.reshape(-1, 1)), arr(values)


def ramp(dtype, *shape, start=1, step=1):
    """Small distinct values of a dtype: integers, or halves and quarters, with both signs where there are any."""
    n = int(np.prod(shape))
    kind = np.dtype(dtype).kind
    base = np.arange(n) * step + start
    if kind == "b":
        values = base % 3 != 0
    elif kind == "u":
        values = base
    elif kind == "i":
        values = np.where(base % 3 == 0, -base, base)
    elif kind == "f":
        values = np.where(base % 3 == 0, -base, base) * 0.25
    else:
        values = base * 0.5 - 1j * ((base * 7) % 5 - 2)
    return values.astype(dtype).reshape(shape)


def positive(dtype, *shape):
    """Values in (0, 4): every function of the real line is finite and away from cancellation on them."""
    n = int(np.prod(shape))
    return ((np.arange(n) * 7 % 16 + 1) * 0.25).astype(dtype).reshape(shape)


# (base shape, views): the layouts that a kernel can meet.
LAYOUTS = [
    ((3, 4), ()),
    ((4, 3), ("T",)),
    ((3, 4), ("[::-1,::2]",)),
    ((5,), ("[::-1]",)),
    ((9,), ("[1:8:3]",)),
    ((2, 3, 4), ("T2,0,1",)),
    ((2, 3, 4), ("[:,::-1,1:3]",)),
    ((3, 1), ("B3,4",)),
    ((4,), ("B2,3,4",)),
    ((), ()),
    ((0,), ()),
    ((2, 0, 3), ()),
    ((2, 3), ("[1,:]",)),
    ((2, 3), ("[...,None]",)),
    ((1,), ()),
    ((37,), ()),
]


def laid_out(dtype, number, values=ramp):
    """The operand of a layout; numbers wrap around, so a counter visits them all."""
    shape, views = LAYOUTS[number % len(LAYOUTS)]
    return arr(values(dtype, *shape), *views)


# Pairs of (base shape, views) that broadcast together.
PAIR_LAYOUTS = [
    (((3, 4), ()), ((4,), ())),
    (((4, 3), ("T",)), ((3, 4), ())),
    (((3, 1), ()), ((1, 4), ())),
    (((), ()), ((2, 3), ())),
    (((2, 3), ("[:,::-1]",)), ((2, 1), ())),
    (((2, 3, 4), ("[::-1,:,1:3]",)), ((3, 1), ())),
    (((6,), ("[::2]",)), ((6,), ("[::-2]",))),
    (((0, 3), ()), ((1, 3), ())),
    (((1,), ()), ((0,), ())),
    (((2, 1, 2), ()), ((3, 1), ("B3,2",))),
    (((), ()), ((), ())),
    (((33,), ()), ((33,), ("[::-1]",))),
]


def laid_out_pair(dtype, other, number, values=ramp):
    """Two operands of a pair of layouts, with different values."""
    (shape_a, views_a), (shape_b, views_b) = PAIR_LAYOUTS[number % len(PAIR_LAYOUTS)]
    b = values(other, *shape_b)
    if values is ramp:
        b = ramp(other, *shape_b, start=2, step=2)
    return arr(values(dtype, *shape_a), *views_a), arr(b, *views_b)
