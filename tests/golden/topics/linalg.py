"""numpy.linalg, and the products that are not ufuncs.

Factorizations are unique but for signs, phases or order; their cases compare what remains (`linalg.qr|abs`).
Residuals and orthogonality are tested in Rust.
"""

import numpy as np

from operands import ramp
from recorder import arr

R = np.random.RandomState(7)


def _random(*shape, dtype="float64"):
    a = R.standard_normal(shape)
    if np.dtype(dtype).kind == "c":
        a = a + 1j * R.standard_normal(shape)
    return np.round(a, 3).astype(dtype)


def _dominant(n, *batch, dtype="float64"):
    return _random(*batch, n, n, dtype=dtype) + n * np.eye(n, dtype=dtype)


def _hermitian(n, *batch, dtype="float64"):
    a = _random(*batch, n, n, dtype=dtype)
    return np.round(a + np.conj(np.swapaxes(a, -1, -2)), 3).astype(dtype)


def _positive(n, *batch, dtype="float64"):
    a = _random(*batch, n, n, dtype=dtype)
    return np.round(a @ np.conj(np.swapaxes(a, -1, -2)) + n * np.eye(n), 2).astype(dtype)


def _tol(value):
    first = value[0] if isinstance(value, tuple) else value
    kind = np.asarray(first).dtype
    if kind in (np.float32, np.complex64):
        return {"rel": 4e-6, "abs": 4e-6}
    return {"rel": 1e-9, "abs": 1e-10} if kind.kind in "fc" else None


DTYPES = ["float32", "float64", "complex64", "complex128"]
NAN = float("nan")
INF = float("inf")


def record(topic):
    def case(name, *args, **kwargs):
        topic.case(name, *[arr(a) if isinstance(a, np.ndarray) else a for a in args], tol=_tol, **kwargs)

    products(topic, case)
    solvers(topic, case)
    factors(case)
    norms(case)
    datasets(case)
    small_stacks(case)
    sublists(case)
    signs(case)
    thin(case)


