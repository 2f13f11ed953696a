"""Calls that read and write files: bytes are `uint8` arrays here, and text is text.

`load(bytes)` reads what a file of these bytes holds, `save(a)` gives the bytes that were written.
"""

import gzip
import io
import os
import re
import tempfile
import tokenize

import numpy as np


def _bytes(a):
    return np.asarray(a, np.uint8).tobytes()


def _array(data):
    return np.frombuffer(data, np.uint8)


def _load(data, **options):
    try:
        loaded = np.load(io.BytesIO(_bytes(data)), **options)
    except (tokenize.TokenError, SyntaxError) as error:
        # What its parser leaks is an error of the file.
        raise ValueError(f"Cannot parse header: {error}") from error
    if isinstance(loaded, np.lib.npyio.NpzFile):
        return [loaded[name] for name in sorted(loaded.files)]
    return loaded


def _npz_names(data):
    return ",".join(np.load(io.BytesIO(_bytes(data))).files)


def _save(a):
    out = io.BytesIO()
    np.save(out, a)
    return _array(out.getvalue())


def _with_file(call):
    """A path to a file with the bytes of the first argument."""

    def run(data, *args, **options):
        handle, path = tempfile.mkstemp()
        try:
            os.write(handle, _bytes(data))
            os.close(handle)
            return call(path, *args, **options)
        finally:
            os.remove(path)

    return run


def _dtype(options):
    order = options.pop("byteorder", "=")
    if "dtype" in options:
        options["dtype"] = np.dtype(options["dtype"]).newbyteorder(order)
    return options


def _native(a):
    return np.array(a, a.dtype.newbyteorder("="))


def _frombuffer(data, **options):
    return _native(np.frombuffer(_bytes(data), **_dtype(options)))


def _memmap(path, **options):
    return np.array(np.memmap(path, **options))


def _memmap_set(path, index, value, **options):
    """What the map and the file hold after an assignment."""
    mapped = np.memmap(path, **options)
    mapped[index] = value
    after = np.array(mapped)
    mapped.flush()
    del mapped
    with open(path, "rb") as file:
        return [after, _array(file.read())]


def _tofile(a, **options):
    handle, path = tempfile.mkstemp()
    os.close(handle)
    try:
        a.tofile(path, **options)
        with open(path, "rb") as file:
            return _array(file.read())
    finally:
        os.remove(path)


def _lines(text):
    # As in files: all line ends are the same.
    return io.StringIO(text, newline=None)


def _loadtxt(text, **options):
    if "delimiter" in options and isinstance(options["delimiter"], list):
        options["delimiter"] = tuple(options["delimiter"])
    return np.loadtxt(_lines(text), **options)


def _genfromtxt(text, **options):
    if options.get("comments") == []:
        options["comments"] = None
    a = np.genfromtxt(_lines(text), **options)
    assert a.dtype.names is None, a.dtype
    return a


def _fields(text, **options):
    a = np.atleast_1d(np.genfromtxt(_lines(text), **options))
    if a.dtype.names is None:
        return list(np.genfromtxt(_lines(text), ndmin=2, **options).T)
    return [a[name] for name in a.dtype.names]


def _field_names(text, **options):
    return " ".join(np.genfromtxt(_lines(text), **options).dtype.names)


def _savetxt(a, **options):
    out = io.StringIO()
    np.savetxt(out, a, **options)
    return out.getvalue()


def _fromregex(text, regexp, dtypes):
    try:
        a = np.fromregex(io.StringIO(text), regexp, [(name, dtype) for name, dtype in dtypes])
    except re.error as error:
        raise ValueError(str(error)) from error
    return [np.array(a[name]) for name in a.dtype.names]


def _gz(text, **options):
    """`loadtxt` of a packed file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "table.txt.gz")
        with gzip.open(path, "wt") as file:
            file.write(text)
        return np.loadtxt(path, **options)


# For `converters`, by name; the harness has the same.
CONVERTERS = {
    "percent": lambda text: float(text.strip("%")) / 100,
    "or -9": lambda text: float(text or -9),
    "length": lambda text: len(text) + 0.5,
    "seven": lambda text: 7.0,
    "float": lambda text: float(text),
}


FUNCTIONS = {
    "loadtxt": _loadtxt,
    "loadtxt.gz": _gz,
    "genfromtxt": _genfromtxt,
    "genfromtxt.fields": _fields,
    "genfromtxt.names": _field_names,
    "savetxt": _savetxt,
    "fromregex": _fromregex,
    "load": _load,
    "load.files": _npz_names,
    "save": _save,
    "frombuffer": _frombuffer,
    "fromfile": _with_file(lambda path, **options: _native(np.fromfile(path, **_dtype(options)))),
    "memmap": _with_file(_memmap),
    "memmap.set": _with_file(_memmap_set),
    "load.mmap": _with_file(lambda path, mode: np.array(np.load(path, mmap_mode=mode))),
    "ndarray.tofile": _tofile,
    "ndarray.tobytes": lambda a, **options: _array(a.tobytes(**options)),
    "ndarray.dumps": lambda a: _array(a.dumps()),
    "ndarray.tolist": lambda a: str(a.tolist()),
}


def npz(compress=False, **arrays):
    out = io.BytesIO()
    (np.savez_compressed if compress else np.savez)(out, **arrays)
    return _array(out.getvalue())


def npy(a, version=(1, 0)):
    out = io.BytesIO()
    np.lib.format.write_array(out, a, version=version)
    return _array(out.getvalue())


def header(text, data=b"", version=(1, 0), length=None):
    """A file with any header."""
    text = text.encode("utf-8" if version == (3, 0) else "latin1")
    length = len(text) if length is None else length
    size = 2 if version == (1, 0) else 4
    prefix = b"\x93NUMPY" + bytes(version) + length.to_bytes(size, "little")
    return _array(prefix + text + data)
