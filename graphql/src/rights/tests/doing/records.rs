//! What is done with records.

use querschnitt_domain::review::AddAttachment;
use querschnitt_domain::{Code, FileContent, RecordId, RecordKind, Role};
use serde_json::json;
use time::Duration;

use super::{HEAD, pick, text};
use crate::rights::tests::book::{About, Entry, Member};
use crate::rights::tests::deeds::{Deed, Kind};
use crate::rights::tests::generated::Generated;
use crate::token::global_id;

impl Generated {
    pub(super) async fn with_records(&mut self, deed: Deed) {
        let Deed {
            kind, one, other, ..
        } = deed;
        let centre = self.world.centres[deed.centre];
        match kind {
            Kind::Organisation => {
                let name = self.called("Verein");
                let note = format!("Notiz {}", self.done);
                let input = json!({ "centre": centre.as_str(), "name": name, "kind": "MIGRANT_ORG", "note": note, "place": "Hof 3" });
                self.enter(
                    deed,
                    "registerOrganisation",
                    "organisation",
                    input,
                    About::Nothing,
                )
                .await;
            }
            Kind::LinkAsSame => {
                let (id, same) = (
                    self.own(deed, RecordKind::Organisation, one),
                    self.own(deed, RecordKind::Organisation, other),
                );
                if let (Some(id), Some(same)) = (id, same) {
                    let input = json!({ "id": global_id(id), "sameAs": global_id(same), "reason": "doppelt" });
                    if self
                        .office(deed, "linkOrganisations", "organisation", input)
                        .await
                        .is_some()
                    {
                        self.book.same.push((id, same));
                    }
                }
            }
            Kind::Network => {
                let name = self.called("Arbeitskreis");
                let (body, about) = match one % 2 {
                    0 => ("STEERING_GROUP", About::SteeringGroup),
                    _ => ("WORKING_CIRCLE", About::Nothing),
                };
                let input = json!({ "centre": centre.as_str(), "name": name, "bodyType": body, "foundedOn": "2025-01-10", "note": "Vermerk" });
                self.enter(deed, "foundNetwork", "network", input, about)
                    .await;
            }
            Kind::Join => self.join(deed).await,
            Kind::Leave => self.leave(deed).await,
            Kind::Schedule | Kind::Hold | Kind::Agree => self.meet(deed).await,
            Kind::Consult => self.consult(deed).await,
            Kind::Correct => {
                if let Some(id) = self.own(deed, RecordKind::Consultation, one) {
                    let input = json!({ "id": global_id(id), "durationMinutes": other + 1, "reason": "Tippfehler" });
                    self.office(deed, "correctConsultation", "consultation", input)
                        .await;
                }
            }
            Kind::Review | Kind::Ask | Kind::TakeBack | Kind::Draft | Kind::AddFile => {
                self.review(deed).await
            }
            Kind::Retract => self.retract(deed).await,
            _ => {}
        }
    }

    async fn join(&mut self, deed: Deed) {
        let (network, organisation) = (
            self.own(deed, RecordKind::Network, deed.one),
            self.own(deed, RecordKind::Organisation, deed.other),
        );
        let (Some(network), Some(organisation)) = (network, organisation) else {
            return;
        };
        let input = json!({ "id": global_id(network), "organisation": global_id(organisation), "function": "Beisitz" });
        let here = self.book.members.iter().any(|member| {
            (member.network, member.organisation) == (network, organisation)
                && member.left.is_none()
        });
        if !here
            && self
                .office(deed, "addNetworkMember", "network", input)
                .await
                .is_some()
        {
            self.book.members.push(Member {
                network,
                organisation,
                left: None,
            });
        }
    }

