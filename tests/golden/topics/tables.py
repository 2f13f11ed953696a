"""Tables in text: loadtxt, genfromtxt, savetxt, fromregex."""

import numpy as np

from operands import LAYOUTS, edge, laid_out, ramp
from recorder import DTYPES, Function, Text, arr

NAN, INF = float("nan"), float("inf")
F = Function


def record(topic):
    load(topic)
    fields(topic)
    names(topic)
    gaps(topic)
    save(topic)
    regex(topic)


def load(topic):
    def case(text, **options):
        topic.case("loadtxt", Text(text), **options)

    plain = ["1 2\n3 4", "", "# c\n\n", "1 2 3\n4 5", "nan inf -Infinity NAN iNf", "1_000", "0x10", "1e400 1e-400", "１", "1.5.2", "abc 1", "1 abc",
             "1\r\n2\r3\n4", "1\t2 3", "1\x0c2", "1\xa02", "1\u20032", "  1  2  ", "1e 2", "+1 -2 +-3", ".5 5. .", ".5 5.", "1d3", "  # only\n 1", "1 #c\n#\n2",
             "1 2\n\n\n3 4", "  \n  \n1", "1e308 17976931348623157e400", "infinit", "nan(1)", "0.1 0.2 0.30000000000000004 1e22 1e23", "5e-324 2.2250738585072014e-308",
             "1 2 3", "1\n2\n3", "7", "-0 0", "9007199254740993 0.1e1", "1E5 1e+5 1e-5", "\n\n", "1 2#x\n3 4#", "#1 2\n3 4", "1\n", "1\n\n", "1 \x1f 2"]
    for text in plain:
        case(text)
        if len(text) < 12:
            case(text, ndmin=2)
            case(text, ndmin=1)
            case(text, unpack=True)
    for dtype in DTYPES:
        case("1 0\n0 1", dtype=dtype)
        case("1.5 2", dtype=dtype)
        case("-1 2", dtype=dtype)
        case("300 2", dtype=dtype)
        case("", dtype=dtype)
        case("x", dtype=dtype)
        case("70000 4000000000 10000000000", dtype=dtype)
    for text in ("1+2j (3-4j) 5j", "j", "-j", "1+2J", "(1+2j", "nan inf+nanj -inf-infj", "1+j", "1 2 3j", "1-2j", "1e3-2.5e-3j", "1+2", "()", "1+2jj"):
        case(text, dtype="complex128")
    case("( 1+2j )", delimiter=",", dtype="complex64")
    case("1 +2j", delimiter=",", dtype="complex128")
    case("9223372036854775807 -9223372036854775808", dtype="int64")
    case("9223372036854775808", dtype="int64")
    case("18446744073709551615 0", dtype="uint64")
    case("1L", dtype="int64")
    case("True", dtype="bool")
    case(" 12 ", dtype="int64", delimiter=",")
    for text in ("1,2\n3,4", "1,2,\n3,4,", "1,,2", ",", " \n1,2", " 1 , 2 ", "1,2\n\n3,4\n", "1,2\n,\n", "1\n \n2", "1, 2 # c", "#,\n1,2", "1,2\n#\n3,4", "1;2", "a,b\n1,2",
                 "  #x\n1,2", "1,2#,3"):
        case(text, delimiter=",")
    case("1;2#c\n3;4", delimiter=";")
    case("1  2", delimiter=" ")
    case("1é2", delimiter="é")
    for delimiter in ("ab", "", "\n", "#"):
        case("1 2", delimiter=delimiter)
    case("1 2 % c", comments="%")
    case("1 2 // c", comments="//")
    case("1 2 // c\n3 4 # d", comments=["//", "#"])
    case("1 2 /# c", comments=["/#", "#"])
    case("1 2", comments="")
    case("1 2 # 3", comments=[])
    case("1,2", comments=[",", "#"], delimiter=",")
    for text in ('"1" "2"', '"1" 2', '1 "2', '"1""2"', '"a""b"', '1"2"', '"1\n" 2', '"#" 1', '"1"#', "'1'", '""'):
        case(text, quotechar='"')
    case('"1,5",2', delimiter=",", quotechar='"')
    case('"1",2\n"3",4', delimiter=",", quotechar='"')
    case('1, "2"', delimiter=",", quotechar='"')
    case('"1"', quotechar='"', comments="//")
    case("1", quotechar="#")
    three = "1 2 3\n4 5 6\n7 8 9"
    for usecols in (0, 2, -1, [0, 1], [-1, 0], [1, 1], [2, 0, 1], 3, -4, [0, 5]):
        case(three, usecols=usecols)
        case("1 2 3\n4 5", usecols=usecols)
    for options in ({"skiprows": 1}, {"skiprows": 5}, {"max_rows": 2}, {"max_rows": 0}, {"max_rows": 1, "skiprows": 1}, {"max_rows": -1}, {"skiprows": -1}, {"unpack": True},
                    {"unpack": True, "usecols": [0, 2]}, {"ndmin": 2, "usecols": 1}, {"ndmin": 3}, {"ndmin": 2, "max_rows": 1}, {"ndmin": 2, "max_rows": 1, "unpack": True}):
        case(three, **options)
        case("#a\n1\n\n2\n#b\n3", **{k: v for k, v in options.items() if k != "usecols"})
    for converters in ({0: F("percent")}, {1: F("seven"), -1: F("length")}, {5: F("float")}, {-3: F("float")}, {0: F("or -9")}, F("percent"), F("length")):
        case("1% 2\n3% 4", converters=converters)
        case("1%,2\n3%,", converters=converters, delimiter=",")
        case("1% 2\n3% 4", converters=converters, dtype="int32")
    case("1 2 3", usecols=[1, 2], converters={1: F("seven")})
    case("1 2 3", usecols=[1, 2], converters={0: F("seven")})
    topic.case("loadtxt.gz", Text("1 2\n3 4\n"))


