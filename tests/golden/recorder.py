"""Records NumPy calls as lines of text. The format is described in README.md."""

import json
import re
import zipfile
from collections import Counter

import numpy as np

import errors
import files
import members
import printed
import scalar_types
import series
import streams

DTYPES = "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 complex64 complex128".split()
CODE = {name: np.dtype(name).str[1:] for name in DTYPES}

# A spec shorter than this is cheaper to repeat than to name.
SHORTEST_SHARED = 40


def _real_token(x):
    if np.isnan(x):
        return "nan"
    text = str(x)
    text = text.removesuffix(".0").replace("e+", "e")
    assert type(x)(text) == x, (x, text)
    return text


def _tokens(a):
    if a.dtype.kind == "b":
        return ["1" if x else "0" for x in a]
    if a.dtype.kind in "iu":
        return [str(int(x)) for x in a]
    if a.dtype.kind == "f":
        return [_real_token(x) for x in a]
    return [f"{_real_token(z.real)}:{_real_token(z.imag)}" for z in a]


def encode(a):
    """`f8[2,3] 1 2 3 4 5 6`: dtype, shape and values in C order; runs as `value*count`."""
    a = np.asarray(a)
    assert a.dtype.name in CODE, f"{a.dtype} has no place in the goldens yet"
    runs = []
    for token in _tokens(a.ravel()):
        if runs and runs[-1][0] == token:
            runs[-1][1] += 1
        else:
            runs.append([token, 1])
    words = [w for t, n in runs for w in ([t] * n if n < 3 else [f"{t}*{n}"])]
    return " ".join([f"{CODE[a.dtype.name]}[{','.join(map(str, a.shape))}]", *words])


def _index_item(text):
    text = text.strip()
    if text == "...":
        return Ellipsis
    if text == "None":
        return None
    if ":" in text:
        return slice(*(int(p) if p else None for p in text.split(":")))
    return int(text)


def parse_index(text):
    """The subscript that `[1:3,...,None]` stands for."""
    items = [i for i in text[1:-1].split(",") if i]
    return tuple(map(_index_item, items))


def apply_view(a, view):
    """`T` transposes, `T1,0,2` permutes, `[...]` indexes, `B2,3` broadcasts."""
    if view.startswith("["):
        return a[parse_index(view)]
    axes = [int(i) for i in view[1:].split(",") if i]
    if view[0] == "T":
        return a.transpose(axes or None)
    assert view[0] == "B", view
    return np.broadcast_to(a, axes)


class Operand:
    """An array argument: a base in C order, and the views that give it its layout."""

    def __init__(self, base, views=()):
        self.base = np.ascontiguousarray(base).reshape(np.shape(base))
        self.views = tuple(views)

    def value(self):
        a = self.base
        for view in self.views:
            a = apply_view(a, view)
        return a

    def spec(self):
        return "|".join([encode(self.base), *self.views])


class Call:
    """A call whose result is an argument of another one.

    Python's operators and subscripts on it are calls too, so that an expression reads as usual. One that is used more
    than once in a case is written once, under `let`.
    """

    def __init__(self, name, args, kwargs):
        self.name, self.args, self.kwargs = name, args, kwargs
        self.reference = None

    def value(self):
        if not hasattr(self, "result"):
            self.result = run(self.name, self.args, self.kwargs)
        return self.result

    def spec(self):
        return self.reference or self.definition()

    def definition(self):
        return {"f": self.name, **_arguments(self.args, self.kwargs)}

    def __getitem__(self, text):
        return call("getitem", self, Index(text))

    def __neg__(self):
        return call("negative", self)


def _binary(name):
    return lambda a, b: call(name, a, b), lambda b, a: call(name, a, b)


for _name, _operator in {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "bitwise_xor": "xor", "bitwise_and": "and",
    "left_shift": "lshift", "greater": "gt", "less": "lt",
}.items():
    _plain, _reflected = _binary(_name)
    setattr(Call, f"__{_operator}__", _plain)
    if _operator not in ("gt", "lt"):
        setattr(Call, f"__r{_operator}__", _reflected)


