//! What opens something that is closed otherwise: documented requests, audit orders and break-glass.

mod break_glass;
mod close_glass;
mod close_order;
mod event;
mod open_order;
mod order_kind;

pub use break_glass::{BreakGlass, GLASS_HOURS};
pub use close_glass::{CloseGlass, GlassFacts};
pub use close_order::{CloseOrder, OrderFacts};
pub use event::{ExceptionEvent, GlassBroken, GlassClosed, OrderClosed, OrderOpened};
pub use open_order::{ORDER_RECORDS, OpenOrder};
pub use order_kind::OrderKind;