def products(topic, case):
    pairs = {
        "dot": [((2, 3), (3, 4)), ((3,), (3,)), ((), (3,)), ((2, 2, 3), (3,)), ((2, 3), (2, 3, 2)), ((2, 3), (2, 3)), ((0,), (0,)), ((2, 0), (0, 3))],
        "inner": [((3,), (3,)), ((2, 3), (4, 3)), ((2, 2, 3), (3,)), ((), (3,)), ((2, 3), (3, 2)), ((2, 0), (3, 0))],
        "vdot": [((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (3, 2)), ((3,), (2,)), ((0,), (0,))],
        "outer": [((2,), (3,)), ((2, 2), (3,)), ((), (3,)), ((0,), (3,))],
        "kron": [((2,), (3,)), ((2, 2), (2, 3)), ((2,), (2, 2)), ((), (3,)), ((2, 1, 2), (2, 2)), ((0,), (2,))],
        "linalg.outer": [((2,), (3,)), ((2, 2), (3,))],
        "linalg.matmul": [((2, 3), (3, 2)), ((2, 3), (3,)), ((2, 3), (2, 3))],
    }
    for name, shapes in pairs.items():
        for dtype in ["bool", "int8", "uint16", "int64", "float16", *DTYPES]:
            a, b = shapes[0] if name != "kron" else shapes[1]
            case(name, np.abs(ramp(dtype, *a)).astype(dtype), np.abs(ramp(dtype, *b)).astype(dtype))
        for a, b in shapes:
            case(name, _random(*a), _random(*b))
        case(name, ramp("complex64", *shapes[0][0]), ramp("complex128", *shapes[0][1]))
    # Sizes that take every path of the kernel, and layouts.
    for m, k, n in [(1, 5, 7), (7, 5, 1), (4, 4, 4), (8, 8, 8), (9, 3, 2), (17, 9, 33), (40, 1, 6)]:
        for dtype in ["float64", "complex64", "int32", "bool", "float16"]:
            case("matmul", np.abs(ramp(dtype, m, k)).astype(dtype), np.abs(ramp(dtype, k, n)).astype(dtype))
    for views in (["T"], ["[::-1]"], ["[:,::2]", "T"]):
        base = _random(6, 6)
        other = np.ascontiguousarray(_random(6, 6))
        case("matmul", arr(base, *views), arr(other[: arr(base, *views).value().shape[1]]))
    case("matmul", _random(5, 4, 4), _random(4, 4))
    case("matmul", _random(3, 1, 4, 5), _random(2, 5, 3))
    case("matmul", _random(20, 12, 12), arr(_random(12, 12), "T"))
    for axes in (0, 1, 2, 3, [[0], [0]], [[1, 0], [0, 1]], [0, 1], [[0, 1], [1, 0]], [[2], [0]], [[0, 0], [0, 1]], [[-1], [-2]]):
        case("tensordot", _random(3, 3), _random(3, 3), axes=axes)
    case("tensordot", _random(2, 3, 4), _random(4, 3, 5), axes=[[1, 2], [1, 0]])
    case("tensordot", _random(2, 3, 4), _random(3, 4, 5))
    case("linalg.tensordot", ramp("int32", 3, 3), ramp("int32", 3, 3), axes=1)
    case("tensordot", _random(2, 0), _random(0, 3), axes=1)
    for a, b in [((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 3)), ((3,), (2,)), ((2,), (2,)), ((4, 2), (4, 3)), ((4,), (4,)), ((), (3,)), ((4, 1, 3), (5, 3))]:
        case("cross", _random(*a), _random(*b))
    case("cross", ramp("int64", 3), ramp("float32", 3))
    case("cross", _random(3, 4), _random(3, 4), axis=0)
    case("cross", _random(3, 4), _random(4, 3), axisa=0, axisb=1, axisc=0)
    case("cross", _random(3, 4), _random(3, 4), axis=5)
    case("linalg.cross", _random(2, 3), _random(2, 3))
    case("linalg.cross", _random(3, 2), _random(3, 2), axis=0)
    case("linalg.cross", _random(2), _random(2))
    case("linalg.vecdot", _random(2, 3), _random(2, 3))
    case("linalg.vecdot", _random(2, 3, dtype="complex128"), _random(2, 3, dtype="complex128"), axis=0)
    case("linalg.matrix_transpose", _random(2, 3, 4))
    case("linalg.matrix_transpose", _random(4))
    case("linalg.diagonal", _random(2, 3, 3))
    case("linalg.diagonal", _random(2, 3, 4), offset=1)
    case("linalg.trace", ramp("int8", 2, 3, 3))
    case("linalg.trace", ramp("int8", 3, 3), offset=-1, dtype="float32")
    case("trace", ramp("int8", 3, 3, 2))
    case("trace", _random(3, 4), offset=1)
    einsum(topic, case)


def einsum(topic, case):
    a, b, v = _random(3, 4), _random(4, 5), _random(4)
    t = _random(2, 3, 4)
    s = _random(3, 3)
    for subscripts, *operands in [
        ("ij,jk->ik", a, b), ("ij,jk", a, b), ("ij,jk->ki", a, b), ("ij->ji", a), ("ij->", a), ("ij->j", a), ("ii", s), ("ii->i", s), ("ij,ij->", a, a),
        ("ij,j->i", a, v), ("i,j->ij", v, v), ("i,j->", v, v), ("i,i->i", v, v), ("kij,kjl->kil", t, _random(2, 4, 2)), ("...j,j->...", t, v),
        ("...ij->...ji", t), ("i...->...", t), ("...", t), ("...ij,...jk->...ik", t, b), ("ijk,jk->i", t, a), ("ijk,ljk->il", t, t), (" i j , j k -> i k ", a, b),
        ("ba", a), ("iij->ij", _random(2, 2, 3)), ("iij->j", _random(2, 2, 3)), ("iii->i", _random(3, 3, 3)), ("i,i->i", _random(1), v), ("ij,j->ij", a, _random(1)),
        ("ab,bc,cd->ad", a, b, _random(5, 2)), ("ab,ac,ad->bcd", a, a, a), ("a,ab,abc->abc", _random(2), _random(2, 3), t), ("ea,fb,abcd,gc,hd->efgh", s, s, _random(3, 3, 3, 3), s, s),
        ("i->i", np.zeros(0)), ("ij,jk->ik", np.zeros((2, 0)), np.zeros((0, 3))), ("i,i", np.zeros(0), np.zeros(0)), ("ijij->ij", _random(2, 3, 2, 3)), ("ZaA,aZ", t[:, :, :1], s[:, :2]),
        ("->", np.array(2.5)), (",i->i", np.array(2.5), v), ("ij,kj,lj->ikl", a, s[:, [0, 1, 2, 0]], a),
    ]:
        for optimize in (False, True, "optimal"):
            case("einsum", subscripts, *operands, optimize=optimize)
    for dtype in ["bool", "int8", "uint64", "float16", "float32", "complex64"]:
        case("einsum", "ij,jk->ik", np.abs(ramp(dtype, 3, 3)).astype(dtype), np.abs(ramp(dtype, 3, 3)).astype(dtype))
        case("einsum", "ij->i", np.abs(ramp(dtype, 3, 3)).astype(dtype))
    case("einsum", "ij,jk", ramp("int8", 3, 3), ramp("float32", 3, 3))
    for subscripts, *operands in [
        ("ij,jk->ik", a, a), ("ij->ik", a), ("ij->ijj", a), ("i1", a), ("ijk", a), ("i", a), ("ij,jk", a), ("ij", a, v), ("i..j", a), ("ii", a), ("...i->i", a), ("ij->i->j", a),
        ("", a), ("i,", v),
    ]:
        case("einsum", subscripts, *operands)
    for subscripts, *shapes in [
        ("ij,jk,kl->il", (2, 2), (2, 5), (5, 2)), ("ea,fb,abcd,gc,hd->efgh", (10, 10), (10, 10), (10, 10, 10, 10), (10, 10), (10, 10)), ("ij,jk", (2, 3), (3, 4)), ("ij->", (2, 3)),
        ("a,b,c->abc", (2,), (3,), (4,)), ("ab,bc,cd,de,ef->af", (2, 9), (9, 3), (3, 8), (8, 4), (4, 7)), ("abc,bd,cd,ae->e", (3, 4, 5), (4, 6), (5, 6), (3, 2)),
    ]:
        for optimize in (False, "greedy", "optimal"):
            topic.case("einsum_path", subscripts, *[arr(np.ones(s)) for s in shapes], optimize=optimize)
    topic.case("einsum_path", "ij,jk->ik", arr(np.ones((2, 3))), arr(np.ones((2, 3))))


def solvers(topic, case):
    for dtype in DTYPES:
        a = _dominant(4, dtype=dtype)
        case("linalg.solve", a, _random(4, dtype=dtype))
        case("linalg.solve", a, _random(4, 3, dtype=dtype))
        for name in ("inv", "det", "slogdet", "pinv", "cond"):
            case(f"linalg.{name}", a)
        case("linalg.lstsq", _random(6, 3, dtype=dtype), _random(6, dtype=dtype))
        case("linalg.lstsq", _random(6, 3, dtype=dtype), _random(6, 2, dtype=dtype))
        case("linalg.matrix_rank", a)
        case("linalg.pinv", _random(5, 3, dtype=dtype))
        case("linalg.pinv", _random(3, 5, dtype=dtype))
    names = ("inv", "det", "slogdet", "pinv", "cond", "matrix_rank")
    for a in (ramp("int32", 3, 3) + 5 * np.eye(3, dtype="int32"), np.eye(3, dtype=bool), _dominant(3, 2), _dominant(2, 2, 3), np.zeros((0, 0)), np.zeros((2, 0, 0)), np.zeros((0, 3, 3)),
              np.array([[2.0]]), _random(2, 3), _random(3), np.array(2.0), np.eye(2, dtype="float16"), np.zeros((2, 2)), np.array([[1.0, 2.0], [2.0, 4.0]])):
        for name in names:
            rounding = name == "cond" and a.shape == (2, 2) and a[-1, -1] == 4
            if not (name == "pinv" and a.size == 0) and not rounding:
                case(f"linalg.{name}", a)
    for a, b in [((3, 3), (3,)), ((2, 3, 3), (3,)), ((2, 3, 3), (2, 3, 1)), ((2, 3, 3), (3, 2)), ((3, 3), (2, 3, 2)), ((3, 3), (2,)), ((3, 3), (2, 2)), ((2, 3), (2,)), ((3,), (3,)), ((3, 3), ()),
                 ((0, 0), (0,)), ((0, 0), (0, 2)), ((2, 2), (2, 0)), ((2, 3, 3), (4, 3, 1)), ((40, 40), (40,))]:
        square = len(a) > 1 and a[-1] == a[-2]
        case("linalg.solve", _dominant(a[-1], *a[:-2]) if square else _random(*a), _random(*b))
    case("linalg.solve", np.ones((2, 2)), np.ones(2))
    case("linalg.solve", arr(_dominant(4), "T"), arr(_random(4, 4), "[:,::2]"))
    case("linalg.inv", arr(_dominant(6), "[::2,::2]"))
    for special in (NAN, INF):
        broken = np.array([[special, 1.0], [1.0, 2.0]])
        for name in ("eigvals", "eig", "lstsq"):
            case(f"linalg.{name}", broken, *([np.ones(2)] if name == "lstsq" else []))
    with_nan = np.array([[NAN, 1.0], [1.0, 2.0]])
    for name in ("svd", "svdvals", "pinv", "matrix_rank", "cond", "det"):
        case(f"linalg.{name}", with_nan)
    low = np.outer(np.arange(1.0, 5), np.arange(1.0, 4))
    for rcond in (None, 1e-3, -1, 0.5):
        case("linalg.lstsq", low + 1e-4 * np.eye(4, 3), np.arange(4.0), rcond=rcond)
        case("linalg.pinv", low + 0.01 * np.eye(4, 3), **({} if rcond is None else {"rcond": abs(rcond)}))
    case("linalg.pinv", low + 0.01 * np.eye(4, 3), rtol=0.1)
    case("linalg.pinv", low, rtol=0.1, rcond=0.1)
    case("linalg.pinv", _hermitian(4), hermitian=True)
    case("linalg.pinv", _random(2, 4, 3))
    case("linalg.lstsq", _random(2, 4), _random(2))
    case("linalg.lstsq", _random(3, 3), _random(3, 2))
    case("linalg.lstsq", _random(4, 2), _random(3))
    case("linalg.lstsq", _random(2, 4, 2), _random(4))
    case("linalg.lstsq", np.zeros((0, 2)), np.zeros(0))
    case("linalg.lstsq", np.zeros((3, 0)), np.ones(3))
    for tol in (None, 0.5, 1e-3):
        case("linalg.matrix_rank", low + 0.01 * np.eye(4, 3), tol)
    case("linalg.matrix_rank", low, rtol=1e-3)
    case("linalg.matrix_rank", low, 1.0, rtol=1e-3)
    case("linalg.matrix_rank", _hermitian(4), hermitian=True)
    case("linalg.matrix_rank", np.zeros(3))
    case("linalg.matrix_rank", np.arange(3))
    case("linalg.matrix_rank", _random(2, 3, 4))
    for p in (None, 2, -2, 1, -1, INF, -INF, "fro", "nuc", 3, "xyz"):
        case("linalg.cond", _dominant(3), p)
        case("linalg.cond", _dominant(3, 2), p)
        if p not in (None, 2):
            case("linalg.cond", np.array([[1.0, 2.0], [2.0, 4.0]]), p)
    for n in (-3, -1, 0, 1, 2, 3, 7):
        case("linalg.matrix_power", _dominant(3), n)
        case("linalg.matrix_power", np.array([[1, 1], [1, 0]]), n)
    case("linalg.matrix_power", _dominant(3, 2), 3)
    case("linalg.matrix_power", _random(2, 3), 2)
    case("linalg.matrix_power", ramp("int8", 2, 2), 5)
    for shapes in [((3, 4), (4, 2)), ((10, 3), (3, 20), (20, 2)), ((4,), (4, 5), (5, 6), (6,)), ((2, 9), (9, 3), (3, 8), (8, 4), (4,)), ((3,), (3,)), ((3, 4),), ((3, 4), (3, 4)), ((2, 2), (2, 2, 2), (2, 2))]:
        topic.case("linalg.multi_dot", [arr(_random(*s)) for s in shapes], tol=_tol)
    case("linalg.tensorinv", _dominant(6).reshape(2, 3, 6))
    case("linalg.tensorinv", _dominant(6).reshape(6, 2, 3), ind=1)
    case("linalg.tensorinv", _dominant(6).reshape(6, 6), ind=0)
    case("linalg.tensorinv", _random(2, 3, 4))
    case("linalg.tensorsolve", _dominant(6).reshape(2, 3, 6), _random(2, 3))
    case("linalg.tensorsolve", _dominant(6).reshape(2, 3, 3, 2), _random(2, 3))
    case("linalg.tensorsolve", np.moveaxis(_dominant(6).reshape(2, 3, 6), 0, -1).copy(), _random(3, 6)[:, :2], axes=[0])
    case("linalg.tensorsolve", _random(2, 3, 4), _random(2, 3))


def factors(case):
    for dtype in DTYPES:
        case("linalg.cholesky", _positive(4, dtype=dtype))
        case("linalg.cholesky", _positive(4, dtype=dtype), upper=True)
        h = np.diag(np.arange(4)).astype(dtype) * 3 + 0.25 * _hermitian(4, dtype=dtype)
        for uplo in ("L", "U"):
            case("linalg.eigh|abs", h, uplo)
            case("linalg.eigvalsh", h + np.triu(np.ones((4, 4)), 1), uplo)
        for shape in ((4, 4), (5, 3), (3, 5)):
            a = _random(*shape, dtype=dtype)
            # Columns of Q beyond those of A are any orthonormal ones.
            for mode in ("reduced", "r") if shape == (5, 3) else ("reduced", "complete", "r"):
                case("linalg.qr|abs", a, mode)
            case("linalg.svdvals", a)
            case("linalg.svd|abs", a, full_matrices=False)
            case("linalg.svd", a, compute_uv=False)
        case("linalg.svd|abs", _random(4, 4, dtype=dtype))
    case("linalg.qr|abs", _random(4, 3), "raw")
    case("linalg.qr|abs", _random(2, 4, 3))
    case("linalg.qr|abs", _random(4, 3, 4), "complete")
    case("linalg.eigh|abs", np.diag([1.0, 2.0, 4.0]) + 0.1 * _hermitian(3, 2))
    case("linalg.svd|abs", _random(2, 3, 3))
    case("linalg.cholesky", _positive(3, 2))
    case("linalg.svd|abs", np.diag([3.0, -2.0, 1.0]) + 0.1 * _hermitian(3), hermitian=True)
    case("linalg.svdvals", _random(2, 3, 4))
    for a in (_random(4, 4), _dominant(5), np.diag([1.0, 2.0, 3.0]) + np.triu(np.ones((3, 3)), 1), np.array([[0.0, -1.0], [1.0, 0.0]]), _random(3, 3, dtype="complex128"), np.array([[1, 2], [3, 4]]),
              np.array([[1e8, 1.0, 2.0], [1e-3, 2e-4, 1e-6], [1e-2, 1e-5, 3e-8]])):
        case("linalg.eigvals|sorted", a)
    case("linalg.eig", np.array([[2.0]]))
    case("linalg.eigvals", np.eye(2, dtype="float32") * 3)
    empty = [np.zeros((0, 0)), np.zeros((0, 3)), np.zeros((3, 0)), np.zeros((0, 3, 3))]
    bad = [_random(2, 3), _random(3), np.eye(2, dtype="float16")]
    for name in ("qr", "svd", "svdvals", "cholesky", "eigh", "eigvalsh", "eig", "eigvals"):
        for a in empty + bad:
            square = name not in ("qr", "svd", "svdvals")
            if square or a.dtype == "float16" or a.ndim < 2 or (a.size == 0 and name != "svd"):
                case(f"linalg.{name}", a)
    case("linalg.svd", np.zeros((2, 0)))
    case("linalg.cholesky", np.array([[1.0, 2.0], [2.0, 1.0]]))
    case("linalg.cholesky", np.zeros((2, 2)))
    case("linalg.cholesky", np.array([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 2.0], [2.0, 1.0]]]))
    case("linalg.eigh", np.eye(2), "X")
    case("linalg.qr", np.eye(2), "unknown")