    async fn leave(&mut self, deed: Deed) {
        let centre = self.world.centres[deed.centre];
        let here: Vec<usize> = (0..self.book.members.len())
            .filter(|at| {
                let member = &self.book.members[*at];
                member.left.is_none() && self.is_own(deed, member.network, centre)
            })
            .collect();
        let Some(at) = pick(here.into_iter(), deed.one) else {
            return;
        };
        let Member {
            network,
            organisation,
            ..
        } = self.book.members[at];
        let today = self.world.today();
        let input = json!({ "id": global_id(network), "organisation": global_id(organisation), "occurredOn": today.to_string() });
        if self
            .office(deed, "removeNetworkMember", "network", input)
            .await
            .is_some()
        {
            self.book.members[at].left = Some(today);
        }
    }

    async fn meet(&mut self, deed: Deed) {
        let Some(network) = self.own(deed, RecordKind::Network, deed.one) else {
            return;
        };
        let (of, today) = (global_id(network), self.world.today().to_string());
        match deed.kind {
            Kind::Hold => {
                let Some(guest) = self.own(deed, RecordKind::Organisation, deed.other) else {
                    return;
                };
                let input = json!({ "network": of, "date": today, "title": "Sitzung", "place": "Saal", "results": "Ergebnis",
                    "attendances": [{ "organisation": global_id(guest), "headCount": 2, "function": "Gast" }] });
                let about = About::Meeting {
                    network,
                    came: vec![guest],
                };
                self.enter(deed, "holdMeeting", "meeting", input, about)
                    .await;
            }
            Kind::Agree => {
                let responsible = self.any(deed, RecordKind::Organisation, deed.other);
                let input = json!({ "network": of, "madeOn": today, "subject": "Vereinbarung", "responsible": responsible.map(global_id), "dueOn": (self.world.today() + Duration::days(60)).to_string() });
                let about = About::Agreement {
                    network,
                    responsible,
                };
                self.enter(deed, "makeAgreement", "agreement", input, about)
                    .await;
            }
            _ => {
                let input = json!({ "network": of, "date": (self.world.today() + Duration::days(30)).to_string(), "title": "Planung", "place": "Rathaus" });
                let about = About::Meeting {
                    network,
                    came: Vec::new(),
                };
                self.enter(deed, "scheduleMeeting", "meeting", input, about)
                    .await;
            }
        }
    }

    async fn consult(&mut self, deed: Deed) {
        let by = self
            .person(deed, deed.one)
            .map_or(HEAD + 1, |person| person.0.as_u128());
        let who = self.world.viewer(Role::CaseManager, deed.centre, by);
        let ids = |kind, at| -> Vec<String> {
            self.any(deed, kind, at)
                .map(global_id)
                .into_iter()
                .collect()
        };
        let input = json!({
            "centre": who.actor.centre.as_str(), "occurredOn": self.world.today().to_string(), "type": "PROFESSIONAL", "mode": "PHONE",
            "durationMinutes": 20 + deed.days, "targetGroup": "SCHOOL", "actionAreas": ["X_WORK"], "subject": "Thema", "note": "Vertraulich",
            "organisations": ids(RecordKind::Organisation, deed.other), "links": ids(RecordKind::Network, deed.other),
        });
        self.enter_as(
            &who,
            "recordConsultation",
            "consultation",
            input,
            About::Nothing,
        )
        .await;
    }