def _shared(args, kwargs):
    """The calls that occur more than once below, those first that others need."""
    counts, order = Counter(), {}

    def visit(x):
        if isinstance(x, Call):
            counts[id(x)] += 1
            if counts[id(x)] == 1:
                visit([*x.args, *x.kwargs.values()])
                order[id(x)] = x
        elif isinstance(x, (list, tuple)):
            for item in x:
                visit(item)

    visit([*args, *kwargs.values()])
    return [x for i, x in order.items() if counts[i] > 1]


class Index:
    """A subscript, in Python's spelling."""

    def __init__(self, text):
        self.text = text

    def value(self):
        return parse_index(self.text)

    def spec(self):
        return self.text


class Subscript:
    """A subscript of several items: integers, slices and the like in Python's spelling, arrays."""

    def __init__(self, *items):
        self.items = items

    def value(self):
        return tuple(_index_item(i) if isinstance(i, str) else _python_value(i) for i in self.items)

    def spec(self):
        return [_json_value(i) for i in self.items]


def pad_with_ten(vector, width, axis):
    vector[: width[0]] = 10 + axis
    vector[len(vector) - width[1] :] = 10 + axis


class Text:
    """Text that is not an option."""

    def __init__(self, text):
        self.text = text

    def value(self):
        return self.text

    def spec(self):
        return {"text": self.text}


class Function:
    """A Python callable that the Rust harness knows by name."""

    TABLE = {
        "i": lambda i, *rest: i,
        "i+j": lambda i, j: i + j,
        "10i+j": lambda i, j: 10 * i + j,
        "i==j": lambda i, j: i == j,
        "i*j-k": lambda i, j, k: i * j - k,
        "tril": np.tril,
        "sum": np.sum,
        "max": np.max,
        "shifted": lambda v: v - v[0],
        "pair": lambda v: np.array([v[0], v[-1]]),
        "outer": lambda v: np.outer(v, v[:2]),
        "fold": lambda a, axis: np.sum(a, axis=axis),
        "kept": lambda a, axis: np.max(a, axis=axis, keepdims=True),
        "all": lambda a, axis: np.sum(a),
        "negated": lambda v: -v,
        "halved": lambda v: v / 2,
        "x*y+1": lambda x, y: x * y + 1,
        "square": lambda x: x * x,
        "larger": lambda x, y: x if x > y else y,
        "dot": lambda a, b: np.dot(a, b),
        "ten": lambda vector, width, axis, kwargs: pad_with_ten(vector, width, axis),
        "triu": np.triu,
        "exp": np.exp,
        **printed.WORDS,
        **files.CONVERTERS,
    }

    def __init__(self, name):
        self.name = name

    def value(self):
        return self.TABLE[self.name]

    def spec(self):
        return {"fn": self.name}


def arr(values, *views, dtype=None):
    return Operand(np.array(values, dtype=dtype), views)


def call(name, *args, **kwargs):
    return Call(name, args, kwargs)


def _python_value(x):
    if isinstance(x, (Operand, Call, Index, Subscript, Function, Text, errors.Deferred)):
        return x.value()
    if isinstance(x, (list, tuple)):
        return type(x)(map(_python_value, x))
    if isinstance(x, dict):
        return {name: _python_value(value) for name, value in x.items()}
    return x


def _json_value(x):
    if isinstance(x, (Operand, Call, Index, Subscript, Function, Text, errors.Deferred)):
        return x.spec()
    if isinstance(x, (np.ndarray, np.generic)):
        return encode(x)
    if isinstance(x, np.dtype) or (isinstance(x, type) and issubclass(x, np.generic)):
        return np.dtype(x).name
    if isinstance(x, complex):
        return f"complex {_real_token(x.real)} {_real_token(x.imag)}"
    if isinstance(x, float) and not np.isfinite(x):
        return f"float {_real_token(x)}"
    if isinstance(x, int) and not -(2**63) <= x < 2**63:
        return f"int {x}"
    if isinstance(x, (list, tuple)):
        return [_json_value(i) for i in x]
    if isinstance(x, dict):
        return [[name, _json_value(value)] for name, value in x.items()]
    assert x is None or isinstance(x, (bool, int, float, str)), type(x)
    return x


