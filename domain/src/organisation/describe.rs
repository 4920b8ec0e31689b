//! Describe an organisation: its kind, legal areas, place and note.

use time::Date;

use super::state::{self, Organisations};
use super::{Described, Description, OrganisationEvent};
use crate::change::Change;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::OrganisationId;
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;
use crate::values::{LegalArea, OrganisationKind};

/// What changes in a description. What is left out stays as it is.
#[derive(Clone, Debug, Default)]
pub struct DescriptionInput {
    /// Organisationsart.
    pub kind: Option<OrganisationKind>,
    /// The legal areas it stands for, all of them; an empty list clears them.
    pub legal_areas: Option<Vec<LegalArea>>,
    /// Its place (AGS of any Land).
    pub municipality: Change<String>,
    /// Its place or address in words, at most [`Text::NAME`] characters.
    pub place: Change<Text>,
    /// Its district, at most [`Text::NAME`] characters.
    pub district: Change<Text>,
    /// A note on it. A sealed text can't be compared, so a note that is set counts as changed.
    pub note: Change<Text>,
}

impl DescriptionInput {
    /// The description with this change in it, checked; its texts sealed.
    pub(super) fn over(
        &self,
        before: &Description,
        organisation: OrganisationId,
        day: Date,
        context: &Context,
    ) -> Result<Description, Rejection> {
        if let Some(kind) = self.kind.filter(|kind| *kind != before.kind) {
            check::valid_on("kind", kind, day)?;
        }
        let legal_areas = match &self.legal_areas {
            Some(areas) => state::legal_areas(areas, day)?,
            None => before.legal_areas.clone(),
        };
        let municipality = match &self.municipality {
            Change::Keep => before.municipality.clone(),
            Change::Clear => None,
            Change::Set(key) => Some(check::municipality_of_any_land("municipality", key)?),
        };
        let subject = organisation.record();
        let line = |field: &str, change: &Change<Text>, before| match change {
            Change::Keep => Ok(before),
            Change::Clear => Ok(None),
            Change::Set(text) => {
                check::seal_line(context, subject, field, text, Text::NAME).map(Some)
            }
        };
        let place = line("place", &self.place, before.place)?;
        let district = line("district", &self.district, before.district)?;
        let note = match &self.note {
            Change::Keep => before.note,
            Change::Clear => None,
            Change::Set(text) => Some(check::seal_text(
                context,
                subject,
                "note",
                text,
                Text::NOTE,
            )?),
        };
        Ok(Description {
            kind: self.kind.unwrap_or(before.kind),
            legal_areas,
            municipality,
            place,
            district,
            note,
        })
    }
}

/// The command.
#[derive(Clone, Debug)]
pub struct DescribeOrganisation {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// From which day on; without it from today.
    pub occurred_on: Option<Date>,
    /// What changes.
    pub description: DescriptionInput,
    /// Why.
    pub reason: Option<Text>,
}

impl Decision for DescribeOrganisation {
    type Facts = Organisations;

    fn query(&self) -> Query {
        Organisations::query(self.organisation)
    }

