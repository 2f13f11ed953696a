#!/usr/bin/env python3
"""Side-by-side tables of measured rows, as Markdown.

usage: table.py ROWS.json [MORE.json ...] [--page FILE.md --machine TEXT] [--plot FILE.svg]

Rows hold `pipeline`, `dtype`, `n`, `threads` and a column of ns per element for each library: ours come from
`cargo run --release --example pipelines -- --json ROWS.json`, the peers' from `peers.py --json MORE.json`.
`--page` writes the tables to a file, with what the best peer of each cell takes; `--plot` (needs matplotlib)
draws ns per element against n, a panel per pipeline.
"""
import argparse
import json
import math
import sys

KEYS = ("pipeline", "dtype", "n", "threads")
OURS = ("fused", "compiled", "eager")

parser = argparse.ArgumentParser()
parser.add_argument("files", nargs="+")
parser.add_argument("--page")
parser.add_argument("--machine", default="")
parser.add_argument("--plot")
args = parser.parse_args()

rows = {}
for path in args.files:
    for row in json.load(open(path)):
        rows.setdefault(tuple(row[k] for k in KEYS), {}).update(row)
# Peers without our own rows have nothing to be compared with.
rows = {key: row for key, row in rows.items() if "fused" in row}

peers = sorted({c for row in rows.values() for c in row} - {*KEYS, *OURS, "compile_us"}, key=lambda p: (p != "numpy", p))


def geometric_mean(values):
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def cell(value):
    return "–" if value is None or math.isnan(value) else f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def best_peer(row):
    return min((row[p] for p in peers if p in row), default=math.nan)


def table(dtype, n, threads):
    chosen = [row for key, row in rows.items() if key[1:] == (dtype, n, threads)]
    shown = [c for c in [*OURS, *peers] if any(c in row for row in chosen)]
    yield f"\n{dtype}, n = {n:,}, {threads} thread{'s' if threads > 1 else ''}\n"
    last = ["best peer / fused"] if peers else []
    yield "| ns per element | " + " | ".join([*shown, "compile, µs", *last]) + " |"
    yield "| --- |" + " ---: |" * (len(shown) + 1 + len(last))
    for row in chosen:
        cells = [cell(row.get(c)) for c in shown] + [f"{row['compile_us']:.0f}"]
        if peers:
            cells.append(cell(best_peer(row) / row["fused"]))
        yield f"| {row['pipeline']} | " + " | ".join(cells) + " |"
    means = [cell(geometric_mean(row[c] / row["fused"] for row in chosen if c in row)) for c in shown] + [""]
    if peers:
        means.append(cell(geometric_mean(best_peer(row) / row["fused"] for row in chosen if best_peer(row) > 0)))
    yield "| *times fused, geometric mean* | " + " | ".join(means) + " |"


def summary():
    yield "\n| threads | dtype | n | cells not slower than the best peer | geometric mean of best peer / fused |"
    yield "| ---: | --- | ---: | ---: | ---: |"
    for dtype, n, threads in groups:
        ratios = [best_peer(row) / row["fused"] for key, row in rows.items() if key[1:] == (dtype, n, threads)]
        ratios = [r for r in ratios if r > 0]
        wins = sum(r >= 1 for r in ratios)
        yield f"| {threads} | {dtype} | {n:,} | {wins} of {len(ratios)} | {cell(geometric_mean(ratios))} |"


def plot(path):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "numfuse", "font.size": 7})
    import matplotlib.pyplot as plt

    threads = min(key[3] for key in rows)
    names = list(dict.fromkeys(key[0] for key in rows))
    columns = 4
    figure, axes = plt.subplots(math.ceil(len(names) / columns), columns, figsize=(11, 12), sharex=True)
    shown = ["fused", "eager", *peers]
    for axis, name in zip(axes.flat, names):
        for k, column in enumerate(shown):
            points = sorted(
                (key[2], row[column]) for key, row in rows.items()
                if key[0] == name and key[1] == "f64" and key[3] == threads and column in row
            )
            style = dict(color=f"C{k}", marker="o", markersize=2.5, linewidth=2 if column == "fused" else 1)
            axis.loglog(*zip(*points) if points else ([], []), label=column, **style)
        axis.set_title(name, fontsize=8)
        axis.grid(True, which="major", linewidth=0.3)
    for axis in axes.flat[len(names):]:
        axis.set_visible(False)
    figure.supxlabel("elements")
    figure.supylabel(f"ns per element, float64, {threads} thread{'s' if threads > 1 else ''}")
    figure.legend(*axes.flat[0].get_legend_handles_labels(), loc="lower right", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


groups = sorted({key[1:] for key in rows}, key=lambda k: (k[2], k[0] != "f64", k[1]))
lines = [line for group in groups for line in table(*group)]
if args.page:
    with open(args.page, "w") as page:
        print(__doc__.split("\n")[0].replace("Side-by-side", "# Against peers: side-by-side"), file=page)
        print(f"\nOne run. {args.machine}", file=page)
        print("\n`fused` builds the expression and evaluates it each time, `compiled` calls what `np::compile` made of it,"
              "\n`eager` runs it op by op. Made with `cargo run --release --example pipelines -- --json ours.json`,"
              "\n`benches/peers.py --json peers.json` and `benches/table.py`.", file=page)
        if args.plot:
            print(f"\n![ns per element against n]({args.plot.rsplit('/', 1)[-1]})", file=page)
        print(*summary(), *lines, sep="\n", file=page)
else:
    print(*lines, sep="\n")
if args.plot:
    plot(args.plot)
