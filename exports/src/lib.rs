//! What leaves the product as a file. So far: the letter of a statement.

pub mod letter;
