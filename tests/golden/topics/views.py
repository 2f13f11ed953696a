"""Views and movements of data: indexing, reshaping, axis movers, joining and tiling."""

from operands import ramp
from recorder import DTYPES, Index, arr, call

# Subscripts of a (4, 5, 6) array, NumPy's refusals among them.
SUBSCRIPTS = """[0] [-1] [1,2] [1,2,3] [3,4,5] [-4,-5,-6] [:] [...] [None] [:,None] [...,None] [None,...,None] [1:3] [:2] [2:]
    [::2] [::-1] [1::2] [-2:] [:-1] [3:1] [3:1:-1] [::-2] [-1:-4:-1] [10:] [:100] [-100:2] [1,:,2] [:,1] [:,:,1] [...,1]
    [1,...] [0,...,0] [1:3,2:4] [::2,::-1,::3] [None,1,:,None,2] [:,1:2,None,...] [2:2] [...,::-1] [:,-1,None,::2] [5:2:-2]
    [4] [-5] [0,5] [0,0,0,0] [...,...] [::0] [0,0,-7] [:,:,:,:] [:,None,None,3,...,1:5:2] [-1::-1,0,5:0:-3]""".split()


def record(topic):
    for text in SUBSCRIPTS:
        topic.case("getitem", arr(ramp("int16", 4, 5, 6)), Index(text))
        topic.case("getitem", arr(ramp("int16", 6, 5, 4), "T"), Index(text))
    for dtype in DTYPES:
        topic.case("getitem", arr(ramp(dtype, 3, 4)), Index("[::-1,1:3]"))
        topic.case("transpose", arr(ramp(dtype, 2, 3)))
    topic.case("getitem", arr(5.0), Index("[...]"))
    topic.case("getitem", arr(5.0), Index("[None]"))
    topic.case("getitem", arr(5.0), Index("[0]"))
    topic.case("getitem", arr(ramp("int32", 0, 3)), Index("[:,1]"))
    topic.case("getitem", arr(ramp("int32", 0, 3)), Index("[0]"))

    cube = arr(ramp("int16", 2, 3, 4))
    turned = arr(ramp("int16", 4, 3, 2), "T")
    for a in (cube, turned, arr(ramp("int16", 2, 3, 4), "[:,::-1]"), arr(ramp("int16", 1, 3, 1), "B2,3,4")):
        for shape in ([24], [6, 4], [2, 12], [-1], [2, -1], [4, 3, 2], [2, 3, 2, 2], [1, 24, 1], [-1, 1]):
            topic.case("reshape", a, shape)
        for name in ("ravel", "ndarray.flatten", "ndarray.T", "transpose"):
            topic.case(name, a)
        for order in ("C", "F"):
            topic.case("ravel", a, order=order)
            topic.case("reshape", a, [4, 6], order=order)
    for shape in ([5], [-1, -1], [5, -1], [2, 3], [0, -1]):
        topic.case("reshape", cube, shape)
    topic.case("reshape", arr(1.5), [1, 1])
    topic.case("reshape", arr([1.5]), [])
    topic.case("reshape", arr(ramp("int32", 0, 3)), [3, 0])
    topic.case("reshape", arr(ramp("int32", 0, 3)), [0, -1])
    topic.case("reshape", arr(ramp("int32", 0, 3)), [1])
    for axes in ([0, 1, 2], [2, 0, 1], [1, 0, 2], [-1, 0, 1], [0, 1], [0, 0, 1], [0, 1, 3]):
        topic.case("transpose", cube, axes)
        topic.case("permute_dims", cube, axes)
    topic.case("transpose", arr(ramp("int32", 3)))
    topic.case("matrix_transpose", cube)
    topic.case("matrix_transpose", arr(ramp("int32", 3)))
    for source, to in ((0, 2), (2, 0), (-1, 0), ([0, 1], [1, 2]), ([0, 1], [-1, -2]), (0, 3), (0, 0), ([0, 0], [1, 2]), ([0], [1, 2])):
        topic.case("moveaxis", cube, source, to)
    for args in ((0,), (2,), (2, 1), (0, 3), (-1, 1), (3,), (0, 4)):
        topic.case("rollaxis", cube, *args)
    for a, b in ((0, 1), (0, 2), (-1, -2), (1, 1), (0, 3)):
        topic.case("swapaxes", cube, a, b)
    thin = arr(ramp("float32", 1, 3, 1))
    for axis in (None, 0, 2, -1, [0, 2], 1, 3):
        topic.case("squeeze", thin, **({} if axis is None else {"axis": axis}))
    for axis in (0, 1, 2, -1, -3, [0, 1], [0, -1], [1, 1], 3, 5):
        topic.case("expand_dims", arr(ramp("float32", 2, 3)), axis)
    for axis in (None, 0, 1, 2, -1, [0, 2], [0, 0], 3):
        topic.case("flip", cube, **({} if axis is None else {"axis": axis}))
    topic.case("fliplr", cube)
    topic.case("flipud", cube)
    topic.case("fliplr", arr(ramp("int32", 3)))
    topic.case("flipud", arr(1))
    for k in (0, 1, 2, 3, 4, -1):
        topic.case("rot90", arr(ramp("int32", 2, 3)), k=k)
    topic.case("rot90", cube, axes=[1, 2])
    topic.case("rot90", cube, axes=[2, 0])
    topic.case("rot90", cube, axes=[1, 1])
    topic.case("rot90", arr(ramp("int32", 3)))
    for kwargs in ({}, {"offset": 1}, {"offset": -1}, {"offset": 7}, {"axis1": 1, "axis2": 2}, {"axis1": 2, "axis2": 0, "offset": 1},
                   {"axis1": 0, "axis2": 0}, {"axis1": 0, "axis2": 3}):
        topic.case("diagonal", cube, **kwargs)
        topic.case("trace", cube, **kwargs)
    topic.case("diagonal", arr(ramp("int32", 3)))
    topic.case("trace", arr(ramp("float32", 3, 3)), dtype="float64")
    for shape, to in (([3], [2, 3]), ([3, 1], [3, 4]), ([], [2, 2]), ([1, 3], [2, 4, 3]), ([2, 3], [2, 3]), ([1], [0]), ([3], [4]),
                      ([2, 3], [3]), ([3, 1], [3]), ([0], [0]), ([0], [1]), ([2], [2, 1])):
        topic.case("broadcast_to", arr(ramp("int32", *shape)), to)
        topic.case("broadcast_arrays", arr(ramp("int32", *shape)), arr(ramp("float32", *to)))
        topic.case("broadcast_shapes", shape, to)
    for name in ("atleast_1d", "atleast_2d", "atleast_3d"):
        for shape in ([], [2], [2, 3], [2, 3, 4], [1, 1, 1, 1], [0]):
            topic.case(name, arr(ramp("int32", *shape)))
        topic.case(name, arr(1), arr([1.5, 2]))

    a, b = arr(ramp("int32", 2, 3)), arr(ramp("float32", 2, 3), "[::-1]")
    for name in ("concatenate", "concat"):
        for axis in (0, 1, -1, None, 2):
            topic.case(name, [a, b], axis=axis)
        topic.case(name, [a, arr(ramp("int8", 1, 3)), arr(ramp("uint8", 0, 3))])
        topic.case(name, [a, arr(ramp("int32", 3, 2))])
        topic.case(name, [a, arr(ramp("int32", 3))])
        topic.case(name, [])
        topic.case(name, [arr(1), arr(2)])
        topic.case(name, [a, b], axis=1, dtype="float64")
        topic.case(name, [a, b], dtype="int8", casting="unsafe")
        topic.case(name, [a, b], dtype="int8")
    for dtype in DTYPES:
        for other in ("int8", "float32", dtype):
            topic.case("concatenate", [arr(ramp(dtype, 2)), arr(ramp(other, 3))])
        topic.case("stack", [arr(ramp(dtype, 2, 2)), arr(ramp(dtype, 2, 2), "T")], axis=1)
    for axis in (0, 1, 2, -1, -2, 3):
        topic.case("stack", [a, b], axis=axis)
    topic.case("stack", [a, arr(ramp("int32", 3))])
    topic.case("stack", [])
    topic.case("stack", [arr(1), arr(2.5)])
    topic.case("stack", [a, b], axis=-1, dtype="complex64")
    for name in ("vstack", "hstack", "dstack", "column_stack"):
        topic.case(name, [a, b])
        topic.case(name, [arr([1, 2]), arr([3, 4])])
        topic.case(name, [arr(1), arr(2)])
        topic.case(name, [a, arr(ramp("int32", 3))])
        topic.case(name, [arr(ramp("int32", 2, 1, 2)), arr(ramp("int32", 2, 1, 2))])
    topic.case("append", a, b)
    topic.case("append", a, b, axis=0)
    topic.case("append", a, 5)
    topic.case("unstack", cube)
    topic.case("unstack", cube, axis=-1)
    for name in ("split", "array_split"):
        for sections in (2, 3, [1, 2], [1, 5], [2, 1]):
            topic.case(name, arr(ramp("int32", 6)), sections)
        topic.case(name, arr(ramp("int32", 2, 4)), 2, axis=1)
        topic.case(name, arr(ramp("int32", 7)), 3)
    for name in ("hsplit", "vsplit", "dsplit"):
        topic.case(name, cube, 2)
        topic.case(name, cube, [1])
    for reps in (0, 1, 3, [2], [2, 1], [1, 2], [2, 1, 2]):
        topic.case("tile", a, reps)
    topic.case("tile", arr(3), 2)
    for kwargs in ({}, {"axis": 0}, {"axis": 1}, {"axis": -1}, {"axis": 2}):
        topic.case("repeat", a, 2, **kwargs)
    topic.case("repeat", a, [1, 0, 2], axis=1)
    topic.case("repeat", a, [1, 2], axis=1)
    for shift, kwargs in ((1, {}), (-2, {}), (0, {}), (7, {}), (1, {"axis": 0}), (-1, {"axis": 1}), ([1, 2], {"axis": [0, 1]}),
                          (1, {"axis": [0, 1]}), (1, {"axis": 2})):
        topic.case("roll", a, shift, **kwargs)
    topic.case("roll", arr(ramp("int32", 0)), 1)
    for name in ("shape", "ndim", "size"):
        for x in (cube, arr(1.5), arr(ramp("int32", 0, 2))):
            topic.case(name, x)
    topic.case("ndarray.mT", cube)
    topic.case("swapaxes", call("getitem", cube, Index("[::-1,1]")), 0, 1)
    topic.case("reshape", call("transpose", call("getitem", cube, Index("[:,::2]"))), [2, 8])
