"""Writes what NumPy 2.4 says of the twenty functions: cases.inc for abi.c, cases.json for client.py.

`pip install numpy==2.4.* && python bindings/c/tests/generate.py`; running it again gives the same bytes.
"""

import json
import os
from pathlib import Path

# Wider vector kernels round differently from machine to machine; the baseline is the same everywhere.
os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"

import numpy as np  # noqa: E402

HERE = Path(__file__).resolve().parent
NAN, INF = float("nan"), float("inf")
F = np.float32

# The catalog's datasets that numbers in single precision can express, flat. The real parts of DS-ARRAY-7.
DATASETS = {
    "DS-ARRAY-1": [0, 1, -2, 3, 4, -5, 6],
    "DS-ARRAY-2": [1, 2, 3, 4, 5, 6],
    "DS-ARRAY-3": [0.0, -1.5, 2.25, NAN, INF, -INF],
    "DS-ARRAY-4": [1, 0, 1, 0, 1],
    "DS-ARRAY-7": [1, -3, 0],
    "DS-ARRAY-8": [1, 1, 2, 3, 5, 8, 13],
    "DS-ARRAY-9": [1, 2, 3, 4],
    "DS-ARRAY-10": [3, 1, 1, 2],
    "DS-ARRAY-11": np.sin(2 * np.pi * np.arange(64) / 64),
    "DS-ARRAY-12": [1, -2, 3],
    "DS-RAND-1": np.random.default_rng(1234).random(10),
    "DS-IO-1": [1, 2, 3, 4, 5, 6, 7, 8, 9],
    "empty": [],
    "one": [2.5],
    "100 values": np.arange(100) * 0.37 - 10,
}
DATASETS = {name: np.array(values, F) for name, values in DATASETS.items()}
SHAPES = {"DS-ARRAY-2": (2, 3), "DS-ARRAY-10": (2, 2), "DS-IO-1": (3, 3), "DS-ARRAY-11": (8, 8), "one": (1, 1), "empty": (0, 4)}


def matrix(name):
    return DATASETS[name].reshape(SHAPES[name])


