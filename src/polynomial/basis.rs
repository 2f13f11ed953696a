//! The six families of polynomials: one table of their recurrences, from which everything else follows.

/// What a family is made of. Polynomial number `n` of a family is `P(n)`.
///
/// Formulas: M. Abramowitz and I. A. Stegun, *Handbook of Mathematical Functions*, 1964, tables 22.7 (recurrences) and
/// 22.8 (derivatives); integrals follow from the latter.
pub struct Basis {
    /// The name of the class.
    pub class: &'static str,
    /// The letter that stands for `P` in text; none for powers.
    pub letter: Option<&'static str>,
    /// Where the polynomials are at home.
    pub domain: [f64; 2],
    /// `[a, b, g]` of `d·P(n+1) = (a·x + b)·P(n) - g·P(n-1)`.
    pub next: fn(n: f64) -> [f64; 3],
    /// Its `d`.
    pub divisor: fn(n: f64) -> f64,
    /// `[up, same, down]` of `x·P(n) = up·P(n+1) + same·P(n) + down·P(n-1)`.
    pub times_x: fn(n: f64) -> [f64; 3],
    /// `[d, e]` of `P(n)' = d·P(n-1) + e·P(n-step)'`.
    pub derivative: fn(n: f64) -> [f64; 2],
    /// How far back the derivative looks.
    pub step: usize,
    /// `[up, same, down]` of `∫P(n) = up·P(n+1) + same·P(n) + down·P(n-1)`.
    pub integral: fn(n: f64) -> [f64; 3],
}

pub static POWER: Basis = Basis {
    class: "Polynomial",
    letter: None,
    domain: [-1.0, 1.0],
    next: |_| [1.0, 0.0, 0.0],
    divisor: |_| 1.0,
    times_x: |_| [1.0, 0.0, 0.0],
    derivative: |n| [n, 0.0],
    step: 1,
    integral: |n| [1.0 / (n + 1.0), 0.0, 0.0],
};

/// Of the first kind.
pub static CHEBYSHEV: Basis = Basis {
    class: "Chebyshev",
    letter: Some("T"),
    domain: [-1.0, 1.0],
    next: |n| if n == 0.0 { [1.0, 0.0, 0.0] } else { [2.0, 0.0, 1.0] },
    divisor: |_| 1.0,
    times_x: |n| if n == 0.0 { [1.0, 0.0, 0.0] } else { [0.5, 0.0, 0.5] },
    derivative: |n| [if n == 1.0 { 1.0 } else { 2.0 * n }, if n > 2.0 { n / (n - 2.0) } else { 0.0 }],
    step: 2,
    integral: |n| match n {
        0.0 => [1.0, 0.0, 0.0],
        1.0 => [0.25, 0.0, 0.0],
        _ => [1.0 / (2.0 * (n + 1.0)), 0.0, -1.0 / (2.0 * (n - 1.0))],
    },
};

/// The physicists'.
pub static HERMITE: Basis = Basis {
    class: "Hermite",
    letter: Some("H"),
    domain: [-1.0, 1.0],
    next: |n| [2.0, 0.0, 2.0 * n],
    divisor: |_| 1.0,
    times_x: |n| [0.5, 0.0, n],
    derivative: |n| [2.0 * n, 0.0],
    step: 1,
    integral: |n| [1.0 / (2.0 * (n + 1.0)), 0.0, 0.0],
};

/// The probabilists'.
pub static HERMITE_E: Basis = Basis {
    class: "HermiteE",
    letter: Some("He"),
    domain: [-1.0, 1.0],
    next: |n| [1.0, 0.0, n],
    divisor: |_| 1.0,
    times_x: |n| [1.0, 0.0, n],
    derivative: |n| [n, 0.0],
    step: 1,
    integral: |n| [1.0 / (n + 1.0), 0.0, 0.0],
};

pub static LAGUERRE: Basis = Basis {
    class: "Laguerre",
    letter: Some("L"),
    domain: [0.0, 1.0],
    next: |n| [-1.0, 2.0 * n + 1.0, n],
    divisor: |n| n + 1.0,
    times_x: |n| [-(n + 1.0), 2.0 * n + 1.0, -n],
    derivative: |n| [-1.0, if n > 1.0 { 1.0 } else { 0.0 }],
    step: 1,
    integral: |_| [-1.0, 1.0, 0.0],
};

pub static LEGENDRE: Basis = Basis {
    class: "Legendre",
    letter: Some("P"),
    domain: [-1.0, 1.0],
    next: |n| [(2.0 * n + 1.0) / (n + 1.0), 0.0, n / (n + 1.0)],
    divisor: |_| 1.0,
    times_x: |n| [(n + 1.0) / (2.0 * n + 1.0), 0.0, n / (2.0 * n + 1.0)],
    derivative: |n| [2.0 * n - 1.0, if n > 2.0 { 1.0 } else { 0.0 }],
    step: 2,
    integral: |n| {
        let up = 1.0 / (2.0 * n + 1.0);
        [up, 0.0, if n > 1.0 { -up } else { 0.0 }]
    },
};
