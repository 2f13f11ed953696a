//! Views and joins.

use np::prelude::*;
use numfuse as np;

use crate::{Case, Inputs, check, shape_of};

#[test]
fn manip_agrees_with_numpy() {
    let Inputs { a, i, u, e, c3, .. } = Inputs::new();
    let cases: Vec<Case> = vec![
        ("np.reshape(a, (3, 2))", a.reshape([3, 2]), "[[0. 1.]\n [2. 3.]\n [4. 5.]]|float64|[3, 2]"),
        ("np.reshape(a, (-1,))", a.reshape(-1), "[0. 1. 2. 3. 4. 5.]|float64|[6]"),
        (
            "np.reshape(a, (3, -1, 1))",
            a.reshape((3, -1, 1)),
            "[[[0.]\n  [1.]]\n\n [[2.]\n  [3.]]\n\n [[4.]\n  [5.]]]|float64|[3, 2, 1]",
        ),
        ("np.reshape(a, (4, 2))", a.reshape([4, 2]), "ValueError: cannot reshape array of size 6 into shape (4,2)"),
        ("np.reshape(a, (-1, 4))", a.reshape([-1, 4]), "ValueError: cannot reshape array of size 6 into shape (4)"),
        ("np.reshape(a, (-1, -1))", a.reshape([-1, -1]), "ValueError: can only specify one unknown dimension"),
        ("np.reshape(a.T, 6)", a.t().reshape(6), "[0. 3. 1. 4. 2. 5.]|float64|[6]"),
        (
            "np.reshape(e, (0, -1))",
            e.reshape([0, -1]),
            "ValueError: cannot reshape array of size 0 into shape (0,newaxis)",
        ),
        ("np.ravel(a, order='F')", a.ravel('F'), "[0. 3. 1. 4. 2. 5.]|float64|[6]"),
        (
            "np.transpose(c3, (1, 2, 0))",
            np::transpose(&c3, [1, 2, 0]),
            "[[[ 0 12]\n  [ 1 13]\n  [ 2 14]\n  [ 3 15]]\n\n [[ 4 16]\n  [ 5 17]\n  [ 6 18]\n  [ 7 19]]\n\n [[ 8 20]\n  [ 9 21]\n  [10 22]\n  [11 23]]]|int64|[3, 4, 2]",
        ),
        ("np.transpose(c3, (1, 2))", np::transpose(&c3, [1, 2]), "ValueError: axes don't match array"),
        ("np.transpose(c3, (1, 1, 0))", np::transpose(&c3, [1, 1, 0]), "ValueError: repeated axis in transpose"),
        ("np.swapaxes(c3, 0, -1).shape", shape_of(np::swapaxes(&c3, 0, -1)), "[4 3 2]|int64|[3]"),
        (
            "np.swapaxes(c3, 0, 5)",
            np::swapaxes(&c3, 0, 5),
            "AxisError: axis2: axis 5 is out of bounds for array of dimension 3",
        ),
        (
            "np.moveaxis(c3, 0, -1)[0]",
            np::moveaxis(&c3, 0, -1).slice(0),
            "[[ 0 12]\n [ 1 13]\n [ 2 14]\n [ 3 15]]|int64|[4, 2]",
        ),
        (
            "np.moveaxis(c3, [0, 1], [-1, -2])[0]",
            np::moveaxis(&c3, [0, 1], [-1, -2]).slice(0),
            "[[ 0 12]\n [ 4 16]\n [ 8 20]]|int64|[3, 2]",
        ),
        (
            "np.moveaxis(c3, [0, 1], [-1])",
            np::moveaxis(&c3, [0, 1], -1),
            "ValueError: `source` and `destination` arguments must have the same number of elements",
        ),
        (
            "np.moveaxis(c3, 4, 0)",
            np::moveaxis(&c3, 4, 0),
            "AxisError: source: axis 4 is out of bounds for array of dimension 3",
        ),
        ("np.rollaxis(c3, 2)[0]", np::rollaxis(&c3, 2, ..).slice(0), "[[ 0  4  8]\n [12 16 20]]|int64|[2, 3]"),
        (
            "np.rollaxis(c3, 0, 3)[0]",
            np::rollaxis(&c3, 0, 3).slice(0),
            "[[ 0 12]\n [ 1 13]\n [ 2 14]\n [ 3 15]]|int64|[4, 2]",
        ),
        (
            "np.rollaxis(c3, 0, 5)",
            np::rollaxis(&c3, 0, 5),
            "AxisError: 'start' arg requires -3 <= start < 4, but 5 was passed in",
        ),
        ("np.broadcast_to(u, (2, 3))", np::broadcast_to(&u, [2, 3]), "[[  1   2 250]\n [  1   2 250]]|uint8|[2, 3]"),
        (
            "np.broadcast_to(u, (3, 2))",
            np::broadcast_to(&u, [3, 2]),
            "ValueError: operands could not be broadcast together with remapped shapes [original->remapped]: (3,)  and requested shape (3,2)",
        ),
        (
            "np.broadcast_to(a, (3,))",
            np::broadcast_to(&a, 3),
            "ValueError: input operand has more dimensions than allowed by the axis remapping",
        ),
        ("np.squeeze(np.ones((1, 3, 1))).shape", shape_of(np::squeeze(np::ones([1, 3, 1], ..), ..)), "[3]|int64|[1]"),
        (
            "np.squeeze(np.ones((1, 3, 1)), axis=0).shape",
            shape_of(np::squeeze(np::ones([1, 3, 1], ..), 0)),
            "[3 1]|int64|[2]",
        ),
        (
            "np.squeeze(np.ones((1, 3, 1)), axis=1)",
            np::squeeze(np::ones([1, 3, 1], ..), 1),
            "ValueError: cannot select an axis to squeeze out which has size not equal to one",
        ),
        ("np.expand_dims(a, (0, -1)).shape", shape_of(np::expand_dims(&a, [0, -1])), "[1 2 3 1]|int64|[4]"),
        ("np.expand_dims(a, 5)", np::expand_dims(&a, 5), "AxisError: axis 5 is out of bounds for array of dimension 3"),
        ("np.flip(a)", np::flip(&a, ..), "[[5. 4. 3.]\n [2. 1. 0.]]|float64|[2, 3]"),
        ("np.flip(a, 0)", np::flip(&a, 0), "[[3. 4. 5.]\n [0. 1. 2.]]|float64|[2, 3]"),
        ("np.fliplr(a)", np::fliplr(&a), "[[2. 1. 0.]\n [5. 4. 3.]]|float64|[2, 3]"),
        ("np.fliplr(u)", np::fliplr(&u), "ValueError: Input must be >= 2-d."),
        ("np.flipud(a)", np::flipud(&a), "[[3. 4. 5.]\n [0. 1. 2.]]|float64|[2, 3]"),
        ("np.rot90(a)", np::rot90(&a, ..), "[[2. 5.]\n [1. 4.]\n [0. 3.]]|float64|[3, 2]"),
        ("np.rot90(a, 2)", np::rot90(&a, 2), "[[5. 4. 3.]\n [2. 1. 0.]]|float64|[2, 3]"),
        ("np.rot90(a, -1)", np::rot90(&a, -1), "[[3. 0.]\n [4. 1.]\n [5. 2.]]|float64|[3, 2]"),
        (
            "np.rot90(c3, 1, (1, 2))[0]",
            np::rot90(&c3, k(1).axes([1, 2])).slice(0),
            "[[ 3  7 11]\n [ 2  6 10]\n [ 1  5  9]\n [ 0  4  8]]|int64|[4, 3]",
        ),
        ("np.rot90(a, 1, (0, 0))", np::rot90(&a, axes([0, 0])), "ValueError: Axes must be different."),
        ("np.diagonal(a)", a.diagonal(..), "[0. 4.]|float64|[2]"),
        ("np.diagonal(a, 1)", a.diagonal(1), "[1. 5.]|float64|[2]"),
        ("np.diagonal(a, -1)", a.diagonal(-1), "[3.]|float64|[1]"),
        ("np.diagonal(a, 7)", a.diagonal(7), "[]|float64|[0]"),
        ("np.diagonal(c3, 0, 1, 2)", c3.diagonal(axis1(1).axis2(2)), "[[ 0  5 10]\n [12 17 22]]|int64|[2, 3]"),
        ("np.diagonal(u)", u.diagonal(..), "ValueError: diag requires an array of at least two dimensions"),
        ("np.trace(a)", a.trace(..), "4.0|float64|[]"),
        ("np.trace(i, 1)", i.trace(1), "-5|int64|[]"),
        ("np.atleast_2d(u)", np::atleast_2d(&u), "[[  1   2 250]]|uint8|[1, 3]"),
        ("np.atleast_3d(a).shape", shape_of(np::atleast_3d(&a)), "[2 3 1]|int64|[3]"),
        ("c3[0]", c3.slice(0), "[[ 0  1  2  3]\n [ 4  5  6  7]\n [ 8  9 10 11]]|int64|[3, 4]"),
        ("c3[-1, 1:]", c3.slice(s![-1, 1..]), "[[16 17 18 19]\n [20 21 22 23]]|int64|[2, 4]"),
        ("c3[..., 0]", c3.slice(s![Ellipsis, 0]), "[[ 0  4  8]\n [12 16 20]]|int64|[2, 3]"),
        (
            "c3[:, ::-1, ::2]",
            c3.slice(s![.., ..;-1, ..;2]),
            "[[[ 8 10]\n  [ 4  6]\n  [ 0  2]]\n\n [[20 22]\n  [16 18]\n  [12 14]]]|int64|[2, 3, 2]",
        ),
        (
            "c3[1, None, :, -2:]",
            c3.slice(s![1, newaxis, .., -2..]),
            "[[[14 15]\n  [18 19]\n  [22 23]]]|int64|[1, 3, 2]",
        ),
        ("c3[:, 5:, 0]", c3.slice(s![.., 5.., 0]), "[]|int64|[2, 0]"),
        (
            "c3[:, -100:100:2, 3:0:-2]",
            c3.slice(s![.., -100..100;2, 3..0;-2]),
            "[[[ 3  1]\n  [11  9]]\n\n [[15 13]\n  [23 21]]]|int64|[2, 2, 2]",
        ),
        ("c3[5]", c3.slice(5), "IndexError: index 5 is out of bounds for axis 0 with size 2"),
        (
            "c3[0, 0, 0, 0]",
            c3.slice(s![0, 0, 0, 0]),
            "IndexError: too many indices for array: array is 3-dimensional, but 4 were indexed",
        ),
        (
            "c3[..., 0, ...]",
            c3.slice(s![Ellipsis, 0, Ellipsis]),
            "IndexError: an index can only have a single ellipsis ('...')",
        ),
        ("c3[::0]", c3.slice(s![..;0]), "ValueError: slice step cannot be zero"),
        ("a[1, 2]", a.slice((1, 2)), "5.0|float64|[]"),
        ("np.take(a, [0, -1])", np::take(&a, [0, -1], ..), "[0. 5.]|float64|[2]"),
        ("np.take(a, [[0, 1]], axis=1)", np::take(&a, [[0, 1]], 1), "[[[0. 1.]]\n\n [[3. 4.]]]|float64|[2, 1, 2]"),
        ("np.take(a, 1, axis=0)", np::take(&a, 1, 0), "[3. 4. 5.]|float64|[3]"),
        ("np.take(a, [7, -9], mode='wrap')", np::take(&a, [7, -9], mode(np::TakeMode::Wrap)), "[1. 3.]|float64|[2]"),
        ("np.take(a, [7, -9], mode='clip')", np::take(&a, [7, -9], mode(np::TakeMode::Clip)), "[5. 0.]|float64|[2]"),
        ("np.take(e, [0])", np::take(&e, [0], ..), "IndexError: cannot do a non-empty take from an empty axes."),
        (
            "np.concatenate([a, i])",
            np::concatenate([&a, &i], ..),
            "[[ 0.  1.  2.]\n [ 3.  4.  5.]\n [ 3. -1.  2.]\n [ 0.  5. -4.]]|float64|[4, 3]",
        ),
        (
            "np.concatenate([a, i], axis=1)",
            np::concatenate([&a, &i], 1),
            "[[ 0.  1.  2.  3. -1.  2.]\n [ 3.  4.  5.  0.  5. -4.]]|float64|[2, 6]",
        ),
        (
            "np.concatenate([a, u], axis=None)",
            np::concatenate([&a, &u], axis(..)),
            "[  0.   1.   2.   3.   4.   5.   1.   2. 250.]|float64|[9]",
        ),
        (
            "np.concatenate([u, u], dtype=np.float32)",
            np::concatenate([&u, &u], dtype(np::float32)),
            "[  1.   2. 250.   1.   2. 250.]|float32|[6]",
        ),
        (
            "np.concatenate([a, a.T])",
            np::concatenate([&a, &a.t()], ..),
            "ValueError: all the input array dimensions except for the concatenation axis must match exactly, but along dimension 1, the array at index 0 has size 3 and the array at index 1 has size 2",
        ),
        (
            "np.concatenate([a, u])",
            np::concatenate([&a, &u], ..),
            "ValueError: all the input arrays must have same number of dimensions, but the array at index 0 has 2 dimension(s) and the array at index 1 has 1 dimension(s)",
        ),
        (
            "np.concatenate([])",
            np::concatenate([] as [&Array; 0], ..),
            "ValueError: need at least one array to concatenate",
        ),
        (
            "np.concatenate([np.float64(1.0)])",
            np::concatenate([1.0], ..),
            "ValueError: zero-dimensional arrays cannot be concatenated",
        ),
        (
            "np.concatenate([a, a], axis=2)",
            np::concatenate([&a, &a], 2),
            "AxisError: axis 2 is out of bounds for array of dimension 2",
        ),
        ("np.stack([u, u])", np::stack([&u, &u], ..), "[[  1   2 250]\n [  1   2 250]]|uint8|[2, 3]"),
        ("np.stack([u, u], axis=-1)", np::stack([&u, &u], -1), "[[  1   1]\n [  2   2]\n [250 250]]|uint8|[3, 2]"),
        ("np.stack([a, u])", np::stack([&a, &u], ..), "ValueError: all input arrays must have the same shape"),
        ("np.hstack([u, u])", np::hstack([&u, &u], ..), "[  1   2 250   1   2 250]|uint8|[6]"),
        (
            "np.hstack([a, i])",
            np::hstack([&a, &i], ..),
            "[[ 0.  1.  2.  3. -1.  2.]\n [ 3.  4.  5.  0.  5. -4.]]|float64|[2, 6]",
        ),
        ("np.vstack([u, i])", np::vstack([&u, &i], ..), "[[  1   2 250]\n [  3  -1   2]\n [  0   5  -4]]|int32|[3, 3]"),
        ("np.dstack([u, u])", np::dstack([&u, &u]), "[[[  1   1]\n  [  2   2]\n  [250 250]]]|uint8|[1, 3, 2]"),
        ("np.column_stack([u, u])", np::column_stack([&u, &u]), "[[  1   1]\n [  2   2]\n [250 250]]|uint8|[3, 2]"),
    ];
    check(cases);
}
