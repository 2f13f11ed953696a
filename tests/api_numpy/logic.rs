//! Choosing, comparing, rounding.

use np::prelude::*;
use numfuse as np;

use crate::{Case, Inputs, check};

#[test]
fn logic_agrees_with_numpy() {
    let Inputs { a, i, u, f, z, b, x, .. } = Inputs::new();
    let cases: Vec<Case> = vec![
        ("np.where(i > 0, i, 0)", np::where_(i.gt(0), &i, 0), "[[3 0 2]\n [0 5 0]]|int32|[2, 3]"),
        ("np.where(b, u[:2], 300)", np::where_(&b, u.slice(..2), 300), "[ 1 44]|uint8|[2]"),
        ("np.where(i, 1, 2.5)", np::where_(&i, 1, 2.5), "[[1.  1.  1. ]\n [2.5 1.  1. ]]|float64|[2, 3]"),
        (
            "np.where([True, False], f[0], 1)",
            np::where_([true, false], f.slice(0).slice(..), 1),
            "[1.5 1. ]|float32|[2]",
        ),
        (
            "np.select([i > 2, i < 0], [i, -i], 100)",
            np::select([i.gt(2), i.lt(0)], [i.clone(), -&i], 100),
            "[[  3   1 100]\n [100   5   4]]|int32|[2, 3]",
        ),
        (
            "np.select([i], [i])",
            np::select([&i], [&i], ..),
            "TypeError: invalid entry 0 in condlist: should be boolean ndarray",
        ),
        ("np.clip(i, 0, 3)", np::clip(&i, 0, 3), "[[3 0 2]\n [0 3 0]]|int32|[2, 3]"),
        ("np.clip(u, 0, 300)", np::clip(&u, 0, 300), "[  1   2 250]|uint8|[3]"),
        ("np.clip(u, -1, 3)", np::clip(&u, -1, 3), "[1 2 3]|uint8|[3]"),
        ("np.clip(u, 0.5, 3)", np::clip(&u, 0.5, 3), "[1. 2. 3.]|float64|[3]"),
        ("np.clip(x, -1, 1)", np::clip(&x, -1, 1), "[ 1. nan -1.  1. -1.  0. -0.]|float64|[7]"),
        ("np.clip(f, None, 1.5)", np::clip(&f, .., 1.5), "[[ 1.5  -2.25]\n [ 0.3   1.5 ]]|float32|[2, 2]"),
        ("np.clip(i, [0, 1, 2], 3)", np::clip(&i, [0i64, 1, 2], 3), "[[3 1 2]\n [0 3 2]]|int64|[2, 3]"),
        (
            "x.astype(np.int32)",
            x.astype(np::int32),
            "[          1 -2147483648          -2 -2147483648 -2147483648           0\n           0]|int32|[7]",
        ),
        ("x.astype(bool)", x.astype(np::bool), "[ True  True  True  True  True False False]|bool|[7]"),
        ("i.astype(np.uint8)", i.astype(np::uint8), "[[  3 255   2]\n [  0   5 252]]|uint8|[2, 3]"),
        ("a.astype(np.float16)", a.astype(np::float16), "[[0. 1. 2.]\n [3. 4. 5.]]|float16|[2, 3]"),
        (
            "np.round([1.5, 2.5, -0.5, 1234.567])",
            np::round([1.5, 2.5, -0.5, 1234.567], ..),
            "[   2.    2.   -0. 1235.]|float64|[4]",
        ),
        ("np.round([1.235, 2.675], 2)", np::round([1.235, 2.675], 2), "[1.24 2.68]|float64|[2]"),
        ("np.round([1234.567, -55.5], -2)", np::round([1234.567, -55.5], -2), "[1200. -100.]|float64|[2]"),
        ("np.round([1234, -55], -2)", np::round([1234i64, -55], -2), "[1200 -100]|int64|[2]"),
        ("np.round(f, 1)", np::round(&f, 1), "[[  1.5  -2.2]\n [  0.3 100. ]]|float32|[2, 2]"),
        ("np.round(z, 1)", np::round(&z, 1), "[[ 1. +2.j  -0.5+0.2j]\n [ 3. -4.j   0. +1.j ]]|complex128|[2, 2]"),
        ("np.round(b)", np::round(&b, ..), "[1. 0.]|float16|[2]"),
        ("np.isclose(x, x)", np::isclose(&x, &x, ..), "[ True False  True  True  True  True  True]|bool|[7]"),
        (
            "np.isclose(x, x, equal_nan=True)",
            np::isclose(&x, &x, equal_nan(true)),
            "[ True  True  True  True  True  True  True]|bool|[7]",
        ),
        (
            "np.isclose([1e10, 1e-7], [1.00001e10, 1e-8])",
            np::isclose([1e10, 1e-7], [1.00001e10, 1e-8], ..),
            "[ True False]|bool|[2]",
        ),
        ("np.allclose(i, i)", np::allclose(&i, &i, ..), "True|bool|[]"),
        ("np.array_equal(a, i)", np::array_equal(&a, &i, ..), "False|bool|[]"),
        ("np.array_equal(a, u)", np::array_equal(&a, &u, ..), "False|bool|[]"),
        ("np.array_equal(x, x, equal_nan=True)", np::array_equal(&x, &x, equal_nan(true)), "True|bool|[]"),
        ("np.real(z)", np::real(&z), "[[ 1.  -0.5]\n [ 3.   0. ]]|float64|[2, 2]"),
        ("np.imag(z)", np::imag(&z), "[[ 2.    0.25]\n [-4.    1.  ]]|float64|[2, 2]"),
        ("np.imag(i)", np::imag(&i), "[[0 0 0]\n [0 0 0]]|int32|[2, 3]"),
        ("np.angle(z)", np::angle(&z, ..), "[[ 1.10714872  2.67794504]\n [-0.92729522  1.57079633]]|float64|[2, 2]"),
        ("np.angle(f, deg=True)", np::angle(&f, deg()), "[[  0. 180.]\n [  0.   0.]]|float32|[2, 2]"),
        (
            "np.nan_to_num(x)",
            np::nan_to_num(&x, ..),
            "[ 1.00000000e+000  0.00000000e+000 -2.50000000e+000  1.79769313e+308\n -1.79769313e+308  0.00000000e+000 -0.00000000e+000]|float64|[7]",
        ),
        (
            "np.nan_to_num(x, nan=1.5, posinf=7)",
            np::nan_to_num(&x, np::prelude::nan(1.5).posinf(7)),
            "[ 1.00000000e+000  1.50000000e+000 -2.50000000e+000  7.00000000e+000\n -1.79769313e+308  0.00000000e+000 -0.00000000e+000]|float64|[7]",
        ),
        ("np.nan_to_num(i)", np::nan_to_num(&i, ..), "[[ 3 -1  2]\n [ 0  5 -4]]|int32|[2, 3]"),
    ];
    check(cases);
}
