//! The README's code compiles and does what the README says.

use np::prelude::*;
use numfuse as np;

/// The function's lines between `// >` and `// <`, as the README shows them.
fn snippet(name: &str) -> String {
    let source = include_str!("readme.rs");
    let (_, after) = source.split_once(&format!("fn {name}() ")).unwrap_or_else(|| panic!("no function {name}"));
    let lines = after.lines().skip_while(|l| l.trim() != "// >").skip(1).take_while(|l| l.trim() != "// <");
    lines.map(|l| l.strip_prefix("    ").unwrap_or(l)).fold(String::new(), |text, l| text + l + "\n")
}

fn assert_in_readme(name: &str) {
    let (readme, wanted) = (include_str!("../README.md"), snippet(name));
    assert!(wanted.lines().count() > 1, "{name} has no lines between its marks");
    assert!(readme.contains(&wanted), "the README does not show {name}:\n{wanted}");
}

/// What `explain` says, without the lines that depend on the machine and the moment.
fn explained(array: &Array) -> String {
    array.explain().lines().filter(|l| !l.contains(" of code, ")).fold(String::new(), |text, l| text + l + "\n")
}

#[test]
#[rustfmt::skip] // Trailing comments stay aligned.
fn tour() -> np::Result<()> {
    // >
    let x = np::linspace(-3.0, 3.0, 1_000_000);          // nothing is computed yet
    let y = np::exp(-(&x * &x) / 2.0) * 0.4;             // nor here, but shape and dtype are known
    println!("{y:?}");                                   // Array((1000000,), float64, pending)

    let area = y.sum(..) * 6e-6;                         // `..`: no optional argument
    println!("{}", area.explain());                      // the loops it becomes, and what they move
    println!("{}", area.item::<f64>()?);                 // compiles and runs them: 0.999943382510394

    let table = np::arange(12, ..).reshape([3, 4]);
    let top = table.max(axis(1).keepdims());             // NumPy's table.max(axis=1, keepdims=True)
    println!("{}", &table - top);                        // printing evaluates, in NumPy's layout
    println!("{}", table.slice(s![..;-1, 1..3]).t());    // table[::-1, 1:3].T: a view, no copy
    println!("{}", np::where_(table.gt(5), &table, -1)); // numbers adopt the array's dtype

    let (lo, hi) = (y.min(..), y.max(..));
    np::eval([&lo, &hi])?;                               // one plan: both in one pass

    let norm = np::compile(|[a, b]| np::sqrt(&a * &a + &b * &b)); // traced once, called often
    println!("{}", norm.call([&np::array![3.0, 6.0], &np::array![4.0, 8.0]])?); // [ 5. 10.]

    let bad = np::add([1.0, 2.0, 3.0], [1.0, 2.0]);      // no panic here …
    println!("{}", bad.eval().unwrap_err());             // … but an error that names this line
    // <
    assert_in_readme("tour");
    assert_eq!(format!("{y:?}"), "Array((1000000,), float64, pending)");
    assert_eq!(area.item::<f64>()?.to_string(), "0.999943382510394");
    assert_eq!(bad.eval().unwrap_err().class(), "ValueError");
    Ok(())
}

#[test]
fn options() -> np::Result<()> {
    let a = np::array![[1.0, 2.0], [3.0, 4.0]];
    // >
    np::sum(&a, ..); // all defaults
    np::sum(&a, 0); // the most used option, bare: axis=0
    np::sum(&a, [0, 1]); // axis=(0, 1)
    np::sum(&a, axis(0).keepdims().dtype(np::float32)); // several, in any order
    np::linspace(0.0, 1.0, num(50).endpoint(false));
    a.sum(-1); // most functions are methods too
    // <
    assert_in_readme("options");
    assert_eq!(np::sum(&a, axis(0).keepdims().dtype(np::float32)).dtype(), np::float32);
    Ok(())
}

