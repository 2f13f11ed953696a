"""Writes NumPy's results of every elementwise op and cast on edge cases, one file per dtype.

Run with NumPy 2.4 on x86-64. A line is `<name> <bits> <bits> ...`:

    unary, binary, exponents    the operands; binary ops take all pairs of `binary`
    <op>                        results, over `unary` or over the pairs (`ldexp`: `binary` with `exponents`)
    cast:<dtype>                results over `unary`

Bits are hexadecimal, complex numbers `<re>,<im>`; `n` is NaN, `-` a result that NumPy leaves to
the machine.
"""

import pathlib

import numpy as np

np.seterr(all="ignore")

HERE = pathlib.Path(__file__).parent
UINT = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}
INF, NAN = np.inf, np.nan

ADD = "add subtract multiply divide floor_divide remainder fmod power float_power maximum minimum fmax fmin"
BITS = "bitwise_and bitwise_or bitwise_xor"
LOGIC = (
    "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor"
)
BINARY = (
    f"{ADD} gcd lcm heaviside copysign nextafter hypot arctan2 logaddexp logaddexp2 "
    f"{BITS} left_shift right_shift {LOGIC}"
).split()
UNARY = (
    "negative positive absolute fabs sign square reciprocal conjugate spacing invert bitwise_count "
    "logical_not isnan isinf isfinite signbit floor ceil trunc rint sqrt cbrt exp exp2 expm1 log "
    "log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh "
    "deg2rad rad2deg"
).split()
NAMES = {
    "b1": "?", "i8": "b", "i16": "h", "i32": "i", "i64": "l", "u8": "B", "u16": "H", "u32": "I",
    "u64": "L", "f16": "e", "f32": "f", "f64": "d", "c64": "F", "c128": "D",
}  # fmt: skip


def has_loop(ufunc, char):
    return any(t.split("->")[0] == char * ufunc.nin for t in ufunc.types)


def token(x):
    if x.dtype.kind == "c":
        return token(x.real) + "," + token(x.imag)
    if x.dtype.kind == "f" and np.isnan(x):
        return "n"
    if x.dtype.kind == "b":
        return "01"[int(x)]
    return f"{int(x.view(UINT[x.dtype.itemsize])):x}"


def line(name, values, skip=None):
    tokens = ["-" if skip is not None and skip[i] else token(x) for i, x in enumerate(values)]
    return f"{name} {' '.join(tokens)}\n"


def operands(char):
    kind = np.dtype(char).kind
    if kind == "b":
        return [False, True], [False, True]
    if kind in "iu":
        info = np.iinfo(char)
        few = [0, 1, 2, 3, 7, info.max, info.max // 3]
        if kind == "i":
            few += [-1, -3, info.min]
        return few + [10, 100, info.max // 2 + 1], few
    if kind == "f":
        info = np.finfo(char)
        few = [0.0, -0.0, 1.0, 0.3, -2.5, 7.0, INF, -INF, NAN]
        few += [float(info.smallest_subnormal), -float(info.tiny), float(info.max)]
        many = few + [0.5, -0.5, 1.5, 2.5, -0.9, 0.999, 1.001, 2.0, 3.0, 10.0, -7.7, 20.3, -1.0]
        many += [88.0, 700.0, -745.0, 1e-5, -1e-9, 12345.678, 65519.0, 1e10, 2.0**60, 1e22, 180.0]
        many += [2.0**-25 + 2.0**-40, 2.0**-25 + 2.0**-75, 2049.0, 2049.0 + 2.0**-40, 2051.0, 5.96e-8, 3.05e-5, 255.0, -129.0, 40000.5, -3e9]
        return many, few
    parts = [0.0, -0.0, -2.5, INF, -INF, NAN]
    many = [complex(a, b) for a in parts for b in parts]
    few = [0, 1, 2 - 3j, -0.5 + 0.25j, -2, 1e30j]
    few += [complex(INF, 1), complex(1, NAN), complex(NAN, 2), complex(2, -INF)]
    many += [300 - 0.001j, 1e-20 + 20j, 0.7 + 0.3j, -0.0 - 0.7j]
    return many, few


def skip_cast(values, to):
    """Out of the range of uint32, NumPy's scalar and vector loops differ."""
    if np.dtype(to).char != "I" or values.dtype.kind != "f":
        return None
    x = values.astype(np.float64)
    return ~((x > -(2.0**31)) & (x < 2.0**32))


for name, char in NAMES.items():
    many, few = (np.array(v).astype(char) for v in operands(char))
    left, right = np.repeat(few, len(few)), np.tile(few, len(few))
    out = line("unary", many) + line("binary", few)
    for op in UNARY:
        ufunc = getattr(np, op)
        if has_loop(ufunc, char):
            out += line(op, ufunc(many))
    for op in BINARY:
        ufunc = getattr(np, op)
        if not has_loop(ufunc, char):
            continue
        a, b = left, right
        skip = None
        if op == "power" and np.dtype(char).kind == "i":
            skip = b < 0
            b = np.where(skip, 0, b).astype(char)
        out += line(op, ufunc(a, b), skip)
    if char in "efd":
        exponents = np.array([0, 1, -1, 20, -30, 130, -150, 1100, -1080, 2**40, -(2**62)], np.int64)
        out += line("exponents", exponents)
        a = np.repeat(few, len(exponents))
        out += line("ldexp", np.ldexp(a, np.tile(exponents, len(few))))
        for op in ("modf", "frexp"):
            first, second = getattr(np, op)(many)
            parts = ("fraction", "integral") if op == "modf" else ("mantissa", "exponent")
            out += line(f"{op}_{parts[0]}", first) + line(f"{op}_{parts[1]}", second)
    if char in "FD":
        out += line("real", many.real) + line("imag", many.imag)
    for other, to in NAMES.items():
        if to != char:
            source = many.real if char in "FD" and to not in "?FD" else many
            out += line(f"cast:{other}", source.astype(to), skip_cast(source, to))
    (HERE / f"{name}.txt").write_text(out)
