//! Fetches one by one what a server's meetings only refer to: bodies that its list lacks, places and
//! agenda items given as addresses.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::client::Client;
use super::oparl;
use super::pages::is;
use super::source::{Found, ReadError, Sink, address, give, hand_on};

/// What was fetched so far, and whether that still makes sense.
#[derive(Default)]
pub(super) struct Singles {
    /// The bodies that are known, or were asked for in vain.
    bodies: HashSet<String>,
    /// The places fetched, many meetings being in the same; none where it was in vain.
    places: HashMap<String, Option<Value>>,
    fetched: usize,
    /// So many requests failed, one after the other.
    failures: usize,
}

impl Singles {
    /// The source has listed this body.
    pub(super) fn listed(&mut self, organization: &Value) {
        if let Some(id) = oparl::id(organization) {
            self.bodies.insert(id.to_owned());
        }
    }

    /// Hands on the body of a meeting if the list lacks it, and puts its place and agenda items where
    /// they belong. What can't be fetched stays the reference that it is; then it is named.
    pub(super) fn complete(
        &mut self,
        client: &mut Client,
        meeting: &mut Value,
        place: &str,
        sink: &mut Sink<'_>,
    ) -> Result<(), ReadError> {
        if let Some(id) = first_body(meeting)
            && self.bodies.insert(id.clone())
            && let Some(mut body) = self.fetch(client, &id, "Organization", sink)?
        {
            // Under the id that the meetings name it by, whatever it calls itself.
            body["id"] = id.into();
            hand_on(&body, place, sink)?;
        }
        if let Some(id) = meeting.get("location").and_then(Value::as_str)
            && let Some(id) = address(id).map(str::to_owned)
            && let Some(place) = self.place(client, id, sink)?
        {
            meeting["location"] = place;
        }
        let Some(Value::Array(items)) = meeting.get_mut("agendaItem") else {
            return Ok(());
        };
        for item in items {
            if let Some(id) = item.as_str().and_then(address).map(str::to_owned)
                && let Some(found) = self.fetch(client, &id, "AgendaItem", sink)?
            {
                *item = found;
            }
        }
        Ok(())
    }

    /// The place behind an address, asked for once.
    fn place(
        &mut self,
        client: &mut Client,
        address: String,
        sink: &mut Sink<'_>,
    ) -> Result<Option<Value>, ReadError> {
        if let Some(known) = self.places.get(&address) {
            return Ok(known.clone());
        }
        let found = self.fetch(client, &address, "Location", sink)?;
        // Only what is read of it: a source may hang anything on its places.
        let place = found.map(|found| {
            let fields = oparl::PLACE
                .iter()
                .filter_map(|field| Some(((*field).to_owned(), found.get(field)?.clone())));
            Value::Object(fields.collect::<Map<_, _>>())
        });
        self.places.insert(address, place.clone());
        Ok(place)
    }

    /// The object behind an address, if it is one of this type.
    fn fetch(
        &mut self,
        client: &mut Client,
        address: &str,
        kind: &str,
        sink: &mut Sink<'_>,
    ) -> Result<Option<Value>, ReadError> {
        let bounds = *client.bounds();
        if self.fetched == bounds.singles || self.failures == bounds.failures {
            return Ok(None);
        }
        self.fetched += 1;
        let found = client.get(address, &mut |notice| {
            sink(Found::Notice(notice));
        });
        let trouble = match found {
            Ok(value) if is(&value, kind) => {
                self.failures = 0;
                return Ok(Some(value));
            }
            Ok(_) => format!("{address}: ist kein OParl-Objekt der Art {kind}"),
            Err(error) => error.to_string(),
        };
        self.failures += 1;
        give(Found::Notice(trouble), sink)?;
        if self.failures == bounds.failures || self.fetched == bounds.singles {
            let end = "Was nur als Verweis angegeben ist, wird von hier an nicht mehr abgerufen";
            give(Found::Notice(end.to_owned()), sink)?;
        }
        Ok(None)
    }
}

/// The address of the body that counts for a meeting, where it is only referred to.
fn first_body(meeting: &Value) -> Option<String> {
    let named = match meeting.get("organization")? {
        Value::Array(entries) => entries.first()?,
        other => other,
    };
    named.as_str().and_then(address).map(str::to_owned)
}
