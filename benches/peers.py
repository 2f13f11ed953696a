#!/usr/bin/env python3
"""Time the pipelines of examples/pipelines in the libraries a user would pick instead.

usage: peers.py [--threads N] [--sizes 1000,100000,10000000] [--dtypes f64,f32]
                [--set pipelines|functions] [--only triad,softmax] [--peers numpy,numexpr,numba,jax,mlx] [--json OUT]

Needs: numpy numexpr numba jax "mlx[cpu]" (a peer that is not installed is left out).
Prints ns per element of the input size n (best of 7 timed batches, result materialized
each time, inputs already resident), one row per pipeline, dtype and size.
The same inputs, lengths and denominator as `examples/pipelines`, so that rows of both go into one table
(`table.py`).
"""
import argparse, builtins, json, math, os, sys, time

ap = argparse.ArgumentParser()
ap.add_argument("--threads", type=int, default=os.cpu_count())
ap.add_argument("--sizes", default="1000,100000,10000000")
ap.add_argument("--dtypes", default="f64,f32")
ap.add_argument("--set", default="pipelines", choices=["pipelines", "functions"])
ap.add_argument("--only", default="")
ap.add_argument("--peers", default="numpy,numexpr,numba,jax,mlx")
ap.add_argument("--json", default="")
args = ap.parse_args()

for v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
          "NUMEXPR_NUM_THREADS", "NUMEXPR_MAX_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[v] = str(args.threads)
if hasattr(os, "sched_setaffinity"):           # the one thread limit that every peer obeys
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: args.threads]))

import numpy as np

want = args.peers.split(",")
def optional(name):
    if name not in want:
        return None
    try:
        return __import__(name)
    except Exception:
        print(f"# {name}: not installed, left out", file=sys.stderr)
ne, nb, jax = optional("numexpr"), optional("numba"), optional("jax")
if jax:
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
mx = None
if "mlx" in want:
    try:
        import mlx.core as mx
        mx.set_default_device(mx.cpu)
    except Exception:
        print("# mlx: not installed, left out", file=sys.stderr)


def inputs(n, dtype):
    """Three length-n vectors in [0.1, 1.1), PCG64 seed 0, drawn as f64 and then cast."""
    rng = np.random.default_rng(0)
    unit = 1000 if dtype == np.int32 else 1
    return [((rng.random(n) + 0.1) * unit).astype(dtype) for _ in range(3)]


def side(n):
    return int(math.isqrt(n))


# name -> (function of (xp, a, b, c), numexpr text or None)
def triad(xp, a, b, c): return a + 3.0 * b
def poly7(xp, a, b, c):
    return ((((((a * 0.1 + 0.2) * a + 0.3) * a + 0.4) * a + 0.5) * a + 0.6) * a + 0.7) * a + 0.8
def norm_sum(xp, a, b, c): return xp.sum(xp.sqrt(a * a + b * b + c * c))
def gauss(xp, a, b, c): return xp.exp((a * a + b * b) * -0.5) * c
def trig(xp, a, b, c): return xp.sin(a) * xp.cos(b) + xp.tanh(c)
def black_scholes(xp, a, b, c):
    s, k, t = a * 100.0, b * 100.0, c
    r, v = 0.02, 0.3
    sq = xp.sqrt(t)
    d1 = (xp.log(s / k) + (r + 0.5 * v * v) * t) / (v * sq)
    d2 = d1 - v * sq
    def cdf(x):  # logistic approximation: tanh is in every peer, erf is not
        return 0.5 * (1.0 + xp.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))
    return s * cdf(d1) - k * xp.exp(-r * t) * cdf(d2)
def haversine(xp, a, b, c):
    dlat, dlon = (b - a) * 0.5, (c - a) * 0.5
    h = xp.sin(dlat) ** 2 + xp.cos(a) * xp.cos(b) * xp.sin(dlon) ** 2
    return 2.0 * 6371.0 * xp.arcsin(xp.sqrt(h))
def clip_where(xp, a, b, c): return xp.where(a > b, xp.minimum(a * 2.0, c), xp.maximum(b - c, 0.25))
def moments(xp, a, b, c):
    m = xp.mean(a)
    d = a - m
    return xp.mean(d * d) + xp.max(b) - xp.min(c)
def softmax_rows(xp, a, b, c):
    n = side(a.shape[0]); x = a[: n * n].reshape(n, n) * 8.0
    e = xp.exp(x - xp.max(x, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)
def standardize_cols(xp, a, b, c):
    n = side(a.shape[0]); x = a[: n * n].reshape(n, n)
    m = xp.mean(x, axis=0)
    return (x - m) / xp.sqrt(xp.mean((x - m) ** 2, axis=0) + 1e-9)
def stencil(xp, a, b, c):
    n = side(a.shape[0]); u = a[: n * n].reshape(n, n)
    return u[1:-1, 1:-1] + 0.1 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1])
def outer_dist(xp, a, b, c):
    n = side(a.shape[0]); x, y = a[:n], b[:n]
    return xp.sqrt((x[:, None] - y[None, :]) ** 2 + 0.5)
def transpose_add(xp, a, b, c):
    n = side(a.shape[0]); x = a[: n * n].reshape(n, n)
    return x + 2.0 * x.T
def mandel20(xp, a, b, c):
    x0, y0 = a * 2.0 - 1.6, b * 2.0 - 1.1
    x, y = x0, y0
    for _ in range(20):
        x, y = xp.clip(x * x - y * y + x0, -4.0, 4.0), xp.clip(2.0 * x * y + y0, -4.0, 4.0)
    return x * x + y * y
