//! Any sequence of commands leads to a possible history, and what a source says twice is recorded
//! once. More than 400 lines: each command is a step of the model here.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::samples::{attendance_input, planned_item};
use super::{
    AgendaInput, ApproveMinutes, CancelMeeting, CorrectMeeting, HoldMeeting, ImportMeeting,
    MeetingEvent, MinutesInput, PlanInput, ReinstateMeeting, RescheduleMeeting, RetractMeeting,
    ScheduleMeeting, WithdrawApproval,
};
use crate::agreement::{
    AgreementEvent, ChangeAgreement, DropAgreement, FulfilAgreement, MakeAgreement,
    ReopenAgreement, RetractAgreement,
};
use crate::network::samples::{found, organisation, registered};
use crate::network::{AddMember, CloseNetwork, NetworkEvent, RemoveMember, ReopenNetwork};
use crate::source::SourceDigest;
use crate::testing::{TODAY, centre, text};
use crate::{
    ActorId, AgreementId, Change, Commitment, Context, Decision, Event, EventData, MeetingId,
    NetworkId, Rejection, Role, Source, Text,
};

/// What somebody does. Numbers choose among what there is; days count from today.
#[derive(Clone, Debug)]
enum Step {
    Days(i64),
    Found,
    AddMember,
    RemoveMember,
    Close(i64),
    Schedule(i64),
    Reschedule(usize, i64),
    Hold(Option<usize>, i64, bool),
    Correct(usize, i64),
    Cancel(usize),
    Approve(usize),
    Retract(usize),
    Import {
        key: u8,
        day: i64,
        words: u8,
        cancelled: bool,
    },
    Make(Option<usize>, i64),
    Change(usize, i64),
    Fulfil(usize, i64),
    Drop(usize),
    Reinstate(usize),
    WithdrawApproval(usize),
    Reopen(usize),
    RetractAgreement(usize),
    ReopenNetwork,
}

fn step() -> impl Strategy<Value = Step> {
    let day = || -30_i64..30;
    let which = || 0_usize..6;
    prop_oneof![
        2 => (0_i64..20).prop_map(Step::Days),
        1 => Just(Step::Found),
        1 => Just(Step::AddMember),
        1 => Just(Step::RemoveMember),
        1 => day().prop_map(Step::Close),
        2 => day().prop_map(Step::Schedule),
        2 => (which(), day()).prop_map(|(m, d)| Step::Reschedule(m, d)),
        3 => (prop::option::of(which()), day(), any::<bool>())
            .prop_map(|(m, d, many)| Step::Hold(m, d, many)),
        2 => (which(), day()).prop_map(|(m, d)| Step::Correct(m, d)),
        2 => which().prop_map(Step::Cancel),
        1 => which().prop_map(Step::Approve),
        1 => which().prop_map(Step::Retract),
        6 => (0_u8..3, day(), 0_u8..4, prop::bool::weighted(0.2)).prop_map(
            |(key, day, words, cancelled)| Step::Import { key, day, words, cancelled }
        ),
        2 => (prop::option::of(which()), day()).prop_map(|(m, d)| Step::Make(m, d)),
        1 => (which(), day()).prop_map(|(a, d)| Step::Change(a, d)),
        1 => (which(), day()).prop_map(|(a, d)| Step::Fulfil(a, d)),
        1 => which().prop_map(Step::Drop),
        2 => which().prop_map(Step::Reinstate),
        1 => which().prop_map(Step::WithdrawApproval),
        1 => which().prop_map(Step::Reopen),
        1 => which().prop_map(Step::RetractAgreement),
        1 => Just(Step::ReopenNetwork),
    ]
}

/// A book: its history, its vault, and what day it is.
struct Book {
    today: Date,
    history: Vec<(Date, Event)>,
    vault: BTreeMap<Commitment, Text>,
    commands: u8,
}

impl Book {
    fn new() -> Self {
        let mut book = Self {
            today: TODAY,
            history: vec![(TODAY, registered())],
            vault: BTreeMap::new(),
            commands: 0,
        };
        book.run(&found()).unwrap();
        book
    }

    /// Decides a command over what its query finds, and appends.
    fn run<D: Decision>(&mut self, command: &D) -> Result<usize, Rejection> {
        self.commands += 1;
        let now = OffsetDateTime::new_utc(self.today, time::Time::MIDNIGHT);
        let context = Context::new(
            now,
            self.today,
            ActorId(Uuid::nil()),
            Role::KiOfficer,
            centre(),
            [self.commands; 32],
        );
        let query = command.query();
        let mut facts = D::Facts::default();
        for (_, event) in &self.history {
            if query.matches_event(event) {
                D::evolve(&mut facts, event);
            }
        }
        let events = command.decide(&facts, &context)?;
        let count = events.len();
        self.history
            .extend(events.into_iter().map(|event| (self.today, event)));
        for sealed in context.into_texts() {
            self.vault.insert(sealed.commitment, sealed.text);
        }
        Ok(count)
    }

