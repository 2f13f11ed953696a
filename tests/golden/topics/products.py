"""The four ufuncs with a signature: matmul, vecdot, matvec, vecmat; and dot."""

import numpy as np

from operands import ramp
from recorder import DTYPES, arr

SHAPES = {
    "matmul": [((2, 3), (3, 4)), ((3,), (3, 2)), ((2, 3), (3,)), ((3,), (3,)), ((2, 2, 3), (3, 2)), ((2, 1, 2, 3), (3, 3, 2)), ((0, 3), (3, 2)),
               ((2, 0), (0, 2)), ((2, 3), (2, 3)), ((3,), (4,)), ((), (2, 2)), ((2, 2, 3), (3, 3, 2))],
    "dot": [((2, 3), (3, 4)), ((3,), (3,)), ((), (3,)), ((2, 2, 3), (3,)), ((2, 3), (2, 3, 2)), ((2, 3), (2, 3)), ((0,), (0,))],
    "vecdot": [((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)), ((0,), (0,)), ((3,), (4,)), ((), (3,))],
    "matvec": [((2, 3), (3,)), ((2, 2, 3), (3,)), ((2, 3), (4, 3)), ((2, 0), (0,)), ((2, 3), (2,)), ((3,), (3,))],
    "vecmat": [((2,), (2, 3)), ((2,), (4, 2, 3)), ((3, 2), (2, 3)), ((0,), (0, 3)), ((3,), (2, 3)), ((2,), (2,))],
}


def _tol(value):
    value = np.asarray(value)
    return {"ulp": 4} if value.dtype.kind in "fc" else None


def record(topic):
    for name, shapes in SHAPES.items():
        first_a, first_b = shapes[0]
        for dtype in DTYPES:
            topic.case(name, arr(np.abs(ramp(dtype, *first_a)).astype(dtype)), arr(np.abs(ramp(dtype, *first_b)).astype(dtype)), tol=_tol)
        topic.case(name, arr(ramp("complex64", *first_a)), arr(ramp("complex64", *first_b)), tol={"ulp": 4})
        topic.case(name, arr(ramp("int8", *first_a)), arr(ramp("float32", *first_b)), tol={"ulp": 4})
        for a, b in shapes:
            topic.case(name, arr(ramp("float64", *a)), arr(ramp("float64", *b)), tol={"ulp": 4})
    topic.case("matmul", arr(ramp("float64", 4, 3), "T"), arr(ramp("float64", 4, 5), "[:,::-2]"), tol={"ulp": 4})
