"""Files of bytes: .npy and .npz, maps, raw bytes and numbers in text."""

import numpy as np

from files import header, npy, npz
from operands import LAYOUTS, edge, laid_out, ramp
from recorder import DTYPES, Index, Text, arr

GOOD = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
DATA = np.array([1.5, -2.5]).tobytes()


def record(topic):
    saved(topic)
    loaded(topic)
    hostile(topic)
    archives(topic)
    raw(topic)
    strings(topic)
    mapped(topic)


def saved(topic):
    for i, dtype in enumerate(DTYPES):
        for number in (0, 1, 2, 5, 7, 9, 10, 11):
            topic.case("save", laid_out(dtype, number))
            topic.case("ndarray.tobytes", laid_out(dtype, number))
            topic.case("ndarray.tobytes", laid_out(dtype, number), order="CFAK"[(i + number) % 4])
            topic.case("ndarray.tolist", laid_out(dtype, number))
            topic.case("ndarray.dumps", laid_out(dtype, number))
        topic.case("ndarray.tolist", edge(dtype))
        topic.case("ndarray.dumps", edge(dtype))
    for number in range(len(LAYOUTS)):
        topic.case("save", laid_out("float32", number))
    topic.case("save", arr(ramp("int8", 1, 1, 1, 1, 2)))
    topic.case("ndarray.dumps", arr(ramp("int8", 1, 1, 1, 300)))
    topic.case("ndarray.tobytes", arr(ramp("int16", 3)), order="X")


def loaded(topic):
    for dtype in DTYPES:
        for version in ((1, 0), (2, 0), (3, 0)):
            topic.case("load", npy(ramp(dtype, 2, 3), version))
        topic.case("load", npy(np.asfortranarray(ramp(dtype, 2, 3))))
        topic.case("load", npy(ramp(dtype, 2, 3).astype(np.dtype(dtype).newbyteorder(">"))))
        topic.case("load", npy(np.asfortranarray(ramp(dtype, 3, 2).astype(np.dtype(dtype).newbyteorder(">")))))
        topic.case("load", npy(ramp(dtype)))
        topic.case("load", npy(ramp(dtype, 0, 2)))
        for mode in ("r", "c", "r+"):
            topic.case("load.mmap", npy(ramp(dtype, 3, 2)), mode)
            topic.case("load.mmap", npy(np.asfortranarray(ramp(dtype, 3, 2))), mode)
    topic.case("load.mmap", npy(ramp("int32", 2).astype(">i4")), "r")
    topic.case("load.mmap", npy(ramp("int32", 0, 2)), "r")
    topic.case("load.mmap", npy(ramp("int32", 2)), "x")
    topic.case("load", npy(ramp("bool", 3)) * np.uint8(1))
    for descr in ("=f8", "f8", "|f8", "<f8", ">f8"):
        topic.case("load", header(GOOD.replace("<f8", descr), DATA))
    # What Python 2 wrote, and what nobody writes but Python reads.
    for text in (GOOD.replace("(2,)", "(2L,)"), GOOD + "\n", "  " + GOOD, GOOD.replace(", }", "}"), GOOD.replace("'", '"'),
                 GOOD.replace("(2,)", "(1, 2)"), GOOD.replace("(2,)", "(1,\n2)"), GOOD.replace("(2,)", "()"), GOOD.replace("(2,)", "(0, 5)"),
                 "{'shape': (2,), 'descr': '<f8', 'fortran_order': False}"):
        for version in ((1, 0), (2, 0)):
            topic.case("load", header(text, DATA, version))
    topic.case("load", header(GOOD, DATA + b"more"))
    topic.case("load", header(GOOD + " " * 9000, DATA))
    topic.case("load", header(GOOD + " " * 12000, DATA), max_header_size=20000)
    topic.case("load", header(GOOD + " " * 12000, DATA), allow_pickle=True)


