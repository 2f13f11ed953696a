#!/usr/bin/env python3
"""Time in NumPy what rows of the benches `linalg`, `fft`, `random`, `indexing` and `arrays` hold, and print both as Markdown.

usage: against_numpy.py ROWS.json [MORE.json ...] [--threads 1] [--rounds 3] [--page FILE.md --machine TEXT]

`cargo bench --bench linalg -- --threads 1,2 > rows.json` writes rows. NumPy's libraries take their number of
threads when they are loaded, so each number is a run of its own. Least times of a few runs, as in the benches;
`times` is NumPy's time over ours.
"""
import argparse
import json
import math
import os
import sys
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("files", nargs="+")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--rounds", type=int, default=1, help="how often all rows are timed")
parser.add_argument("--page", help="write the table to this file")
parser.add_argument("--note", help="what else the page says")
parser.add_argument("--machine", default="One machine", help="what the page says it ran on")
args = parser.parse_args()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(args.threads)

import numpy as np

L, F = np.linalg, np.fft
BUDGET, LEAST_RUNS, MOST_RUNS = 0.4, 2, 2000


def least(run):
    run()
    begin, runs, best = time.perf_counter(), 0, float("inf")
    while runs < LEAST_RUNS or (time.perf_counter() - begin < BUDGET and runs < MOST_RUNS):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
        runs += 1
    return best


def matrix(n, dtype):
    i = np.arange(n, dtype=float)
    return (np.sin(i[:, None] * i * 0.37 + i * 78.233) + np.eye(n) * 2).astype(dtype)


def stack(n, dtype):
    i = np.arange(10_000 * n * n, dtype=float)
    return (np.sin(i * 0.731).reshape(10_000, n, n) + np.eye(n)).astype(dtype)


def signal(n, dtype):
    return np.sin(np.arange(n, dtype=float) * 0.37).astype(dtype)


def linalg(case, n, dtype):
    a = (stack if case.startswith("stack") else matrix)(n, dtype)
    b = np.ones((10_000, n, 1) if case.startswith("stack") else n, dtype)
    s = np.matmul(a.swapaxes(-1, -2), a) + np.eye(n, dtype=dtype) if case in ("cholesky", "eigh") else None
    return {
        "matmul": lambda: a @ a, "solve": lambda: L.solve(a, b), "inv": lambda: L.inv(a),
        "cholesky": lambda: L.cholesky(s), "qr": lambda: L.qr(a), "eigh": lambda: L.eigh(s), "svd": lambda: L.svd(a),
        "stack matmul": lambda: a @ a, "stack solve": lambda: L.solve(a, b), "stack inv": lambda: L.inv(a),
        "stack det": lambda: L.det(a), "dot": lambda: np.dot(a.ravel(), a.ravel()), "vecdot": lambda: np.vecdot(a, a),
        "matvec": lambda: np.matvec(a, b), "vecmat": lambda: np.vecmat(b, a),
    }[case]


def fft(case, n, real):
    complex_ = np.result_type(real, np.complex64)
    if case in ("fft2", "rfft2"):
        x = signal(1 << 20, real).reshape(1024, 1024)
    elif "rows" in case:
        x = signal(1_024_000, real).reshape(1000, 1024)
    else:
        x = signal(n, real)
    z, half = x.astype(complex_), F.rfft(x)
    return {
        "fft": lambda: F.fft(z), "rfft": lambda: F.rfft(x), "irfft": lambda: F.irfft(half, n),
        "fft2": lambda: F.fft2(z), "rfft2": lambda: F.rfft2(x), "rows": lambda: F.fft(z),
        "real rows": lambda: F.rfft(x),
    }[case]


