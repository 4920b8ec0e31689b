//! The units (Organisationseinheiten) of a centre's authority: a register of its own, so that what is
//! counted by unit needs no name in the log.

mod declare;
mod event;
mod name;
mod reference;
mod register;
mod rename;
#[cfg(test)]
pub(crate) mod samples;

pub use declare::DeclareUnit;
pub use event::{Declared, Renamed, UnitEvent};
pub use name::UnitName;
pub use reference::Unit;
pub(crate) use reference::require;
pub use register::{KnownNames, UnitRegister};
pub use rename::RenameUnit;
