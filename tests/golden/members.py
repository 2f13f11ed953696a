"""Methods and properties of arrays whose results are not arrays, as calls that give some."""

import io
import pickle
import zipfile

import numpy as np


def _with_dump(a):
    out = io.BytesIO()
    a.dump(out)
    assert (pickle.loads(out.getvalue()) == a).all() or a.dtype.kind in "fc"
    return np.frombuffer(out.getvalue(), np.uint8)


def _resized(a, shape, **options):
    a = a.copy()
    a.resize(shape, **options)
    return a


def _flags(a):
    f = a.flags
    return " ".join(str(x) for x in (f.c_contiguous, f.f_contiguous, f.aligned, f.writebackifcopy, f.fnc, f.forc, f.num & 3))


def _after_setflags(a, **flags):
    """What the flags are, and what an assignment does."""
    a = a.copy()
    a.setflags(**flags)
    text = f"{a.flags.writeable} {a.flags.aligned} "
    try:
        a[0] = 9
        return text + str(a)
    except ValueError as error:
        return text + str(error)


def _base(a):
    """Whether it is a part, or another order, of an array that has all elements of its memory."""
    whole = a
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    return not (a.size == 0 or a.flags.c_contiguous and a.size == whole.size)


FUNCTIONS = {
    "ndarray.dump": _with_dump,
    "ndarray.resize": _resized,
    "ndarray.flags": _flags,
    "ndarray.setflags": _after_setflags,
    "ndarray.base": _base,
    "ndarray.item": lambda a, *args: np.asarray(a.item(*args), a.dtype),
    "ndarray.ctypes": lambda a: [np.array(list(x or ()), "int64") for x in (a.ctypes.shape, a.ctypes.strides)],
    "ndarray.strides": lambda a: np.array(a.strides, "int64"),
    "ndarray.flat": lambda a: [np.array(list(a.flat), a.dtype), a.flat[::2], np.array(len(a.flat))],
    "ndarray.data": lambda a: np.frombuffer(a.data.tobytes(), "uint8"),
    "ndarray.shape": lambda a: a.shape,
}

def _grid_items(items):
    return tuple(slice(*i[1:]) if isinstance(i, list) and i[:1] == ["slice"] else i for i in items)


def _matrix(method):
    """A method or operator of the matrix of the first argument."""

    def run(data, *args, **options):
        m = np.matrix(data, options.pop("dtype", None)) if "dtype" in options and method == "" else np.matrix(data)
        found = {
            "": lambda: m,
            "mul": lambda b: m * (np.matrix(b) if np.ndim(b) else b),
            "pow": lambda n: m**n,
            "row": lambda i: m[i],
            "column": lambda j: m[:, j],
        }.get(method) or (getattr(m, method) if callable(getattr(m, method)) else lambda: getattr(m, method))
        return np.asarray(found(*args, **options))

    return run


def _bmat(text, *blocks):
    if text is None:
        return np.asarray(np.bmat(blocks[0]))
    names = dict(zip("ABCD", blocks))
    return np.asarray(np.bmat(text, names, names))


def _savez(call):
    """The names of the archive's files, and their contents."""

    def run(names, *arrays):
        out = io.BytesIO()
        call(out, *[a for n, a in zip(names, arrays) if n is None], **{n: a for n, a in zip(names, arrays) if n is not None})
        with zipfile.ZipFile(out) as archive:
            files = archive.namelist()
            text = np.frombuffer(" ".join(files).encode(), "uint8")
            return [text, *(np.frombuffer(archive.read(f), "uint8") for f in files)]

    return run


def _ndarray(shape, dtype, buffer, **options):
    return np.array(np.ndarray(shape, dtype, buffer.tobytes(), **options))


def _both(question):
    """A question about two views of one array."""
    return lambda a, x, y, dtype=None: question(a[x], (a.view(dtype) if dtype else a)[y])


