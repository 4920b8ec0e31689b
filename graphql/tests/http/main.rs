//! The HTTP layer over a toy schema, asked through a real socket.

#[cfg(test)]
mod answer;
#[cfg(test)]
mod book;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod hardening;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod order;
#[cfg(test)]
mod request;
#[cfg(test)]
mod sse;
#[cfg(test)]
mod support;
#[cfg(test)]
mod trusted;
#[cfg(test)]
mod who;
#[cfg(test)]
mod ws;
#[cfg(test)]
mod ws_client;
#[cfg(test)]
mod ws_limits;
