//! Expressions of several families, and odd dtypes.

use np::prelude::*;
use numfuse as np;

use crate::{Case, Inputs, check};

#[test]
fn mixed_agrees_with_numpy() {
    let Inputs { a, i, u, b, c3, .. } = Inputs::new();
    let cases: Vec<Case> = vec![
        (
            "(c3 - c3.mean(axis=(0, 1))) / c3.std(axis=(0, 1))",
            (&c3 - c3.mean([0, 1])) / c3.std([0, 1]),
            "[[[-1.46385011 -1.46385011 -1.46385011 -1.46385011]\n  [-0.87831007 -0.87831007 -0.87831007 -0.87831007]\n  [-0.29277002 -0.29277002 -0.29277002 -0.29277002]]\n\n [[ 0.29277002  0.29277002  0.29277002  0.29277002]\n  [ 0.87831007  0.87831007  0.87831007  0.87831007]\n  [ 1.46385011  1.46385011  1.46385011  1.46385011]]]|float64|[2, 3, 4]",
        ),
        (
            "np.exp(a - a.max(axis=1, keepdims=True)) / np.exp(a - a.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)",
            {
                let e = np::exp(&a - a.max(axis(1).keepdims()));
                &e / e.sum(axis(1).keepdims())
            },
            "[[0.09003057 0.24472847 0.66524096]\n [0.09003057 0.24472847 0.66524096]]|float64|[2, 3]",
        ),
        (
            "(a[:, None, :] - a[None, :, :])[0]",
            (a.slice(s![.., newaxis, ..]) - a.slice(s![newaxis, .., ..])).slice(0),
            "[[ 0.  0.  0.]\n [-3. -3. -3.]]|float64|[2, 3]",
        ),
        ("a.T + a.reshape(3, 2)", a.t() + a.reshape([3, 2]), "[[ 0.  4.]\n [ 3.  7.]\n [ 6. 10.]]|float64|[3, 2]"),
        ("np.hypot(np.int8(1), u)", np::hypot(np::scalar(1i8), &u), "[  1.414   2.236 250.   ]|float16|[3]"),
        ("np.float_power(i, 2)", np::float_power(&i, 2), "[[ 9.  1.  4.]\n [ 0. 25. 16.]]|float64|[2, 3]"),
        ("np.floor_divide(b, b)", np::floor_divide(&b, &b), "[1 0]|int8|[2]"),
        ("np.left_shift(b, 1)", &b << 1, "[2 0]|int64|[2]"),
        ("np.arctan2(u, 1)", np::arctan2(&u, 1), "[0.785 1.107 1.566]|float16|[3]"),
        ("np.copysign(np.array([1], np.int8), -1)", np::copysign([1i8], -1), "[-1.]|float16|[1]"),
        (
            "np.divide(np.array([1,2],np.int8), np.array([3],np.uint16))",
            np::divide([1i8, 2], [3u16]),
            "[0.33333333 0.66666667]|float64|[2]",
        ),
        (
            "np.take(a, np.array([1.5]))",
            np::take(&a, [1.5], ..),
            "TypeError: Cannot cast array data from dtype('float64') to dtype('int64') according to the rule 'same_kind'",
        ),
        ("np.take(a, 9)", np::take(&a, 9, ..), "IndexError: index 9 is out of bounds for axis 0 with size 6"),
        ("np.array([2**63])", np::array(1u64 << 63, ..).reshape(1), "[9223372036854775808]|uint64|[1]"),
        (
            "np.nanargmin([[np.nan, np.nan]])",
            np::nanargmin([[np::nan, np::nan]], ..),
            "ValueError: All-NaN slice encountered",
        ),
        (
            "np.select([], [])",
            np::select([] as [&Array; 0], [] as [&Array; 0], ..),
            "ValueError: select with an empty condition list is not possible",
        ),
        ("np.nanmax([np.nan, np.nan])", np::nanmax([np::nan, np::nan], ..), "nan|float64|[]"),
        (
            "np.sum(c3.T[::-1, :, 1:], axis=1)",
            c3.t().slice(s![..;-1, .., 1..]).sum(1),
            "[[57]\n [54]\n [51]\n [48]]|int64|[4, 1]",
        ),
        (
            "np.broadcast_to(a[:, :1], (2, 4)).sum(axis=1)",
            np::broadcast_to(a.slice(s![.., ..1]), [2, 4]).sum(1),
            "[ 0. 12.]|float64|[2]",
        ),
        (
            "np.concatenate([a.T, a.T[::-1]]).cumsum(axis=0)",
            np::concatenate([a.t(), a.t().slice(s![..;-1])], ..).cumsum(0),
            "[[ 0.  3.]\n [ 1.  7.]\n [ 3. 12.]\n [ 5. 17.]\n [ 6. 21.]\n [ 6. 24.]]|float64|[6, 2]",
        ),
        (
            "np.take(c3, [1, 0], axis=1).mean(axis=2)",
            c3.take([1, 0], 1).mean(2),
            "[[ 5.5  1.5]\n [17.5 13.5]]|float64|[2, 2]",
        ),
        (
            "np.diagonal(c3[:, :2, ::2], axis1=1, axis2=2) + 1",
            c3.slice(s![.., ..2, ..;2]).diagonal(axis1(1).axis2(2)) + 1,
            "[[ 1  7]\n [13 19]]|int64|[2, 2]",
        ),
        ("np.flip(np.arange(5))[::2]", np::flip(np::arange(5, ..), ..).slice(s![..;2]), "[4 2 0]|int64|[3]"),
    ];
    check(cases);
}