#[test]
fn errors() -> np::Result<()> {
    // >
    let a = np::zeros([2, 3], ..).reshape([4, 2]); // cannot work
    let b = np::exp(a) + 1.0; // carries the error of its operand
    assert!(b.check().is_err()); // does not evaluate
    let error = b.eval().unwrap_err();
    assert_eq!(error.class(), "ValueError");
    assert_eq!(error.detail().message, "cannot reshape array of size 6 into shape (4,2)");
    // <
    assert_in_readme("errors");
    assert_eq!(error.detail().op, "reshape");
    Ok(())
}

#[test]
fn exchange() -> np::Result<()> {
    // >
    let owned: ndarray::Array2<f64> = ndarray::Array2::eye(3);
    let a = Array::from(owned); // takes the memory over
    let value = (&a * 2.0).eval()?;
    let view = value.view::<f64>()?; // an ndarray::ArrayViewD, no copy
    assert_eq!(view[[1, 1]], 2.0);
    assert_eq!(value.as_slice::<f64>()?.len(), 9);
    assert!(value.as_slice::<f32>().is_err()); // never a reinterpretation
    // <
    assert_in_readme("exchange");
    Ok(())
}

#[test]
fn dump() {
    // >
    let a = Array::from_vec(vec![0.5; 1_000_000]).reshape([1000, 1000]);
    let deviation = np::abs(&a - a.mean(axis(1).keepdims()));
    println!("{}", deviation.slice(s![..;2, ..]).sum(..).explain()); // of every second row
    // <
    assert_in_readme("dump");
    let text = explained(&deviation.slice(s![..;2, ..]).sum(..));
    assert!(include_str!("../README.md").contains(text.trim()), "the README does not show\n{text}");
}

/// The expression, which the README's table must show as it is written here.
macro_rules! shown {
    ($($expression:expr;)*) => {$({
        let text = stringify!($expression).trim_end_matches(".check()?");
        assert!(include_str!("../README.md").contains(text), "the README does not show {text}");
        $expression
    };)*};
}

#[test]
#[allow(unused_must_use)] // It is enough that they build.
fn numpy_users() -> np::Result<()> {
    let (a, b) = (np::array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], np::ones([2, 3], ..));
    let (x, m) = ([1, 2], a.gt(2));
    let (mask, i, j) = (a.gt(2), np::array![0, 1], np::array![2, 0]);
    shown! {
        np::array![[1.0, 2.0], [3.0, 4.0]];
        np::asarray(x, np::float32).check()?;
        np::zeros([2, 3], ..);
        np::ones(4, np::int8);
        np::arange(10, ..).check()?;
        np::arange(2, stop(10).step(3)).check()?;
        np::linspace(0.0, 1.0, 5).check()?;
        &a + &b;
        2 * &a;
        np::matmul(&a, &b);
        np::square(&a);
        np::floor_divide(&a, &b);
        -&a;
        !&m;
        a.gt(0);
        a.eq(&b);
        np::greater(&a, 0);
        np::equal(&a, &b);
        np::where_(&m, &a, 0).check()?;
        a.sum(axis(0).keepdims()).check()?;
        np::mean(&a, ..);
        a.std(ddof(1)).check()?;
        a.slice(s![1..-1, ..;2]).check()?;
        a.slice(s![Ellipsis, newaxis]).check()?;
        a.slice((0, 2)).check()?;
        a.get(s![.., [0, 2]]).check()?;
        a.get(&mask).check()?;
        a.get((&i, &j)).check()?;
        a.reshape([2, -1]).check()?;
        a.t();
        np::concatenate([&a, &b], 1).check()?;
        a.astype(np::int32);
        a.shape();
        a.dtype();
        a.ndim();
        a.slice((0, 2)).item::<f64>()?;
        a.to_vec::<f64>()?;
    }
    let mut a = a;
    a += 1;
    let (x, v) = ([7.0, 8.0, 9.0], 1.5);
    shown! {
        a.set(s![1..], x);
        a.set(&mask, 0);
        a.set((&i, &j), v);
    }
    assert_eq!(a.to_vec::<f64>()?, [2.0, 3.0, 1.5, 1.5, 0.0, 0.0]);
    a.check()
}
