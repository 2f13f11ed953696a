//! Optional arguments: one mechanism for all functions.
//!
//! The last parameter of a function is `impl Into<ItsOptions>`. It accepts
//!
//! - `..` for all defaults,
//! - the bare value of the most used option (for [`sum`](crate::sum) an axis: `0`, `-1`, `[0, 1]`),
//! - a chain that starts with any option's function: `axis(0).keepdims().dtype(np::float64)`.
//!
//! Every option has its own type, so giving one that a function does not take is a compile error.
//!
//! ```
//! use numfuse as np;
//! use np::prelude::*;
//! let a = np::arange(6, ..).reshape([2, 3]);
//! assert_eq!(np::sum(&a, ..).item::<i64>()?, 15);
//! assert_eq!(np::sum(&a, -1).to_vec::<i64>()?, [3, 12]);
//! assert_eq!(np::sum(&a, axis(0).keepdims().dtype(np::float32)).shape(), [1, 3]);
//! assert_eq!(np::linspace(0.0, 1.0, num(4).endpoint(false)).to_vec::<f64>()?, [0.0, 0.25, 0.5, 0.75]);
//! # Ok::<(), np::Error>(())
//! ```

use numfuse_ir::{Casting, DType, Scalar};

use crate::array::{Dims, Operand};
use crate::calculus::Spacing;
use crate::errstate::OnError;
use crate::io::{
    CaseSensitive, Comments, Converters, Delimiter, FieldTypes, Formats, Names, PerColumn, Progress, Usecols,
};
use crate::linalg::Ord;
use crate::poly::Covariance;
use crate::print::{Formatter, LegacyName, OverrideRepr};
use crate::products::{Optimize, TensorAxes};
use crate::stats::{Bins, Ranges};

mod values;

pub use values::*;

/// A chain of options: the last one, and those before it.
#[derive(Clone, Debug)]
pub struct Set<K, Rest = ()>(pub(crate) K, pub(crate) Rest);

/// Takes the option `K`.
#[diagnostic::on_unimplemented(message = "`{Self}` has no option `{K}`")]
pub trait Accept<K> {
    /// Sets the option.
    #[doc(hidden)]
    fn accept(&mut self, option: K);
}