def fields(topic):
    def case(text, **options):
        topic.case("genfromtxt", Text(text), **options)

    for text in ("1 2\n3 x", "1_0 1e5 inf", "", "#\n", "\n\n1 2", "1 2\n3", "1\t2 3", "nan inf -inf", "0x10", "'1'", "1 2\r\n3 4\r\n", "1", "1 2", "1\n2", "1 2 # c\n3 4", "  1 2", "1 2\n\n3 4"):
        case(text)
        case(text, ndmin=2)
        case(text, ndmin=1)
        case(text, unpack=True)
    for dtype in DTYPES:
        case("1 2\n3 4", dtype=dtype)
        case("1.7 x", dtype=dtype)
        case("True false", dtype=dtype)
        case("300 -1", dtype=dtype)
        case("nan 1", dtype=dtype)
        case("x 1", dtype=dtype, filling_values=7)
        case("", dtype=dtype)
    case("99999999999999999999", dtype="int64")
    case("inf 1", dtype="int32")
    for text in ("1+2j j 3J (1+2j) x", "1 2", "-j +j 1-j", "nan+infj"):
        case(text, dtype="complex128")
    for text in ("1 2", "1 2.5\n3.5 4", "True False\nTrue True", "1+2j 2j"):
        if text != "1 2.5\n3.5 4":
            case(text, dtype=None)
        topic.case("genfromtxt.fields", Text(text), dtype=None)
    topic.case("genfromtxt.fields", Text("True 1\nFalse 2.5"), dtype=None)
    topic.case("genfromtxt.fields", Text("1,,x\n2,3,4"), dtype=None, delimiter=",", missing_values="x")
    for text, delimiter in (("1,2,\n3,,4", ","), ("1;2", ";"), ("1::2", "::"), ("1  2", " "), (" 1 , 2 ", ","), ("1 2", 0), ("123456\n7 8 9 ", 2), ("12345", 3), ("1,2", "x"), ("1x2", "")):
        case(text, delimiter=delimiter)
        case(text, delimiter=delimiter, autostrip=True)
    case("12345 6\n1 2", delimiter=[1, 3, 2])
    case("1;2", delimiter=";", comments=[])
    case("1 // 2", comments="//")
    three = "1 2 3\n4 5 6\n7 8 9"
    for usecols in (0, 2, -1, [0, 1], [-1, 0], [1, 1], 3, [0, 5]):
        case(three, usecols=usecols)
        case("1 2 3\n4 5", usecols=usecols)
    for options in ({"skip_header": 1}, {"skip_header": 5}, {"skip_footer": 1}, {"skip_footer": 2}, {"max_rows": 2}, {"max_rows": 0}, {"max_rows": 1, "skip_footer": 1},
                    {"skip_header": 1, "skip_footer": 1}, {"unpack": True}, {"unpack": True, "usecols": [0, 2]}, {"ndmin": 2, "usecols": 1}, {"ndmin": 3}):
        case(three, **options)
        case("1 2\n3 4\nend x y", **{k: v for k, v in options.items() if k != "usecols"})
    case("1 2\n3", invalid_raise=False)
    case("1\n2 3\n4", invalid_raise=False)
    case("1 2\n3", skip_footer=1)
    for converters in ({0: F("percent")}, {1: F("seven"), -1: F("length")}, {5: F("float")}, {1: F("or -9")}):
        case("1%,2\n3%,", converters=converters, delimiter=",")
    case("1 2 3", usecols=[1, 2], converters={1: F("seven")})
    case("1 2 3", usecols=[1, 2], converters={0: F("seven")})


