//! The letterhead of a centre is set, or set anew. Letters that have gone out keep the one they had.

use super::{LetterheadEvent, LetterheadFacts, Logo, LogoInput, Set, address};
use crate::centre::CentreKey;
use crate::change::Change;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::Trail;
use crate::id::LetterheadId;
use crate::may::{self, RecordClass};
use crate::query::{Query, QueryItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::text::{Commitment, Text};

/// The most lines of the office's address.
const ADDRESS_LINES: usize = 4;
/// The longest line of a letterhead, in characters.
const LINE: usize = 100;
/// The longest telephone number, in characters.
const PHONE: usize = 40;

/// The command. What is not named stays; nothing named changes nothing.
#[derive(Clone, Debug)]
pub struct SetLetterhead {
    /// Whose letterhead.
    pub centre: CentreKey,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The authority, as it calls itself.
    pub authority: Change<Text>,
    /// The name of the office.
    pub office: Change<Text>,
    /// Its postal address.
    pub address: Change<Text>,
    /// Its telephone number.
    pub phone: Change<Text>,
    /// Its e-mail address.
    pub email: Change<Text>,
    /// Its web address.
    pub web: Change<Text>,
    /// What stands under the signature of the head.
    pub head_function: Change<Text>,
    /// The logo.
    pub logo: Change<LogoInput>,
}

/// What [`SetLetterhead`] reads: the letterhead as it stands.
#[derive(Clone, Default, Debug)]
pub struct LetterheadHistory {
    facts: LetterheadFacts,
    trail: Trail,
}

impl Decision for SetLetterhead {
    type Facts = LetterheadHistory;

    fn query(&self) -> Query {
        let letterhead = LetterheadId::of(self.centre);
        Query::none().or(QueryItem::tagged(letterhead.tag()).of(&[EventKind::LetterheadSet]))
    }

    fn evolve(known: &mut LetterheadHistory, event: &Event) {
        if let EventData::Letterhead(LetterheadEvent::Set(set)) = &event.data {
            known.facts = set.facts.clone();
            known.trail.push(set.changed.iter().map(AsRef::as_ref));
        }
    }

    fn decide(
        &self,
        known: &LetterheadHistory,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Letterhead, context)?;
        check::own_centre(self.centre, context)?;
        known.trail.expect(self.expected_version)?;
        if let Change::Set(email) = &self.email {
            check_email(email)?;
        }
        if let Change::Set(logo) = &self.logo {
            logo.check()?;
        }
        let (facts, changed) = self.changed(&known.facts, context)?;
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let set = LetterheadEvent::Set(Set {
            letterhead: LetterheadId::of(self.centre),
            facts,
            changed,
        });
        Ok(vec![Event {
            centre: context.centre,
            occurred_on: context.today,
            occurred_at: None,
            data: EventData::Letterhead(set),
        }])
    }
}

impl SetLetterhead {
    /// The letterhead with what the command changes, and the names of what it changes.
    fn changed(
        &self,
        before: &LetterheadFacts,
        context: &Context,
    ) -> Result<(LetterheadFacts, Vec<Box<str>>), Rejection> {
        let record = LetterheadId::of(self.centre).record();
        let mut changed: Vec<Box<str>> = Vec::new();
        let mut sealed = |field: &str, change: &Change<Text>, before: Option<Commitment>, most| {
            let after = match change {
                Change::Keep => before,
                Change::Clear => None,
                Change::Set(text) => Some(check::seal_line(context, record, field, text, most)?),
            };
            if after != before {
                changed.push(field.into());
            }
            Ok::<_, Rejection>(after)
        };
        let mut facts = LetterheadFacts {
            authority: sealed("authority", &self.authority, before.authority, LINE)?,
            office: sealed("office", &self.office, before.office, LINE)?,
            address: before.address,
            phone: sealed("phone", &self.phone, before.phone, PHONE)?,
            email: sealed("email", &self.email, before.email, LINE)?,
            web: sealed("web", &self.web, before.web, LINE)?,
            head_function: sealed(
                "headFunction",
                &self.head_function,
                before.head_function,
                LINE,
            )?,
            logo: before.logo.clone(),
        };
        match &self.address {
            Change::Keep => {}
            Change::Clear => facts.address = None,
            Change::Set(text) => {
                let text = address("address", text, ADDRESS_LINES)?;
                facts.address = Some(context.seal(record, &text));
            }
        }
        match &self.logo {
            Change::Keep => {}
            Change::Clear => facts.logo = None,
            Change::Set(logo) => {
                let field = "logo.description";
                facts.logo = Some(Logo {
                    content: context.seal_file(record, &logo.content),
                    size: logo.content.size(),
                    description: check::seal_line(
                        context,
                        record,
                        field,
                        &logo.description,
                        Text::NAME,
                    )?,
                });
            }
        }
        if facts.address != before.address {
            changed.push("address".into());
        }
        if facts.logo != before.logo {
            changed.push("logo".into());
        }
        Ok((facts, changed))
    }
}

