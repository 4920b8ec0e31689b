//! Who may see and do what: the one policy, as Cedar policies, and the access matrix it is held against.
//!
//! What may be asked is small: a [`Role`](querschnitt_domain::Role), a [`Cell`] of the matrix, an [`Action`]
//! and how the asking person stands to the record ([`Relations`]). What the answer is stands in
//! `policies/*.cedar` and nowhere else.

mod answers;
mod cell;
mod load;
mod matrix;
mod policy;
mod relation;

pub use cell::{Action, Cell};
pub use load::PolicyError;
pub use matrix::{Entry, Matrix, MatrixError};
pub use policy::Policy;
pub use relation::{Relation, Relations};
