//! Views: what screens show. They hold places in tables, never facts of their own.

mod details;
pub mod sentence;
pub mod timeline;
