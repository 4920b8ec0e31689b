//! The parts of OParl 1.0 and 1.1 objects that an import takes, read field by field: a field of the
//! wrong type is named, never guessed.

use querschnitt_domain::{Change, Rejection, RejectionCode, Text};
use serde_json::{Map, Value};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, Time, UtcOffset};

use super::source::address;

/// Any object of a source, sorted by its `type`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Object {
    /// A `Body`: a municipality with its lists. OParl's word for it, not a committee.
    Municipality(Municipality),
    /// An `Organization`: a committee, a council, a department.
    Organization(Organization),
    /// A `Meeting`.
    Meeting(Meeting),
    /// Something an import has no use for (a person, a paper …).
    Other,
}

/// Where a municipality keeps its lists.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Municipality {
    /// The list of organizations.
    pub(crate) organizations: Option<String>,
    /// The list of meetings.
    pub(crate) meetings: Option<String>,
}

/// What an import takes of an `Organization`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Organization {
    /// The source's own id, a URL.
    pub(crate) id: String,
    /// Its name; the short name where there is no other.
    pub(crate) name: String,
    /// `organizationType` and `classification`.
    pub(crate) kinds: Vec<String>,
    /// From when on it exists.
    pub(crate) start: Option<Date>,
    /// Until when it existed.
    pub(crate) end: Option<Date>,
    /// The source withdrew it.
    pub(crate) deleted: bool,
}

/// What an import takes of a `Meeting`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Meeting {
    /// The source's own id, a URL.
    pub(crate) id: String,
    /// Its title.
    pub(crate) name: Option<String>,
    /// When it begins.
    pub(crate) start: Option<Moment>,
    /// When it ends.
    pub(crate) end: Option<Moment>,
    /// It does not take place.
    pub(crate) cancelled: bool,
    /// The ids of the organizations that meet, the first one first.
    pub(crate) organizations: Vec<String>,
    /// Where, on one line; kept as the book has it where the source only refers to it.
    pub(crate) place: Change<String>,
    /// The agenda in its order.
    pub(crate) agenda: Vec<AgendaItem>,
    /// When the source changed it last.
    pub(crate) modified: Option<Moment>,
    /// The source withdrew it.
    pub(crate) deleted: bool,
}

/// What an import takes of an `AgendaItem`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct AgendaItem {
    /// Its number as the body writes it.
    pub(crate) number: Option<String>,
    /// Its title.
    pub(crate) title: String,
    /// Whether it was dealt with in public.
    pub(crate) public: Option<bool>,
    /// What came out of it.
    pub(crate) result: Option<String>,
}

/// A day, and the instant where the source gives a time other than midnight (with which many
/// systems fill the field when they know only the day). Both as clocks in Germany show them,
/// whatever offset the source writes: `2024-05-14T22:00:00Z` is the 15th, without a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment {
    /// The day in Europe/Berlin.
    pub(crate) day: Date,
    /// The instant, with the offset that Europe/Berlin had then.
    pub(crate) instant: Option<OffsetDateTime>,
}

/// What is wrong with an object: code, the field as OParl names it, and what people read.
pub(crate) type Wrong = Rejection;

fn malformed(field: &str, message: impl Into<String>) -> Wrong {
    Rejection::field(RejectionCode::Malformed, field, message)
}

/// The refusal of an object without a field it needs.
pub(crate) fn missing(field: &str, message: impl Into<String>) -> Wrong {
    Rejection::field(RejectionCode::Missing, field, message)
}

/// Reads an object of any type.
pub(crate) fn object(value: &Value) -> Result<Object, Wrong> {
    let fields = value
        .as_object()
        .ok_or_else(|| Rejection::whole(RejectionCode::Malformed, "ist kein OParl-Objekt"))?;
    let kind = text(fields, "type")?.ok_or_else(|| missing("type", "hat keine Art (type)"))?;
    match kind.rsplit('/').next().unwrap_or_default() {
        "Body" => Ok(Object::Municipality(Municipality {
            organizations: text(fields, "organization")?,
            meetings: text(fields, "meeting")?,
        })),
        "Organization" => organization(fields).map(Object::Organization),
        "Meeting" => meeting(fields).map(Object::Meeting),
        _ => Ok(Object::Other),
    }
}

