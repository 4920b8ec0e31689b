//! The HTTP layer over a toy schema, asked through a real socket.

mod request;
mod support;
