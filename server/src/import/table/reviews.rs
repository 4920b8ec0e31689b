//! Rows as project reviews: one row each, or one row for each step. Over 400 lines: it lists every
//! field that a mapping can name.

use querschnitt_domain::review::{Check, Ending, Funding, ImportReview, RequestReview, StepInput};
use querschnitt_domain::values::ReviewOutcome;
use querschnitt_domain::{CentreKey, Source, Text};
use time::OffsetDateTime;

use super::entry::{self, Entry, Tabular};
use super::fields::{Fields, Known, Refusal, field};
use super::sheet::Row;
use super::when::When;

/// What a table of reviews can hold.
pub(super) const KNOWN: Known = Known {
    fields: &[
        field(
            "title",
            "Projekt",
            true,
            "Name des Projekts",
            "Mitten im Viertel",
        ),
        field(
            "receivedOn",
            "Eingang",
            true,
            "Tag des Eingangs, auch mit Uhrzeit",
            "03.06.2024",
        ),
        field(
            "requester",
            "Anfragende Stelle",
            true,
            "Wer die Stellungnahme anfordert",
            "Bewilligungsbehörde (Bezirksregierung)",
        ),
        field(
            "applicantType",
            "Art des Trägers",
            true,
            "Art der antragstellenden Organisation",
            "Verein",
        ),
        field(
            "applicantName",
            "Träger",
            false,
            "Name der antragstellenden Organisation",
            "Brücke e. V.",
        ),
        field(
            "applicant",
            "Träger Nr.",
            false,
            "Schlüssel des Trägers aus der Tabelle der Organisationen (organisations nennt deren source) oder seine Kennung im Buch; geht vor seinem Namen",
            "",
        ),
        field(
            "programme",
            "Programm",
            false,
            "Förderprogramm",
            "Einzelprojektförderung",
        ),
        field(
            "actionAreas",
            "Handlungsfelder",
            false,
            "Ein Handlungsfeld oder mehrere, mit Semikolon getrennt (split)",
            "Sport; Kultur",
        ),
        field(
            "requestedAmount",
            "Beantragt",
            false,
            "Beantragte Summe in Euro",
            "12.500,00",
        ),
        field(
            "dueOn",
            "Frist",
            false,
            "Tag, an dem die Stellungnahme fällig ist",
            "28.06.2024",
        ),
        field(
            "termWorkingDays",
            "Frist in Arbeitstagen",
            false,
            "statt dueOn: Frist in Arbeitstagen (NRW)",
            "",
        ),
        field(
            "plannedOn",
            "Geplant bis",
            false,
            "Bis wann das Zentrum fertig sein will",
            "24.06.2024",
        ),
        field(
            "municipality",
            "Gemeindeschlüssel",
            false,
            "Amtlicher Gemeindeschlüssel",
            "05711000",
        ),
        field(
            "channel",
            "Eingangsweg",
            false,
            "Wie die Anfrage einging",
            "E-Mail",
        ),
        field(
            "department",
            "Abteilung",
            false,
            "Zuständige Abteilung (eine Stelle, keine Person)",
            "Integration",
        ),
        field(
            "unit",
            "Zuständig",
            false,
            "Zuständige Stelle (keine Person)",
            "50.2 Förderung",
        ),
        field(
            "visibility",
            "Sichtbarkeit",
            false,
            "Öffentlich, Intern oder Vertraulich",
            "Intern",
        ),
        field(
            "reference",
            "Zeichen der Behörde",
            false,
            "Aktenzeichen der anfragenden Stelle",
            "36.2-17",
        ),
        field("note", "Bemerkung", false, "Notiz", ""),
        field(
            "endedOn",
            "Erledigt am",
            false,
            "Tag, an dem es endete, auch mit Uhrzeit",
            "21.06.2024",
        ),
        field(
            "ending",
            "Erledigt durch",
            false,
            "abgegeben, zurückgezogen, nicht zuständig, verfristet oder beendet; ohne Angabe folgt es aus dem Votum",
            "",
        ),
        field(
            "outcome",
            "Votum",
            false,
            "Votum der Stellungnahme",
            "befürwortet",
        ),
        field(
            "statement",
            "Stellungnahme",
            false,
            "Text der Stellungnahme, soweit die Liste ihn hat",
            "",
        ),
        field(
            "fundingDecision",
            "Entscheidung",
            false,
            "Entscheidung des Förderers",
            "Bewilligt",
        ),
        field(
            "grantedAmount",
            "Bewilligt",
            false,
            "Bewilligte Summe in Euro",
            "10.000,00",
        ),
        field(
            "decidedOn",
            "Entschieden am",
            false,
            "Tag der Entscheidung des Förderers",
            "19.08.2024",
        ),
    ],
    step: &[
        field(
            "completedAt",
            "Schritt erledigt",
            true,
            "Tag und Uhrzeit, zu denen der Schritt erledigt war",
            "04.06.2024 09:15",
        ),
        field(
            "unit",
            "Schritt Stelle",
            false,
            "Stelle, die ihn erledigt hat (keine Person)",
            "50.2 Förderung",
        ),
        field(
            "name",
            "Schritt",
            false,
            "Wie der Schritt heißt",
            "Eingang bestätigt",
        ),
        field(
            "startedAt",
            "Schritt begonnen",
            false,
            "Tag und Uhrzeit des Beginns",
            "04.06.2024 09:00",
        ),
        field(
            "reference",
            "Schritt Nr.",
            false,
            "Nummer des Schritts in der Quelle",
            "1",
        ),
        field(
            "check",
            "Prüfung",
            false,
            "Formale Prüfung oder Fachliche Prüfung",
            "",
        ),
    ],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Issued,
    Withdrawn,
    Declined,
    Lapsed,
    Closed,
}