/// The source's id of an object, for naming it when the rest is wrong.
pub(crate) fn id(value: &Value) -> Option<&str> {
    value.get("id")?.as_str()
}

fn organization(fields: &Map<String, Value>) -> Result<Organization, Wrong> {
    let deleted = yes(fields, "deleted")?.unwrap_or(false);
    let name = match text(fields, "name")? {
        Some(name) => Some(name),
        None => text(fields, "shortName")?,
    };
    let mut kinds = Vec::new();
    for field in ["organizationType", "classification"] {
        kinds.extend(text(fields, field)?);
    }
    Ok(Organization {
        id: required(fields, "id")?,
        name: match name {
            Some(name) => name,
            None if deleted => String::new(),
            None => return Err(missing("name", "name fehlt")),
        },
        kinds,
        start: moment(fields, "startDate")?.map(|moment| moment.day),
        end: moment(fields, "endDate")?.map(|moment| moment.day),
        deleted,
    })
}

fn meeting(fields: &Map<String, Value>) -> Result<Meeting, Wrong> {
    let organizations = match fields.get("organization") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(entries)) => entries
            .iter()
            .enumerate()
            .map(|(at, entry)| {
                let field = format!("organization[{at}]");
                reference(entry).ok_or_else(|| {
                    malformed(&field, "organization enthält etwas anderes als Verweise")
                })
            })
            .collect::<Result<_, _>>()?,
        Some(other) => vec![
            reference(other)
                .ok_or_else(|| malformed("organization", "organization ist keine Liste"))?,
        ],
    };
    let place = match fields.get("location") {
        None | Some(Value::Null) => Change::Clear,
        Some(Value::Object(location)) => place(location)?.into(),
        // What a server only refers to was fetched before; files and failing servers leave it so.
        Some(Value::String(reference)) if address(reference).is_some() => Change::Keep,
        // Some write the place itself.
        Some(Value::String(_)) => text(fields, "location")?.into(),
        Some(_) => return Err(malformed("location", "location ist kein Ort")),
    };
    let state = text(fields, "meetingState")?
        .unwrap_or_default()
        .to_lowercase();
    let called_off = ["abgesagt", "entfallen", "entfällt", "cancelled"]
        .iter()
        .any(|word| state.contains(word));
    Ok(Meeting {
        id: required(fields, "id")?,
        name: text(fields, "name")?,
        start: moment(fields, "start")?,
        end: moment(fields, "end")?,
        cancelled: yes(fields, "cancelled")?.unwrap_or(false) || called_off,
        organizations,
        place,
        agenda: agenda(fields)?,
        modified: moment(fields, "modified")?,
        deleted: yes(fields, "deleted")?.unwrap_or(false),
    })
}

fn agenda(fields: &Map<String, Value>) -> Result<Vec<AgendaItem>, Wrong> {
    let entries = match fields.get("agendaItem") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries,
        Some(_) => return Err(malformed("agendaItem", "agendaItem ist keine Liste")),
    };
    let mut items = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        let named = |wrong: Wrong| Rejection {
            message: format!("Tagesordnungspunkt {}: {}", at + 1, wrong.message),
            ..wrong.within(&format!("agendaItem[{at}]"))
        };
        let fields = entry.as_object().ok_or_else(|| {
            named(Rejection::whole(
                RejectionCode::Malformed,
                "steht nicht in der Sitzung, sondern nur ein Verweis",
            ))
        })?;
        if yes(fields, "deleted").map_err(named)?.unwrap_or(false) {
            continue;
        }
        let order = fields.get("order").and_then(Value::as_i64);
        let item = item(fields).map_err(named)?;
        items.push((order, item));
    }
    // Where the source numbers all its items, its order holds; otherwise the list's.
    if items.iter().all(|(order, _)| order.is_some()) {
        items.sort_by_key(|(order, _)| *order);
    }
    Ok(items.into_iter().map(|(_, item)| item).collect())
}

