//! The shape of an iteration over several arrays, and the order in which it goes through their memory.
//!
//! The order of the axes and the directions along them are found as NumPy does
//! (`npyiter_find_best_axis_ordering`, `npyiter_flip_negative_strides` and `npyiter_coalesce_axes` in
//! `numpy/_core/src/multiarray/nditer_constr.c`).

use numfuse_ir::shape::{Shape, broadcast};

use super::multi::NditerOptions;
use crate::array::Array;
use crate::error::{Raised, raise, tight};

/// An axis of an iteration.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) n: usize,
    /// Which axis of the iteration's shape it is, and whether it runs backwards.
    pub(super) of: usize,
    pub(super) turned: bool,
    /// Per operand: steps in memory, and in row-major positions.
    pub(super) steps: Vec<isize>,
    pub(super) places: Vec<isize>,
}

/// The shape of the iteration, and per operand and axis of it the operand's axis.
pub(super) fn joint_shape(arrays: &[Option<Array>], o: &NditerOptions) -> Raised<(Shape, Vec<Vec<Option<usize>>>)> {
    let given = o.op_axes.as_ref().filter(|a| !a.is_empty());
    let ndim = match given {
        Some(axes) => axes[0].len(),
        None => {
            let most = arrays.iter().flatten().map(|a| a.0.shape.len()).max().unwrap_or(0);
            most.max(o.itershape.as_ref().map_or(0, |s| s.0.len()))
        }
    };
    let mut links = Vec::with_capacity(arrays.len());
    for (i, array) in arrays.iter().enumerate() {
        let own = array.as_ref().map_or(ndim, |a| a.0.shape.len());
        let Some(axes) = given else {
            links.push((0..ndim).map(|d| (d + own).checked_sub(ndim)).collect());
            continue;
        };
        let Some(axes) = axes.get(i).filter(|a| a.len() == ndim) else {
            return raise!(Value, "op_axes must be a tuple/list matching the number of ops");
        };
        let mut link = Vec::with_capacity(ndim);
        for &axis in axes {
            link.push(match usize::try_from(axis) {
                Ok(axis) if axis < own => Some(axis),
                Ok(axis) => {
                    return raise!(
                        Value,
                        "Iterator input op_axes[{i}] value {axis} is not a valid axis of op[{i}], which has {own} dimensions"
                    );
                }
                Err(_) => None,
            });
        }
        links.push(link);
    }
    let mut shape: Shape = smallvec::smallvec![1; ndim];
    for (array, link) in arrays.iter().zip(&links) {
        let Some(array) = array else { continue };
        let own: Shape = link.iter().map(|at: &Option<usize>| at.map_or(1, |at| array.0.shape[at])).collect();
        shape = match broadcast(&shape, &own) {
            Some(shape) => shape,
            None => {
                let all: Vec<String> = arrays.iter().flatten().map(|a| tight(&a.0.shape)).collect();
                return raise!(Shape, "operands could not be broadcast together with shapes {} ", all.join(" "));
            }
        };
    }
    if let Some(asked) = &o.itershape {
        if asked.0.len() != ndim {
            return raise!(
                Value,
                "'op_axes' and 'itershape' must have the same number of entries equal to the iterator ndim"
            );
        }
        for (n, &wanted) in shape.iter_mut().zip(&asked.0) {
            match usize::try_from(wanted) {
                Ok(wanted) if *n == 1 => *n = wanted,
                Ok(wanted) if *n != wanted => {
                    return raise!(Shape, "operands could not be broadcast together with the requested shape");
                }
                _ => {}
            }
        }
    }
    Ok((shape, links))
}

/// The shape of an operand that is made: its axes as the links say.
pub(super) fn allocated(shape: &[usize], links: &[Option<usize>]) -> Shape {
    let ndim = links.iter().flatten().max().map_or(0, |&last| last + 1);
    let mut own: Shape = smallvec::smallvec![1; ndim];
    for (&n, link) in shape.iter().zip(links) {
        if let Some(at) = link {
            own[*at] = n;
        }
    }
    own
}

/// Puts the axes in order, outermost first, and turns those that all operands walk backwards.
pub(super) fn arrange(axes: &mut Vec<Axis>, order: char, arrays: &[Option<Array>]) {
    let columns = |a: &Array| a.concrete().is_ok_and(|v| !v.map.is_contiguous());
    match order {
        'C' => return,
        'F' => return axes.reverse(),
        'A' if arrays.iter().flatten().all(columns) => return axes.reverse(),
        'A' => return,
        _ => {}
    }
    // Fastest first, sorted by insertion: axes of no clear order stay as they are.
    axes.reverse();
    for from in 1..axes.len() {
        let mut to = from;
        for at in (0..from).rev() {
            let (mut clear, mut swap) = (false, false);
            for (x, y) in axes[from].steps.iter().zip(&axes[at].steps) {
                if *x != 0 && *y != 0 {
                    if y.unsigned_abs() <= x.unsigned_abs() {
                        swap = false;
                    } else if !clear {
                        swap = true;
                    }
                    clear = true;
                }
            }
            if clear && !swap {
                break;
            }
            if clear {
                to = at;
            }
        }
        let axis = axes.remove(from);
        axes.insert(to, axis);
    }
    axes.reverse();
    for axis in axes.iter_mut() {
        axis.turned = axis.steps.iter().any(|&s| s < 0) && axis.steps.iter().all(|&s| s <= 0);
        if axis.turned {
            axis.steps.iter_mut().for_each(|s| *s = -*s);
        }
    }
}

/// The lengths of the axes after neighbours are joined that all operands walk as one in memory, outermost
/// first.
pub(super) fn runs(axes: &[Axis]) -> Vec<usize> {
    let mut joined: Vec<(usize, &[isize])> = Vec::new();
    for axis in axes.iter().rev().filter(|a| a.n != 1) {
        match joined.last_mut() {
            Some((n, steps)) if axis.steps.iter().zip(*steps).all(|(outer, inner)| *outer == inner * *n as isize) => {
                *n *= axis.n;
            }
            _ => joined.push((axis.n, &axis.steps)),
        }
    }
    joined.iter().rev().map(|run| run.0).collect()
}