    fn day(&self, day: i64) -> Date {
        self.today + Duration::days(day)
    }

    fn networks(&self) -> Vec<NetworkId> {
        let networks = self
            .history
            .iter()
            .filter_map(|(_, event)| match &event.data {
                EventData::Network(NetworkEvent::Founded(event)) => Some(event.network),
                _ => None,
            });
        networks.collect()
    }

    /// Each meeting with the body it is of.
    fn meeting(&self, which: usize) -> (MeetingId, NetworkId) {
        let meetings: BTreeMap<_, _> = self
            .history
            .iter()
            .filter_map(|(_, event)| match &event.data {
                EventData::Meeting(event) => Some((event.meeting(), event.network())),
                _ => None,
            })
            .collect();
        let nth = which % meetings.len().max(1);
        let unknown = (MeetingId(Uuid::nil()), self.network());
        meetings.into_iter().nth(nth).unwrap_or(unknown)
    }

    fn agreement(&self, which: usize) -> AgreementId {
        let agreements: BTreeSet<_> = self
            .history
            .iter()
            .filter_map(|(_, event)| match &event.data {
                EventData::Agreement(event) => Some(event.agreement()),
                _ => None,
            })
            .collect();
        let nth = which % agreements.len().max(1);
        agreements
            .into_iter()
            .nth(nth)
            .unwrap_or(AgreementId(Uuid::nil()))
    }

    /// The newest body: older ones are closed sooner or later.
    fn network(&self) -> NetworkId {
        self.networks().pop().unwrap()
    }

    fn import(&self, key: u8, day: i64, words: u8, cancelled: bool) -> ImportMeeting {
        let date = self.day(day);
        // The digest says all of the content, as the importer's does.
        let mut digest = [words; 16];
        digest[..4].copy_from_slice(&date.to_julian_day().to_be_bytes());
        digest[4] = u8::from(cancelled);
        digest[5] = u8::try_from(self.networks().len()).unwrap();
        let item = |number: u8| AgendaInput {
            number: Some(number.to_string()),
            result: (words > 2).then(|| text("vertagt")),
            ..planned_item(&format!("TOP {}", number.min(words)))
        };
        ImportMeeting {
            centre: centre(),
            source: Source {
                key: format!("https://ris.example/meetings/{key}"),
                digest: SourceDigest(digest),
            },
            network: self.network(),
            date,
            starts_at: None,
            ends_at: None,
            title: (words > 0).then(|| text(&format!("Sitzung {words}"))),
            place: crate::Change::Clear,
            mode: None,
            agenda: (0..=words).map(item).collect(),
            cancelled,
            after: crate::meeting::Afterwards::default(),
            known_texts: self.vault.clone(),
        }
    }