def names(topic):
    cases = [
        ("a b\n1 2", {"names": True}), ("# a b\n1 2\n3 4", {"names": True}), ("#a b\n1 2\n3 4", {"names": True, "dtype": "int64"}),
        ("a,a,\n1,2,3", {"names": True, "delimiter": ","}), ("a b,c-d,return\n1,2,3", {"names": True, "delimiter": ","}),
        ("A B\n1 2", {"names": True, "case_sensitive": "lower"}), ("A b\n1 2", {"names": True, "case_sensitive": False}), ("A b\n1 2", {"names": True, "case_sensitive": "upper"}),
        ("1 2", {"names": "x"}), ("1 2", {"names": "x,y,z"}), ("1 2\n3 4", {"names": ["x", "y"]}), ("1 2", {"names": ["x", "y"], "usecols": "y"}),
        ("1 2 3", {"names": ["x", "y", "z"], "usecols": [0, 2]}), ("1 2 3", {"names": "x,y", "usecols": [0, 2]}), ("1 2", {"names": "x,y", "usecols": "z"}),
        ("1 2", {"names": ["a b", "c"], "replace_space": "-"}), ("1 2", {"names": ["a b", "c"], "replace_space": "Q"}), ("1 2", {"names": ["a!", "a?"], "deletechars": ""}),
        ("1 2", {"names": ["a", "b"], "excludelist": ["a"]}), ("1 2 3", {"names": ["", "b", ""]}), ("1 2 3", {"names": ["", "f0", "f0"]}), ("1 2\n3 x", {"names": "a,b", "dtype": "int32"}),
        ("1 2.5\nx 4", {"names": "a,b", "dtype": None}), ("1 2.5", {"dtype": None}), ("1 2.5", {"dtype": None, "defaultfmt": "v%02i"}),
        ("N/A,2", {"delimiter": ",", "names": "a,b", "missing_values": {"a": "N/A"}, "filling_values": {"a": 0}}),
        ("x,n\n1,2\n3,4", {"delimiter": ",", "names": True, "converters": {"n": F("percent")}}), ("h\na b\n1 2", {"names": True, "skip_header": 1}), ("a b\n1 2\n3", {"names": True}),
        ("a b", {"names": True}), ("# a b # c\n1 2", {"names": True}), ("a b c\n1 2 3", {"names": True, "usecols": ["c", "a"]}),
    ]
    for text, options in cases:
        topic.case("genfromtxt.fields", Text(text), **options)
        topic.case("genfromtxt.names", Text(text), **options)


def gaps(topic):
    cases = [
        ("1,N/A,3", {"missing_values": "N/A", "filling_values": -5}), ("1,N/A,???", {"missing_values": {1: "N/A", 2: "???"}, "filling_values": {1: -1, 2: -2}}),
        ("1,N/A,3", {"filling_values": [7, 8, 9]}), ("1,N/A,3", {"filling_values": [7, 8]}), ("1,N/A", {"loose": False}), ("1,N/A", {"loose": False, "missing_values": "N/A"}),
        ("1,", {"loose": False}), ("1,N/A,-", {"loose": False, "missing_values": "N/A,-"}), ("1,N/A,-", {"loose": False, "missing_values": ["x", "N/A", "-"]}),
        ("1,x", {"loose": False, "filling_values": 3, "missing_values": "x"}), ("1, x ", {"loose": False, "missing_values": "x"}), ("1,,3", {"filling_values": {1: 2.5}}),
        ("1,,3", {"usecols": [1, 2], "filling_values": {1: 2.5}}), ("1,,3", {"dtype": "int32"}), ("1,,3", {"dtype": "int64", "filling_values": 5}), (",True", {"dtype": "bool"}),
        (",1j", {"dtype": "complex64"}), ("1,,3", {"dtype": "uint8"}), ("1,,3", {"dtype": "float16", "filling_values": 0.1}),
    ]
    for text, options in cases:
        topic.case("genfromtxt", Text(text), delimiter=",", **options)