def norms(case):
    v, a, t = _random(5), _random(3, 4), _random(2, 3, 4)
    for dtype in ["float16", *DTYPES]:
        case("linalg.norm", ramp(dtype, 3))
        case("linalg.norm", ramp(dtype, 2, 2))
        if dtype != "float16":
            case("linalg.norm", _random(3, 3, dtype=dtype), 2)
            case("linalg.norm", _random(3, dtype=dtype), 3)
    for ord in (None, 0, 1, -1, 2, -2, 3, 0.5, INF, -INF, "fro", "nuc", "xyz"):
        case("linalg.norm", v, ord)
        case("linalg.norm", a, ord)
        case("linalg.norm", a, ord, keepdims=True)
        case("linalg.norm", t, ord, 1)
        case("linalg.norm", t, ord, axis=[0, 2])
        case("linalg.norm", t, ord, axis=[2, 0], keepdims=True)
        case("linalg.norm", t, ord)
        if ord is not None:
            case("linalg.vector_norm", t, ord=ord)
            case("linalg.vector_norm", t, ord=ord, axis=[0, 2], keepdims=True)
            case("linalg.matrix_norm", t, ord=ord)
    case("linalg.matrix_norm", t, keepdims=True)
    case("linalg.vector_norm", t)
    case("linalg.vector_norm", v, axis=0)
    case("linalg.norm", np.arange(5))
    case("linalg.norm", np.array([True, True]))
    case("linalg.norm", np.array(-3.0))
    case("linalg.norm", a, axis=[0, 0])
    case("linalg.norm", a, axis=2)
    case("linalg.norm", np.zeros((0, 3)))
    case("linalg.norm", np.zeros(0), INF)
    case("linalg.norm", np.zeros(0), -INF)
    case("linalg.norm", np.zeros((0, 3)), 1)
    case("linalg.norm", np.zeros((3, 0)), 2)


