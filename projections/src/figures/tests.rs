//! The list of figures is whole; each figure against examples computed by hand and against a slow
//! second computation.

mod book;
mod examples;
mod list;
mod oracle;
mod properties;
mod review_oracle;