    fn take(&mut self, step: &Step) -> Result<usize, Rejection> {
        let network = self.network();
        match *step {
            Step::Days(days) => {
                self.today += Duration::days(days);
                Ok(0)
            }
            Step::Found => self.run(&found()),
            Step::AddMember => self.run(&AddMember {
                network,
                organisation: organisation(),
                occurred_on: None,
                function: None,
                expected_version: None,
            }),
            Step::RemoveMember => self.run(&RemoveMember {
                network,
                organisation: organisation(),
                occurred_on: None,
                reason: None,
                expected_version: None,
            }),
            Step::Close(day) => self.run(&CloseNetwork {
                network,
                occurred_on: Some(self.day(day)),
                reason: None,
                expected_version: None,
            }),
            Step::Schedule(day) => self.run(&ScheduleMeeting {
                network,
                date: self.day(day),
                plan: PlanInput {
                    agenda: Some(vec![planned_item("TOP")]),
                    ..PlanInput::default()
                },
            }),
            Step::Reschedule(which, day) => {
                let (meeting, network) = self.meeting(which);
                self.run(&RescheduleMeeting {
                    network,
                    meeting,
                    date: Some(self.day(day)),
                    plan: PlanInput::default(),
                    reason: None,
                    expected_version: None,
                })
            }
            Step::Hold(which, day, many) => {
                let of = which.map(|which| self.meeting(which));
                self.run(&HoldMeeting {
                    network: of.map_or(network, |(_, network)| network),
                    meeting: of.map(|(meeting, _)| meeting),
                    date: Some(self.day(day)),
                    plan: PlanInput::default(),
                    attendances: if many {
                        vec![attendance_input(1)]
                    } else {
                        Vec::new()
                    },
                    other_head_count: 0,
                    results: None,
                    minutes: MinutesInput::default(),
                    expected_version: None,
                })
            }
            Step::Correct(which, day) => {
                let (meeting, network) = self.meeting(which);
                self.run(&CorrectMeeting {
                    network,
                    meeting,
                    date: Some(self.day(day)),
                    plan: PlanInput::default(),
                    attendances: None,
                    other_head_count: Some(day.abs()),
                    results: Change::Keep,
                    minutes: MinutesInput::default(),
                    reason: text("falsch"),
                    expected_version: None,
                })
            }
            Step::Cancel(which) => self.run(&CancelMeeting {
                meeting: self.meeting(which).0,
                reason: Some(text("fällt aus")),
                expected_version: None,
            }),
            Step::Approve(which) => self.run(&ApproveMinutes {
                meeting: self.meeting(which).0,
                occurred_on: None,
                expected_version: None,
            }),
            Step::Retract(which) => self.run(&RetractMeeting {
                meeting: self.meeting(which).0,
                reason: text("doppelt"),
                expected_version: None,
            }),
            Step::Import {
                key,
                day,
                words,
                cancelled,
            } => {
                let command = self.import(key, day, words, cancelled);
                let first = self.run(&command);
                if first.is_ok() {
                    let again = ImportMeeting {
                        known_texts: self.vault.clone(),
                        ..command
                    };
                    assert_eq!(
                        self.run(&again),
                        Ok(0),
                        "a second import recorded something"
                    );
                }
                first
            }
            Step::Make(which, day) => {
                let of = which.map(|which| self.meeting(which));
                self.run(&MakeAgreement {
                    network: of.map_or(network, |(_, network)| network),
                    meeting: of.map(|(meeting, _)| meeting),
                    made_on: self.day(day),
                    subject: text("Raum suchen"),
                    responsible: None,
                    due_on: None,
                })
            }
            Step::Change(which, day) => self.run(&ChangeAgreement {
                agreement: self.agreement(which),
                subject: None,
                responsible: Change::Keep,
                due_on: Change::Set(self.day(day)),
                reason: text("später"),
                expected_version: None,
            }),
            Step::Fulfil(which, day) => self.run(&FulfilAgreement {
                agreement: self.agreement(which),
                occurred_on: Some(self.day(day)),
                note: None,
                expected_version: None,
            }),
            Step::Drop(which) => self.run(&DropAgreement {
                agreement: self.agreement(which),
                reason: Some(text("kein Geld")),
                expected_version: None,
            }),
            Step::Reinstate(which) => {
                let (meeting, network) = self.meeting(which);
                self.run(&ReinstateMeeting {
                    network,
                    meeting,
                    reason: text("verwechselt"),
                    expected_version: None,
                })
            }
            Step::WithdrawApproval(which) => self.run(&WithdrawApproval {
                meeting: self.meeting(which).0,
                reason: text("verwechselt"),
                expected_version: None,
            }),
            Step::Reopen(which) => self.run(&ReopenAgreement {
                agreement: self.agreement(which),
                reason: text("verwechselt"),
                expected_version: None,
            }),
            Step::RetractAgreement(which) => self.run(&RetractAgreement {
                agreement: self.agreement(which),
                reason: text("doppelt"),
                expected_version: None,
            }),
            Step::ReopenNetwork => self.run(&ReopenNetwork {
                network,
                reason: text("verwechselt"),
                expected_version: None,
            }),
        }
    }
}

/// What an onlooker knows of a meeting, from nothing but its events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Seen {
    Nothing,
    ToCome,
    /// Took place.
    Over {
        /// With something only the office knows.
        entered: bool,
        /// With approved minutes, which no correction takes back, only who withdraws the approval.
        approved: bool,
    },
    Off {
        by_source: bool,
    },
    Gone,
}

