//! Rows as meetings of bodies; a body the book does not have yet is founded, as with OParl.

use querschnitt_domain::meeting::{Afterwards, AgendaInput, AttendanceInput, ImportMeeting};
use querschnitt_domain::{CentreKey, NetworkId, Text};
use time::Date;
use uuid::Uuid;

use super::super::oparl::Organization;
use super::entry::{self, Loose};
use super::fields::{Fields, Known, field};
use super::sheet::shown;

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
        field(
            "participants",
            "Teilnehmende",
            false,
            "Organisationen, die da waren, eine je Zeile in der Zelle (oder ein Trennzeichen in split): Schlüssel aus deren Tabelle (organisations nennt deren source) oder Kennung im Buch, dahinter nach Bedarf die Zahl der Personen und in Klammern ihre Funktion: 2024-017: 2 (Vorstand)",
            "",
        ),
        field(
            "otherHeadCount",
            "Weitere Teilnehmende",
            false,
            "Zahl der Teilnehmenden ohne Organisation im Verzeichnis",
            "12",
        ),
        field(
            "results",
            "Ergebnisse",
            false,
            "Ergebnisse oder Niederschrift",
            "Der Arbeitskreis tagt künftig monatlich.",
        ),
        field(
            "agreements",
            "Vereinbarungen",
            false,
            "Was vereinbart wurde, eines je Zeile in der Zelle (oder ein Trennzeichen in split); dahinter nach Bedarf, bis wann und wann es erledigt war: Flyer übersetzen (bis 30.09.2024, erledigt 12.09.2024). Eine Vereinbarung wird einmal eingetragen, danach gilt, was im Buch steht",
            "Flyer übersetzen (bis 30.09.2024)",
        ),
        field(
            "minutesApprovedOn",
            "Niederschrift genehmigt",
            false,
            "Tag, an dem die Niederschrift genehmigt wurde",
            "01.07.2024",
        ),
    ],
    step: &[],
};

/// What the mapping calls the parts of a meeting.
pub(super) fn field_of(domain: &str) -> &str {
    match domain {
        "startsAt" => "date",
        "attendances" => "participants",
        "madeOn" | "subject" | "dueOn" | "fulfilledOn" => "agreements",
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

/// The row as a command, without its source. `list`: the list of organisations whose keys stand in
/// the table.
pub(super) fn command(
    read: &mut Fields<'_>,
    centre: CentreKey,
    network: Uuid,
    list: &str,
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
    let participants = read.lines("participants");
    let attendances = participants
        .iter()
        .filter_map(|line| participant(read, line, (centre, list)))
        .collect();
    let after = Afterwards {
        attendances,
        other_head_count: read.whole("otherHeadCount").unwrap_or(0),
        results: read.text("results", Text::NOTE),
        minutes_approved_on: read.day("minutesApprovedOn"),
    };
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
        after,
        known_texts: std::collections::BTreeMap::new(),
    };
    Some(Loose { command, line })
}

/// `2024-017: 2 (Vorstand)`: an organisation, how many of it came, in what function.
fn participant(
    read: &mut Fields<'_>,
    line: &str,
    (centre, list): (CentreKey, &str),
) -> Option<AttendanceInput> {
    let (rest, function) = match line
        .strip_suffix(')')
        .and_then(|line| line.rsplit_once('('))
    {
        Some((rest, function)) => (rest.trim(), Some(function.trim())),
        None => (line, None),
    };
    // A key may hold a colon itself.
    let counted = rest.rsplit_once(':').and_then(|(key, count)| {
        let count: u16 = count.trim().parse().ok()?;
        Some((key.trim(), i64::from(count)))
    });
    let (key, head_count) = counted.unwrap_or((rest.trim_end_matches(':').trim(), 1));
    let function = match function.filter(|function| !function.is_empty()) {
        None => None,
        Some(function) => match Text::line(function, Text::NAME) {
            Ok(function) => Some(function),
            Err(error) => {
                read.refuse("participants", &format!("{} {error}", shown(function)));
                return None;
            }
        },
    };
    Some(AttendanceInput {
        organisation: entry::organisation(centre, list, key),
        head_count,
        function,
    })
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
