//! A consultation comes from a source (a table of the office).

use std::collections::BTreeMap;

use super::record::RecordConsultation;
use super::state::{self, Consultations, State};
use super::{ConsultationEvent, Corrected, merged, rules};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ConsultationId;
use crate::merge::Merge;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::seen::SourceSeen;
use crate::source::SourceDigest;
use crate::text::{Commitment, Text};

/// Why an import corrects a consultation; stands where people give their reason.
const SOURCE_CHANGED: &str = "Die Quelle hat den Eintrag geändert.";

/// Records the consultation that stands for a source entry, or corrects it to what the source says
/// now. The same again adds nothing; what the office corrected stays unless the source changed the
/// same field since; what the office retracted stays retracted.
#[derive(Clone, Debug)]
pub struct ImportConsultation {
    /// The consultation; has a source.
    pub content: RecordConsultation,
    /// The record's texts, opened from the vault; empty the first time.
    pub known_texts: BTreeMap<Commitment, Text>,
}

impl Decision for ImportConsultation {
    type Facts = Consultations;

    fn query(&self) -> Query {
        self.content.query()
    }

    fn evolve(facts: &mut Consultations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Consultations, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.content
            .decide_knowing(&self.known_texts, known, context)
    }
}

/// The entry was imported before.
pub(super) fn again(
    command: &RecordConsultation,
    digest: SourceDigest,
    (id, before): (ConsultationId, &State),
    texts: &BTreeMap<Commitment, Text>,
    known: &Consultations,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    if before.retracted || before.source == Some(digest) {
        return Ok(Vec::new());
    }
    let theirs = command.coded(known, context)?;
    for (field, text, max) in [
        ("subject", &command.subject, Text::TITLE),
        ("note", &command.note, Text::NOTE),
    ] {
        if let Some(text) = text {
            check::text(field, text.as_str(), max)?;
        }
    }
    let (base, ours) = (before.said(), before.now());
    let mut merge = Merge::new(texts, id.record(), context);
    let merged = merged::merged(command, theirs, (&base, &ours), &mut merge);
    let same_day = (merged.day == ours.day).then_some(&ours.facts);
    rules::values_valid(&merged.facts, merged.day, same_day)?;
    let changed = rules::changed_fields((&ours.facts, ours.day), (&merged.facts, merged.day));
    let mut events = Vec::new();
    if !changed.is_empty() {
        let reason = check::line("reason", SOURCE_CHANGED, Text::NOTE)?;
        let corrected = ConsultationEvent::Corrected(Corrected {
            consultation: id,
            facts: merged.facts,
            changed,
            reason: context.seal(id.record(), &reason),
            source: Some(digest),
        });
        events.push(state::event(context, merged.day, corrected));
    }
    let (agreed, stated) = (merge.agreed(), !events.is_empty());
    events.extend(SourceSeen::event(
        id.record(),
        digest,
        agreed,
        stated,
        context,
    ));
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consultation::samples::{command, facts};
    use crate::consultation::{ConsultationEvent, ConsultationFacts, Corrected, Recorded};
    use crate::source::{Source, SourceDigest};
    use crate::testing::{event, given, sealed, seen, text};

    fn import(digest: u8) -> ImportConsultation {
        let known = ["Nachfrage im Januar", "Neu"];
        ImportConsultation {
            content: RecordConsultation {
                source: Some(Source {
                    key: "table:consultations:liste:7".to_owned(),
                    digest: SourceDigest([digest; 16]),
                }),
                ..command()
            },
            known_texts: known.map(|known| (sealed(known), text(known))).into(),
        }
    }

    fn id() -> ConsultationId {
        let content = import(1).content;
        ConsultationId(content.source.unwrap().record_id(content.centre))
    }

    fn recorded() -> Event {
        event(ConsultationEvent::Recorded(Recorded {
            consultation: id(),
            facts: facts(),
            source: Some(SourceDigest([1; 16])),
        }))
    }

    fn corrected(facts: ConsultationFacts, changed: &[&str], digest: u8) -> Event {
        event(ConsultationEvent::Corrected(Corrected {
            consultation: id(),
            facts,
            changed: changed.iter().map(|field| (*field).into()).collect(),
            reason: sealed("Die Quelle hat den Eintrag geändert."),
            source: Some(SourceDigest([digest; 16])),
        }))
    }

    #[test]
    fn the_first_time_it_is_recorded_and_the_same_again_adds_nothing() {
        given([]).when(import(1)).then([recorded()]);
        given([recorded()]).when(import(1)).then_nothing();
        // Another mapping, the same meaning.
        let noted = seen(id().record(), 2, &[]);
        given([recorded()]).when(import(2)).then([noted.clone()]);
        given([recorded(), noted]).when(import(2)).then_nothing();
    }

    fn by_office(facts: ConsultationFacts, changed: &[&str]) -> Event {
        event(ConsultationEvent::Corrected(Corrected {
            consultation: id(),
            facts,
            changed: changed.iter().map(|field| (*field).into()).collect(),
            reason: sealed("nachgesehen"),
            source: None,
        }))
    }

    #[test]
    fn what_the_office_corrected_stays_when_something_else_changes() {
        let ours = ConsultationFacts {
            duration_minutes: 90,
            note: Some(sealed("Neu")),
            ..facts()
        };
        let history = [
            recorded(),
            by_office(ours.clone(), &["durationMinutes", "note"]),
        ];
        let mut later = import(2);
        later.content.number_advised = Some(3);
        let merged = ConsultationFacts {
            number_advised: Some(3),
            ..ours.clone()
        };
        let second = corrected(merged.clone(), &["numberAdvised"], 2);
        given(history.clone()).when(later).then([second.clone()]);
        // Also at the second change, and until the source changes that very field.
        let mut later = import(3);
        later.content.number_advised = Some(4);
        let history: Vec<Event> = history.into_iter().chain([second]).collect();
        let four = ConsultationFacts {
            number_advised: Some(4),
            ..merged.clone()
        };
        given(history.clone())
            .when(later)
            .then([corrected(four, &["numberAdvised"], 3)]);
        let mut longer = import(3);
        longer.content.number_advised = Some(3);
        longer.content.duration_minutes = 75;
        let longest = ConsultationFacts {
            duration_minutes: 75,
            ..merged
        };
        given(history)
            .when(longer)
            .then([corrected(longest, &["durationMinutes"], 3)]);
    }

    #[test]
    fn a_text_the_source_takes_out_is_taken_out() {
        let mut bare = import(2);
        bare.content.note = None;
        let without = ConsultationFacts {
            note: None,
            ..facts()
        };
        given([recorded()])
            .when(bare)
            .then([corrected(without, &["note"], 2)]);
    }

    #[test]
    fn what_the_source_came_to_agree_with_is_the_offices_to_change() {
        let ninety = |minutes| ConsultationFacts {
            duration_minutes: minutes,
            ..facts()
        };
        let with = |minutes, digest| {
            let mut import = import(digest);
            import.content.duration_minutes = minutes;
            import
        };
        let mut history = vec![recorded(), by_office(ninety(90), &["durationMinutes"])];
        let agreed = seen(id().record(), 2, &["durationMinutes"]);
        given(history.clone())
            .when(with(90, 2))
            .then([agreed.clone()]);
        history.push(agreed);
        history.push(by_office(ninety(95), &["durationMinutes"]));
        given(history.clone()).when(with(90, 2)).then_nothing();
        given(history)
            .when(with(90, 3))
            .then([seen(id().record(), 3, &[])]);
    }

    #[test]
    fn only_what_changed_counts_as_changed() {
        let mut longer = import(2);
        longer.content.duration_minutes = 60;
        let sixty = ConsultationFacts {
            duration_minutes: 60,
            ..facts()
        };
        given([recorded()])
            .when(longer)
            .then([corrected(sixty, &["durationMinutes"], 2)]);
        let mut noted = import(2);
        noted.content.note = Some(text("Neu"));
        let new = ConsultationFacts {
            note: Some(sealed("Neu")),
            ..facts()
        };
        let change = corrected(new, &["note"], 2);
        given([recorded()]).when(noted).then([change.clone()]);
        // And back, to a text that was known before.
        given([recorded(), change])
            .when(import(3))
            .then([corrected(facts(), &["note"], 3)]);
    }
}
