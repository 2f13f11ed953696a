"""Evaluates the Python side of every case here and reports answers that are not NumPy's.

usage: python expected.py    (NumPy 2.4)
"""
import json
import pathlib
import re
import warnings

import numpy as np

warnings.simplefilter("ignore")
inputs = {
    "np": np,
    "a": np.arange(6.0).reshape(2, 3),
    "i": np.array([[3, -1, 2], [0, 5, -4]], np.int32),
    "u": np.array([1, 2, 250], np.uint8),
    "f": np.array([[1.5, -2.25], [0.3, 100]], np.float32),
    "h": np.array([[1.5, 2.25], [0.3, 100]], np.float16),
    "z": np.array([[1 + 2j, -0.5 + 0.25j], [3 - 4j, 1j]]),
    "b": np.array([True, False]),
    "x": np.array([1, np.nan, -2.5, np.inf, -np.inf, 0, -0.0]),
    "y": np.array([[1, np.nan, 3], [4, 5, np.nan]]),
    "e": np.zeros((0, 3)),
    "c3": np.arange(24).reshape(2, 3, 4),
}


def answer(text):
    try:
        value = np.asarray(eval(text, inputs))
    except Exception as error:
        # NumPy's own subclasses count as the class that users catch.
        name = "TypeError" if isinstance(error, TypeError) else type(error).__name__
        return f"{name}: {str(error).strip()}"
    shown = str(value[()]) if value.ndim == 0 else str(value)
    return f"{shown}|{value.dtype}|{list(value.shape)}"


string = r'"(?:[^"\\]|\\.)*"'
wrong = total = 0
for path in sorted(pathlib.Path(__file__).parent.glob("*.rs")):
    if path.name == "main.rs":
        continue
    # A case opens with "(" and a string on one line or the next, and closes with a string.
    for numpy, want in re.findall(rf"^        \(\s*({string}),.*?({string}),?\s*\),$", path.read_text(), re.S | re.M):
        total += 1
        got = answer(json.loads(numpy))
        if got != json.loads(want):
            wrong += 1
            print(f"{path.name}: {json.loads(numpy)}\n  NumPy: {got}\n  here:  {json.loads(want)}")
print(f"{wrong} of {total} cases differ")
