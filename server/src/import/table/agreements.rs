//! The agreements in the row of a meeting: one a line, `Flyer übersetzen (bis 30.09.2024, erledigt
//! 12.09.2024)`.

use querschnitt_domain::agreement::ImportAgreement;
use querschnitt_domain::meeting::ImportMeeting;
use querschnitt_domain::{AgreementId, Source, Text};
use time::Date;

use super::super::record::Recorder;
use super::fields::Fields;
use super::sheet::{Cell, shown};
use super::when;

/// An agreement as a line says it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Line {
    subject: Text,
    due_on: Option<Date>,
    fulfilled_on: Option<Date>,
}

/// The agreements of a row.
pub(super) fn lines(read: &mut Fields<'_>) -> Vec<Line> {
    let lines = read.lines("agreements");
    let mut agreements: Vec<Line> = Vec::new();
    for text in &lines {
        match line(text) {
            Ok(line) if agreements.iter().any(|other| other.subject == line.subject) => {
                read.refuse("agreements", &format!("{} steht zweimal da", shown(text)));
            }
            Ok(line) => agreements.push(line),
            Err(why) => read.refuse("agreements", &why),
        }
    }
    agreements
}

fn line(text: &str) -> Result<Line, String> {
    let (subject, days) = match text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once('('))
    {
        Some((subject, inside)) if is_of_days(inside) => (subject.trim(), inside),
        Some(_) | None => (text, ""),
    };
    let (mut due_on, mut fulfilled_on) = (None, None);
    for part in days
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (what, day) = part.split_once(' ').unwrap_or((part, ""));
        let day = when::when(&Cell::text(day), &[])
            .map_err(|why| format!("{}: {why}", shown(text)))?
            .day;
        match what {
            "bis" => due_on = Some(day),
            _ => fulfilled_on = Some(day),
        }
    }
    let subject =
        Text::line(subject, Text::TITLE).map_err(|error| format!("{} {error}", shown(text)))?;
    Ok(Line {
        subject,
        due_on,
        fulfilled_on,
    })
}

/// Whether a parenthesis says days, and is no part of what was agreed.
fn is_of_days(inside: &str) -> bool {
    inside
        .split(',')
        .map(str::trim)
        .all(|part| part.starts_with("bis ") || part.starts_with("erledigt "))
}

/// The agreement as a command. It is known again by what was agreed at which meeting; its id follows
/// from a keyed digest of that, so that nobody finds the text by guessing.
pub(super) fn command(
    line: Line,
    meeting: &ImportMeeting,
    recorder: &Recorder<'_>,
) -> ImportAgreement {
    let of_meeting = meeting.meeting();
    let digest = recorder
        .source("", &["agreement", line.subject.as_str()])
        .digest;
    let key = format!("table:agreements:{}:{digest:?}", of_meeting.0);
    ImportAgreement {
        centre: meeting.centre,
        agreement: AgreementId(Source::id_of(meeting.centre, &key)),
        network: meeting.network,
        meeting: of_meeting,
        subject: line.subject,
        due_on: line.due_on,
        fulfilled_on: line.fulfilled_on,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn days_stand_in_the_last_parenthesis() {
        let read = |text: &str| {
            let line = line(text)?;
            Ok::<_, String>((
                line.subject.as_str().to_owned(),
                line.due_on,
                line.fulfilled_on,
            ))
        };
        let said = |subject: &str, due, done| Ok((subject.to_owned(), due, done));
        assert_eq!(read("Flyer"), said("Flyer", None, None));
        assert_eq!(
            read("Flyer (bis 30.09.2024, erledigt 12.09.2024)"),
            said(
                "Flyer",
                Some(date!(2024 - 09 - 30)),
                Some(date!(2024 - 09 - 12))
            )
        );
        assert_eq!(
            read("Flyer (türkisch) (erledigt 12.09.2024)"),
            said("Flyer (türkisch)", None, Some(date!(2024 - 09 - 12)))
        );
        assert_eq!(read("Flyer (bald)"), said("Flyer (bald)", None, None));
        assert!(
            read("Flyer (bis 31.02.2024)")
                .unwrap_err()
                .contains("gibt es nicht")
        );
        assert!(read("Flyer (bis gestern)").is_err());
        assert!(read(" (bis 30.09.2024)").is_err());
    }
}