const ENDINGS: [(&str, &str, Ended); 5] = [
    ("ISSUED", "abgegeben", Ended::Issued),
    ("WITHDRAWN", "zurückgezogen", Ended::Withdrawn),
    ("DECLINED", "nicht zuständig", Ended::Declined),
    ("LAPSED", "verfristet", Ended::Lapsed),
    ("CLOSED", "beendet", Ended::Closed),
];

const CHECKS: [(&str, &str, Check); 2] = [
    ("FORMAL", "Formale Prüfung", Check::Formal),
    ("CONTENT", "Fachliche Prüfung", Check::Content),
];

/// The entry as a command; the rows come back in the order of the steps. `None`: something was
/// refused.
pub(super) fn command<'a>(
    table: &Tabular<'_>,
    entry: &Entry<'a>,
    (centre, source): (CentreKey, Source),
    refused: &mut Vec<Refusal>,
) -> Option<(ImportReview, Vec<&'a Row>)> {
    let mut read = table.fields(entry.head(), refused);
    let content = request(&mut read, centre, table.mapping.list_of_organisations());
    let ending = ending(&mut read);
    let funding = funding(&mut read);
    let mut steps = Vec::new();
    if !table.mapping.step.is_empty() {
        for row in &entry.rows {
            if let Some((step, when)) = step(&mut table.step(row, refused)) {
                steps.push((when, step, *row));
            }
        }
    }
    // By time; at the same time as in the table.
    steps.sort_by_key(|(when, ..)| (when.day, when.at.map(OffsetDateTime::unix_timestamp_nanos)));
    let (steps, rows) = steps.into_iter().map(|(_, step, row)| (step, row)).unzip();
    let command = ImportReview {
        source,
        content: content?,
        steps,
        ending,
        funding,
        known_texts: std::collections::BTreeMap::new(),
    };
    Some((command, rows))
}

/// What the domain calls fields that have another name in a mapping.
pub(super) fn field_of(domain: &str) -> &str {
    match domain {
        "receivedAt" => "receivedOn",
        "requestedCents" => "requestedAmount",
        "grantedCents" => "grantedAmount",
        "endedAt" => "endedOn",
        "completedOn" => "completedAt",
        "text" => "statement",
        "ending" => "endedOn",
        same => same,
    }
}

