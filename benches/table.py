#!/usr/bin/env python3
"""Print the README's table from JSON rows in ns per element.

usage: table.py ROWS.json [PEERS.json ...]

The first file comes from `cargo run --release --example pipelines -- --json ROWS.json`. The others
hold rows with the same `pipeline`, `dtype`, `n` and `threads` and a column per peer: the pipelines
with the same inputs in NumPy or another library.
"""
import json
import math
import sys

KEYS = ("pipeline", "dtype", "n", "threads")
rows = {}
for path in sys.argv[1:]:
    for row in json.load(open(path)):
        rows.setdefault(tuple(row[k] for k in KEYS), {}).update(row)
# Peers without our own rows have nothing to be compared with.
rows = {key: row for key, row in rows.items() if "fused" in row}

peers = sorted({column for row in rows.values() for column in row} - {*KEYS, "fused", "compiled", "eager", "compile_us"})
columns = ["fused", "compiled", "eager"] + sorted(peers, key=lambda p: (p != "numpy", p))


def geometric_mean(values):
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def cell(value):
    return "–" if value is None or math.isnan(value) else f"{value:.3g}" if value < 1000 else f"{value:.0f}"


for dtype, n, threads in sorted({key[1:] for key in rows}, key=lambda k: (k[2], k[0] != "f64", k[1])):
    chosen = [row for key, row in rows.items() if key[1:] == (dtype, n, threads)]
    shown = [c for c in columns if any(c in row for row in chosen)]
    print(f"\n{dtype}, n = {n:,}, {threads} thread{'s' if threads > 1 else ''}\n")
    print("| ns per element | " + " | ".join(shown) + " | compile, µs |")
    print("| --- |" + " ---: |" * (len(shown) + 1))
    for row in chosen:
        print(f"| {row['pipeline']} | " + " | ".join(cell(row.get(c)) for c in shown) + f" | {row['compile_us']:.0f} |")
    ratios = [cell(geometric_mean(row[c] / row["fused"] for row in chosen if c in row)) for c in shown]
    print("| *times fused, geometric mean* | " + " | ".join(ratios) + " | |")
