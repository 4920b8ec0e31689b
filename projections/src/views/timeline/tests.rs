//! What an event costs, and that what is hidden costs a reader nothing.

use proptest::prelude::*;

use super::*;
use crate::dimension::CentreSet;
use crate::testing::History;
use crate::views::RecordSet;

#[test]
fn an_event_stays_small() {
    assert!(size_of::<Brief>() <= 32, "{}", size_of::<Brief>());
}

/// The timeline of these events alone.
fn of<'a>(events: impl Iterator<Item = &'a Recorded>) -> Timeline {
    let mut timeline = Timeline::default();
    for recorded in events {
        timeline.apply(recorded);
    }
    timeline
}

fn record(recorded: &Recorded) -> RecordId {
    recorded.event.data.record().unwrap()
}

proptest! {
    /// As many events and mentions are looked at as if there were nothing but what the reader sees.
    #[test]
    fn what_is_hidden_costs_a_reader_nothing(seed: u64, one_in in 2_u128..9) {
        let history = History::generate(seed, 300);
        let few = history.events().iter().map(record);
        let few: RecordSet = few.filter(|record| record.id.as_u128().is_multiple_of(one_in)).collect();
        let centres = CentreSet::all();
        let singles = Scope { centres, kinds: Kinds::default(), single: Some(&few) };
        let kinds = [RecordKind::Organisation, RecordKind::Meeting].into_iter().collect();
        let some_kinds = Scope { centres, kinds, single: None };
        let mixed = Scope { single: Some(&few), ..some_kinds };
        let all = of(history.events().iter());
        for scope in [singles, some_kinds, mixed] {
            let exists = |recorded: &&Recorded| scope.contains(recorded.event.centre, record(recorded));
            let seen = of(history.events().iter().filter(exists));
            let events = |timeline: &Timeline| steps::of(|| timeline.events_after(scope, 0).count());
            prop_assert_eq!(events(&all), events(&seen));
        }
        let seen = of(history.events().iter().filter(|recorded| few.contains(&record(recorded))));
        for record in &few {
            for reading in [Reading::OldestFirst, Reading::NewestFirst] {
                let history = |timeline: &Timeline| steps::of(|| timeline.of(*record, singles, reading).count());
                prop_assert_eq!(history(&all), history(&seen));
            }
        }
    }
}