/// `list`: the list of organisations whose keys stand in the table.
fn request(read: &mut Fields<'_>, centre: CentreKey, list: &str) -> Option<RequestReview> {
    let received = read.when("receivedOn");
    let received = read.required("receivedOn", received);
    let title = read.line("title", Text::NAME);
    let title = read.required("title", title);
    let requester = read.code("requester");
    let requester = read.required("requester", requester);
    let applicant_type = read.code("applicantType");
    let applicant_type = read.required("applicantType", applicant_type);
    let applicant_name = read.line("applicantName", Text::NAME);
    let applicant = read.raw("applicant");
    let applicant = applicant.map(|key| entry::organisation(centre, list, &key));
    let programme = read.code("programme");
    let action_areas = read.codes("actionAreas");
    let requested_cents = read.cents("requestedAmount");
    let due_on = read.day("dueOn");
    let term_working_days = read.whole("termWorkingDays");
    let planned_on = read.day("plannedOn");
    let municipality = read.raw("municipality");
    let channel = read.code("channel");
    let department = read.unit("department");
    let unit = read.unit("unit");
    let visibility = read.code("visibility");
    let reference = read.line("reference", Text::NAME);
    let note = read.text("note", Text::NOTE);
    // Only now: every refused cell of a row is to be named.
    Some(RequestReview {
        centre,
        received_on: received?.day,
        received_at: received?.at,
        title: title?,
        requester: requester?,
        applicant_type: applicant_type?,
        applicant,
        // The register has the name then.
        applicant_name: applicant_name.filter(|_| applicant.is_none()),
        programme,
        action_areas,
        requested_cents,
        due_on,
        term_working_days,
        planned_on,
        municipality,
        channel,
        department,
        unit,
        visibility,
        reference,
        note,
    })
}

fn ending(read: &mut Fields<'_>) -> Option<Ending> {
    let when = read.when("endedOn");
    let outcome: Option<ReviewOutcome> = read.code("outcome");
    let named = read.choice("ending", &ENDINGS);
    let text = read.text("statement", Text::NOTE);
    if when.is_none() && outcome.is_none() && named.is_none() {
        return None;
    }
    let When { day: on, at } = read.required("endedOn", when)?;
    let ended = named.unwrap_or(match outcome.map(|outcome| outcome.as_str()) {
        None => Ended::Closed,
        Some("WITHDRAWN") => Ended::Withdrawn,
        Some("NOT_RESPONSIBLE" | "CONFLICT_OF_INTEREST") => Ended::Declined,
        Some(_) => Ended::Issued,
    });
    Some(match ended {
        Ended::Issued => Ending::Issued {
            on,
            at,
            outcome: read.required("outcome", outcome)?,
            text,
        },
        Ended::Withdrawn => Ending::Withdrawn { on },
        Ended::Declined => {
            let outcome = outcome.or_else(|| ReviewOutcome::parse("NOT_RESPONSIBLE").ok())?;
            Ending::Declined { on, outcome }
        }
        Ended::Lapsed => Ending::Lapsed { on },
        Ended::Closed => Ending::Closed { on, at },
    })
}

fn funding(read: &mut Fields<'_>) -> Option<Funding> {
    let decision = read.code("fundingDecision");
    let granted_cents = read.cents("grantedAmount");
    let on = read.day("decidedOn");
    if decision.is_none() && granted_cents.is_none() && on.is_none() {
        return None;
    }
    let decision = read.required("fundingDecision", decision);
    let on = read.required("decidedOn", on);
    Some(Funding {
        decision: decision?,
        granted_cents,
        on: on?,
    })
}

fn step(read: &mut Fields<'_>) -> Option<(StepInput, When)> {
    let when = read.when("completedAt");
    let when = read.required("completedAt", when);
    let started = read.when("startedAt");
    let input = StepInput {
        unit: read.unit("unit"),
        check: read.choice("check", &CHECKS),
        name: read.line("name", Text::NAME),
        completed_on: when.map(|when| when.day),
        completed_at: when.and_then(|when| when.at),
        started_at: started.and_then(|started| started.at),
        reference: read.line("reference", Text::NAME),
    };
    Some((input, when?))
}
