//! The HTTP layer over a toy schema, asked through a real socket.

mod hardening;
mod limits;
mod request;
mod sse;
mod support;
mod ws;