/// The state after an event, or why it cannot be.
fn follow(seen: Seen, on: Date, today: Date, event: &MeetingEvent) -> Result<Seen, String> {
    let over = |facts: &super::MeetingFacts, approved| Seen::Over {
        entered: !facts.attendances.is_empty()
            || facts.other_head_count > 0
            || facts.results.is_some(),
        approved,
    };
    let untouched = Seen::Over {
        entered: false,
        approved: false,
    };
    let off_by_source = Seen::Off { by_source: true };
    let after = match (seen, event) {
        (Seen::Nothing, MeetingEvent::Scheduled(_))
        | (Seen::ToCome, MeetingEvent::Rescheduled(_)) => Seen::ToCome,
        (_, MeetingEvent::Rescheduled(event))
            if event.source.is_some() && (seen == untouched || seen == off_by_source) =>
        {
            Seen::ToCome
        }
        (Seen::Nothing | Seen::ToCome, MeetingEvent::Held(event)) => over(&event.facts, false),
        (_, MeetingEvent::Held(event)) if event.source.is_some() && seen == off_by_source => {
            over(&event.facts, false)
        }
        (Seen::Over { approved, .. }, MeetingEvent::Corrected(event)) => {
            over(&event.facts, approved)
        }
        (
            Seen::Over {
                entered,
                approved: false,
            },
            MeetingEvent::MinutesApproved(_),
        ) => Seen::Over {
            entered,
            approved: true,
        },
        (Seen::ToCome, MeetingEvent::Cancelled(event)) => Seen::Off {
            by_source: event.source.is_some(),
        },
        (
            Seen::Over {
                entered,
                approved: true,
            },
            MeetingEvent::ApprovalWithdrawn(_),
        ) => Seen::Over {
            entered,
            approved: false,
        },
        (Seen::Off { .. }, MeetingEvent::Reinstated(_)) => Seen::ToCome,
        (_, MeetingEvent::Cancelled(event)) if event.source.is_some() && seen == untouched => {
            off_by_source
        }
        (Seen::ToCome | Seen::Over { .. } | Seen::Off { .. }, MeetingEvent::Retracted(_)) => {
            Seen::Gone
        }
        (seen, event) => return Err(format!("{event:?} after {seen:?}")),
    };
    let is_over = matches!(after, Seen::Over { .. });
    if is_over && on > today {
        return Err(format!("held on {on}, but it is {today}"));
    }
    Ok(after)
}

/// What an onlooker knows of an agreement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Agreed {
    Open,
    Settled,
    Gone,
}

fn assert_possible(history: &[(Date, Event)]) -> Result<(), TestCaseError> {
    let mut meetings: BTreeMap<MeetingId, Seen> = BTreeMap::new();
    let mut ended = BTreeSet::new();
    let mut agreements: BTreeMap<AgreementId, Agreed> = BTreeMap::new();
    let mut members = BTreeSet::new();
    for (today, event) in history {
        match &event.data {
            EventData::Meeting(data) => {
                let seen = meetings.entry(data.meeting()).or_insert(Seen::Nothing);
                *seen =
                    follow(*seen, event.occurred_on, *today, data).map_err(TestCaseError::fail)?;
            }
            EventData::Agreement(data) => {
                let was = agreements.get(&data.agreement()).copied();
                let after = match (was, data) {
                    (None, AgreementEvent::Made(_))
                    | (Some(Agreed::Open), AgreementEvent::Changed(_))
                    | (Some(Agreed::Settled), AgreementEvent::Reopened(_)) => Agreed::Open,
                    (
                        Some(Agreed::Open),
                        AgreementEvent::Fulfilled(_) | AgreementEvent::Dropped(_),
                    ) => Agreed::Settled,
                    (Some(Agreed::Open | Agreed::Settled), AgreementEvent::Retracted(_)) => {
                        Agreed::Gone
                    }
                    _ => {
                        let why = format!("{data:?} of an agreement that is {was:?}");
                        return Err(TestCaseError::fail(why));
                    }
                };
                agreements.insert(data.agreement(), after);
                prop_assert!(event.occurred_on <= *today);
            }
            EventData::Network(data) => {
                let network = data.network();
                let reopened = matches!(data, NetworkEvent::Reopened(_));
                let has_ended = ended.contains(&network);
                prop_assert!(has_ended == reopened, "{data:?} after the end");
                prop_assert!(event.occurred_on <= *today);
                match data {
                    NetworkEvent::Closed(_) => {
                        ended.insert(network);
                    }
                    NetworkEvent::MemberJoined(joined) => {
                        prop_assert!(members.insert((network, joined.organisation)));
                    }
                    NetworkEvent::MemberLeft(left) => {
                        prop_assert!(members.remove(&(network, left.organisation)));
                    }
                    NetworkEvent::Reopened(_) => {
                        ended.remove(&network);
                    }
                    NetworkEvent::Founded(_)
                    | NetworkEvent::Changed(_)
                    | NetworkEvent::Corrected(_)
                    | NetworkEvent::MemberCorrected(_)
                    | NetworkEvent::MemberRetracted(_)
                    | NetworkEvent::Retracted(_) => {}
                }
            }
            EventData::Organisation(_)
            | EventData::Consultation(_)
            | EventData::Review(_)
            | EventData::Seen(_)
            | EventData::Letterhead(_)
            | EventData::Unit(_)
            | EventData::Account(_)
            | EventData::Exception(_)
            | EventData::Access(_) => {}
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_sequence_of_commands_leads_to_a_possible_history(steps in vec(step(), 1..60)) {
        let mut book = Book::new();
        for step in &steps {
            // A refusal is an answer; what matters is what gets recorded.
            let _ = book.take(step);
        }
        assert_possible(&book.history)?;
    }
}