/// Declares the options that exist: a key type, a function that starts a chain, a method that
/// continues one. `flag` options take no argument.
macro_rules! option_keys {
    (
        values { $($(#[$doc:meta])* $name:ident: $Key:ident($ty:ty);)* }
        flags { $($(#[$fdoc:meta])* $flag:ident: $Flag:ident;)* }
    ) => {
        $(
            #[doc = concat!("The value of option [`", stringify!($name), "`](fn@", stringify!($name), ").")]
            #[derive(Clone, Debug)]
            pub struct $Key(pub(crate) $ty);

            $(#[$doc])*
            pub fn $name(value: impl Into<$ty>) -> Set<$Key> {
                Set($Key(value.into()), ())
            }
        )*
        $(
            #[doc = concat!("The value of option [`", stringify!($flag), "`].")]
            #[derive(Clone, Debug)]
            pub struct $Flag(pub(crate) bool);

            $(#[$fdoc])*
            pub fn $flag() -> Set<$Flag> {
                Set($Flag(true), ())
            }
        )*
        impl<K, Rest> Set<K, Rest> {
            $(
                $(#[$doc])*
                pub fn $name(self, value: impl Into<$ty>) -> Set<$Key, Self> {
                    Set($Key(value.into()), self)
                }
            )*
            $(
                $(#[$fdoc])*
                pub fn $flag(self) -> Set<$Flag, Self> {
                    Set($Flag(true), self)
                }
            )*
        }
    };
}

option_keys! {
    values {
        /// One axis, several, or all (`..`); negative axes count from the end.
        axis: Axis(Axes);
        /// The dtype of the result, or the one in which a reduction accumulates.
        dtype: Dtype(DType);
        /// The value with which a reduction starts.
        initial: Initial(Operand);
        /// A mask, broadcast against the array: only elements where it is true take part.
        where_: Where(Operand);
        /// Degrees of freedom to subtract from the element count.
        ddof: Ddof(f64);
        /// How many samples.
        num: Num(Int);
        /// Whether the last sample is `stop` (true by default).
        endpoint: Endpoint(bool);
        /// The end of a range, not included.
        stop: Stop(Operand);
        /// The step of a range.
        step: Step(Operand);
        /// The base of a logarithmic range.
        base: Base(Operand);
        /// A diagonal: above (positive) or below the main one.
        k: KKey(Int);
        /// The number of columns.
        m: MKey(Int);
        /// What an index out of range means, how a file is mapped, …: one of the function's modes.
        mode: Mode(ModeValue);
        /// How far apart: above (positive) or below the main diagonal.
        offset: Offset(Int);
        /// The first of two axes.
        axis1: Axis1(Int);
        /// The second of two axes.
        axis2: Axis2(Int);
        /// The axes of a plane, of a permutation, or of a reduction.
        axes: AxesKey(Axes);
        /// Where an axis goes.
        start: Start(Int);
        /// Element order: `'C'` (rows first) or `'F'` (columns first).
        order: Order(char);
        /// The shape of the result.
        shape: ShapeKey(Dims);
        /// Cartesian (`"xy"`) or matrix (`"ij"`) indexing.
        indexing: Indexing(&'static str);
        /// Relative tolerance.
        rtol: Rtol(Operand);
        /// Absolute tolerance.
        atol: Atol(Operand);
        /// The value for NaN.
        nan: Nan(Operand);
        /// The value for positive infinity.
        posinf: Posinf(Operand);
        /// The value for negative infinity.
        neginf: Neginf(Operand);
        /// The value where no condition holds.
        default: DefaultKey(Operand);
        /// What to do about every kind of floating-point error: a mode of [`ErrMode`](crate::ErrMode) by name.
        all: AllKey(String);
        /// What to do about divisions by zero.
        divide: DivideKey(String);
        /// What to do about results that are too large.
        over: OverKey(String);
        /// What to do about results that are too small.
        under: UnderKey(String);
        /// What to do about results that are no numbers.
        invalid: InvalidKey(String);
        /// A function that hears of floating-point errors.
        call: CallKey(OnError);
        /// The codes of dtypes to choose from.
        typeset: Typeset(String);
        /// The code of a dtype where nothing else fits.
        default_code: DefaultCode(char);
        /// Decimal places; negative ones round to tens, hundreds, ….
        decimals: Decimals(Int);
        /// Which casts are allowed.
        casting: CastingKey(Casting);
        /// Axes of vectors in the first operand.
        axisa: Axisa(Int);
        /// Axes of vectors in the second operand.
        axisb: Axisb(Int);
        /// Axes of vectors in the result.
        axisc: Axisc(Int);
        /// Pairs of axes to sum over, or how many.
        pairs: PairsKey(TensorAxes);
        /// Cut-off for small singular values, relative to the largest.
        rcond: Rcond(Operand);
        /// Cut-off for small singular values.
        tol: Tol(Operand);
        /// How many axes are the result's.
        ind: Ind(Int);
        /// Which triangle is read: `'L'` or `'U'`.
        uplo: Uplo(char);
        /// Square matrices of singular vectors.
        full_matrices: FullMatrices(bool);
        /// Whether to compute singular vectors.
        compute_uv: ComputeUv(bool);
        /// Which norm.
        ord: OrdKey(Ord);
        /// Probabilities, or which norm a condition number is of.
        p: P(PValue);
        /// What a QR decomposition gives.
        qr_mode: QrMode(&'static str);
        /// The number of points of a transform.
        n: NKey(Int);
        /// The number of points of a transform along each axis; -1 for all.
        s: SKey(Dims);
        /// Where the factor of a transform goes: `"backward"`, `"ortho"` or `"forward"`.
        norm: NormKey(&'static str);
        /// The spacing of samples.
        d: DKey(f64);
        /// The order of contractions.
        optimize: OptimizeKey(Optimize);
        /// At least this many axes.
        ndmin: Ndmin(Int);
        /// The shape of random values.
        size: Size(Dims);
        /// The lower end of a range.
        low: Low(Operand);
        /// The upper end of a range.
        high: High(Operand);
        /// The location of a distribution.
        loc: Loc(Operand);
        /// The scale of a distribution.
        scale: Scale(Operand);
        /// The mean of a distribution, or of the elements if it is known.
        mean: Mean(Operand);
        /// The standard deviation of a distribution.
        sigma: Sigma(Operand);
        /// The mean of a Poisson distribution.
        lam: Lam(Operand);
        /// Whether what was drawn can be drawn again.
        replace: Replace(bool);
        /// Whether a sample is in random order.
        shuffle: Shuffle(bool);
        /// The algorithm, by name.
        method: Method(&'static str);
        /// What to do about an argument that is not valid: `"warn"`, `"raise"` or `"ignore"`.
        check_valid: CheckValid(&'static str);
        /// The place in a tree of seeds.
        spawn_key: SpawnKey(Vec<u32>);
        /// Words of entropy.
        pool_size: PoolSize(Int);
        /// Children that exist already.
        n_children_spawned: NChildrenSpawned(Int);
        /// A counter of 256 bits, lowest word first.
        counter: Counter([u64; 4]);
        /// How many axes.
        ndim: NdimKey(Int);
        /// What an array must be.
        requirements: Requirements(Vec<&'static str>);
        /// The bytes of an array.
        buffer: BufferKey(Vec<u8>);
        /// Steps between neighbours, in bytes.
        strides: StridesKey(Dims);
        /// What padding consists of.
        constant_values: ConstantValues(Operand);
        /// What padding ends with.
        end_values: EndValues(Operand);
        /// How many elements at each end a statistic is of.
        stat_length: StatLength(Operand);
        /// `"even"` or `"odd"`.
        reflect_type: ReflectType(&'static str);
        /// A key of 128 bits, lowest word first.
        key: Key([u64; 2]);
        /// Whether NaN equals NaN.
        equal_nan: EqualNan(bool);
        /// The algorithm, by name.
        kind: KindKey(&'static str);
        /// Whether equal elements keep their order.
        stable: Stable(bool);
        /// On which side of equal elements: `"left"` or `"right"`.
        side: Side(&'static str);
        /// The positions of the elements in sorted order.
        sorter: Sorter(Operand);
        /// Whether a result is in order.
        sorted: Sorted(bool);
        /// What goes before.
        prepend: Prepend(Operand);
        /// What goes behind.
        append: Append(Operand);
        /// What goes before differences.
        to_begin: ToBegin(Operand);
        /// What goes behind differences.
        to_end: ToEnd(Operand);
        /// The distance or the coordinates of samples.
        spacing: SpacingKey(Spacing);
        /// The order of differences at the ends.
        edge_order: EdgeOrder(Int);
        /// The value left of all samples.
        left: Left(Operand);
        /// The value right of all samples, or whether intervals include their right ends.
        right: Right(Operand);
        /// After which distance values repeat.
        period: Period(Operand);
        /// Sample points.
        x: X(Operand);
        /// The distance of sample points.
        dx: Dx(Operand);
        /// The smallest jump.
        discont: Discont(Operand);
        /// How much each element counts.
        weights: Weights(Operand);
        /// A second set of variables.
        y: Y(Operand);
        /// Whether variables are rows.
        rowvar: Rowvar(bool);
        /// How often samples occur.
        fweights: Fweights(Operand);
        /// How much samples weigh.
        aweights: Aweights(Operand);
        /// At least so many counts.
        minlength: Minlength(Int);
        /// The bins of a histogram.
        bins: BinsKey(Bins);
        /// From where to where the bins go.
        range: RangeKey(Ranges);
        /// The array API's name of `ddof`.
        correction: Correction(f64);
        /// The largest power that is allowed.
        maxpower: Maxpower(Int);
        /// Whether every series is evaluated at every point.
        tensor: Tensor(bool);
        /// A factor.
        scl: Scl(Operand);
        /// Constants of integration.
        constants: Constants(Operand);
        /// Where integrals have their constants as values.
        lbnd: Lbnd(Operand);
        /// Weights of a fit.
        w: W(Operand);
        /// Whether the covariance is wanted, and how it is scaled.
        cov: CovKey(Covariance);
        /// The interval that a series is on.
        domain: DomainKey(Operand);
        /// The interval of its polynomials' argument.
        window: WindowKey(Operand);
        /// The letter for a variable.
        symbol: SymbolKey(&'static str);
        /// Whether zeros at the end go.
        trim_zeros: TrimZerosKey(bool);
        /// The letter for a variable.
        variable: Variable(&'static str);
        /// Which bit of a byte comes first: `"big"` for the highest, `"little"` for the lowest.
        bitorder: Bitorder(&'static str);
        /// How many elements.
        count: Count(Int);
        /// Digits after the point.
        precision: PrecisionKey(Int);
        /// How many elements are printed in full.
        threshold: ThresholdKey(Threshold);
        /// How many items a summary shows at each end.
        edgeitems: Edgeitems(Int);
        /// Columns of a line.
        linewidth: Linewidth(Int);
        /// Columns of a line.
        max_line_width: MaxLineWidth(Int);
        /// Never prints exponents for the sake of small numbers.
        suppress: Suppress(bool);
        /// Never prints exponents for the sake of small numbers.
        suppress_small: SuppressSmall(bool);
        /// The word for NaN.
        nanstr: Nanstr(String);
        /// The word for infinity.
        infstr: Infstr(String);
        /// Functions that print elements.
        formatter: FormatterKey(Formatter);
        /// Whether positive numbers show a sign: `'-'`, `'+'` or `' '`, or for one number a bool.
        sign: SignKey(Sign);
        /// What `precision` means: `"fixed"`, `"unique"`, `"maxprec"` or `"maxprec_equal"`.
        floatmode: Floatmode(String);
        /// A former version whose layout to use.
        legacy: LegacyKey(LegacyName);
        /// A function that prints whole arrays.
        override_repr: OverrideReprKey(OverrideRepr);
        /// What stands between elements.
        separator: Separator(String);
        /// What stands before an array, in columns.
        prefix: Prefix(String);
        /// What stands after an array, in columns.
        suffix: Suffix(String);
        /// Whether to stop at the digits that identify a float.
        unique: Unique(bool);
        /// Whether to count digits after the point only.
        fractional: Fractional(bool);
        /// What happens to zeros at the end: `"k"`, `"."`, `"0"` or `"-"`.
        trim: TrimKey(String);
        /// Characters before the point, at least.
        pad_left: PadLeft(Int);
        /// Characters after the point, at least.
        pad_right: PadRight(Int);
        /// Digits of an exponent, at least.
        exp_digits: ExpDigits(Int);
        /// Digits, at least.
        min_digits: MinDigits(Int);
        /// Zeros in front.
        padding: Padding(Int);
        /// How many digits.
        width: Width(Int);
        /// How a file is mapped: `"r"`, `"r+"` or `"c"`.
        mmap_mode: MmapMode(String);
        /// Whether to trust the file.
        allow_pickle: AllowPickle(bool);
        /// The longest header.
        max_header_size: MaxHeaderSize(Int);
        /// Bytes that packed data may unpack to.
        max_unpacked: MaxUnpacked(Int);
        /// Is told how far it has come.
        progress: ProgressKey(Progress);
        /// What stands between numbers.
        sep: Sep(String);
        /// How a number is formatted.
        format: Format(String);
        /// The order of bytes: `'<'`, `'>'`, or `'='` for the machine's.
        byteorder: Byteorder(char);
        /// What starts a comment.
        comments: CommentsKey(Comments);
        /// What separates columns.
        delimiter: DelimiterKey(Delimiter);
        /// Functions that turn fields into numbers.
        converters: ConvertersKey(Converters);
        /// Lines to leave out at the start.
        skiprows: Skiprows(Int);
        /// Which columns.
        usecols: UsecolsKey(Usecols);
        /// Whether columns come first.
        unpack: Unpack(bool);
        /// How characters are encoded.
        encoding: EncodingKey(String);
        /// Rows, at most.
        max_rows: MaxRows(Int);
        /// What quotes fields.
        quotechar: Quotechar(char);
        /// The dtypes of columns: one, one for each, or `()` to find them out.
        dtypes: DtypesKey(FieldTypes);
        /// Lines to leave out at the start.
        skip_header: SkipHeader(Int);
        /// Lines to leave out at the end.
        skip_footer: SkipFooter(Int);
        /// Text that stands for missing values.
        missing_values: MissingValues(PerColumn<String>);
        /// What missing values become.
        filling_values: FillingValues(PerColumn<Scalar>);
        /// The names of columns.
        names: NamesKey(Names);
        /// Names that get a trailing underscore.
        excludelist: Excludelist(Vec<String>);
        /// Characters that names lose.
        deletechars: Deletechars(String);
        /// What spaces in names become.
        replace_space: ReplaceSpace(String);
        /// Whether white space around fields goes away.
        autostrip: Autostrip(bool);
        /// What happens to the letters of names.
        case_sensitive: CaseSensitiveKey(CaseSensitive);
        /// How columns without a name are called.
        defaultfmt: Defaultfmt(String);
        /// Whether text that is no number means a missing value.
        loose: Loose(bool);
        /// Whether rows of another length are an error.
        invalid_raise: InvalidRaise(bool);
        /// How numbers are formatted.
        fmt: Fmt(Formats);
        /// What ends a line.
        newline: Newline(String);
        /// Text before a table.
        header: HeaderKey(String);
        /// Text after a table.
        footer: Footer(String);
        /// Whether assignment is allowed.
        write: Write(bool);
        /// Whether elements count as aligned.
        align: Align(bool);
        /// Whether an array is a copy to be written back.
        uic: Uic(bool);
        /// Whether it is an error that others share the memory.
        refcheck: Refcheck(bool);
        /// How an iteration goes, by NumPy's names.
        flags: FlagsKey(Vec<&'static str>);
        /// What each operand is for, by NumPy's names.
        op_flags: OpFlags(Vec<Vec<&'static str>>);
        /// The dtypes in which operands are shown.
        op_dtypes: OpDtypes(Vec<Option<DType>>);
        /// Per operand and axis of an iteration the operand's axis, or -1.
        op_axes: OpAxes(Vec<Vec<i64>>);
        /// The shape of an iteration; -1 for what the operands say.
        itershape: Itershape(Dims);
        /// How many elements make a buffer.
        buffersize: Buffersize(Int);
    }
    flags {
        /// Keeps reduced axes with length 1.
        keepdims: Keepdims;
        /// Starts a scan with its identity.
        include_initial: IncludeInitial;
        /// Degrees instead of radians.
        deg: Deg;
        /// The upper triangle instead of the lower.
        upper: Upper;
        /// Takes a matrix as Hermitian.
        hermitian: Hermitian;
        /// Leaves out what broadcasting adds.
        sparse: Sparse;
        /// Also gives where elements were found first.
        return_index: ReturnIndex;
        /// Also gives where the elements went.
        return_inverse: ReturnInverse;
        /// Also gives how often elements occur.
        return_counts: ReturnCounts;
        /// Also gives positions.
        return_indices: ReturnIndices;
        /// Takes it that no element occurs twice.
        assume_unique: AssumeUnique;
        /// The opposite.
        invert: Invert;
        /// Also gives the sum of the weights.
        returned: Returned;
        /// Also tells how well it went.
        full: FullKey;
        /// Numbers are roots.
        r: RootsGiven;
        /// Puts parentheses around exponents.
        parens: Parens;
        /// Divides by the number of samples.
        bias: Bias;
        /// Scales to an integral of 1.
        density: Density;
        /// Continues a diagonal below a tall matrix.
        wrap: Wrap;
        /// Powers from the lowest to the highest.
        increasing: Increasing;
    }
}

/// Declares the options of a function: the struct, its conversions and what it accepts. The first
/// option, when marked `bare <group>`, is also taken as a bare value.
macro_rules! options {
    ($($(#[$doc:meta])* $Options:ident { $($field:ident: $Key:ident($ty:ty)),* $(,)? } $(bare $bare:ident $group:ident)?;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $Options {
            $(pub(crate) $field: Option<$ty>,)*
        }

        impl $Options {
            /// Adds an option: for those that are chosen at run time.
            pub fn with<K>(mut self, option: $crate::options::Set<K>) -> $Options
            where
                $Options: $crate::options::Accept<K>,
            {
                $crate::options::Accept::accept(&mut self, option.0);
                self
            }
        }

        impl From<std::ops::RangeFull> for $Options {
            fn from(_: std::ops::RangeFull) -> $Options { $Options::default() }
        }

        impl From<()> for $Options {
            fn from(_: ()) -> $Options { $Options::default() }
        }

        impl<K, Rest> From<$crate::options::Set<K, Rest>> for $Options
        where
            $Options: $crate::options::Accept<K> + From<Rest>,
        {
            fn from(chain: $crate::options::Set<K, Rest>) -> $Options {
                let mut options = <$Options>::from(chain.1);
                $crate::options::Accept::accept(&mut options, chain.0);
                options
            }
        }

        $(
            impl $crate::options::Accept<$crate::options::$Key> for $Options {
                fn accept(&mut self, option: $crate::options::$Key) { self.$field = Some(option.0); }
            }
        )*

        $($crate::options::bare!($group $Options $bare);)?
    )*};
}
pub(crate) use options;

/// `From` of the bare values of an option, by group.
macro_rules! bare {
    (axes $O:ident $field:ident) => {
        $crate::options::bare!(@into $O $field: i32, i64, isize, usize, &[i32], &[isize], &[usize], Vec<i32>, Vec<isize>, Vec<usize>);
        #[allow(clippy::needless_update, reason = "some functions have one option")]
        impl<const N: usize> From<[i32; N]> for $O {
            fn from(value: [i32; N]) -> $O { $O { $field: Some(value.into()), ..Default::default() } }
        }
        #[allow(clippy::needless_update, reason = "some functions have one option")]
        impl<const N: usize> From<[isize; N]> for $O {
            fn from(value: [isize; N]) -> $O { $O { $field: Some(value.into()), ..Default::default() } }
        }
        #[allow(clippy::needless_update, reason = "some functions have one option")]
        impl<const N: usize> From<[usize; N]> for $O {
            fn from(value: [usize; N]) -> $O { $O { $field: Some(value.into()), ..Default::default() } }
        }
        #[allow(clippy::needless_update, reason = "some functions have one option")]
        impl From<$crate::options::Axes> for $O {
            fn from(value: $crate::options::Axes) -> $O { $O { $field: Some(value), ..Default::default() } }
        }
    };
    (dims $O:ident $field:ident) => {
        $crate::options::bare!(@into $O $field: i32, i64, isize, u32, u64, usize, &[i64], &[usize], Vec<i64>, Vec<usize>, $crate::Dims);
        $crate::options::bare!(@each $O $field: i32, i64, isize, u32, u64, usize);
    };
    (@each $O:ident $field:ident: $($t:ty),*) => {$(
        #[allow(clippy::needless_update, reason = "some functions have one option")]
        impl<const N: usize> From<[$t; N]> for $O {
            fn from(value: [$t; N]) -> $O { $O { $field: Some(value.into()), ..Default::default() } }
        }
    )*};
    (dtype $O:ident $field:ident) => { $crate::options::bare!(@into $O $field: numfuse_ir::DType); };
    (int $O:ident $field:ident) => { $crate::options::bare!(@into $O $field: i32, i64, isize, usize); };
    (number $O:ident $field:ident) => { $crate::options::bare!(@into $O $field: i32, i64, isize, usize, f32, f64); };
    (float $O:ident $field:ident) => { $crate::options::bare!(@into $O $field: i32, f32, f64); };
    (operand $O:ident $field:ident) => {
        $crate::options::bare!(@into $O $field: bool, i32, i64, isize, usize, f32, f64, $crate::Array, &$crate::Array);
    };
    (truth $O:ident $field:ident) => { $crate::options::bare!(@into $O $field: bool); };
    (bins $O:ident $field:ident) => {
        $crate::options::bare!(@into $O $field: i32, i64, usize, &'static str, $crate::Array, &$crate::Array, $crate::Bins);
    };
    (mode $O:ident $field:ident) => { $crate::options::bare!(@into $O $field: $crate::options::TakeMode, &'static str); };
    (text $O:ident $field:ident) => { $crate::options::bare!(@into $O $field: &'static str); };
    (order $O:ident $field:ident) => { $crate::options::bare!(@into $O $field: char); };
    (pairs $O:ident $field:ident) => {
        $crate::options::bare!(@into $O $field: i32, i64, usize, $crate::products::TensorAxes);
        impl<A: Into<$crate::options::Axes>, B: Into<$crate::options::Axes>> From<(A, B)> for $O {
            fn from(value: (A, B)) -> $O { $O { $field: Some(value.into()) } }
        }
    };
    (ord $O:ident $field:ident) => {
        $crate::options::bare!(@into $O $field: i32, i64, f64, &'static str, $crate::linalg::Ord);
    };
    (optimize $O:ident $field:ident) => {
        $crate::options::bare!(@into $O $field: bool, &str, Vec<Vec<usize>>, &Vec<Vec<usize>>);
    };
    (casting $O:ident $field:ident) => { $crate::options::bare!(@into $O $field: numfuse_ir::Casting); };
    (@into $O:ident $field:ident: $($t:ty),*) => {$(
        #[allow(clippy::needless_update, reason = "some functions have one option")]
        impl From<$t> for $O {
            fn from(value: $t) -> $O { $O { $field: Some(value.into()), ..Default::default() } }
        }
    )*};
}
pub(crate) use bare;
