//! Stable names and tags.

use std::collections::BTreeSet;

use querschnitt_domain::{EventKind, RecordId, RecordKind, Tag};

use crate::sample::{
    self, AGREEMENT, CONSULTATION, MEETING, NETWORK, ORGANISATION, OTHER, OTHER_REVIEW, REVIEW,
    event,
};

#[test]
fn every_kind_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = EventKind::ALL.iter().map(|kind| kind.wire_name()).collect();
    assert_eq!(names.len(), EventKind::ALL.len());
    for kind in EventKind::ALL {
        let name = kind.wire_name();
        assert_eq!(EventKind::from_wire_name(name), Some(kind), "{name}");
        let (record, what) = name.split_once('.').unwrap();
        let records = RecordKind::ALL.map(RecordKind::word);
        // What an import saw of a record may concern any kind of record.
        if kind == EventKind::SourceSeen {
            assert_eq!(name, "source.seen");
            continue;
        }
        // Who read what may concern several records.
        if kind.is_access() {
            assert_eq!((record, event(kind).record()), ("access", None), "{name}");
            continue;
        }
        assert!(records.contains(&record), "{name}");
        assert!(
            what.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
            "{name}"
        );
        let own = event(kind).record().map(|record| record.kind.word());
        assert_eq!(own, Some(record), "{name}");
    }
    assert_eq!(EventKind::from_wire_name("consultation.deleted"), None);
}

#[test]
fn an_event_is_found_under_its_own_record_first_and_each_other_once() {
    for kind in EventKind::ALL {
        let event = event(kind);
        let tags = event.tags();
        if let Some(record) = event.record() {
            assert_eq!(tags.first(), Some(&record.tag()), "{event:?}");
        }
        let once: BTreeSet<&Tag> = tags.iter().collect();
        assert_eq!(once.len(), tags.len(), "{event:?}");
        for tag in &tags {
            assert!(tag.as_str().len() <= Tag::MAX_BYTES, "{tag}");
            let record: RecordId = tag.as_str().parse().unwrap();
            assert_eq!(&record.tag(), tag);
        }
    }
}

#[test]
fn an_event_is_found_under_every_record_it_names() {
    let cases: [(EventKind, &[RecordId]); 10] = [
        (
            EventKind::OrganisationLinkedAsSame,
            &[ORGANISATION.record(), OTHER.record()],
        ),
        (
            EventKind::ConsultationCorrected,
            &[CONSULTATION.record(), ORGANISATION.record(), OTHER.record()],
        ),
        (EventKind::ConsultationRetracted, &[CONSULTATION.record()]),
        (
            EventKind::ConsultationLinked,
            &[CONSULTATION.record(), MEETING.record()],
        ),
        (
            EventKind::NetworkMemberLeft,
            &[NETWORK.record(), ORGANISATION.record()],
        ),
        (
            EventKind::MeetingHeld,
            &[
                MEETING.record(),
                NETWORK.record(),
                ORGANISATION.record(),
                OTHER.record(),
            ],
        ),
        (
            EventKind::AgreementMade,
            &[
                AGREEMENT.record(),
                NETWORK.record(),
                MEETING.record(),
                ORGANISATION.record(),
            ],
        ),
        (
            EventKind::AgreementFulfilled,
            &[AGREEMENT.record(), NETWORK.record()],
        ),
        (
            EventKind::ReviewRequested,
            &[
                REVIEW.record(),
                ORGANISATION.record(),
                OTHER_REVIEW.record(),
            ],
        ),
        (
            EventKind::ReviewAdviceAsked,
            &[REVIEW.record(), ORGANISATION.record()],
        ),
    ];
    for (kind, records) in cases {
        let expected: Vec<Tag> = records.iter().map(|record| record.tag()).collect();
        assert_eq!(sample::event(kind).tags(), expected, "{}", kind.wire_name());
    }
}
