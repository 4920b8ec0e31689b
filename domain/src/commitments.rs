//! Which texts an event commits to. Every struct that may hold one is taken apart completely, so
//! that a new field does not compile until this file says whether it is a text. More than 400 lines
//! for that reason.

use crate::access::{self, AccessEvent};
use crate::account::{self, AccountEvent};
use crate::agreement::{self, AgreementEvent, AgreementFacts};
use crate::consultation::{self, ConsultationEvent, ConsultationFacts};
use crate::event_data::EventData;
use crate::exception::{self, ExceptionEvent};
use crate::letterhead::{LetterheadEvent, LetterheadFacts, Logo, Set};
use crate::meeting::{
    self, AgendaItem, Attendance, Chair, MeetingEvent, MeetingFacts, Plan, Referral,
};
use crate::network::{self, NetworkEvent, NetworkFacts};
use crate::organisation::{self, Description, OrganisationEvent};
use crate::review::{self, ReviewEvent, ReviewFacts, Score};
use crate::seen::SourceSeen;
use crate::text::Commitment;
use crate::unit::{self, UnitEvent};

impl EventData {
    /// The commitments to the texts in the vault that belong to this event. Their subject is
    /// [`EventData::record`].
    #[must_use]
    pub fn commitments(&self) -> Vec<Commitment> {
        let mut found = Found(Vec::new());
        match self {
            Self::Organisation(event) => found.organisation(event),
            Self::Consultation(event) => found.consultation(event),
            Self::Network(event) => found.network(event),
            Self::Meeting(event) => found.meeting(event),
            Self::Agreement(event) => found.agreement(event),
            Self::Review(event) => found.review(event),
            Self::Seen(SourceSeen {
                record: _,
                source: _,
                agreed: _,
            }) => {}
            Self::Letterhead(event) => found.letterhead(event),
            Self::Account(event) => found.account(event),
            Self::Exception(event) => found.exception(event),
            Self::Access(event) => found.access(event),
            Self::Unit(UnitEvent::Declared(unit::Declared { unit: _, name })) => found.add([name]),
            Self::Unit(UnitEvent::Renamed(unit::Renamed {
                unit: _,
                name,
                reason,
            })) => {
                found.add([name]);
                found.add(reason);
            }
        }
        found.0
    }
}

struct Found(Vec<Commitment>);

