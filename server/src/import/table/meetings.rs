//! Rows as meetings of bodies; a body the book does not have yet is founded, as with OParl.

use querschnitt_domain::meeting::{AgendaInput, ImportMeeting};
use querschnitt_domain::{CentreKey, NetworkId, Text};
use time::Date;
use uuid::Uuid;

use super::super::oparl::Organization;
use super::entry::Loose;
use super::fields::{Fields, Known, field};

/// What a table of meetings can hold.
pub(super) const KNOWN: Known = Known {
    fields: &[
        field(
            "network",
            "Gremium",
            true,
            "Name des Gremiums; eines, das noch nicht im Buch steht, wird angelegt",
            "Arbeitskreis Schule",
        ),
        field(
            "date",
            "Beginn",
            true,
            "Tag der Sitzung, auch mit Uhrzeit",
            "03.06.2024 17:00",
        ),
        field(
            "endsAt",
            "Ende",
            false,
            "Tag und Uhrzeit des Endes",
            "03.06.2024 19:00",
        ),
        field(
            "title",
            "Titel",
            false,
            "Titel der Sitzung",
            "Zweite Sitzung",
        ),
        field("place", "Ort", false, "Wo", "Rathaus, Saal 2"),
        field(
            "mode",
            "Form",
            false,
            "Präsenz, Videokonferenz oder Hybrid",
            "Präsenz",
        ),
        field(
            "agenda",
            "Tagesordnung",
            false,
            "Tagesordnungspunkte, einer je Zeile in der Zelle (oder ein Trennzeichen in split)",
            "1. Begrüßung\n2. Verschiedenes",
        ),
        field("cancelled", "Ausgefallen", false, "ja oder nein", "nein"),
    ],
    step: &[],
};

/// What the mapping calls the parts of a meeting.
pub(super) fn field_of(domain: &str) -> &str {
    match domain {
        "startsAt" => "date",
        same => same,
    }
}

/// The body of a meeting, under a name of its list, founded no later than the meeting.
pub(super) fn body(read: &mut Fields<'_>, list: &str) -> Option<Organization> {
    let name = read.line("network", Text::NAME);
    let name = read.required("network", name)?;
    let start = read.day("date");
    let start = read.required("date", start)?;
    Some(Organization {
        id: format!("table:networks:{list}:{}", name.as_str()),
        name: name.as_str().to_owned(),
        start: Some(start),
        ..Organization::default()
    })
}

/// The row as a command, without its source.
pub(super) fn command(
    read: &mut Fields<'_>,
    centre: CentreKey,
    network: Uuid,
) -> Option<Loose<ImportMeeting>> {
    let when = read.when("date");
    let when = read.required("date", when);
    let ends_at = read.when("endsAt").and_then(|end| end.at);
    let title = read.line("title", Text::NAME);
    let place = read.line("place", Text::NAME);
    let mode = read.code("mode");
    let items = read.lines("agenda");
    let agenda: Vec<AgendaInput> = items
        .iter()
        .filter_map(|item| agenda_item(read, item))
        .collect();
    let cancelled = read.truth("cancelled").unwrap_or(false);
    let when = when?;
    let date: Date = when.day;
    let line = format!("Sitzung am {date}, {} Tagesordnungspunkte", agenda.len());
    let command = ImportMeeting {
        centre,
        // Set by whoever knows the key of the row.
        source: querschnitt_domain::Source {
            key: String::new(),
            digest: querschnitt_domain::SourceDigest([0; 16]),
        },
        network: NetworkId(network),
        date,
        starts_at: when.at,
        // An end without a beginning says nothing.
        ends_at: when.at.and(ends_at),
        title,
        place: place.into(),
        mode,
        agenda,
        cancelled,
        known_texts: std::collections::BTreeMap::new(),
    };
    Some(Loose { command, line })
}

/// `2. Verschiedenes` is number 2; without a number the whole line is the title.
fn agenda_item(read: &mut Fields<'_>, line: &str) -> Option<AgendaInput> {
    let (number, title) = match line.split_once(char::is_whitespace) {
        Some((number, title)) if is_number(number) => (
            Some(number.trim_end_matches(['.', ')']).to_owned()),
            title.trim(),
        ),
        Some(_) | None => (None, line),
    };
    match Text::line(title, Text::TITLE) {
        Ok(title) => Some(AgendaInput {
            number,
            title,
            public: None,
            result: None,
            vote: None,
        }),
        Err(error) => {
            read.refuse("agenda", &format!("ein Tagesordnungspunkt {error}"));
            None
        }
    }
}

fn is_number(word: &str) -> bool {
    word.len() <= 8
        && word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || ".)".contains(c))
}
