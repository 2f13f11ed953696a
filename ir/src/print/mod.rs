//! Programs as text and as pictures.
//!
//! [`graph()`] and [`kernel()`] print what [`crate::parse`] reads back; [`dot()`] and [`html()`]
//! draw a graph. All of them are stable (no addresses, no hash order) and take linear time.

mod dot;
mod graph;
mod html;
mod kernel;

pub use dot::dot;
pub use graph::{expression, graph, names, op_name};
pub use html::html;
pub use kernel::{access, kernel, mnemonic};

pub(crate) use kernel::{ACCESSES, BINARY, COMPARE, STEPS, UNARY};

use crate::graph::NodeId;

/// Which kernel a node belongs to, for pictures.
pub type Cluster<'a> = Option<&'a dyn Fn(NodeId) -> Option<usize>>;

/// Writes items with separators between them.
fn join<T>(
    out: &mut String,
    separator: &str,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    for (k, item) in items.into_iter().enumerate() {
        if k > 0 {
            out.push_str(separator);
        }
        write(out, item);
    }
}