impl Found {
    fn add<'a>(&mut self, commitments: impl IntoIterator<Item = &'a Commitment>) {
        self.0.extend(commitments);
    }

    fn access(&mut self, event: &AccessEvent) {
        use access::{MonthRemoved, Operation, Read};
        match event {
            AccessEvent::Read(Read {
                operation: Operation { kind: _, fields: _ },
                purpose: _,
                deputy_for: _,
                token: _,
                cells: _,
                records: _,
            })
            | AccessEvent::MonthRemoved(MonthRemoved {
                month: _,
                entries: _,
            }) => {}
        }
    }

    fn organisation(&mut self, event: &OrganisationEvent) {
        use organisation::{
            Corrected, Described, LinkedAsSame, Registered, RelationSet, Renamed, Retracted,
            UnlinkedAsSame,
        };
        match event {
            OrganisationEvent::Registered(Registered {
                organisation: _,
                name,
                description,
                relation: _,
                source: _,
            }) => {
                self.add([name]);
                self.description(description);
            }
            OrganisationEvent::Renamed(Renamed {
                organisation: _,
                name,
                reason,
                source: _,
            }) => {
                self.add([name]);
                self.add(reason);
            }
            OrganisationEvent::Described(Described {
                organisation: _,
                description,
                changed: _,
                reason,
                source: _,
            }) => {
                self.description(description);
                self.add(reason);
            }
            OrganisationEvent::RelationSet(RelationSet {
                organisation: _,
                relation: _,
                source: _,
            }) => {}
            OrganisationEvent::LinkedAsSame(LinkedAsSame {
                organisation: _,
                same_as: _,
                reason,
            })
            | OrganisationEvent::UnlinkedAsSame(UnlinkedAsSame {
                organisation: _,
                same_as: _,
                reason,
            })
            | OrganisationEvent::Retracted(Retracted {
                organisation: _,
                reason,
            }) => self.add([reason]),
            OrganisationEvent::Corrected(Corrected {
                organisation: _,
                name,
                description,
                relation: _,
                changed: _,
                reason,
            }) => {
                self.add([name, reason]);
                self.description(description);
            }
        }
    }

    fn description(&mut self, description: &Description) {
        let Description {
            kind: _,
            legal_areas: _,
            municipality: _,
            place,
            district,
            note,
        } = description;
        self.add(place);
        self.add(district);
        self.add(note);
    }

    fn consultation(&mut self, event: &ConsultationEvent) {
        use consultation::{Corrected, Linked, Recorded, Retracted, Unlinked};
        match event {
            ConsultationEvent::Recorded(Recorded {
                consultation: _,
                facts,
                source: _,
            }) => self.consultation_facts(facts),
            ConsultationEvent::Corrected(Corrected {
                consultation: _,
                facts,
                changed: _,
                reason,
                source: _,
            }) => {
                self.consultation_facts(facts);
                self.add([reason]);
            }
            ConsultationEvent::Retracted(Retracted {
                consultation: _,
                reason,
            }) => self.add([reason]),
            ConsultationEvent::Linked(Linked {
                consultation: _,
                to: _,
            })
            | ConsultationEvent::Unlinked(Unlinked {
                consultation: _,
                to: _,
            }) => {}
        }
    }

    fn consultation_facts(&mut self, facts: &ConsultationFacts) {
        let ConsultationFacts {
            consultation_type: _,
            mode: _,
            duration_minutes: _,
            preparation_minutes: _,
            target_group: _,
            action_areas: _,
            task_type: _,
            organisations: _,
            number_advised: _,
            language: _,
            outcome: _,
            programme: _,
            municipality: _,
            visibility: _,
            subject,
            note,
        } = facts;
        self.add(subject);
        self.add(note);
    }

    fn network(&mut self, event: &NetworkEvent) {
        use network::{
            Changed, Closed, Corrected, Founded, MemberCorrected, MemberJoined, MemberLeft,
            MemberRetracted, Reopened, Retracted,
        };
        match event {
            NetworkEvent::Founded(Founded {
                network: _,
                facts,
                source: _,
            }) => self.network_facts(facts),
            NetworkEvent::Changed(Changed {
                network: _,
                facts,
                changed: _,
                reason,
                source: _,
            }) => {
                self.network_facts(facts);
                self.add(reason);
            }
            NetworkEvent::MemberJoined(MemberJoined {
                network: _,
                organisation: _,
                function: text,
            })
            | NetworkEvent::MemberLeft(MemberLeft {
                network: _,
                organisation: _,
                reason: text,
            })
            | NetworkEvent::Closed(Closed {
                network: _,
                reason: text,
            }) => self.add(text),
            NetworkEvent::Corrected(Corrected {
                network: _,
                facts,
                changed: _,
                reason,
            }) => {
                self.network_facts(facts);
                self.add([reason]);
            }
            NetworkEvent::MemberCorrected(MemberCorrected {
                network: _,
                organisation: _,
                was_joined_on: _,
                left_on: _,
                function,
                changed: _,
                reason,
            }) => {
                self.add(function);
                self.add([reason]);
            }
            NetworkEvent::Reopened(Reopened { network: _, reason })
            | NetworkEvent::MemberRetracted(MemberRetracted {
                network: _,
                organisation: _,
                reason,
            })
            | NetworkEvent::Retracted(Retracted { network: _, reason }) => self.add([reason]),
        }
    }

    fn network_facts(&mut self, facts: &NetworkFacts) {
        let NetworkFacts {
            name,
            body_type: _,
            legal_nature: _,
            ki_role: _,
            action_areas: _,
            note,
        } = facts;
        self.add([name]);
        self.add(note);
    }

    fn meeting(&mut self, event: &MeetingEvent) {
        use meeting::{
            ApprovalWithdrawn, Cancelled, Continued, Corrected, Held, MinutesApproved, Reinstated,
            Rescheduled, Retracted, Scheduled,
        };
        match event {
            MeetingEvent::Scheduled(Scheduled {
                meeting: _,
                plan,
                source: _,
            }) => self.plan(plan),
            MeetingEvent::Rescheduled(Rescheduled {
                meeting: _,
                plan,
                changed: _,
                reason,
                source: _,
            }) => {
                self.plan(plan);
                self.add(reason);
            }
            MeetingEvent::Held(Held {
                meeting: _,
                facts,
                source: _,
            }) => self.meeting_facts(facts),
            MeetingEvent::Corrected(Corrected {
                meeting: _,
                facts,
                changed: _,
                reason,
                source: _,
            }) => {
                self.meeting_facts(facts);
                self.add([reason]);
            }
            MeetingEvent::Cancelled(Cancelled {
                meeting: _,
                network: _,
                reason,
                source: _,
            }) => self.add(reason),
            MeetingEvent::Retracted(Retracted {
                meeting: _,
                network: _,
                reason,
            })
            | MeetingEvent::Reinstated(Reinstated {
                meeting: _,
                network: _,
                reason,
            })
            | MeetingEvent::ApprovalWithdrawn(ApprovalWithdrawn {
                meeting: _,
                network: _,
                reason,
            }) => self.add([reason]),
            MeetingEvent::MinutesApproved(MinutesApproved {
                meeting: _,
                network: _,
            }) => {}
            MeetingEvent::Continued(Continued {
                meeting: _,
                network: _,
                attendances,
                carried_over: _,
                agenda,
            }) => {
                self.attendances(attendances);
                self.agenda(agenda);
            }
        }
    }

    fn plan(&mut self, plan: &Plan) {
        let Plan {
            network: _,
            title,
            place,
            mode: _,
            ends_at: _,
            ki_role: _,
            action_areas: _,
            agenda,
            carried_over: _,
        } = plan;
        self.add(title);
        self.add(place);
        self.agenda(agenda);
    }

    fn agenda(&mut self, agenda: &[AgendaItem]) {
        for AgendaItem {
            number: _,
            title,
            public: _,
            result,
            vote: _,
        } in agenda
        {
            self.add([title]);
            self.add(result);
        }
    }

    fn meeting_facts(&mut self, facts: &MeetingFacts) {
        let MeetingFacts {
            plan,
            attendances,
            other_head_count: _,
            results,
            chair,
            excused: _,
            referred,
            next_on: _,
        } = facts;
        self.plan(plan);
        self.attendances(attendances);
        self.add(results);
        if let Some(Chair {
            organisation: _,
            function,
        }) = chair
        {
            self.add(function);
        }
        for Referral { to: _, topic } in referred {
            self.add([topic]);
        }
    }

    fn attendances(&mut self, attendances: &[Attendance]) {
        for Attendance {
            organisation: _,
            head_count: _,
            function,
        } in attendances
        {
            self.add(function);
        }
    }

    fn agreement(&mut self, event: &AgreementEvent) {
        use agreement::{Changed, Corrected, Dropped, Fulfilled, Made, Reopened, Retracted};
        match event {
            AgreementEvent::Made(Made {
                agreement: _,
                facts,
            }) => self.agreement_facts(facts),
            AgreementEvent::Changed(Changed {
                agreement: _,
                facts,
                changed: _,
                reason,
            })
            | AgreementEvent::Corrected(Corrected {
                agreement: _,
                facts,
                changed: _,
                reason,
            }) => {
                self.agreement_facts(facts);
                self.add([reason]);
            }
            AgreementEvent::Fulfilled(Fulfilled {
                agreement: _,
                network: _,
                note,
            }) => self.add(note),
            AgreementEvent::Dropped(Dropped {
                agreement: _,
                network: _,
                reason,
            }) => self.add(reason),
            AgreementEvent::Reopened(Reopened {
                agreement: _,
                network: _,
                reason,
            })
            | AgreementEvent::Retracted(Retracted {
                agreement: _,
                network: _,
                reason,
            }) => self.add([reason]),
        }
    }

    fn agreement_facts(&mut self, facts: &AgreementFacts) {
        let AgreementFacts {
            network: _,
            meeting: _,
            subject,
            responsible: _,
            due_on: _,
        } = facts;
        self.add([subject]);
    }

    fn review(&mut self, event: &ReviewEvent) {
        use review::{
            AdviceAsked, AdviceGiven, AdviceRetracted, Assigned, AttachmentAdded,
            AttachmentRetracted, ClarificationAsked, ClarificationReceived, ClarificationRetracted,
            Closed, ConflictDeclared, Corrected, DeadlineExtended, Declined, Drafted,
            EndingCorrected, FundingDecided, Issued, Lapsed, Reopened, Requested, Retracted,
            Scored, Signed, StepCompleted, StepRetracted, Superseded, VersionChanged, Withdrawn,
        };
        match event {
            ReviewEvent::ClarificationRetracted(ClarificationRetracted {
                review: _,
                clarification: _,
                reason,
            }) => self.add([reason]),
            ReviewEvent::AdviceRetracted(AdviceRetracted {
                review: _,
                advice: _,
                reason,
            }) => self.add([reason]),
            ReviewEvent::AttachmentRetracted(AttachmentRetracted {
                review: _,
                attachment: _,
                voids_signature: _,
                reason,
            }) => self.add([reason]),
            ReviewEvent::Reopened(Reopened { review: _, reason }) => self.add([reason]),
            ReviewEvent::EndingCorrected(EndingCorrected {
                review: _,
                outcome: _,
                changed: _,
                reason,
            }) => self.add([reason]),
            ReviewEvent::VersionChanged(VersionChanged {
                review: _,
                version: _,
                status: _,
            }) => {}
            ReviewEvent::Requested(Requested {
                review: _,
                facts,
                supersedes: _,
                source: _,
            }) => self.review_facts(facts),
            ReviewEvent::Corrected(Corrected {
                review: _,
                facts,
                changed: _,
                reason,
                voids_signature: _,
                source: _,
            }) => {
                self.review_facts(facts);
                self.add([reason]);
            }
            ReviewEvent::Assigned(Assigned {
                review: _,
                reviewer: _,
                cosigner: _,
            })
            | ReviewEvent::Signed(Signed {
                review: _,
                signed_by: _,
            })
            | ReviewEvent::Closed(Closed { review: _ }) => {}
            ReviewEvent::ConflictDeclared(ConflictDeclared {
                review: _,
                declared_by: _,
                voids_draft: _,
                voids_signature: _,
                reason,
            })
            | ReviewEvent::Withdrawn(Withdrawn { review: _, reason })
            | ReviewEvent::Lapsed(Lapsed { review: _, reason }) => self.add(reason),
            ReviewEvent::AdviceAsked(AdviceAsked {
                review: _,
                advice: _,
                organisation: _,
                unit: _,
                due_on: _,
                question,
            })
            | ReviewEvent::ClarificationAsked(ClarificationAsked {
                review: _,
                due_on: _,
                question,
            }) => self.add(question),
            ReviewEvent::AdviceGiven(AdviceGiven {
                review: _,
                advice: _,
                outcome: _,
                text,
            })
            | ReviewEvent::Issued(Issued {
                review: _,
                outcome: _,
                text,
            }) => self.add(text),
            ReviewEvent::Drafted(Drafted {
                review: _,
                drafted_by: _,
                outcome: _,
                text,
                recipient,
            }) => {
                self.add(text);
                self.add(recipient);
            }
            ReviewEvent::StepCompleted(StepCompleted {
                review: _,
                step: _,
                unit: _,
                check: _,
                started_at: _,
                name,
                reference,
                imported: _,
                recorded_by: _,
            }) => {
                self.add(name);
                self.add(reference);
            }
            ReviewEvent::ClarificationReceived(ClarificationReceived { review: _, note })
            | ReviewEvent::FundingDecided(FundingDecided {
                review: _,
                decision: _,
                granted_cents: _,
                note,
            }) => self.add(note),
            ReviewEvent::Scored(Scored {
                review: _,
                scores,
                scored_by: _,
            }) => {
                for Score {
                    criterion: _,
                    score: _,
                    note,
                } in scores
                {
                    self.add(note);
                }
            }
            ReviewEvent::StepRetracted(StepRetracted {
                review: _,
                step: _,
                reason,
                voids_signature: _,
                imported: _,
            })
            | ReviewEvent::DeadlineExtended(DeadlineExtended {
                review: _,
                due_on: _,
                reason,
            })
            | ReviewEvent::Superseded(Superseded {
                review: _,
                superseded_by: _,
                reason,
            })
            | ReviewEvent::Declined(Declined {
                review: _,
                outcome: _,
                reason,
            })
            | ReviewEvent::Retracted(Retracted { review: _, reason }) => self.add([reason]),
            ReviewEvent::AttachmentAdded(AttachmentAdded {
                review: _,
                attachment: _,
                kind: _,
                media_type: _,
                size: _,
                name,
                content,
                voids_signature: _,
            }) => {
                self.add(name);
                self.add([content]);
            }
        }
    }

    fn review_facts(&mut self, facts: &ReviewFacts) {
        let ReviewFacts {
            title,
            requester: _,
            applicant_type: _,
            applicant: _,
            applicant_name,
            programme: _,
            action_areas: _,
            requested_cents: _,
            due_on: _,
            term_working_days: _,
            planned_on: _,
            municipality: _,
            channel: _,
            department: _,
            unit: _,
            visibility: _,
            reference,
            note,
        } = facts;
        self.add([title]);
        self.add(applicant_name);
        self.add(reference);
        self.add(note);
    }

    fn letterhead(&mut self, event: &LetterheadEvent) {
        let LetterheadEvent::Set(Set {
            letterhead: _,
            facts,
            changed: _,
        }) = event;
        let LetterheadFacts {
            authority,
            office,
            address,
            phone,
            email,
            web,
            head_function,
            logo,
        } = facts;
        for text in [authority, office, address, phone, email, web, head_function] {
            self.add(text);
        }
        if let Some(Logo {
            content,
            size: _,
            description,
        }) = logo
        {
            self.add([content, description]);
        }
    }

    fn account(&mut self, event: &AccountEvent) {
        use account::{
            DeputyAppointed, DeputyEnded, Locked, Registered, Renamed, RoleGranted, RoleRevoked,
            TokenIssued, TokenRevoked, Unlocked,
        };
        match event {
            AccountEvent::Registered(Registered {
                account: _,
                kind: _,
                origin: _,
                name,
                login,
            })
            | AccountEvent::Renamed(Renamed {
                account: _,
                name,
                login,
                changed: _,
            }) => {
                self.add([name]);
                self.add(login);
            }
            AccountEvent::Locked(Locked { account: _, reason })
            | AccountEvent::Unlocked(Unlocked { account: _, reason }) => self.add([reason]),
            AccountEvent::RoleGranted(RoleGranted {
                account: _,
                grant: _,
                right: _,
                valid_from: _,
                valid_to: _,
                origin: _,
            })
            | AccountEvent::DeputyAppointed(DeputyAppointed {
                account: _,
                deputy: _,
                represents: _,
                grant: _,
                valid_from: _,
                valid_to: _,
            })
            | AccountEvent::DeputyEnded(DeputyEnded {
                account: _,
                deputy: _,
                represents: _,
            })
            | AccountEvent::TokenRevoked(TokenRevoked {
                account: _,
                token: _,
            }) => {}
            AccountEvent::RoleRevoked(RoleRevoked {
                account: _,
                grant: _,
                reason,
                origin: _,
            }) => self.add(reason),
            AccountEvent::TokenIssued(TokenIssued {
                account: _,
                token: _,
                name,
                right: _,
                scopes: _,
                expires_at: _,
                hash: _,
                issuer: _,
            }) => self.add([name]),
        }
    }

    fn exception(&mut self, event: &ExceptionEvent) {
        use exception::{GlassBroken, GlassClosed, OrderClosed, OrderOpened};
        match event {
            ExceptionEvent::OrderOpened(OrderOpened {
                order: _,
                kind: _,
                records: _,
                valid_to: _,
                reason,
            })
            | ExceptionEvent::GlassBroken(GlassBroken {
                glass: _,
                until: _,
                reason,
            }) => self.add([reason]),
            ExceptionEvent::OrderClosed(OrderClosed { order: _ })
            | ExceptionEvent::GlassClosed(GlassClosed { glass: _ }) => {}
        }
    }
}
