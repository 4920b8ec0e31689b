//! Whatever a consultation says, it is read back as it was written.

use proptest::option;
use proptest::prelude::*;
use querschnitt_domain::consultation::{ConsultationEvent, ConsultationFacts, Recorded};
use querschnitt_domain::{
    Code, Commitment, ConsultationId, EventData, EventKind, List, OrganisationId, SourceDigest,
};
use uuid::Uuid;

fn value<L: List>() -> impl Strategy<Value = Code<L>> {
    proptest::sample::select(Code::<L>::all().collect::<Vec<_>>())
}

fn commitment() -> impl Strategy<Value = Commitment> {
    any::<[u8; 32]>().prop_map(Commitment)
}

fn organisations() -> impl Strategy<Value = Vec<OrganisationId>> {
    let id = any::<u128>().prop_map(|id| OrganisationId(Uuid::from_u128(id)));
    proptest::collection::vec(id, 0..50)
}

fn facts() -> impl Strategy<Value = ConsultationFacts> {
    let required = (
        value(),
        value(),
        1..=1_440_u16,
        0..=6_000_u16,
        value(),
        proptest::collection::vec(value(), 1..=17),
    );
    let coded = (
        option::of(value()),
        option::of(value()),
        option::of(value()),
        option::of(value()),
        option::of(value()),
    );
    let free = (
        organisations(),
        option::of(0..=10_000_u16),
        option::of("05[0-9]{6}"),
        option::of(commitment()),
        option::of(commitment()),
    );
    (required, coded, free).prop_map(|(required, coded, free)| ConsultationFacts {
        consultation_type: required.0,
        mode: required.1,
        duration_minutes: required.2,
        preparation_minutes: required.3,
        target_group: required.4,
        action_areas: required.5,
        task_type: coded.0,
        language: coded.1,
        outcome: coded.2,
        programme: coded.3,
        visibility: coded.4,
        organisations: free.0,
        number_advised: free.1,
        municipality: free.2.map(String::into_boxed_str),
        subject: free.3,
        note: free.4,
    })
}

proptest! {
    #[test]
    fn a_consultation_is_read_as_it_was_written(
        facts in facts(),
        id in any::<u128>(),
        digest in option::of(any::<[u8; 16]>()),
    ) {
        let event = EventData::Consultation(ConsultationEvent::Recorded(Recorded {
            consultation: ConsultationId(Uuid::from_u128(id)),
            facts,
            source: digest.map(SourceDigest),
        }));
        let written = serde_json::to_string(&event).unwrap();
        let kind = EventKind::ConsultationRecorded;
        let read = EventData::decode(kind, kind.version(), &written).unwrap();
        prop_assert_eq!(&read, &event);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }
}