def or_none(compute):
    """NumPy's result in single precision; None where it raises."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(compute(), F)
    except (ValueError, ZeroDivisionError):
        return None


def cases():
    """(function, arguments, result, tolerance in ULP). Arrays are followed by their sizes where the signature says so."""
    for start, stop, step in [(0, 5, 1), (0, 1, 0.3), (1, 0, -0.25), (0, 0, 1), (5, 0, 1), (2, 9, 3), (0, 1, 0.1), (-1, 1, 0.125),
                              (0, 1, 0), (NAN, 1, 1), (0, 1e30, 1e-30), (0, INF, 1), (0, 100, 0.7)]:
        a, b, c = float(F(start)), float(F(stop)), float(F(step))
        yield "arange", [a, b, c], or_none(lambda: np.arange(a, b, c, dtype=F)) if b / (c or 1) < 1e9 else None, 0
    for n in (0, 1, 7, 100):
        yield "zeros_vec", [n], np.zeros(n, F), 0
        yield "ones_vec", [n], np.ones(n, F), 0
    for n in (0, 1, 2, 3, 10):
        yield "eye", [n], np.eye(n, dtype=F), 0
    for start, stop, num in [(0, 1, 5), (0, 1, 1), (0, 1, 0), (-3, 3, 7), (1, 0, 4), (0, 0.1, 11), (NAN, 1, 3), (0, INF, 3), (2, 2, 3)]:
        a, b = float(F(start)), float(F(stop))
        yield "linspace", [a, b, num], or_none(lambda: np.linspace(a, b, num, dtype=F)), 0
    for x in DATASETS.values():
        yield "log_vec", [x, len(x)], or_none(lambda: np.log(x)), 2
        for exponent in (2, 0.5, -1, 0, 3.3, NAN):
            yield "power_vec", [x, len(x), exponent], or_none(lambda: np.power(x, F(exponent))), 2
        for name, function in (("min", np.min), ("std", np.std), ("var", np.var)):
            yield f"compute_{name}", [x, len(x)], function(x) if len(x) else F(NAN), 0 if name == "min" else 2
        for low, high in ((-1, 2), (2, -1), (NAN, 1), (-INF, INF), (0.5, 0.5)):
            yield "clip_vec", [x, len(x), low, high], or_none(lambda: np.clip(x, low, high)), 0
        yield "dot_vec", [x, len(x), x, len(x)], or_none(lambda: np.dot(x, x)), 8
        y = np.flip(x).copy()
        yield "dot_vec", [x, len(x), y, len(y)], or_none(lambda: np.dot(x, y)), 64
        yield "dot_vec", [x, len(x), y, len(y) + 1], F(NAN), 0
        for shape in ([len(x)], [1, len(x)], [len(x), 1, 1], [len(x) + 1], [2, len(x) // 2], [], [2**63, 2, len(x)], [2**64 - 1]):
            fits = int(np.prod(np.array(shape, object))) == len(x) and max(shape, default=0) < 2**63
            yield "reshape_vec", [x, len(x), shape, len(shape)], x if fits else None, 0
        points = np.array([-1, 0, 0.5, 2, 4], F), np.array([10, 0, -3.5, 8, 1], F)
        yield "interp", [x, len(x), *points, 5], or_none(lambda: np.interp(x, *points)), 1
    x = DATASETS["DS-ARRAY-1"]
    yield "interp", [x, len(x), x[:0], x[:0], 0], None, 0
    yield "interp", [x[:0], 0, x[:1], x[1:2], 1], x[:0], 0
    yield "interp", [x, len(x), x[:1], x[1:2], 1], or_none(lambda: np.interp(x, x[:1], x[1:2])), 0
    for a in SHAPES:
        yield "transpose_2d", [DATASETS[a], *SHAPES[a]], matrix(a).T, 0
        for b in SHAPES:
            yield "matmul_2d", [DATASETS[a], *SHAPES[a], DATASETS[b], *SHAPES[b]], or_none(lambda: matrix(a) @ matrix(b)), 8
    partner = np.array([[1, 2], [3, 4], [5, 6]], F)
    yield "matmul_2d", [DATASETS["DS-ARRAY-2"], 2, 3, partner.ravel(), 3, 2], matrix("DS-ARRAY-2") @ partner, 0
    yield "transpose_2d", [x[:0], 0, 5], x[:0], 0
    yield "transpose_2d", [x, 2**63, 2**63], None, 0
    for names in (["DS-ARRAY-1"], ["DS-ARRAY-1", "DS-ARRAY-8"], ["DS-ARRAY-9", "DS-ARRAY-9", "DS-ARRAY-9"], ["DS-ARRAY-3", "empty", "one"], []):
        arrays = [DATASETS[n] for n in names]
        sizes = [len(a) for a in arrays]
        yield "concatenate", [arrays, sizes, len(arrays), 0], or_none(lambda: np.concatenate(arrays)), 0
        yield "concatenate", [arrays, sizes, len(arrays), 1], None, 0
        yield "vstack", [arrays, sizes, len(arrays)], or_none(lambda: np.vstack(arrays)), 0
        yield "hstack", [arrays, sizes, len(arrays)], or_none(lambda: np.hstack(arrays)), 0


class Statements:
    """Cases as C: every array is a table that is written once."""

    def __init__(self):
        self.tables, self.lines = {}, []

    def table(self, kind, items):
        items = list(items)
        if not items:
            return "NULL"
        return self.tables.setdefault((kind, tuple(items)), f"t{len(self.tables)}")

    def floats(self, values):
        return self.table("float", [single(v) for v in np.ravel(values)])

    def argument(self, value):
        if isinstance(value, np.ndarray):
            return self.floats(value)
        if isinstance(value, list) and value and isinstance(value[0], np.ndarray):
            return self.table("float *const", [self.floats(v) for v in value])
        if isinstance(value, list):
            return self.table("size_t", [f"{v}u" for v in value])
        return single(value) if isinstance(value, float) else f"{value}u" if value >= 0 else f"{value}"

    def case(self, function, arguments, result, ulp):
        text = f"{function}({', '.join(map(self.argument, arguments))})"
        if result is None:
            self.lines.append(f'REFUSED({text});')
        elif np.ndim(result) == 0 and function in NUMBERS:
            self.lines.append(f"NUMBER({text}, {single(result)}, {ulp});")
        else:
            self.lines.append(f"VALUES({text}, {self.floats(result)}, {np.size(result)}, {ulp});")

    def text(self):
        tables = [f"static const {kind} {name}[] = {{{', '.join(items)}}};" for (kind, items), name in self.tables.items()]
        return "\n".join(["/* Written by generate.py. */", *tables, "static void cases(void) {", *self.lines, "}", ""])


NUMBERS = {"compute_min", "compute_std", "compute_var", "dot_vec"}


def single(x):
    """A literal of C; the shortest that gives the value's bits."""
    x = F(x)
    if np.isnan(x):
        return "NAN"
    if np.isinf(x):
        return "INFINITY" if x > 0 else "-INFINITY"
    return f"{x}f"


def plain(value):
    if isinstance(value, (np.ndarray, np.floating)):
        return [single(v).removesuffix("f") for v in np.ravel(value)]
    if isinstance(value, list):
        return {"list": [plain(v) for v in value]}
    return single(value).removesuffix("f") if isinstance(value, float) else value


def main():
    statements, lines = Statements(), []
    for function, arguments, result, ulp in cases():
        # Whole numbers stand for floats, too, where the signature has them.
        floats = {"clip_vec": 2, "power_vec": 1}.get(function, 0)
        for i in range(len(arguments) - floats, len(arguments)):
            arguments[i] = float(F(arguments[i]))
        statements.case(function, arguments, result, ulp)
        lines.append(json.dumps([function, [plain(a) for a in arguments], None if result is None else plain(np.asarray(result)), ulp]))
    folder = HERE / "cases"
    (folder / "cases.inc").write_text(statements.text())
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n")
    print(len(lines), "cases")


if __name__ == "__main__":
    main()