def _enumerated(a):
    all_ = list(np.ndenumerate(a))
    return [np.array([i for i, _ in all_], "int64").reshape(len(all_), np.ndim(a)), np.array([v for _, v in all_], a.dtype)]


def _broadcast(*arrays):
    b = np.broadcast(*arrays)
    columns = list(zip(*b)) or [()] * len(arrays)
    return [np.array(b.shape, "int64"), np.array([b.size, b.ndim, b.numiter, b.index]), *(np.array(c, a.dtype) for c, a in zip(columns, arrays))]


def _flatiter(a, index, value):
    f = a.flat
    step = [next(f) for _ in range(min(2, a.size))]
    at = np.array([f.index, *(f.coords if f.index < a.size else ())])
    b = a.copy()
    b.flat[index] = value
    return [np.array(step, a.dtype), at, a.flat[index], b]


FUNCTIONS |= {
    "r_": lambda *items: np.asarray(np.r_[_grid_items(items)]),
    "c_": lambda *items: np.asarray(np.c_[_grid_items(items)]),
    "mgrid": lambda *items: np.mgrid[_grid_items(items) if len(items) > 1 else _grid_items(items)[0]],
    "ogrid": lambda *items: list(np.ogrid[_grid_items(items)]),
    "matrix": _matrix(""),
    **{f"matrix.{n}": _matrix(n) for n in "mul pow row column sum prod mean std var min max any all argmin argmax T H I A1".split()},
    "asmatrix": lambda data: np.asarray(np.asmatrix(data)),
    "bmat": _bmat,
    "savez": _savez(np.savez),
    "savez_compressed": _savez(np.savez_compressed),
    "ndarray": _ndarray,
    "shares_memory": _both(np.shares_memory),
    "may_share_memory": _both(np.may_share_memory),
    "ndenumerate": _enumerated,
    "ndindex": lambda *shape: np.array(list(np.ndindex(*shape)), "int64").reshape(len(list(np.ndindex(*shape))), len(shape)),
    "broadcast": _broadcast,
    "flatiter": _flatiter,
    "constants": lambda: " ".join(repr(float(x)) for x in (np.pi, np.e, np.inf, np.nan, np.euler_gamma)) + f" {np.newaxis}",
    "as_strided": lambda a, **options: np.array(np.lib.stride_tricks.as_strided(a, **options)),
    "sliding_window_view": np.lib.stride_tricks.sliding_window_view,
}


def _nditer(*operands, write=False, axes=None, **options):
    """What an iteration shows: lengths of its steps, indices, and the elements of each operand; or what becomes of the last one."""
    operands = [a.copy(order="K") if write and isinstance(a, np.ndarray) else a for a in operands]
    for name in ("op_dtypes", "op_axes", "op_flags"):
        if options.get(name) is None:
            options.pop(name, None)
    if axes is not None:
        outer, inner = np.nested_iters(operands, axes, **options)
    else:
        outer, inner = None, np.nditer(operands, **options)
    lengths, indices, shown = [], [], [[] for _ in operands]
    for _ in outer or [None]:
        for step in inner:
            step = step if isinstance(step, tuple) else (step,)
            lengths.append(step[0].size)
            row = (*(inner.multi_index if inner.has_multi_index else ()), *((inner.index,) if inner.has_index else ()))
            indices += [row] if row else []
            for column, x in zip(shown, step):
                column.extend(np.array(x).ravel())
            if write:
                step[-1][...] += sum(x.astype(step[-1].dtype) for x in step[:-1]) + 1
    if write:
        return [inner.operands[-1]]
    table = np.array(indices, "int64").reshape(len(indices), -1) if indices else np.zeros((0, 0), "int64")
    return [np.array(lengths, "int64"), table, *(np.array(c, d) for c, d in zip(shown, inner.dtypes))]


FUNCTIONS |= {
    "nditer": _nditer,
    "nested_iters": lambda axes, *operands, **options: _nditer(*operands, axes=axes, **options),
}