def datasets(case):
    """DS-ARRAY-7 and DS-ARRAY-10 of the dataset catalog."""
    a, b = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([9.0, 8.0])
    case("linalg.solve", a, b)
    for name in ("inv", "det", "slogdet", "cholesky", "svdvals", "eigvalsh", "pinv", "cond", "norm", "matrix_rank"):
        case(f"linalg.{name}", a)
    z = np.array([1 + 2j, -3 + 0.5j, 0 - 1j])
    for name in ("vdot", "dot", "inner", "outer", "vecdot"):
        case(name, z, z)
    case("linalg.norm", z)


def sublists(case):
    """The form of einsum in which labels are numbers."""
    a, b, t = _random(3, 4), _random(4, 5), _random(2, 3, 4)
    for arguments in [
        (a, [0, 1], b, [1, 2]), (a, [0, 1], b, [1, 2], [2, 0]), (a, [51, 25], [25]), (a, [0, 1], []), (a, [1, 0]), (t, [0, 3, 26], a, [3, 26], [0]),
        (a, [0, 52]), (a, [0, -1]), (a, [0]), (a, [0, 1], [2]), (a, [0, 0]),
    ]:
        case("einsum", *arguments)
    case("einsum", ramp("int32", 3, 3), [0, 0])


def small_stacks(case):
    """Matrices whose rows change places, of the sizes that are eliminated many at a time and the next one."""
    for n in range(1, 10):
        for dtype in ("float64", "complex128") if n in (2, 5, 8) else ("float64",):
            a = _random(3, n, n, dtype=dtype) + np.eye(n, dtype=dtype)[::-1]
            case("linalg.solve", a, _random(3, n, 2, dtype=dtype))
            case("linalg.solve", arr(a, "T0,2,1"), _random(n, dtype=dtype))
            for name in ("inv", "det", "slogdet"):
                case(f"linalg.{name}", a)
    many = _random(37, 4, 4)
    for name in ("inv", "det", "slogdet"):
        case(f"linalg.{name}", many)
        case(f"linalg.{name}", arr(many, "[::-2]"))
    case("linalg.solve", many, _random(37, 4, 1))
    case("linalg.solve", many[0], _random(5, 4, 3))
    singular = np.stack([np.eye(3), np.ones((3, 3)), np.diag([1.0, 0.0, 2.0])])
    case("linalg.solve", singular, np.ones((3, 3, 1)))
    for name in ("inv", "det", "slogdet"):
        case(f"linalg.{name}", singular)
        case(f"linalg.{name}", singular[2])
    # Products of pivots that overflow or underflow on the way.
    for scale in (1e200, 1e-200):
        case("linalg.det", np.diag([scale, scale, 1 / scale, 1 / scale, 3.0]))
        case("linalg.slogdet", np.diag([scale, -scale, scale]))
    nan = np.eye(3) + np.array([[0, 0, NAN], [0, 0, 0], [0, 0, 0]])
    for name in ("inv", "det", "slogdet"):
        case(f"linalg.{name}", nan)