def _arguments(args, kwargs):
    out = {}
    if args:
        out["a"] = [_json_value(x) for x in args]
    if kwargs:
        out["k"] = {name: _json_value(x) for name, x in kwargs.items()}
    return out


def _sorted(values):
    key = [(round(z.real * 1e9), round(z.imag * 1e9)) for z in values]
    return np.array([values[i] for i in sorted(range(len(values)), key=key.__getitem__)], dtype=complex)


# What is unique of results that are unique but for order, sign or phase: `linalg.qr|abs`.
AFTERWARDS = {
    "abs": lambda r: tuple(map(np.abs, r)) if isinstance(r, tuple) else np.abs(r),
    "sorted": _sorted,
    # A tuple of an array and a list of arrays.
    "flat": lambda r: (r[0], *r[1]),
}


def _first_of_subscript(function):
    """`delete` and `insert` take one item of a subscript, not a tuple."""

    def run(a, index, *args, **kwargs):
        index = index[0] if isinstance(index, tuple) else index
        return function(a, index, *args, **kwargs)

    return run


ONE_ITEM = {n: _first_of_subscript(getattr(np, n)) for n in ("delete", "insert")}


def setitem(a, index, value):
    a[index] = value


# Functions that change their first argument: the golden is what they make of a copy.
CHANGES = {"setitem": setitem} | {n: getattr(np, n) for n in "put place putmask copyto fill_diagonal put_along_axis".split()}
CHANGES |= {f"ndarray.{n}": getattr(np.ndarray, n) for n in "put fill sort partition".split()}


def _changed(function):
    def run(a, *args, **kwargs):
        a = a.copy(order="K")
        function(a, *args, **kwargs)
        return a

    return run


def _vectorize(function, *args, **kwargs):
    return np.vectorize(function, **kwargs)(*args)


def _frompyfunc(function, nin, method, dtype, *args):
    f = np.frompyfunc(function, nin, 1)
    return np.asarray((getattr(f, method) if method else f)(*args)).astype(dtype)


def _ufunc_facts(name):
    u = getattr(np, name)
    return f"{u.nin} {u.nout} {u.nargs} {u.identity} {u.signature}"


CALLS = {"vectorize": _vectorize, "frompyfunc": _frompyfunc, "ufunc": _ufunc_facts}


def _find(name):
    if name in CALLS:
        return CALLS[name]
    if name.endswith(".at"):
        return _changed(getattr(np, name.removesuffix(".at")).at)
    if name in ONE_ITEM:
        return ONE_ITEM[name]
    if name in CHANGES:
        return _changed(CHANGES[name])
    if "|" in name:
        name, after = name.split("|")
        function = _find(name)
        return lambda *args, **kwargs: AFTERWARDS[after](function(*args, **kwargs))
    if name == "einsum_path":
        return lambda *args, **kwargs: np.einsum_path(*args, **kwargs)[1]
    if name == "getitem":
        return lambda a, index: a[index]
    if name in ("str", "repr"):
        return {"str": str, "repr": repr}[name]
    if name == "types":
        return _types
    for module in (errors, printed, files, members, scalar_types, series):
        if name in module.FUNCTIONS:
            return module.FUNCTIONS[name]
    if name.startswith("random."):
        return streams.find(name)
    if name.startswith("ndarray."):
        attribute = name.removeprefix("ndarray.")

        def method(a, *args, **kwargs):
            member = getattr(a, attribute)
            return member(*args, **kwargs) if callable(member) else member

        return method
    found = np
    for part in name.split("."):
        found = getattr(found, part)
    return found


def run(name, args, kwargs):
    kwargs = {k: _python_value(v) for k, v in kwargs.items()}
    if isinstance(kwargs.get("axis"), list):
        kwargs["axis"] = tuple(kwargs["axis"])
    return _find(name)(*map(_python_value, args), **kwargs)


