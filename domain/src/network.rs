//! Networks: bodies that meet (Gremien, Arbeitskreise, Lenkungsgruppen …) and their members.

mod event;

pub use event::{Changed, Closed, Founded, MemberJoined, MemberLeft, NetworkEvent, NetworkFacts};