/// Something before and something after one `@`, without spaces.
fn check_email(email: &Text) -> Result<(), Rejection> {
    let email = email.as_str();
    let parts: Vec<&str> = email.split('@').collect();
    if parts.len() == 2
        && parts.iter().all(|part| !part.is_empty())
        && !email.contains(char::is_whitespace)
    {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::Malformed,
        "email",
        "Das ist keine E-Mail-Adresse; sie hat die Form name@stelle.de.",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::logo::tests::png;
    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{centre, event, given, other_centre, sealed, text};

    fn keep() -> SetLetterhead {
        SetLetterhead {
            centre: centre(),
            expected_version: None,
            authority: Change::Keep,
            office: Change::Keep,
            address: Change::Keep,
            phone: Change::Keep,
            email: Change::Keep,
            web: Change::Keep,
            head_function: Change::Keep,
            logo: Change::Keep,
        }
    }

    fn phone(number: &str) -> SetLetterhead {
        SetLetterhead {
            phone: Change::Set(text(number)),
            ..keep()
        }
    }

    fn set(facts: LetterheadFacts, changed: &[&str]) -> Event {
        event(LetterheadEvent::Set(Set {
            letterhead: LetterheadId::of(centre()),
            facts,
            changed: changed.iter().map(|field| (*field).into()).collect(),
        }))
    }

    fn with_phone() -> Event {
        let facts = LetterheadFacts {
            phone: Some(sealed("0521 51-0")),
            ..LetterheadFacts::default()
        };
        set(facts, &["phone"])
    }

    #[test]
    fn the_office_sets_it_part_by_part() {
        given([])
            .acting_as(Role::Administration)
            .when(phone("0521 51-0"))
            .then([with_phone()]);
        let content = png(400, 200, 60);
        let command = SetLetterhead {
            phone: Change::Clear,
            address: Change::Set(text("Niederwall 23\n33602 Bielefeld")),
            logo: Change::Set(LogoInput {
                content: content.clone(),
                description: text("Wappen der Stadt"),
            }),
            ..keep()
        };
        let facts = LetterheadFacts {
            address: Some(sealed("Niederwall 23\n33602 Bielefeld")),
            logo: Some(Logo {
                content: Commitment::of_bytes(&[0; 16], content.bytes()),
                size: 60,
                description: sealed("Wappen der Stadt"),
            }),
            ..LetterheadFacts::default()
        };
        given([with_phone()])
            .acting_as(Role::KiHead)
            .when(command)
            .then([set(facts, &["phone", "address", "logo"])]);
    }

    #[test]
    fn what_names_nothing_changes_nothing() {
        given([with_phone()])
            .acting_as(Role::KiHead)
            .when(keep())
            .then_nothing();
        given([])
            .acting_as(Role::KiHead)
            .when(SetLetterhead {
                logo: Change::Clear,
                phone: Change::Clear,
                ..keep()
            })
            .then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(phone("0521 51-0"))
            .then_rejected(Code::NotAllowed, "");
        let refused = |command, code, field| {
            given([with_phone()])
                .acting_as(Role::KiHead)
                .when(command)
                .then_rejected(code, field)
        };
        let elsewhere = SetLetterhead {
            centre: other_centre(),
            ..phone("1")
        };
        refused(elsewhere, Code::WrongCentre, "centre");
        refused(phone(&"1".repeat(41)), Code::TextTooLong, "phone");
        for email in ["ki", "ki@", "@stadt.de", "ki@stadt@de", "ki @stadt.de"] {
            let command = SetLetterhead {
                email: Change::Set(text(email)),
                ..keep()
            };
            refused(command, Code::Malformed, "email");
        }
        let long = SetLetterhead {
            address: Change::Set(text("1\n2\n3\n4\n5")),
            ..keep()
        };
        refused(long, Code::TooMany, "address");
        let logo = |content, description| SetLetterhead {
            logo: Change::Set(LogoInput {
                content,
                description: text(description),
            }),
            ..keep()
        };
        let huge = logo(png(9_000, 9_000, 60), "Wappen");
        refused(huge, Code::NumberOutOfRange, "logo.content");
        let wordy = logo(png(9, 9, 60), &"x".repeat(301));
        refused(wordy, Code::TextTooLong, "logo.description");
        let stale = SetLetterhead {
            expected_version: Some(2),
            ..phone("1")
        };
        refused(stale, Code::Malformed, "expectedVersion");
    }
}
