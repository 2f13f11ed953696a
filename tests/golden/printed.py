"""Calls under print options, and the functions that print elements."""

import numpy as np


def _under(printer):
    def call(a, **options):
        with np.printoptions(**options):
            return printer(a)

    return call


def _set(a, **options):
    before = np.get_printoptions()
    try:
        np.set_printoptions(**options)
        return repr(a)
    finally:
        np.set_printoptions(**before)


def _get(**options):
    """The options as text, `name=value` in the order of their names."""
    with np.printoptions(**options):
        current = np.get_printoptions()
    return " ".join(f"{name}={current[name]}" for name in sorted(current))


def _scalar(x):
    return x[()] if isinstance(x, np.ndarray) else x


# `printoptions.str` prints with `str` under the options that follow.
FUNCTIONS = {
    "printoptions.str": _under(str),
    "printoptions.repr": _under(repr),
    "set_printoptions": _set,
    "get_printoptions": _get,
    # The digits depend on the dtype, which NumPy sees in scalars only.
    "format_float_positional": lambda x, **options: np.format_float_positional(_scalar(x), **options),
    "format_float_scientific": lambda x, **options: np.format_float_scientific(_scalar(x), **options),
}

# For `formatter` and `override_repr`, by name; the harness has the same.
WORDS = {
    "%.2f": lambda x: f"{x:.2f}",
    "hex": lambda x: hex(int(x)),
    "<>": lambda x: f"<{x}>",
    "two lines": lambda x: f"{x:.1f}\n{x:.3f}",
    "real": lambda z: f"{z.real:.3f}!",
    "bit": lambda x: "01"[bool(x)],
    "shape": lambda a: f"an array of shape {a.shape}",
}