def random(case, n, _):
    g, s, numbers = np.random.default_rng(1), np.random.RandomState(1), np.arange(n)
    return {
        "random": lambda: g.random(n), "random float32": lambda: g.random(n, dtype=np.float32),
        "standard_normal": lambda: g.standard_normal(n),
        "standard_normal float32": lambda: g.standard_normal(n, dtype=np.float32),
        "standard_exponential": lambda: g.standard_exponential(n), "normal": lambda: g.normal(1, 2, n),
        "integers below 100": lambda: g.integers(100, size=n), "integers below 2^40": lambda: g.integers(2**40, size=n),
        "integers uint8": lambda: g.integers(100, size=n, dtype=np.uint8), "gamma 2.5": lambda: g.gamma(2.5, size=n),
        "gamma 0.5": lambda: g.gamma(0.5, size=n), "poisson 3": lambda: g.poisson(3.0, n),
        "poisson 100": lambda: g.poisson(100.0, n), "binomial 10": lambda: g.binomial(10, 0.3, n),
        "binomial 1000": lambda: g.binomial(1000, 0.4, n), "beta": lambda: g.beta(2.0, 3.0, n),
        "permutation": lambda: g.permutation(n),
        "choice without replacement": lambda: g.choice(n, n // 10, replace=False),
        "legacy random_sample": lambda: s.random_sample(n), "legacy standard_normal": lambda: s.standard_normal(n),
        "legacy randint below 100": lambda: s.randint(0, 100, n), "shuffle": lambda: g.shuffle(numbers.copy()),
    }[case]


def indexing(case, n, dtype):
    a = np.sin(np.arange(n) * 0.37).astype(dtype)
    at = (np.arange(n) * 7919 + 12345) % n
    half = (at & 1) == 0
    values, b = np.ones(half.sum(), dtype), a.copy()
    plane = a.reshape(-1, 1000)
    i, j, order, turns = at // 1000, at % 1000, np.arange(n), half.astype(np.int64)

    def assign(index, value):
        b[index] = value

    def one_by_one():
        for i in range(1000):
            b[i] = 1.0

    return {
        "take": lambda: a.take(at), "take in order": lambda: a.take(order),
        "take rows": lambda: plane.take(at[:1000], axis=0, mode="wrap"), "get of pairs": lambda: plane[i, j],
        "get mask": lambda: a[half], "set mask to a number": lambda: assign(half, 1.5),
        "set mask to values": lambda: assign(half, values), "set positions": lambda: assign(at, a),
        "set slice": lambda: assign(slice(10, -10), 2.5), "concatenate": lambda: np.concatenate([a, a]),
        "stack columns": lambda: np.stack([a, a], 1), "repeat": lambda: np.repeat(a, 2),
        "repeat rows": lambda: np.repeat(plane, 3, 0), "repeat as told": lambda: np.repeat(a, turns),
        "tile": lambda: np.tile(a, 3), "roll": lambda: np.roll(a, 1000), "roll rows": lambda: np.roll(plane, 3, 1),
        "pad": lambda: np.pad(a, 100), "pad edge": lambda: np.pad(plane, 10, "edge"),
        "pad reflect": lambda: np.pad(plane, 10, "reflect"), "where": lambda: np.where(half, a, 0.0),
        "nonzero": lambda: np.nonzero(half)[0], "argwhere": lambda: np.argwhere(half),
        "argwhere of a plane": lambda: np.argwhere(half.reshape(plane.shape)),
        "flatnonzero of floats": lambda: np.flatnonzero(a),
        "take_along_axis": lambda: np.take_along_axis(plane, j.reshape(plane.shape), 1),
        "delete": lambda: np.delete(a, 1000), "insert": lambda: np.insert(a, 1000, 1.0), "set one by one": one_by_one,
    }[case]


def data():
    """The numbers of `benches/arrays.rs`, from the same seed in the same order."""
    if not DATA:
        g, n = np.random.default_rng(0), 1_000_000
        a, b = g.random(n), g.random(n)
        DATA.update(a=a, b=b, sorted=np.sort(a), counts=g.integers(1000, size=n), at=g.permutation(n), half=a < 0.5)
        DATA.update(kernel=g.random(64), edges=np.linspace(0.0, 1.0, 101))
        DATA.update(few=g.integers(1 << 40, size=1000), many=g.integers(1 << 40, size=n), g=g)
        DATA.update(values=np.ones(int(DATA["half"].sum())), changed=a.copy(), folder=tempfile.TemporaryDirectory())
    return DATA


DATA = {}


def arrays(case, n, dtype):
    d = data()
    a, b, half, changed, folder = d["a"], d["b"], d["half"], d["changed"], d["folder"].name
    if case in ("sort", "argsort"):
        x = a.astype(dtype) if dtype.kind == "f" else d["g"].integers(1 << 31, size=n).astype(dtype)
        return lambda: getattr(np, case)(x)
    npy, text = f"{folder}/80MB.npy", f"{folder}/table.txt"
    if "80 MB" in case:
        large = np.arange(n, dtype=float)
        np.save(npy, large)
        return {"save 80 MB": lambda: np.save(npy, large), "load 80 MB": lambda: np.load(npy)}[case]
    if case.startswith("loadtxt"):
        np.savetxt(text, d["g"].random((100_000, 10)))
        return lambda: np.loadtxt(text)

    def assign(value):
        changed[half] = value

    return {
        "interp": lambda: np.interp(b, d["sorted"], a), "interp of 100 points": lambda: np.interp(b, d["edges"], d["edges"]),
        "histogram": lambda: np.histogram(a, 100), "bincount": lambda: np.bincount(d["counts"]),
        "digitize": lambda: np.digitize(a, d["edges"]), "unique": lambda: np.unique(a),
        "unique of counts": lambda: np.unique(d["counts"]), "median": lambda: np.median(a),
        "percentile": lambda: np.percentile(a, [5.0, 50.0, 95.0]), "cumsum": lambda: np.cumsum(a),
        "diff": lambda: np.diff(a), "convolve": lambda: np.convolve(a, d["kernel"]),
        "searchsorted": lambda: np.searchsorted(d["sorted"], b),
        "searchsorted in order": lambda: np.searchsorted(d["sorted"], d["sorted"]), "take": lambda: np.take(a, d["at"]),
        "mask get": lambda: a[half], "mask set to a number": lambda: assign(1.5),
        "mask set to values": lambda: assign(d["values"]), "concatenate": lambda: np.concatenate([a, b]),
        "repeat": lambda: np.repeat(a, 2), "roll": lambda: np.roll(a, 1000), "pad": lambda: np.pad(a, 100),
        "where": lambda: np.where(half, a, b), "argwhere": lambda: np.argwhere(half),
        "isin 1000": lambda: np.isin(d["many"], d["few"]), "isin 1M": lambda: np.isin(d["counts"], d["many"]),
    }[case]


# Several files of the same rows are several runs, of which the least counts.
rows = {}
for path in args.files:
    for row in map(json.loads, open(path)):
        if row["threads"] == args.threads:
            key = tuple(row[k] for k in ("family", "case", "n", "dtype"))
            rows[key] = min(rows.get(key, math.inf), row["seconds"])

page = open(args.page, "w") if args.page else sys.stdout
if args.page:
    print("# Against NumPy, call by call\n", file=page)
    print(f"{args.machine}. Least times; `times` is NumPy's over ours.\n"
          "Made with `cargo bench --bench arrays > rows.json` and `benches/against_numpy.py rows.json --page arrays.md`.\n",
          file=page)
print(f"NumPy {np.__version__}, {args.threads} thread{'s' if args.threads > 1 else ''}\n", file=page)
print("| case | dtype | n | ours, µs | NumPy, µs | times |\n| --- | --- | ---: | ---: | ---: | ---: |", file=page)
# Rounds over all rows, so that what else the machine does hits no row in all of them.
theirs = dict.fromkeys(rows, math.inf)
for _ in range(args.rounds):
    for row in rows:
        family, case, n, dtype = row
        theirs[row] = min(theirs[row], least(globals()[family](case, n, np.dtype(dtype))))
for row, ours in rows.items():
    family, case, n, dtype = row
    print(f"| {family} {case} | {dtype} | {n:,} | {ours * 1e6:.4g} | {theirs[row] * 1e6:.4g} | {theirs[row] / ours:.2f} |",
          file=page)
if args.note:
    print(f"\n{args.note}", file=page)
