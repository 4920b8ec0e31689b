//! Walks an OParl server: system, bodies, lists with `links.next`.

use std::collections::HashSet;

use serde_json::Value;
use time::Date;

use super::client::{Client, FetchError};
use super::oparl::{self, Object};
use super::singles::Singles;
use super::source::{Found, ReadError, Sink, give, hand_on};

/// Reads what `address` stands for: a system, a body, a list of bodies, organizations or meetings,
/// or a single object. Organizations are read whole, meetings since a day where one is given.
pub(super) fn read(
    client: &mut Client,
    address: &str,
    since: Option<Date>,
    sink: &mut Sink<'_>,
) -> Result<(), ReadError> {
    let mut walk = Walk {
        client,
        municipalities: Vec::new(),
        singles: Singles::default(),
    };
    let first = walk.get(address, sink)?;
    if let Some(bodies) = system(&first) {
        walk.list(bodies, None, sink)?;
    } else if first.get("data").is_some() {
        // The list's kind shows only now; ask again with the filter when it holds meetings.
        let meetings = since.is_some() && holds_meetings(&first);
        let address = if meetings {
            changed(address, since)
        } else {
            address.to_owned()
        };
        walk.list(&address, (!meetings).then_some(first), sink)?;
    } else {
        walk.object(&first, address, sink)?;
    }
    for municipality in std::mem::take(&mut walk.municipalities) {
        if let Some(list) = &municipality.organizations {
            walk.list(list, None, sink)?;
        }
        if let Some(list) = &municipality.meetings {
            walk.list(&changed(list, since), None, sink)?;
        }
    }
    Ok(())
}

struct Walk<'a> {
    client: &'a mut Client,
    municipalities: Vec<oparl::Municipality>,
    singles: Singles,
}

impl Walk<'_> {
    fn get(&mut self, address: &str, sink: &mut Sink<'_>) -> Result<Value, ReadError> {
        Ok(self.client.get(address, &mut |notice| {
            sink(Found::Notice(notice));
        })?)
    }

    /// All pages of a list. A page that was there before, or one that brings nothing new, means
    /// that the server leads us round in circles.
    fn list(
        &mut self,
        address: &str,
        first: Option<Value>,
        sink: &mut Sink<'_>,
    ) -> Result<(), ReadError> {
        let mut seen_pages = HashSet::new();
        let mut seen_ids = HashSet::new();
        let mut address = address.to_owned();
        let mut waiting = first;
        loop {
            if !seen_pages.insert(address.clone()) {
                return Err(circle(&address));
            }
            if seen_pages.len() > self.client.bounds().pages {
                return Err(failed(
                    &address,
                    format!(
                        "die Liste hat mehr als {} Seiten",
                        self.client.bounds().pages
                    ),
                ));
            }
            let page = match waiting.take() {
                Some(page) => page,
                None => self.get(&address, sink)?,
            };
            let entries = page
                .get("data")
                .and_then(Value::as_array)
                .ok_or_else(|| failed(&address, "ist keine OParl-Liste (data fehlt)".into()))?;
            if seen_pages.len() == 1 && holds_meetings(&page) {
                let total = page
                    .pointer("/pagination/totalElements")
                    .and_then(Value::as_u64);
                if let Some(total) = total {
                    give(Found::Total(total), sink)?;
                }
            }
            let mut news = entries.is_empty();
            for (at, entry) in entries.iter().enumerate() {
                let fresh = match oparl::id(entry) {
                    Some(id) => seen_ids.insert(id.to_owned()),
                    None => true,
                };
                if fresh {
                    news = true;
                    self.object(entry, &format!("{address}, Eintrag {}", at + 1), sink)?;
                }
            }
            if !news {
                return Err(circle(&address));
            }
            match page.pointer("/links/next") {
                None | Some(Value::Null) => return Ok(()),
                Some(Value::String(next)) => address.clone_from(next),
                Some(_) => return Err(failed(&address, "links.next ist keine Adresse".into())),
            }
        }
    }

    fn object(&mut self, value: &Value, place: &str, sink: &mut Sink<'_>) -> Result<(), ReadError> {
        if let Ok(Object::Municipality(municipality)) = oparl::object(value) {
            self.municipalities.push(municipality);
            return Ok(());
        }
        if is(value, "Meeting") {
            let mut meeting = value.clone();
            self.singles
                .complete(self.client, &mut meeting, place, sink)?;
            return hand_on(&meeting, place, sink);
        }
        if is(value, "Organization") {
            self.singles.listed(value);
        }
        hand_on(value, place, sink)
    }
}

fn failed(address: &str, what: String) -> ReadError {
    ReadError::Fetch(FetchError {
        address: address.to_owned(),
        what,
    })
}

fn circle(address: &str) -> ReadError {
    failed(address, "die Quelle blättert im Kreis".into())
}

/// The list of bodies of a system.
fn system(value: &Value) -> Option<&str> {
    if is(value, "System") {
        value.get("body")?.as_str()
    } else {
        None
    }
}

fn holds_meetings(page: &Value) -> bool {
    page.pointer("/data/0")
        .is_some_and(|first| is(first, "Meeting"))
}

/// Whether an object is of this type of OParl.
pub(super) fn is(value: &Value, kind: &str) -> bool {
    value
        .get("type")
        .and_then(Value::as_str)
        .and_then(|found| found.rsplit('/').next())
        .is_some_and(|found| found == kind)
}

/// The address with OParl's filter for what changed since a day.
fn changed(address: &str, since: Option<Date>) -> String {
    match since {
        None => address.to_owned(),
        Some(day) => {
            let joint = if address.contains('?') { '&' } else { '?' };
            // Germany's days begin at 22 or 23 o'clock UTC of the day before; what comes too much is
            // left out by its own day.
            let before = day.previous_day().unwrap_or(day);
            format!("{address}{joint}modified_since={before}T22:00:00Z")
        }
    }
}

#[cfg(test)]
mod tests;
