"""The classes of numpy.polynomial and poly1d as functions: `polynomial.Chebyshev.deriv(coef, m, domain=…)`."""

import numpy as np
from numpy import polynomial as P

CLASSES = ["Polynomial", "Chebyshev", "Hermite", "HermiteE", "Laguerre", "Legendre"]


def _parts(p):
    return p.coef, p.domain, p.window


def _methods(cls):
    def make(coef, domain=None, window=None, symbol="x"):
        return cls(coef, domain, window, symbol)

    def unary(function):
        return lambda coef, *args, domain=None, window=None, symbol="x", **kwargs: function(
            make(coef, domain, window, symbol), *args, **kwargs)

    def binary(function):
        return lambda a, b, domain=None, other=None, **kwargs: function(
            make(a, domain), make(b, domain if other is None else other), **kwargs)

    def fit(x, y, deg, full=False, **kwargs):
        found = cls.fit(x, y, deg, full=full, **kwargs)
        if not full:
            return _parts(found)
        p, (residuals, rank, singular, rcond) = found
        return (*_parts(p), residuals, rank, singular, rcond)

    return {
        "new": unary(_parts),
        "str": unary(str),
        "ascii": unary(lambda p: format(p, "ascii")),
        "repr": unary(repr),
        "latex": unary(lambda p: p._repr_latex_()),
        "call": unary(lambda p, x: p(x)),
        "degree": unary(lambda p: p.degree()),
        "add": binary(lambda a, b: _parts(a + b)),
        "sub": binary(lambda a, b: _parts(a - b)),
        "mul": binary(lambda a, b: _parts(a * b)),
        "divmod": binary(lambda a, b: tuple(p.coef for p in divmod(a, b))),
        "radd": unary(lambda p, x: _parts(x + p)),
        "rsub": unary(lambda p, x: _parts(x - p)),
        "neg": unary(lambda p: _parts(-p)),
        "pow": unary(lambda p, n: _parts(p**n)),
        "deriv": unary(lambda p, m=1: _parts(p.deriv(m))),
        "integ": unary(lambda p, m=1, k=[], lbnd=None: _parts(p.integ(m, k, lbnd))),
        "roots": unary(lambda p: p.roots()),
        "linspace": unary(lambda p, n=100, to=None: p.linspace(n, to)),
        "trim": unary(lambda p, t=0: _parts(p.trim(t))),
        "truncate": unary(lambda p, n: _parts(p.truncate(n))),
        "cutdeg": unary(lambda p, n: _parts(p.cutdeg(n))),
        "convert": unary(lambda p, kind, to=None: _parts(p.convert(to, getattr(P, kind)))),
        "basis": lambda n, **kwargs: _parts(cls.basis(n, **kwargs)),
        "identity": lambda **kwargs: _parts(cls.identity(**kwargs)),
        "fromroots": lambda r, **kwargs: _parts(cls.fromroots(r, **kwargs)),
        "fit": fit,
    }


def _printstyle(style):
    P.set_default_printstyle(style)
    text = str(P.Legendre([1, 2, 3]))
    P.set_default_printstyle("unicode")
    return text


def _poly1d(function):
    return lambda c, *args, r=False, variable=None, **kwargs: function(np.poly1d(c, r, variable), *args, **kwargs)


def _set(p, power, value):
    p[power] = value
    return p.coeffs


def _constants(module, prefix):
    return lambda: [getattr(getattr(P, module), prefix + name) for name in ("domain", "zero", "one", "x")]


MODULES = {"polynomial": "poly", "chebyshev": "cheb", "hermite": "herm", "hermite_e": "herme", "laguerre": "lag", "legendre": "leg"}
FUNCTIONS = {f"polynomial.{c}.{name}": f for c in CLASSES for name, f in _methods(getattr(P, c)).items()}
FUNCTIONS |= {f"polynomial.{module}.constants": _constants(module, prefix) for module, prefix in MODULES.items()}
FUNCTIONS["polynomial.Chebyshev.interpolate"] = lambda *args, **kwargs: _parts(P.Chebyshev.interpolate(*args, **kwargs))
FUNCTIONS["polynomial.set_default_printstyle"] = _printstyle
FUNCTIONS |= {
    "poly1d": _poly1d(lambda p: p.coeffs),
    "poly1d.str": _poly1d(str),
    "poly1d.repr": _poly1d(repr),
    "poly1d.call": _poly1d(lambda p, x: p(x)),
    "poly1d.compose": _poly1d(lambda p, q: p(np.poly1d(q)).coeffs),
    "poly1d.roots": _poly1d(lambda p: p.roots),
    "poly1d.order": _poly1d(lambda p: p.order),
    "poly1d.deriv": _poly1d(lambda p, m=1: p.deriv(m).coeffs),
    "poly1d.integ": _poly1d(lambda p, m=1, k=0: p.integ(m, k).coeffs),
    "poly1d.pow": _poly1d(lambda p, n: (p**n).coeffs),
    "poly1d.add": _poly1d(lambda p, q: (p + np.poly1d(q)).coeffs),
    "poly1d.sub": _poly1d(lambda p, q: (p - np.poly1d(q)).coeffs),
    "poly1d.mul": _poly1d(lambda p, q: (p * np.poly1d(q)).coeffs),
    "poly1d.div": _poly1d(lambda p, q: tuple(x.coeffs for x in p / np.poly1d(q))),
    "poly1d.neg": _poly1d(lambda p: (-p).coeffs),
    "poly1d.get": _poly1d(lambda p, n: p[n]),
    "poly1d.set": _poly1d(_set),
    "polynomial.polyutils.format_float": lambda x, **kwargs: P.polyutils.format_float(x[()], **kwargs),
    "polyfit.full": lambda *args, **kwargs: np.polyfit(*args, full=True, **kwargs),
}