def int_mix(xp, a, b, c):
    i = (a * 1000.0).astype(xp.int32); j = (b * 1000.0).astype(xp.int32)
    return ((i * 7 + 3) ^ (j << 2)) & 1023
def cumsum_scale(xp, a, b, c): return xp.cumsum(a * b) * 0.5

NE = {
    triad: "a+3.0*b",
    poly7: "((((((a*0.1+0.2)*a+0.3)*a+0.4)*a+0.5)*a+0.6)*a+0.7)*a+0.8",
    norm_sum: "sum(sqrt(a*a+b*b+c*c))",
    gauss: "exp((a*a+b*b)*-0.5)*c",
    trig: "sin(a)*cos(b)+tanh(c)",
    haversine: "2.0*6371.0*arcsin(sqrt(sin((b-a)*0.5)**2+cos(a)*cos(b)*sin((c-a)*0.5)**2))",
    clip_where: "where(a>b, where(a*2.0<c,a*2.0,c), where(b-c>0.25,b-c,0.25))",
}
PIPES = [triad, poly7, norm_sum, gauss, trig, black_scholes, haversine, clip_where, moments, softmax_rows,
         standardize_cols, stencil, outer_dist, transpose_add, mandel20, int_mix, cumsum_scale]
def add(xp, a, b, c): return a + b
def multiply(xp, a, b, c): return a * b
def divide(xp, a, b, c): return a / b
def sqrt(xp, a, b, c): return xp.sqrt(a)
def exp(xp, a, b, c): return xp.exp(a)
def log(xp, a, b, c): return xp.log(a)
def sin(xp, a, b, c): return xp.sin(a)
def cos(xp, a, b, c): return xp.cos(a)
def tanh(xp, a, b, c): return xp.tanh(a)
def power(xp, a, b, c): return xp.power(a, b)
def abs(xp, a, b, c): return xp.abs(a)
def maximum(xp, a, b, c): return xp.maximum(a, b)
def less(xp, a, b, c): return xp.less(a, b)
def sum(xp, a, b, c): return xp.sum(a)
def max(xp, a, b, c): return xp.max(a)
def mean(xp, a, b, c): return xp.mean(a)
def argmax(xp, a, b, c): return xp.argmax(a)
if args.set == "functions":
    PIPES = [add, multiply, divide, sqrt, exp, log, sin, cos, tanh, power, abs, maximum, less, sum, max, mean, argmax]
if args.only:
    PIPES = [p for p in PIPES if p.__name__ in args.only.split(",")]


def best(f, reps=7, batch=0.03):
    f(); f()
    t = time.perf_counter(); f(); d = time.perf_counter() - t
    k = builtins.max(1, int(batch / builtins.max(d, 1e-9)))
    r = []
    for _ in range(reps):
        t = time.perf_counter()
        for _ in range(k):
            f()
        r.append((time.perf_counter() - t) / k)
    return min(r)


def numba_of(pipe):
    """The fused loop that a numba user writes: same text, xp bound to numpy, parallel when allowed."""
    import inspect, textwrap
    src = textwrap.dedent(inspect.getsource(pipe)).replace("xp, ", "").replace("xp.", "np.")
    ns = {"np": np, "side": nb.njit(lambda n: int(math.sqrt(n)))}
    exec(src, ns)
    return nb.njit(ns[pipe.__name__], parallel=args.threads > 1, error_model="numpy")


rows = []
peers = ["numpy"] + [p for p, m in (("numexpr", ne), ("numba", nb), ("jax", jax), ("mlx", mx)) if m]
peers = [p for p in peers if p in want]
print(f"# threads {args.threads}; ns per element, best of 7")
print(f"{'pipeline':17s}{'dtype':6s}{'n':>10s}" + "".join(f"{p:>11s}" for p in peers))
for name in args.dtypes.split(","):
    dt = {"f64": np.float64, "f32": np.float32, "i32": np.int32}[name]
    for n in map(int, args.sizes.split(",")):
        a, b, c = inputs(n, dt)
        for pipe in PIPES:
            row = {"pipeline": pipe.__name__, "dtype": name, "n": n, "threads": args.threads}
            if "numpy" in peers:
                row["numpy"] = best(lambda: pipe(np, a, b, c))
            if ne and pipe in NE:
                row["numexpr"] = best(lambda: ne.evaluate(NE[pipe], local_dict={"a": a, "b": b, "c": c}))
            if nb:
                try:
                    f = numba_of(pipe); row["numba"] = best(lambda: f(a, b, c))
                except Exception:
                    pass
            if jax:
                ja, jb, jc = map(jnp.asarray, (a, b, c))
                f = jax.jit(lambda a, b, c: pipe(jnp, a, b, c))
                row["jax"] = best(lambda: f(ja, jb, jc).block_until_ready())
            if mx and name == "f32":           # mlx has f64 on the CPU but not in mx.compile'd kernels
                try:
                    ma, mb, mc = map(mx.array, (a, b, c))
                    f = mx.compile(lambda a, b, c: pipe(mx, a, b, c))
                    row["mlx"] = best(lambda: mx.eval(f(ma, mb, mc)))
                except Exception:
                    pass
            for p in peers:
                if p in row:
                    row[p] = row[p] / n * 1e9
            rows.append(row)
            print(f"{pipe.__name__:17s}{name:6s}{n:10d}" +
                  "".join(f"{row[p]:11.4f}" if p in row else f"{'-':>11s}" for p in peers), flush=True)
if args.json:
    json.dump(rows, open(args.json, "w"), indent=1)
