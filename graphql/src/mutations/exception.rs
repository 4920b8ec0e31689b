//! Opening what is closed otherwise: requests, audit orders and break-glass.

use async_graphql::{Context, Error, ID, InputObject, Object};
use querschnitt_domain::exception::{BreakGlass, CloseGlass, CloseOrder, OpenOrder};
use querschnitt_domain::{Text, check};
use uuid::Uuid;

use super::carry_out;
use crate::input;
use crate::objects::{AccessOrder, GlassBreak, OrderKind};
use crate::scalars::Date;
use crate::services::viewer;

payload! {
    /// What a mutation of a request or an order gives back.
    OrderPayload {
        /// The request or order as it stands now; null when there are errors.
        order: AccessOrder
    }
}

payload! {
    /// What break-glass gives back.
    GlassBreakPayload {
        /// The use of break-glass; null when there are errors.
        glass_break: GlassBreak
    }
}

/// Opens a request or an audit order.
#[derive(InputObject)]
struct OpenOrderInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// What it is.
    kind: OrderKind,
    /// Which records it is about, at most 100; absent or empty: the whole centre.
    records: Option<Vec<ID>>,
    /// The first day it is open no more: after today, within a year.
    valid_to: Date,
    /// Begründung, at most 20000 characters.
    reason: String,
}

/// Closes a request or an audit order.
#[derive(InputObject)]
struct CloseOrderInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// Which one.
    id: ID,
}

/// Breaks the glass.
#[derive(InputObject)]
struct BreakGlassInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// For how many hours, 1 to 8; 1 when absent.
    hours: Option<i32>,
    /// Begründung, at most 20000 characters; the data-protection officer reads it.
    reason: String,
}

/// Ends one use of break-glass before its time.
#[derive(InputObject)]
struct CloseBreakGlassInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// Which one.
    id: ID,
}

/// Mutations of what opens something.
#[derive(Default)]
pub(crate) struct ExceptionMutations;

#[Object]
impl ExceptionMutations {
    /// Anliegen einer Person (Datenschutz) or Prüfauftrag (Leitung) eröffnen.
    async fn open_order(
        &self,
        context: &Context<'_>,
        input: OpenOrderInput,
    ) -> Result<OrderPayload, Error> {
        let decision = || {
            Ok(OpenOrder {
                kind: input.kind.into(),
                records: input::records("records", input.records.as_deref().unwrap_or_default())?,
                valid_to: input.valid_to.0,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, None, decision()).await
    }

    /// Anliegen or Prüfauftrag schließen.
    async fn close_order(
        &self,
        context: &Context<'_>,
        input: CloseOrderInput,
    ) -> Result<OrderPayload, Error> {
        let decision = input::id("order", &input.id).map(|order| CloseOrder { order });
        carry_out(context, input.command_id, Some(&input.id), decision).await
    }

    /// Notzugriff: the head looks into what is closed to the head otherwise, for some hours. People only; the
    /// data-protection officer is shown it.
    async fn break_glass(
        &self,
        context: &Context<'_>,
        input: BreakGlassInput,
    ) -> Result<GlassBreakPayload, Error> {
        let account = viewer(context)?.actor.id;
        let decision = || {
            Ok(BreakGlass {
                account,
                hours: input.hours.map(Into::into),
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, None, decision()).await
    }

    /// Notzugriff beenden: it opens nothing from the next request on. The head and the data-protection officer do it.
    async fn close_break_glass(
        &self,
        context: &Context<'_>,
        input: CloseBreakGlassInput,
    ) -> Result<GlassBreakPayload, Error> {
        let decision = input::id("glass_break", &input.id).map(|glass| CloseGlass { glass });
        carry_out(context, input.command_id, Some(&input.id), decision).await
    }
}
