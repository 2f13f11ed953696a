"""Names of dtypes and classes of dtypes, and calls whose arguments are such names."""

import numpy as np

# NumPy's names of the dtypes that numfuse has, and those that it has with the precision of float64.
NAMES = """bool bool_ byte cdouble complex128 complex64 csingle double float16 float32 float64 half int16 int32 int64 int8
int_ intc intp long longlong short single ubyte uint uint16 uint32 uint64 uint8 uintc uintp ulong ulonglong ushort""".split()
LONG_NAMES = {"longdouble": np.float64, "float128": np.float64, "clongdouble": np.complex128, "complex256": np.complex128}
CLASSES = "generic number integer signedinteger unsignedinteger inexact floating complexfloating flexible".split()


def _converted(name):
    """What arrays of the dtype hold; of long names, as numfuse can hold it."""

    def run(a):
        return np.asarray(a).astype(getattr(np, name)).astype(LONG_NAMES.get(name, getattr(np, name)))

    return run


def _type(x):
    """A class or a dtype for its name; other things as they are."""
    return getattr(np, x) if isinstance(x, str) and x in CLASSES + NAMES else x


FIELDS = "bits eps epsneg iexp machep max maxexp min minexp negep nexp nmant precision resolution smallest_normal smallest_subnormal tiny"


def _finfo(of):
    info = np.finfo(_type(of))
    return [np.float64(getattr(info, name)) for name in FIELDS.split()] + [np.zeros(0, info.dtype)]


def _iinfo(of):
    info = np.iinfo(_type(of))
    return [np.asarray(info.bits), np.asarray(info.min, "i8"), np.asarray(info.max), np.zeros(0, info.dtype)]


def _isdtype(dtype, kind):
    return np.isdtype(_type(dtype), tuple(map(_type, kind)) if isinstance(kind, list) else _type(kind))


FUNCTIONS = {
    **{name: _converted(name) for name in [*NAMES, *LONG_NAMES]},
    **{name: lambda x, name=name: np.issubdtype(_type(x), getattr(np, name)) for name in CLASSES},
    "issubdtype": lambda a, b: np.issubdtype(_type(a), _type(b)),
    "isdtype": _isdtype,
    "finfo": _finfo,
    "finfo.str": lambda of: str(np.finfo(_type(of))),
    "iinfo": _iinfo,
    "iinfo.str": lambda of: str(np.iinfo(_type(of))),
    "common_type": lambda *arrays: np.dtype(np.common_type(*arrays)),
}
