//! Generators.

use np::prelude::*;
use num_complex::Complex;
use numfuse as np;

use crate::{Case, Inputs, check};

#[test]
fn creation_agrees_with_numpy() {
    let Inputs { a, i, f, c3, .. } = Inputs::new();
    let cases: Vec<Case> = vec![
        ("np.arange(5)", np::arange(5, ..), "[0 1 2 3 4]|int64|[5]"),
        ("np.arange(2, 9, 3)", np::arange(2, stop(9).step(3)), "[2 5 8]|int64|[3]"),
        ("np.arange(9, 2, -3)", np::arange(9, stop(2).step(-3)), "[9 6 3]|int64|[3]"),
        (
            "np.arange(0, 1, 0.1)",
            np::arange(0, stop(1).step(0.1)),
            "[0.  0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9]|float64|[10]",
        ),
        ("np.arange(0.5)", np::arange(0.5, ..), "[0.]|float64|[1]"),
        ("np.arange(5, dtype=np.float32)", np::arange(5, dtype(np::float32)), "[0. 1. 2. 3. 4.]|float32|[5]"),
        ("np.arange(3, 0)", np::arange(3, 0), "[]|int64|[0]"),
        ("np.arange(1, 2, 0)", np::arange(1, stop(2).step(0)), "ZeroDivisionError: division by zero"),
        (
            "np.arange(1, 3, 0.5, dtype=np.float16)",
            np::arange(1, stop(3).step(0.5).dtype(np::float16)),
            "[1.  1.5 2.  2.5]|float16|[4]",
        ),
        (
            "np.arange(0, 10, 2.5, dtype=np.int32)",
            np::arange(0, stop(10).step(2.5).dtype(np::int32)),
            "[0 2 4 6]|int32|[4]",
        ),
        ("np.linspace(0, 1, 5)", np::linspace(0, 1, 5), "[0.   0.25 0.5  0.75 1.  ]|float64|[5]"),
        (
            "np.linspace(1, 10, 4, endpoint=False)",
            np::linspace(1, 10, num(4).endpoint(false)),
            "[1.   3.25 5.5  7.75]|float64|[4]",
        ),
        ("np.linspace(0, 10, 4, dtype=int)", np::linspace(0, 10, num(4).dtype(np::int64)), "[ 0  3  6 10]|int64|[4]"),
        (
            "np.linspace(-3.5, 2, 6, dtype=int)",
            np::linspace(-3.5, 2, num(6).dtype(np::int_)),
            "[-4 -3 -2 -1  0  2]|int64|[6]",
        ),
        ("np.linspace(2, 2, 1)", np::linspace(2, 2, 1), "[2.]|float64|[1]"),
        ("np.linspace(0, 1, 0)", np::linspace(0, 1, 0), "[]|float64|[0]"),
        ("np.linspace(0, 1, -1)", np::linspace(0, 1, -1), "ValueError: Number of samples, -1, must be non-negative."),
        (
            "np.linspace([0, 10], [1, 20], 3)",
            np::linspace([0, 10], [1, 20], 3),
            "[[ 0.  10. ]\n [ 0.5 15. ]\n [ 1.  20. ]]|float64|[3, 2]",
        ),
        (
            "np.linspace([0, 10], [1, 20], 3, axis=1)",
            np::linspace([0, 10], [1, 20], num(3).axis(1)),
            "[[ 0.   0.5  1. ]\n [10.  15.  20. ]]|float64|[2, 3]",
        ),
        (
            "np.linspace(0, 1j, 3)",
            np::linspace(0, Complex::new(0.0, 1.0), 3),
            "[0.+0.j  0.+0.5j 0.+1.j ]|complex128|[3]",
        ),
        (
            "np.linspace(f, f + 1, 3)",
            np::linspace(&f, &f + 1, 3),
            "[[[  1.5         -2.25      ]\n  [  0.3        100.        ]]\n\n [[  2.          -1.75      ]\n  [  0.79999995 100.5       ]]\n\n [[  2.5         -1.25      ]\n  [  1.3        101.        ]]]|float32|[3, 2, 2]",
        ),
        ("np.logspace(0, 3, 4)", np::logspace(0, 3, 4), "[   1.   10.  100. 1000.]|float64|[4]"),
        ("np.logspace(0, 3, 4, base=2)", np::logspace(0, 3, num(4).base(2)), "[1. 2. 4. 8.]|float64|[4]"),
        ("np.geomspace(1, 1000, 4)", np::geomspace(1, 1000, 4), "[   1.   10.  100. 1000.]|float64|[4]"),
        ("np.geomspace(-1, -1000, 4)", np::geomspace(-1, -1000, 4), "[   -1.   -10.  -100. -1000.]|float64|[4]"),
        (
            "np.geomspace(1, 256, 9, dtype=int)",
            np::geomspace(1, 256, num(9).dtype(np::int64)),
            "[  1   2   4   7  16  32  63 127 256]|int64|[9]",
        ),
        ("np.geomspace(0, 10, 4)", np::geomspace(0, 10, 4), "ValueError: Geometric sequence cannot include zero"),
        ("np.eye(3)", np::eye(3, ..), "[[1. 0. 0.]\n [0. 1. 0.]\n [0. 0. 1.]]|float64|[3, 3]"),
        ("np.eye(2, 4, 1, dtype=int)", np::eye(2, m(4).k(1).dtype(np::int64)), "[[0 1 0 0]\n [0 0 1 0]]|int64|[2, 4]"),
        ("np.eye(3, k=-1)", np::eye(3, k(-1)), "[[0. 0. 0.]\n [1. 0. 0.]\n [0. 1. 0.]]|float64|[3, 3]"),
        ("np.identity(2, dtype=bool)", np::identity(2, np::bool), "[[ True False]\n [False  True]]|bool|[2, 2]"),
        ("np.tri(3, 4, -1)", np::tri(3, m(4).k(-1)), "[[0. 0. 0. 0.]\n [1. 0. 0. 0.]\n [1. 1. 0. 0.]]|float64|[3, 4]"),
        ("np.zeros((2, 0))", np::zeros([2, 0], ..), "[]|float64|[2, 0]"),
        (
            "np.zeros((2, 3), dtype=np.complex64)",
            np::zeros((2, 3), np::complex64),
            "[[0.+0.j 0.+0.j 0.+0.j]\n [0.+0.j 0.+0.j 0.+0.j]]|complex64|[2, 3]",
        ),
        ("np.zeros(-1)", np::zeros(-1, ..), "ValueError: negative dimensions are not allowed"),
        ("np.ones(())", np::ones((), ..), "1.0|float64|[]"),
        ("np.full((2, 2), 7)", np::full([2, 2], 7, ..), "[[7 7]\n [7 7]]|int64|[2, 2]"),
        (
            "np.full((2, 2), 1.5, dtype=np.float32)",
            np::full([2, 2], 1.5, np::float32),
            "[[1.5 1.5]\n [1.5 1.5]]|float32|[2, 2]",
        ),
        (
            "np.full((2,), 300, dtype=np.uint8)",
            np::full(2, 300, np::uint8),
            "OverflowError: Python integer 300 out of bounds for uint8",
        ),
        ("np.full((2, 3), [1, 2, 3])", np::full([2, 3], [1i64, 2, 3], ..), "[[1 2 3]\n [1 2 3]]|int64|[2, 3]"),
        ("np.full_like(f, 2.5)", np::full_like(&f, 2.5, ..), "[[2.5 2.5]\n [2.5 2.5]]|float32|[2, 2]"),
        ("np.zeros_like(i, dtype=float)", np::zeros_like(&i, np::float64), "[[0. 0. 0.]\n [0. 0. 0.]]|float64|[2, 3]"),
        ("np.ones_like(i, shape=(2,))", np::ones_like(&i, shape(2)), "[1 1]|int32|[2]"),
        (
            "np.indices((2, 3))",
            np::indices([2, 3], ..),
            "[[[0 0 0]\n  [1 1 1]]\n\n [[0 1 2]\n  [0 1 2]]]|int64|[2, 2, 3]",
        ),
        (
            "np.fromfunction(lambda i, j: i * 10 + j, (2, 3))",
            np::fromfunction(|[i, j]| i * 10 + j, [2, 3], ..),
            "[[ 0.  1.  2.]\n [10. 11. 12.]]|float64|[2, 3]",
        ),
        (
            "np.meshgrid([1, 2, 3], [4, 5])[1]",
            np::meshgrid(vec![Operand::from([1i64, 2, 3]), Operand::from([4i64, 5])], ..)[1].clone(),
            "[[4 4 4]\n [5 5 5]]|int64|[2, 3]",
        ),
        (
            "np.meshgrid([1, 2, 3], [4, 5], indexing='ij')[0]",
            np::meshgrid(vec![Operand::from([1i64, 2, 3]), Operand::from([4i64, 5])], "ij")[0].clone(),
            "[[1 1]\n [2 2]\n [3 3]]|int64|[3, 2]",
        ),
        ("np.tril(a)", np::tril(&a, ..), "[[0. 0. 0.]\n [3. 4. 0.]]|float64|[2, 3]"),
        ("np.triu(a, 1)", np::triu(&a, 1), "[[0. 1. 2.]\n [0. 0. 5.]]|float64|[2, 3]"),
        ("np.tril(np.arange(3))", np::tril(np::arange(3, ..), ..), "[[0 0 0]\n [0 1 0]\n [0 1 2]]|int64|[3, 3]"),
        (
            "np.tril(c3, -1)",
            np::tril(&c3, -1),
            "[[[ 0  0  0  0]\n  [ 4  0  0  0]\n  [ 8  9  0  0]]\n\n [[ 0  0  0  0]\n  [16  0  0  0]\n  [20 21  0  0]]]|int64|[2, 3, 4]",
        ),
    ];
    check(cases);
}