fn item(fields: &Map<String, Value>) -> Result<AgendaItem, Wrong> {
    Ok(AgendaItem {
        number: text(fields, "number")?,
        title: required(fields, "name")?,
        public: yes(fields, "public")?,
        result: text(fields, "result")?,
    })
}

/// The fields of a `Location` that say where it is.
pub(crate) const PLACE: [&str; 5] = [
    "description",
    "room",
    "streetAddress",
    "postalCode",
    "locality",
];

fn place(location: &Map<String, Value>) -> Result<Option<String>, Wrong> {
    let text = |field| text(location, field).map_err(|wrong| wrong.within("location"));
    if let Some(description) = text("description")? {
        return Ok(Some(description));
    }
    let mut parts = Vec::new();
    for field in ["room", "streetAddress"] {
        parts.extend(text(field)?);
    }
    let mut town = Vec::new();
    for field in ["postalCode", "locality"] {
        town.extend(text(field)?);
    }
    if !town.is_empty() {
        parts.push(town.join(" "));
    }
    Ok((!parts.is_empty()).then(|| parts.join(", ")))
}

/// A reference, or the id of an object given in its place.
fn reference(value: &Value) -> Option<String> {
    value
        .as_str()
        .or_else(|| id(value))
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}

/// A text on one line, `None` where it is missing or blank. Characters that control a device or the
/// direction of writing are taken for spaces: they come from copying and mean nothing.
fn text(fields: &Map<String, Value>, name: &str) -> Result<Option<String>, Wrong> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            let words: Vec<&str> = text
                .split(|c: char| c.is_whitespace() || Text::forbids(c))
                .filter(|word| !word.is_empty())
                .collect();
            Ok((!words.is_empty()).then(|| words.join(" ")))
        }
        Some(_) => Err(malformed(name, format!("{name} ist kein Text"))),
    }
}

fn required(fields: &Map<String, Value>, name: &str) -> Result<String, Wrong> {
    text(fields, name)?.ok_or_else(|| missing(name, format!("{name} fehlt")))
}

fn yes(fields: &Map<String, Value>, name: &str) -> Result<Option<bool>, Wrong> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(yes)) => Ok(Some(*yes)),
        Some(_) => Err(malformed(name, format!("{name} ist weder true noch false"))),
    }
}

fn moment(fields: &Map<String, Value>, name: &str) -> Result<Option<Moment>, Wrong> {
    let Some(text) = text(fields, name)? else {
        return Ok(None);
    };
    if let Ok(instant) = OffsetDateTime::parse(&text, &Rfc3339) {
        let instant = in_berlin(instant);
        return Ok(Some(Moment {
            day: instant.date(),
            instant: (instant.time() != Time::MIDNIGHT).then_some(instant),
        }));
    }
    Date::parse(&text, format_description!("[year]-[month]-[day]"))
        .map(|day| Some(Moment { day, instant: None }))
        .map_err(|_| {
            let shown: String = text.chars().take(40).collect();
            malformed(name, format!("{name} ist kein Datum: „{shown}“"))
        })
}

/// The instant with the offset of Europe/Berlin. The zone's data is part of the program, so what
/// the source wrote stays only for years that no calendar of ours reaches.
fn in_berlin(instant: OffsetDateTime) -> OffsetDateTime {
    let offset = || {
        let at = jiff::Timestamp::from_nanosecond(instant.unix_timestamp_nanos()).ok()?;
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").ok()?;
        UtcOffset::from_whole_seconds(zone.to_offset(at).seconds()).ok()
    };
    offset()
        .and_then(|offset| instant.checked_to_offset(offset))
        .unwrap_or(instant)
}

#[cfg(test)]
mod tests;