def signs(case):
    """Vectors of matrices for which LAPACK iterates, with their signs."""
    shapes = [(n, n) for n in (1, 2, 3, 4, 5, 8, 13, 25)] + [(4, 3), (3, 4), (6, 5), (5, 6), (9, 4), (4, 9), (20, 3), (3, 20), (5, 1), (1, 5), (2, 1), (1, 2)]
    for shape in shapes:
        a = _random(*shape)
        case("linalg.svd", a, full_matrices=False)
        if max(shape) < 10:
            case("linalg.svd", a)
        if shape[0] == shape[1]:
            case("linalg.eigh", _hermitian(shape[0]))
    case("linalg.svd", _random(2, 3, 3))
    case("linalg.eigh", _hermitian(4, 2))
    special = [np.eye(3), np.diag([3.0, -1.0, 2.0]), -np.eye(2), np.diag([1.0, 2.0]) * 1e200, np.diag([1.0, 2.0]) * 1e-200, np.array([[2.0, 1.0], [1.0, 2.0]]),
               np.array([[1.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 1.0]]), np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 0.0], [0.0, 0.0, -1.0]])]
    for a in special:
        case("linalg.svd", a)
        case("linalg.eigh", a)
    case("linalg.svd", np.triu(np.ones((5, 5))))
    case("linalg.svd", np.array([[1.0, 1e-9], [0.0, 1.0]]))