def hostile(topic):
    bad = [
        "", "{}", "[]", "1", "(", "{'descr'", "{'descr': '<f8'}", GOOD[:-1], GOOD.replace("False", "0"), GOOD.replace("False", "'C'"),
        GOOD.replace("(2,)", "2"), GOOD.replace("(2,)", "[2]"), GOOD.replace("(2,)", "(2.0,)"), GOOD.replace("(2,)", "('a',)"),
        GOOD.replace("(2,)", "(True, False, None)"), GOOD.replace("(2,)", "(3,)"), GOOD.replace("(2,)", "(2, 2)"),
        GOOD.replace("'<f8'", "8"), GOOD.replace("<f8", "<f7"), GOOD.replace("<f8", "nonsense"), GOOD.replace("<f8", ""), GOOD.replace("<f8", "|O"),
        GOOD.replace("}", "'more': 1}"), GOOD.replace("shape", "shapes"), GOOD + "x", GOOD + "}", "__import__('os')",
        GOOD.replace("(2,)", "(2,) * 10**9"), GOOD.replace("(2,)", "(-2, -1)"),
    ]
    for text in bad:
        topic.case("load", header(text, DATA))
    topic.case("load", header(GOOD + " " * 12000, DATA))
    topic.case("load", header(GOOD, DATA), max_header_size=20)
    whole = header(GOOD, DATA)
    for n in (0, 1, 5, 6, 7, 8, 9, 10, 20, len(whole) - 17, len(whole) - 16, len(whole) - 1):
        topic.case("load", whole[:n])
    for length in (0, 3, 65535):
        topic.case("load", header(GOOD, DATA, length=length))
    topic.case("load", header(GOOD, DATA, (2, 0), length=2**32 - 1))
    for version in ((1, 1), (0, 0), (4, 0), (255, 255)):
        topic.case("load", header(GOOD, DATA, version))
    for prefix in (b"not a file", b"\x93NUMPX\x01\x00", b"PK\x03\x04", b"PK\x05\x06", b"\x80\x04K\x01."):
        topic.case("load", np.frombuffer(prefix, np.uint8))


def archives(topic):
    a, b = ramp("float64", 2, 3), ramp("int16", 4)
    for compress in (False, True):
        topic.case("load", npz(compress, a=a))
        topic.case("load", npz(compress, a=a, b=b, c=np.zeros((100, 3), "c8"), d=np.asfortranarray(a), e=ramp("bool")))
        topic.case("load.files", npz(compress, a=a, b=b, arr_0=b))
        topic.case("load", npz(compress))


def raw(topic):
    data = np.arange(48, dtype=np.uint8)
    data[7::8] = 64
    for dtype in DTYPES:
        source = arr(data % 2 if dtype == "bool" else data)
        for name in ("frombuffer", "fromfile"):
            topic.case(name, source, dtype=dtype)
            topic.case(name, source, dtype=dtype, byteorder=">")
            topic.case(name, source, dtype=dtype, byteorder="<", count=2)
            topic.case(name, source, dtype=dtype, offset=16)
            topic.case(name, source, dtype=dtype, offset=16, count=1)
        for number in (0, 1, 2, 9, 10):
            topic.case("ndarray.tofile", laid_out(dtype, number))
            topic.case("ndarray.tofile", laid_out(dtype, number), sep=",")
        for form in ("%s", "%.3f", "%d", "%10.2e|", "%x", "%r", "%g", "no"):
            topic.case("ndarray.tofile", laid_out(dtype, 1), sep=" ", format=form)
        topic.case("ndarray.tofile", edge(dtype), sep="; ")
    for name in ("frombuffer", "fromfile"):
        topic.case(name, arr(data))
        topic.case(name, arr([], dtype="uint8"))
        for count in (0, 1, -1, -2, 100):
            topic.case(name, arr(data), dtype="uint16", count=count)
        for offset in (0, 1, 47, 48, 49, -1):
            topic.case(name, arr(data), dtype="uint8", offset=offset)
        topic.case(name, arr(data[:13]), dtype="uint32")
        topic.case(name, arr(data[:13]), dtype="uint32", count=3)
        topic.case(name, arr(data), dtype="uint8", count=3, offset=2)
    text = np.frombuffer(b"1 2 3\n4 5.5", np.uint8)
    for options in ({}, {"count": 2}, {"dtype": "float32"}, {"count": 4, "dtype": "int32"}, {"offset": 1}):
        topic.case("fromfile", arr(text), sep=" ", **options)
    topic.case("fromfile", arr(np.frombuffer(b"1,2,x", np.uint8)), sep=",")
    topic.case("fromfile", arr(np.frombuffer(b"1,\xff", np.uint8)), sep=",")