def save(topic):
    for dtype in DTYPES:
        topic.case("savetxt", arr(ramp(dtype, 2, 3)))
        topic.case("savetxt", arr(ramp(dtype, 3)))
        topic.case("savetxt", arr(ramp(dtype, 0, 2)))
        topic.case("savetxt", arr(ramp(dtype, 2, 0)))
        topic.case("savetxt", arr(ramp(dtype)))
        topic.case("savetxt", edge(dtype))
        for number in (1, 2, 3, 4):
            topic.case("savetxt", laid_out(dtype, number), fmt="%.3f")
        for form in ("%d", "%s", "%r", "%10.2e", "%g", "%x", "%#o", "%+08.3f|", "%c", "%5.1s", "%i%%", "%-8d|", "%.0f", "%G"):
            topic.case("savetxt", arr(ramp(dtype, 1, 2)), fmt=form)
    for number in range(len(LAYOUTS)):
        topic.case("savetxt", laid_out("float32", number))
    a = arr(ramp("float64", 2, 3))
    for options in ({"delimiter": ","}, {"newline": "\r\n"}, {"header": "a b"}, {"header": "a\nb", "comments": "// "}, {"footer": "end"}, {"header": "é", "footer": "x\ny"}, {"comments": ""},
                    {"fmt": ["%d", "%.2f", "%s"]}, {"fmt": ["%d"]}, {"fmt": "%d - %.2f - %s"}, {"fmt": "%d %d"}, {"fmt": "x"}, {"fmt": "%"}, {"fmt": "%z"}, {"fmt": "%.1f", "delimiter": "", "newline": ";"},
                    {"fmt": "%5.1f", "delimiter": " | ", "header": "h", "footer": "f"}, {"fmt": ["%d", "%d", "%d"], "delimiter": "\t"}, {"fmt": "%*d"}, {"fmt": "%(a)d"}):
        topic.case("savetxt", a, **options)
    z = arr([[1 + 2j, -0.5 - 1j], [complex(NAN, -INF), 0]])
    for options in ({}, {"fmt": "%.2f"}, {"fmt": "%.1f%+.1fj %.1f%+.1fj"}, {"fmt": ["%.1f%+.1fj", "(%s, %s)"]}, {"fmt": "%s", "delimiter": ";"}, {"fmt": "%d %d"}):
        topic.case("savetxt", z, **options)
    for form in ("%e", "%.0e", "%g", "%.3g", "%#g", "%.12g", "%f", "%.0f", "%#.0f", "%05f", "%+f", "% f", "%-12f|", "%12.3e", "%E", "%F", "%G", "%.20f", "%.400f", "%s", "%.3s", "%a"):
        topic.case("savetxt", arr([0.0, -0.0, 1.0, -1.5, 123456789.0, 1e16, 1e-5, 0.00012345, 1e100, 5e-324, NAN, INF, -INF, 0.5, 2.5, 9.995]), fmt=form)
    for form in ("%d", "%5d|", "%-5d|", "%05d", "%+d", "% d", "%.3d", "%x", "%X", "%#x", "%#X", "%o", "%#o", "%u", "%i", "%e", "%g", "%ld", "%#.3x", "%08.3x"):
        topic.case("savetxt", arr([0, 1, -5, 255, -(2**63), 2**63 - 1]), fmt=form)


def regex(topic):
    log = "1312 foo\n1534  bar\n444   qux"
    topic.case("fromregex", Text(log), r"(\d+)\s+(\d*)", [["a", "int64"], ["b", "float64"]])
    topic.case("fromregex", Text(log), r"(\d+)\s+...", [["num", "int64"]])
    topic.case("fromregex", Text(log), r"\d+", [["num", "float32"]])
    topic.case("fromregex", Text(log), r"\d+", [["num", "int8"]])
    topic.case("fromregex", Text(""), r"\d+", [["num", "int16"]])
    topic.case("fromregex", Text("x=1.5, y=-2\nx=3, y=4e3"), r"x=(\S+), y=(\S+)", [["x", "float64"], ["y", "float32"]])
    topic.case("fromregex", Text("x=1.5, y=-2"), r"x=(\S+), y=(\S+)", [["x", "int64"], ["y", "float32"]])
    topic.case("fromregex", Text("1+2j 3"), r"\S+", [["z", "complex128"]])
    topic.case("fromregex", Text("1_0 2"), r"\S+", [["z", "uint16"]])
    topic.case("fromregex", Text("a"), r"(\S+", [["z", "uint16"]])
