"""Writes api_dtypes.txt: NumPy's result dtypes, one character each, `-` where NumPy raises TypeError.

usage: python api_dtypes.py    (NumPy 2.4)

A line is a name and a row of characters, in the order of `CODES`:
  promote/can_cast  all pairs, row by row; a cast rule's letter is given per pair
  unary ufuncs      one per dtype
  binary ufuncs     all pairs of arrays, then for each dtype: array with the numbers of `WEAK`, and
                    the numbers with the array
"""
import pathlib
import warnings

import numpy as np

warnings.simplefilter("ignore")
CODES = "?bBhHiIlLefdFD"
WEAK = [True, 1, 1.0, 1j]
SKIP = {"isnat", "matmul", "matvec", "vecmat", "vecdot", "divmod", "modf", "frexp"}


def char(f):
    try:
        return f().dtype.char.replace("q", "l").replace("Q", "L")
    except TypeError:
        return "-"


one = {c: np.ones(1, c) for c in CODES}
lines = ["promote " + "".join(np.promote_types(a, b).char for a in CODES for b in CODES)]
for rule in ["safe", "same_kind"]:
    lines.append(f"{rule} " + "".join("-+"[np.can_cast(a, b, rule)] for a in CODES for b in CODES))
lines.append("weak " + "".join(np.result_type(np.dtype(c), w).char for c in CODES for w in WEAK))
for name in sorted(n for n in dir(np) if isinstance(getattr(np, n), np.ufunc)):
    f = getattr(np, name)
    if name in SKIP or f.signature:
        continue
    if f.nin == 1:
        row = [char(lambda: f(one[c])) for c in CODES]
    else:
        row = [char(lambda: f(one[a], one[b])) for a in CODES for b in CODES]
        for c in CODES:
            row += [char(lambda: f(one[c], w)) for w in WEAK] + [char(lambda: f(w, one[c])) for w in WEAK]
    lines.append(f"{name} " + "".join(row))
reductions = "sum prod min max any all mean var std argmin argmax ptp nansum nanprod nanmin nanmax nanmean nanvar nanstd count_nonzero cumsum cumprod nancumsum nancumprod"
for name in reductions.split():
    f = getattr(np, name)
    lines.append(f"{name} " + "".join(char(lambda: np.asarray(f(one[c]))) for c in CODES))
text = "\n".join(lines) + "\n"
pathlib.Path(__file__).with_suffix(".txt").write_text(text)
