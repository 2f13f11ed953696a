"""The C ABI as Python's ctypes sees it: `python client.py libnumpy.so`. Needs no NumPy."""

import ctypes
import gc
import json
import struct
import sys
import threading
from ctypes import POINTER, c_float, c_size_t
from pathlib import Path

FLOATS, SIZES = POINTER(c_float), POINTER(c_size_t)
SIGNATURES = {
    "arange": ([c_float] * 3, FLOATS),
    "zeros_vec": ([c_size_t], FLOATS),
    "ones_vec": ([c_size_t], FLOATS),
    "eye": ([c_size_t], FLOATS),
    "linspace": ([c_float, c_float, c_size_t], FLOATS),
    "log_vec": ([FLOATS, c_size_t], FLOATS),
    "power_vec": ([FLOATS, c_size_t, c_float], FLOATS),
    "compute_min": ([FLOATS, c_size_t], c_float),
    "compute_std": ([FLOATS, c_size_t], c_float),
    "compute_var": ([FLOATS, c_size_t], c_float),
    "transpose_2d": ([FLOATS, c_size_t, c_size_t], FLOATS),
    "dot_vec": ([FLOATS, c_size_t, FLOATS, c_size_t], c_float),
    "matmul_2d": ([FLOATS, c_size_t, c_size_t, FLOATS, c_size_t, c_size_t], FLOATS),
    "clip_vec": ([FLOATS, c_size_t, c_float, c_float], FLOATS),
    "reshape_vec": ([FLOATS, c_size_t, SIZES, c_size_t], FLOATS),
    "concatenate": ([POINTER(FLOATS), SIZES, c_size_t, c_size_t], FLOATS),
    "vstack": ([POINTER(FLOATS), SIZES, c_size_t], FLOATS),
    "hstack": ([POINTER(FLOATS), SIZES, c_size_t], FLOATS),
    "interp": ([FLOATS, c_size_t, FLOATS, FLOATS, c_size_t], FLOATS),
}
failures = []


def check(truth, text):
    if not truth:
        failures.append(text)


def single(text):
    special = {"NAN": "nan", "INFINITY": "inf", "-INFINITY": "-inf"}
    return float(special[text]) if text in special else float(text)


def floats(items):
    return (c_float * len(items))(*map(single, items))


def argument(value):
    if isinstance(value, str):
        return single(value)
    if isinstance(value, list):
        return floats(value)
    if isinstance(value, dict):
        items = value["list"]
        if not items:
            return None
        if isinstance(items[0], list):
            return (FLOATS * len(items))(*(ctypes.cast(floats(i), FLOATS) for i in items))
        return (c_size_t * len(items))(*items)
    return value


def order(x):
    """Neighbouring floats are neighbouring integers."""
    bits = struct.unpack("<i", struct.pack("<f", x))[0]
    return bits if bits >= 0 else -(2**31) - bits


def distance(x, y):
    if x != x or y != y:
        return 0 if x != x and y != y else 2**40
    if x == y == 0:
        return int(struct.pack("<f", x) != struct.pack("<f", y))
    return abs(order(x) - order(y))


def near(got, want, ulp):
    return len(got) == len(want) and all(distance(g, w) <= ulp for g, w in zip(got, want))


def run(library, path):
    count = 0
    for line in path.read_text().splitlines():
        function, arguments, want, ulp = json.loads(line)
        kept = [argument(a) for a in arguments]
        got = getattr(library, function)(*kept)
        text = f"{function}{arguments}"[:200]
        count += 1
        if want is None:
            check(not got, f"{text}: a result, where there is none")
        elif SIGNATURES[function][1] is c_float:
            check(near([got], [single(w) for w in want], ulp), f"{text}: {got}, not {want}")
        else:
            check(got, f"{text}: NULL")
            if got:
                values = got[: len(want)]
                check(near(values, [single(w) for w in want], ulp), f"{text}: {values}, not {want}"[:1000])
                # Sizes are not trusted, and whoever frees twice does no harm.
                library.free_float_buffer(got, len(want))
                library.free_float_buffer(got, len(want))
    return count


def as_the_client_calls(library):
    """free_float_buffer without argtypes: pointers as pointers, sizes as C ints; foreign memory too."""
    ours = (c_float * 3)(1, 2, 3)
    for pointer in (ours, ctypes.cast(ours, FLOATS), None, FLOATS()):
        library.free_float_buffer(pointer, 3)
    check(list(ours) == [1, 2, 3], "foreign memory has changed")
    a = library.arange(0, 1, 0.3)
    check(len(a[: int((1 - 0) / 0.3)]) == 3, "arange as the client reads it")
    library.free_float_buffer(a, -1)
    library.free_float_buffer(a, 4)
    numbers = library.linspace(0, 1, 5)
    check(numbers[:5] == [0, 0.25, 0.5, 0.75, 1], "linspace")
    library.free_float_buffer(numbers, 5)


def in_threads(library):
    def work():
        for n in range(1, 200):
            ones = library.ones_vec(n)
            check(library.dot_vec(ones, n, ones, n) == n, f"dot of {n} ones in a thread")
            powers = library.power_vec(ones, n, 3.0)
            check(powers[:n] == [1] * n, f"powers of {n} ones in a thread")
            library.free_float_buffer(ones, n)
            library.free_float_buffer(powers, n)

    all_threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in all_threads:
        thread.start()
    for thread in all_threads:
        thread.join()


def main():
    library = ctypes.CDLL(sys.argv[1])
    for name, (argtypes, restype) in SIGNATURES.items():
        function = getattr(library, name)
        function.argtypes, function.restype = argtypes, restype
    count = run(library, Path(__file__).parent / "cases" / "cases.jsonl")
    as_the_client_calls(library)
    in_threads(library)
    gc.collect()
    for failure in failures[:20]:
        print(failure, file=sys.stderr)
    print(f"{count} cases, {len(failures)} failures")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