def thin(case):
    """More of what has few cases elsewhere: dtypes, shapes, options, errors."""
    for dtype in ("int8", "float32", "complex128"):
        a, b = ramp(dtype, 2, 3), ramp(dtype, 3, 2)
        case("linalg.tensordot", a, b, axes=1)
        case("linalg.tensordot", a, b, axes=[[0], [1]])
        case("linalg.cross", ramp(dtype, 2, 3), ramp(dtype, 2, 3)[::-1].copy())
        case("linalg.vecdot", a, a)
        case("linalg.vecdot", a, a, axis=0)
        case("linalg.matrix_transpose", ramp(dtype, 2, 2, 3))
        case("linalg.diagonal", ramp(dtype, 2, 3, 3), offset=-1)
        case("linalg.trace", ramp(dtype, 2, 3, 3), offset=1)
    case("linalg.tensordot", _random(2, 3), _random(2, 3))
    case("linalg.tensordot", _random(2, 3), _random(4, 3), axes=1)
    case("linalg.cross", _random(3), _random(2))
    case("linalg.cross", _random(3, 2), _random(3, 2), axis=-2)
    case("linalg.vecdot", _random(2, 3), _random(2, 4))
    case("linalg.vecdot", _random(4, 1, 3), _random(5, 3))
    case("linalg.diagonal", _random(3))
    case("linalg.trace", _random(3))
    case("linalg.trace", ramp("uint8", 3, 3), dtype="float64")
    case("linalg.tensorinv", _dominant(4).reshape(2, 2, 2, 2).astype("float32"))
    case("linalg.tensorinv", _dominant(4, dtype="complex128").reshape(4, 2, 2), ind=1)
    case("linalg.tensorsolve", _dominant(4).reshape(2, 2, 2, 2), _random(2, 2).astype("float32"))
    case("linalg.tensorsolve", np.zeros((2, 2, 2, 2)), _random(2, 2))