def _types(name, others):
    """The result types of a ufunc for each of the 14 dtypes against each of `others`.

    One character per pair, `.` for a TypeError; several outputs stand side by side.
    """
    ufunc = getattr(np, name)
    rows = []
    for row in DTYPES:
        one = np.ones(1, row)
        cells = []
        for other in others.split():
            if other == "-":
                operands = [(one,)]
            elif other.startswith("weak_"):
                scalar = {"weak_bool": True, "weak_int": 1, "weak_float": 1.0, "weak_complex": 1j}[other]
                operands = [(one, scalar), (scalar, one)]
            else:
                operands = [(one, np.ones(1, other))]
            cells.append("/".join(_type_cell(ufunc, o) for o in operands))
        rows.append(" ".join(cells))
    return "\n".join(rows)


def _type_cell(ufunc, operands):
    try:
        out = ufunc(*operands)
    except TypeError:
        return "."
    out = out if isinstance(out, tuple) else (out,)
    return "".join(CODE[np.asarray(o).dtype.name] for o in out)


def _result(value):
    if isinstance(value, np.dtype):
        return {"dtype": value.name}
    if isinstance(value, str):
        return {"str": value}
    if isinstance(value, (bool, int, float)) and not isinstance(value, np.generic):
        return value
    if isinstance(value, tuple) and all(type(v) is int for v in value):
        return {"shape": list(value)}
    if isinstance(value, (tuple, list)):
        return [encode(v) for v in value]
    return encode(value)


PUBLIC_ERRORS = (
    np.linalg.LinAlgError,
    np.exceptions.AxisError, OverflowError, ZeroDivisionError, FloatingPointError, MemoryError,
    IndexError, TypeError, ValueError, KeyError, AttributeError, RuntimeError, FileNotFoundError, EOFError, OSError,
)


def _error(error):
    if isinstance(error, zipfile.BadZipFile):
        return "OSError"
    # NumPy raises private subclasses; the golden names the class that a caller would catch.
    for public in PUBLIC_ERRORS:
        if isinstance(error, public):
            return public.__name__
    raise error


class Topic:
    """The cases of one file."""

    def __init__(self, name):
        self.name = name
        self.cases = []

    def case(self, function, *args, tol=None, **kwargs):
        """Calls NumPy and records what came of it.

        `tol` holds the tolerance fields of README.md, or a function from the result to them.
        """
        shared = _shared(args, kwargs)
        for number, part in enumerate(shared):
            part.reference = f"${number}"
        line = {"f": function, **_arguments(args, kwargs)}
        if shared:
            line["let"] = {part.reference: part.definition() for part in shared}
        for part in shared:
            part.reference = None
        try:
            with np.errstate(all="ignore"):
                value = run(function, args, kwargs)
        except Exception as error:
            line["e"] = _error(error)
            line["m"] = str(error).split("\n")[0][:300]
        else:
            line["r"] = _result(value)
            line.update((tol(value) if callable(tol) else tol) or {})
        self.cases.append(line)

    def lines(self):
        """The file's lines; a spec that occurs again is written once, as `@number`."""
        counts = Counter(base for case in self.cases for base in _bases(case))
        names = {}
        yield _dump({"golden": 1, "numpy": np.__version__, "topic": self.name, "cases": len(self.cases)})
        for case in self.cases:
            for base in _bases(case):
                if counts[base] > 1 and base not in names:
                    names[base] = f"@{len(names)}"
                    yield _dump({"def": names[base], "v": base})
            yield _dump(_substitute(case, names))


ARRAY = re.compile(r"[biufc]\d+\[[\d,]*\]")


def _walk(value, leaf):
    if isinstance(value, str):
        return leaf(value)
    if isinstance(value, list):
        return [_walk(v, leaf) for v in value]
    if isinstance(value, dict):
        return {k: v if k in ("f", "m", "str", "text") else _walk(v, leaf) for k, v in value.items()}
    return value


def _bases(case):
    found = []

    def leaf(text):
        base = text.split("|")[0]
        if ARRAY.match(base) and len(base) >= SHORTEST_SHARED:
            found.append(base)
        return text

    _walk(case, leaf)
    return found


def _substitute(case, names):
    def leaf(text):
        base, bar, views = text.partition("|")
        return names.get(base, base) + bar + views

    return _walk(case, leaf)


def _dump(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