    async fn review(&mut self, deed: Deed) {
        if deed.kind == Kind::Review {
            let applicant = (!deed.one.is_multiple_of(4))
                .then(|| self.any(deed, RecordKind::Organisation, deed.one))
                .flatten();
            let name = applicant.is_none().then_some("Trägerverein");
            let input = json!({ "centre": self.world.centres[deed.centre].as_str(), "receivedOn": self.world.today().to_string(),
                "title": self.called("Vorhaben"), "requester": "MINISTRY", "applicantType": "ASSOCIATION", "applicant": applicant.map(global_id),
                "applicantName": name, "actionAreas": ["X_WORK"], "dueOn": (self.world.today() + Duration::days(40)).to_string(), "note": "intern", "reference": "AZ 7" });
            self.enter(
                deed,
                "requestReview",
                "review",
                input,
                About::Review {
                    applicant,
                    asked: Vec::new(),
                },
            )
            .await;
            return self.begin_review(deed).await;
        }
        let Some(review) = self.own(deed, RecordKind::Review, deed.one) else {
            return;
        };
        let id = global_id(review);
        match deed.kind {
            Kind::Ask => {
                let Some(organisation) = self.own(deed, RecordKind::Organisation, deed.other)
                else {
                    return;
                };
                let input = json!({ "id": id, "organisation": global_id(organisation), "question": "Wie steht das zum Bedarf?" });
                if self
                    .office(deed, "askAdvice", "review", input)
                    .await
                    .is_some()
                {
                    self.advice_of(review).push(Some(organisation));
                }
            }
            Kind::TakeBack => {
                let asked = self.advice_of(review);
                let standing: Vec<usize> =
                    (0..asked.len()).filter(|at| asked[*at].is_some()).collect();
                let Some(at) = pick(standing.into_iter(), deed.other) else {
                    return;
                };
                let input = json!({ "id": id, "advice": at + 1, "reason": "falsche Stelle" });
                if self
                    .office(deed, "retractAdvice", "review", input)
                    .await
                    .is_some()
                {
                    self.advice_of(review)[at] = None;
                }
            }
            Kind::AddFile => {
                let file = AddAttachment {
                    review: review.try_into().unwrap(),
                    expected_version: None,
                    kind: Code::parse("APPLICATION").unwrap(),
                    media_type: Code::parse("TXT").unwrap(),
                    name: Some(text("Antrag.txt")),
                    content: FileContent::new(b"Antrag des Vereins".to_vec()).unwrap(),
                };
                self.decide(deed, Role::KiHead, &file).await;
            }
            _ => {
                let input = json!({ "id": id, "outcome": "NOT_SUPPORTED", "text": "Entwurf einer Begründung" });
                self.office(deed, "draftStatement", "review", input).await;
            }
        }
    }

    /// The review that was requested last comes as far as it can be drafted.
    async fn begin_review(&self, deed: Deed) {
        let Some(Entry { record, .. }) = self.book.entries.last() else {
            return;
        };
        let id = global_id(*record);
        let centre = self.world.centres[deed.centre];
        let officers = self.book.grants.iter().filter(|given| {
            (given.role, given.centre) == (Role::KiOfficer, centre)
                && !self.book.is_unseen(given.account)
        });
        let reviewer = officers.map(|given| given.account.0).next();
        let assign = json!({ "id": id, "reviewer": reviewer });
        self.office(deed, "assignReview", "review", assign).await;
        for check in ["FORMAL", "CONTENT"] {
            let step = json!({ "id": id, "check": check });
            self.office(deed, "completeStep", "review", step).await;
        }
    }

    fn advice_of(&mut self, review: RecordId) -> &mut Vec<Option<RecordId>> {
        let mut all = self.book.entries.iter_mut();
        match all
            .find(|entry| entry.record == review)
            .map(|entry| &mut entry.about)
        {
            Some(About::Review { asked, .. }) => asked,
            other => panic!("{review:?} is no review: {other:?}"),
        }
    }

    async fn retract(&mut self, deed: Deed) {
        const KINDS: [(RecordKind, &str, &str); 6] = [
            (
                RecordKind::Consultation,
                "retractConsultation",
                "consultation",
            ),
            (RecordKind::Meeting, "retractMeeting", "meeting"),
            (RecordKind::Agreement, "retractAgreement", "agreement"),
            (RecordKind::Review, "retractReview", "review"),
            (RecordKind::Network, "retractNetwork", "network"),
            (
                RecordKind::Organisation,
                "retractOrganisation",
                "organisation",
            ),
        ];
        let (kind, mutation, of) = KINDS[deed.other % KINDS.len()];
        let Some(record) = self.own(deed, kind, deed.one) else {
            return;
        };
        let input = json!({ "id": global_id(record), "reason": "versehentlich" });
        if self.office(deed, mutation, of, input).await.is_some() {
            let entry = self
                .book
                .entries
                .iter_mut()
                .find(|entry| entry.record == record);
            entry.unwrap().retracted = true;
        }
    }
}
