//! The GraphQL API: its schema, its limits and its HTTP layer.

pub mod http;
pub mod limits;
