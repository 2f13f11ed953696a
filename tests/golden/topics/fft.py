"""numpy.fft."""

import numpy as np

from operands import ramp
from recorder import arr

R = np.random.RandomState(11)
ONE = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
MANY = ["fft2", "ifft2", "fftn", "ifftn", "rfft2", "irfft2", "rfftn", "irfftn"]
REAL_IN = {"rfft", "ihfft", "rfft2", "rfftn"}
NORMS = ["backward", "ortho", "forward"]


def _random(name, *shape, dtype=None):
    a = np.round(R.standard_normal(shape), 3)
    if name not in REAL_IN and dtype is None:
        a = a + 1j * np.round(R.standard_normal(shape), 3)
    return a if dtype is None else a.astype(dtype)


def _tol(value):
    kind = np.asarray(value).dtype
    sizes = np.abs(np.asarray(value))
    size = float(np.max(sizes, initial=0, where=np.isfinite(sizes)))
    return {"abs": (3e-14 if kind in (np.float64, np.complex128) else 1e-2 if kind == np.float16 else 3e-6) * max(size, 1e-3)}


def record(topic):
    def case(name, a, **kwargs):
        topic.case(f"fft.{name}", arr(a) if isinstance(a, np.ndarray) else a, tol=_tol, **kwargs)

    for name in ONE:
        for n in (1, 2, 3, 4, 5, 7, 8, 12, 16, 31, 64, 97, 100, 211):
            case(name, _random(name, n))
        for norm in NORMS:
            for n in (4, 7, 10, 13):
                case(name, _random(name, 10), n=n, norm=norm)
        for dtype in ["bool", "int8", "int64", "float16", "float32", "float64", "complex64", "complex128"]:
            case(name, np.abs(ramp(dtype, 6)).astype(dtype))
        for axis in (0, 1, 2, -2):
            case(name, _random(name, 3, 4, 5), axis=axis)
            case(name, _random(name, 3, 4, 5), axis=axis, n=6)
        topic.case(f"fft.{name}", arr(_random(name, 6, 8), "T"), tol=_tol)
        topic.case(f"fft.{name}", arr(_random(name, 6, 8), "[::-1,::2]"), tol=_tol)
        topic.case(f"fft.{name}", arr(_random(name, 8), "B3,8"), tol=_tol)
        case(name, _random(name, 20, 9), axis=0)
        case(name, np.zeros(0))
        case(name, np.zeros((0, 4)))
        case(name, np.zeros((0, 4)), axis=0)
        case(name, np.zeros(4), n=0)
        case(name, np.zeros(4), n=-2)
        case(name, np.zeros(4), axis=1)
        case(name, np.zeros(4), axis=1, n=3)
        case(name, np.zeros(4), norm="other")
        case(name, np.array([1.0, np.nan, 2.0]))
    for name in MANY:
        for shape in ((4, 4), (3, 5), (2, 3, 4), (7, 2)):
            for norm in NORMS:
                case(name, _random(name, *shape), norm=norm)
        case(name, _random(name, 3, 4), s=[5, 2])
        case(name, _random(name, 3, 4), s=[-1, 6])
        case(name, _random(name, 2, 3, 4), s=[2, 3], axes=[0, 2])
        case(name, _random(name, 2, 3, 4), axes=[1, 0])
        case(name, _random(name, 3, 3), axes=[0, 0])
        case(name, _random(name, 4, 4, dtype="float32"))
        case(name, _random(name, 3, 4), s=[2], axes=[0, 1])
        case(name, _random(name, 3, 4), axes=[0, 2])
        case(name, _random(name, 3))
        case(name, np.array(2.0))
        case(name, np.zeros((0, 3)))
    case("fftn", _random("fftn", 2, 3, 4), axes=[1])
    case("irfftn", _random("irfftn", 3, 4), s=[3, 7], axes=[0, 1])
    case("irfft", _random("irfft", 5), n=9)
    for n in (1, 2, 3, 8, 9):
        for d in (None, 0.5, 2, 0.1):
            kwargs = {} if d is None else {"d": d}
            topic.case("fft.fftfreq", n, **kwargs, tol={"ulp": 1})
            topic.case("fft.rfftfreq", n, **kwargs, tol={"ulp": 1})
    topic.case("fft.fftfreq", 0)
    topic.case("fft.rfftfreq", 0)
    for name in ("fftshift", "ifftshift"):
        for shape in ((5,), (6,), (3, 4), (2, 3, 4), (0,), (1,), ()):
            topic.case(f"fft.{name}", arr(ramp("int32", *shape)))
        topic.case(f"fft.{name}", arr(ramp("float64", 3, 4)), axes=0)
        topic.case(f"fft.{name}", arr(ramp("complex64", 3, 4)), axes=[1])
        topic.case(f"fft.{name}", arr(ramp("complex64", 3, 4)), axes=[1, 0])
        topic.case(f"fft.{name}", arr(ramp("float64", 3, 4)), axes=2)
    # DS-ARRAY-7 and DS-ARRAY-11 of the dataset catalog.
    z = np.array([1 + 2j, -3 + 0.5j, 0 - 1j])
    sine = np.sin(2 * np.pi * np.arange(64) / 64)
    for name in ("fft", "ifft"):
        case(name, z)
    for name in ("fft", "rfft", "ihfft"):
        case(name, sine)
    topic.case("fft.rfftfreq", 64, 1 / 64, tol={"ulp": 1})
