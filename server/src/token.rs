//! Tokens of machines on the command line. How they look: `querschnitt_graphql::machine_token`.

pub(crate) mod command;
mod issue;
mod list;

pub(crate) use issue::issue;