def strings(topic):
    cases = [
        ("1 2 3", " "), ("1,2,3", ","), ("1, 2 ,3", ","), ("1,2,3", ", "), ("1,2,x", ","), ("", " "), ("1", ""), ("1;2", ","), ("1,,2", ","), ("1,2,", ","),
        (" 1 2 ", " "), ("nan inf -inf NaN(12)", " "), ("1\n2\t3", " "), ("1 , 2", " , "), ("1x2x3", "x"), ("0x10 2", " "), ("1e400 1e-400", " "),
        ("1ab 2", " "), ("1  2", "  "), ("abc", " "), ("-1.5e3 +2 .5 5.", " "), ("1e 2", " "), ("1 - 2 - 3", "-"), ("infinity Infinit", " "), ("1ab2ab3", "ab"),
        ("1 a b 2 ab 3", "a b"), ("-0 0", " "), ("0.1 0.2 0.30000000000000004", " "), ("1,2\n3", ","), ("1\n2\n", "\n"),
    ]
    for text, sep in cases:
        topic.case("fromstring", Text(text), sep=sep)
    for dtype in DTYPES:
        topic.case("fromstring", Text("1 0 2"), sep=" ", dtype=dtype)
        topic.case("fromstring", Text("1.5 2"), sep=" ", dtype=dtype)
        topic.case("fromstring", Text("300 -7 70000"), sep=" ", dtype=dtype)
    for text in ("1+2j 3", "1-2j,3j", "nan+infj", "(1+2j)"):
        topic.case("fromstring", Text(text), sep="," if "," in text else " ", dtype="complex128")
    topic.case("fromstring", Text("1 2 3"), sep=" ", count=2)
    topic.case("fromstring", Text("1 2 x"), sep=" ", count=2)
    topic.case("fromstring", Text("1 2"), sep=" ", count=0)
    topic.case("fromstring", Text("1 2"), sep=" ", count=-2)
    topic.case("fromstring", Text("99999999999999999999 1"), sep=" ", dtype="int64")
    topic.case("fromstring", Text("1 2"))


def mapped(topic):
    data = np.arange(1, 49, dtype=np.uint8) % 2
    for dtype in DTYPES:
        for mode in ("r", "r+", "c"):
            topic.case("memmap", arr(data), dtype=dtype, mode=mode)
            topic.case("memmap", arr(data), dtype=dtype, mode=mode, offset=16, shape=[1, 2])
        topic.case("memmap", arr(data), dtype=dtype, mode="r", shape=[1, 3], order="F")
        topic.case("memmap", arr(data), dtype=dtype, mode="w+", shape=[2, 3])
        topic.case("memmap.set", arr(data), Index("[1]"), 1, dtype=dtype, mode="r+", shape=[3])
        topic.case("memmap.set", arr(data), Index("[1]"), 1, dtype=dtype, mode="c", shape=[3])
        topic.case("memmap.set", arr(data), Index("[:,::-1]"), arr([[True], [False]]), dtype=dtype, mode="w+", shape=[2, 3])
    topic.case("memmap", arr(data))
    topic.case("memmap", arr(data), mode="r", shape=48)
    topic.case("memmap", arr(data), mode="readonly", shape=[4, 12])
    topic.case("memmap", arr(data), mode="copyonwrite", dtype="int16", offset=1, shape=[3])
    topic.case("memmap", arr(data[:6]), mode="r+", dtype="int16", shape=[5])
    topic.case("memmap", arr(data[:6]), mode="r", dtype="int16", shape=[5])
    topic.case("memmap", arr(data[:7]), mode="r", dtype="int16")
    topic.case("memmap", arr(data), mode="x")
    topic.case("memmap", arr(data), mode="w+")
    topic.case("memmap", arr(data), mode="r", shape=[4, 0])
    topic.case("memmap", arr([0, 1, 2, 255], dtype="uint8"), mode="c", dtype="bool")
    topic.case("memmap.set", arr(data), Index("[:]"), arr([1, 2]), mode="r+", shape=[3])
    topic.case("memmap.set", arr(data), Index("[0]"), 1, mode="r", shape=[3])
    topic.case("memmap.set", arr(data), Index("[...]"), 2.75, mode="r+", dtype="int32", shape=[2, 3], order="F")
    topic.case("memmap.set", arr(data), Index("[5]"), 1, mode="r+", shape=[3])