    fn evolve(facts: &mut Organisations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &Organisations, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Organisation, context)?;
        let known = facts.require("organisation", self.organisation, context)?;
        known.trail.expect(self.expected_version)?;
        let day = state::day(self.occurred_on, context)?;
        let before = &known.description;
        let description = self
            .description
            .over(before, self.organisation, day, context)?;
        let changed = state::changed_fields(before, &description);
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let subject = self.organisation.record();
        let reason = self.reason.as_ref();
        let reason = check::seal_text_option(context, subject, "reason", reason, Text::NOTE)?;
        let data = OrganisationEvent::Described(Described {
            organisation: self.organisation,
            description,
            changed,
            reason,
            source: None,
        });
        Ok(vec![state::event(context, day, data)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::samples::{code, description, id, registered};
    use crate::rejection::RejectionCode;
    use crate::testing::{event, given, sealed, text};

    fn nothing() -> DescribeOrganisation {
        DescribeOrganisation {
            organisation: id(1),
            expected_version: None,
            occurred_on: None,
            description: DescriptionInput::default(),
            reason: None,
        }
    }

    fn with(description: DescriptionInput) -> DescribeOrganisation {
        DescribeOrganisation {
            description,
            ..nothing()
        }
    }

    fn described(description: Description, changed: &[&str]) -> Event {
        event(OrganisationEvent::Described(Described {
            organisation: id(1),
            description,
            changed: changed.iter().map(|name| (*name).into()).collect(),
            reason: None,
            source: None,
        }))
    }

    #[test]
    fn the_event_holds_the_whole_description_and_names_what_changed() {
        let noted = described(
            Description {
                note: Some(sealed("Büro im Hof")),
                ..description()
            },
            &["note"],
        );
        given([registered(id(1))])
            .when(with(DescriptionInput {
                note: Change::Set(text("Büro im Hof")),
                ..DescriptionInput::default()
            }))
            .then([noted.clone()]);
        given([registered(id(1)), noted])
            .when(with(DescriptionInput {
                kind: Some(code("COMMUNITY_ORG")),
                legal_areas: Some(vec![]),
                municipality: Change::Clear,
                ..DescriptionInput::default()
            }))
            .then([described(
                Description {
                    kind: code("COMMUNITY_ORG"),
                    legal_areas: vec![],
                    municipality: None,
                    place: None,
                    district: None,
                    note: Some(sealed("Büro im Hof")),
                },
                &["kind", "legalAreas", "municipality"],
            )]);
    }

    #[test]
    fn saying_what_is_known_changes_nothing() {
        given([registered(id(1))])
            .when(DescribeOrganisation {
                reason: Some(text("Nur so")),
                ..with(DescriptionInput {
                    kind: Some(description().kind),
                    legal_areas: Some(description().legal_areas),
                    municipality: Change::Set("05711000".to_owned()),
                    note: Change::Clear,
                    ..DescriptionInput::default()
                })
            })
            .then_nothing();
    }

    #[test]
    fn a_place_may_lie_in_another_land_and_is_told_in_words() {
        let placed = with(DescriptionInput {
            municipality: Change::Set("08212000".to_owned()),
            place: Change::Set(text("Markt 1, 76133 Karlsruhe")),
            district: Change::Set(text("Innenstadt-West")),
            ..DescriptionInput::default()
        });
        let expected = described(
            Description {
                municipality: Some("08212000".into()),
                place: Some(sealed("Markt 1, 76133 Karlsruhe")),
                district: Some(sealed("Innenstadt-West")),
                ..description()
            },
            &["municipality", "place", "district"],
        );
        given([registered(id(1))])
            .when(placed)
            .then([expected.clone()]);
        let cleared = with(DescriptionInput {
            place: Change::Clear,
            ..DescriptionInput::default()
        });
        let without = described(
            Description {
                municipality: Some("08212000".into()),
                district: Some(sealed("Innenstadt-West")),
                ..description()
            },
            &["place"],
        );
        given([registered(id(1)), expected])
            .when(cleared)
            .then([without]);
        let lines = with(DescriptionInput {
            district: Change::Set(text("Nord\nSüd")),
            ..DescriptionInput::default()
        });
        given([registered(id(1))])
            .when(lines)
            .then_rejected(RejectionCode::ControlCharacter, "district");
    }

    #[test]
    fn bad_input_is_refused() {
        given([])
            .when(nothing())
            .then_rejected(RejectionCode::UnknownId, "organisation");
        given([registered(id(1))])
            .when(with(DescriptionInput {
                municipality: Change::Set("0571".to_owned()),
                ..DescriptionInput::default()
            }))
            .then_rejected(RejectionCode::Malformed, "municipality");
        given([registered(id(1))])
            .when(with(DescriptionInput {
                legal_areas: Some(vec![code("SGB_II"), code("SGB_II")]),
                ..DescriptionInput::default()
            }))
            .then_rejected(RejectionCode::Duplicate, "legalAreas[1]");
    }
}
