"""Writes residuals.txt: how exactly NumPy factors easy and hard matrices. `python tests/golden/residuals.py`

`tests/linalg/accuracy.rs` makes the same matrices and wants figures of at most four times NumPy's. A line is dtype,
matrix, size, function, and its figures in units of the dtype's precision: the residual relative to the matrix, and how
far the factor is from orthogonal, if there is one.
"""

from pathlib import Path

import numpy as np

L = np.linalg


def random(n, seed):
    """A linear congruential generator over [-1, 1), as in the test."""
    mask, state = 2**64 - 1, seed * 6364136223846793005 + 1
    out = np.empty(n)
    for i in range(n):
        state = (state * 6364136223846793005 + 1442695040888963407) & mask
        out[i] = (state >> 11) / 2**52 - 1.0
    return out


def matrices(n):
    i = np.arange(n, dtype=float)
    rows, columns = i[:, None], i[None, :]
    q = L.qr(random(n * n, 4).reshape(n, n)).Q
    return {
        "random": random(n * n, 1).reshape(n, n),
        "hilbert": 1 / (rows + columns + 1),
        "graded": random(n * n, 3).reshape(n, n) * np.exp2(-(rows + columns) * (40 / n)),
        "repeated": (q * np.where(i < n / 2, 1.0, 2.0)) @ q.T,
    }


def figures(a):
    n, eps = len(a), float(np.finfo(a.dtype).eps)
    # Measured in double precision, whatever the factors are.
    wide = lambda x: x.astype(np.complex128 if x.dtype.kind == "c" else np.float64)
    a64, norm = wide(a), L.norm
    relative = lambda difference, scale: float(norm(difference) / scale / eps)
    orthogonal = lambda q: relative(wide(q).T @ wide(q) - np.eye(q.shape[1]), 1)
    q, r = L.qr(a)
    yield "qr", relative(wide(q) @ wide(r) - a64, norm(a64)), orthogonal(q)
    u, s, vh = L.svd(a)
    yield "svd", relative((wide(u) * wide(s)) @ wide(vh) - a64, norm(a64)), max(orthogonal(u), orthogonal(vh.T))
    h = (a + a.T) / 2
    w, v = L.eigh(h)
    yield "eigh", relative(wide(h) @ wide(v) - wide(v) * wide(w), norm(wide(h))), orthogonal(v)
    p = a @ a.T + np.eye(n, dtype=a.dtype) * a.dtype.type(norm(a64))
    c = wide(L.cholesky(p))
    yield "cholesky", relative(c @ c.T - wide(p), norm(wide(p)))
    b = random(2 * n, 5).reshape(n, 2).astype(a.dtype)
    try:
        x = wide(L.solve(a, b))
        yield "solve", relative(a64 @ x - wide(b), norm(a64) * norm(x))
        x = wide(L.inv(a))
        yield "inv", relative(a64 @ x - np.eye(n), norm(a64) * norm(x))
    except L.LinAlgError:
        pass
    w, v = L.eig(a)
    yield "eig", relative(a64 @ wide(v) - wide(v) * wide(w), norm(a64))


def main():
    lines = [f"# NumPy {np.__version__}, written by residuals.py"]
    for dtype in ("float64", "float32"):
        for n in (5, 50, 500):
            for kind, a in matrices(n).items():
                for name, *values in figures(a.astype(dtype)):
                    lines.append(" ".join([dtype, kind, str(n), name, *(f"{v:.3g}" for v in values)]))
    Path(__file__).with_name("residuals.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
