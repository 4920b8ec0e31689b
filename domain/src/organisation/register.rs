//! Take an organisation into the centre's register.
//!
//! Two registrations with the same name are both taken: names are free text, and the office links
//! duplicates afterwards. Only an import recognises its own entries, by the id of their source.

use std::collections::BTreeMap;

use time::Date;

use super::import;
use super::state::{self, Organisations};
use super::{Description, OrganisationEvent, Registered};
use crate::centre::CentreKey;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::OrganisationId;
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::source::Source;
use crate::text::{Commitment, Text};
use crate::values::{CentreRelation, LegalArea, OrganisationKind};

/// The command.
#[derive(Clone, Debug)]
pub struct RegisterOrganisation {
    /// Whose register.
    pub centre: CentreKey,
    /// From which day it is known; without it from today.
    pub occurred_on: Option<Date>,
    /// Its name.
    pub name: Text,
    /// Organisationsart.
    pub kind: OrganisationKind,
    /// The legal areas it stands for, at most 30.
    pub legal_areas: Vec<LegalArea>,
    /// Its place (AGS of any Land).
    pub municipality: Option<String>,
    /// Its place or address in words, at most [`Text::NAME`] characters.
    pub place: Option<Text>,
    /// Its district, at most [`Text::NAME`] characters.
    pub district: Option<Text>,
    /// How it stands to the centre.
    pub relation: Option<CentreRelation>,
    /// A note on it.
    pub note: Option<Text>,
    /// Where it comes from, when it is imported.
    pub source: Option<Source>,
}

impl RegisterOrganisation {
    pub(super) fn imported_id(&self) -> Option<OrganisationId> {
        let source = self.source.as_ref()?;
        Some(OrganisationId(source.record_id(self.centre)))
    }

    /// What it is, checked, without its texts.
    pub(super) fn coded(&self, day: Date) -> Result<Description, Rejection> {
        check::valid_on("kind", self.kind, day)?;
        check::valid_on_option("relation", self.relation, day)?;
        Ok(Description {
            kind: self.kind,
            legal_areas: state::legal_areas(&self.legal_areas, day)?,
            municipality: self
                .municipality
                .as_deref()
                .map(|key| check::municipality_of_any_land("municipality", key))
                .transpose()?,
            place: None,
            district: None,
            note: None,
        })
    }

    fn first(
        &self,
        id: OrganisationId,
        day: Date,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let (subject, note) = (id.record(), self.note.as_ref());
        let line = |field: &str, text: Option<&Text>| {
            text.map(|text| check::seal_line(context, subject, field, text, Text::NAME))
                .transpose()
        };
        let description = Description {
            place: line("place", self.place.as_ref())?,
            district: line("district", self.district.as_ref())?,
            note: check::seal_text_option(context, subject, "note", note, Text::NOTE)?,
            ..self.coded(day)?
        };
        let registered = OrganisationEvent::Registered(Registered {
            organisation: id,
            description,
            name: check::seal_line(context, subject, "name", &self.name, Text::NAME)?,
            relation: self.relation,
            source: self.source.as_ref().map(|source| source.digest),
        });
        Ok(vec![state::event(context, day, registered)])
    }

    /// Decides; `texts` are those of an entry imported before, as far as they could be opened.
    pub(super) fn decide_knowing(
        &self,
        texts: &BTreeMap<Commitment, Text>,
        facts: &Organisations,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        // Who may import is decided where an import is started, not by role.
        if self.source.is_none() {
            may::write(RecordClass::Organisation, context)?;
        }
        check::own_centre(self.centre, context)?;
        let day = state::day(self.occurred_on, context)?;
        let imported = self.source.as_ref().zip(self.imported_id());
        if let Some((source, id)) = imported
            && let Some(known) = facts.find(id)
        {
            return import::again(self, source.digest, (id, known), texts, context);
        }
        let id = self.imported_id();
        let id = id.unwrap_or_else(|| OrganisationId(context.new_id()));
        self.first(id, day, context)
    }
}

impl Decision for RegisterOrganisation {
    type Facts = Organisations;

    fn query(&self) -> Query {
        self.imported_id()
            .map_or_else(Query::none, Organisations::query)
    }

    fn evolve(facts: &mut Organisations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &Organisations, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.decide_knowing(&BTreeMap::new(), facts, context)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::organisation::samples::{self, code};
    use crate::organisation::{Described, RelationSet, Renamed};
    use crate::rejection::RejectionCode;
    use crate::role::Role;
    use crate::source::SourceDigest;
    use crate::testing::{
        Moved, TODAY, event, first_id, given, long_text, other_centre, sealed, text,
    };

    fn command() -> RegisterOrganisation {
        RegisterOrganisation {
            centre: crate::testing::centre(),
            occurred_on: None,
            name: text("Verein für Vielfalt"),
            kind: code("MIGRANT_ORG"),
            legal_areas: vec![code("SGB_VIII"), code("SGB_II")],
            municipality: Some("05711000".to_owned()),
            place: None,
            district: None,
            relation: Some(code("PARTNER")),
            note: None,
            source: None,
        }
    }

    fn imported(digest: u8) -> RegisterOrganisation {
        RegisterOrganisation {
            source: Some(Source {
                key: "https://example.org/org/1".to_owned(),
                digest: SourceDigest([digest; 16]),
            }),
            ..command()
        }
    }

    fn registered(id: OrganisationId, digest: Option<u8>) -> Event {
        event(OrganisationEvent::Registered(Registered {
            organisation: id,
            name: sealed("Verein für Vielfalt"),
            description: Description {
                kind: code("MIGRANT_ORG"),
                legal_areas: vec![code("SGB_II"), code("SGB_VIII")],
                municipality: Some("05711000".into()),
                place: None,
                district: None,
                note: None,
            },
            relation: Some(code("PARTNER")),
            source: digest.map(|digest| SourceDigest([digest; 16])),
        }))
    }

    #[test]
    fn an_organisation_is_registered_with_a_new_id() {
        given([])
            .when(command())
            .then([registered(OrganisationId(first_id()), None)]);
    }

    #[test]
    fn a_second_one_of_the_same_name_is_another_organisation() {
        given([registered(samples::id(1), None)])
            .when(command())
            .then([registered(OrganisationId(first_id()), None)]);
    }

    #[test]
    fn an_import_keeps_the_id_of_its_source_and_adds_nothing_the_second_time() {
        let id = imported(1).imported_id().unwrap();
        given([]).when(imported(1)).then([registered(id, Some(1))]);
        given([registered(id, Some(1))])
            .when(imported(1))
            .then_nothing();
    }

    #[test]
    fn an_import_with_other_content_renames_and_describes_once() {
        let id = imported(1).imported_id().unwrap();
        let changed = RegisterOrganisation {
            name: text("Verein für mehr Vielfalt"),
            kind: code("COMMUNITY_ORG"),
            relation: Some(code("FORMER")),
            ..imported(2)
        };
        let renamed = event(OrganisationEvent::Renamed(Renamed {
            organisation: id,
            name: sealed("Verein für mehr Vielfalt"),
            reason: None,
            source: Some(SourceDigest([2; 16])),
        }));
        given([registered(id, Some(1)), renamed.clone()])
            .when(changed.clone())
            .then_nothing();
        given([registered(id, Some(1))]).when(changed).then([
            renamed,
            event(OrganisationEvent::Described(Described {
                organisation: id,
                description: Description {
                    kind: code("COMMUNITY_ORG"),
                    legal_areas: vec![code("SGB_II"), code("SGB_VIII")],
                    municipality: Some("05711000".into()),
                    place: None,
                    district: None,
                    note: None,
                },
                changed: vec!["kind".into()],
                reason: None,
                source: Some(SourceDigest([2; 16])),
            })),
            event(OrganisationEvent::RelationSet(RelationSet {
                organisation: id,
                relation: code("FORMER"),
                source: Some(SourceDigest([2; 16])),
            })),
        ]);
    }

    #[test]
    fn the_day_is_today_or_earlier() {
        let on = |day| RegisterOrganisation {
            occurred_on: Some(day),
            ..command()
        };
        given([]).when(on(date!(2020 - 01 - 31))).then([registered(
            OrganisationId(first_id()),
            None,
        )
        .on(date!(2020 - 01 - 31))]);
        given([])
            .when(on(TODAY.next_day().unwrap()))
            .then_rejected(RejectionCode::DateInFuture, "occurredOn");
        given([])
            .when(on(date!(1899 - 12 - 31)))
            .then_rejected(RejectionCode::DateOutOfRange, "occurredOn");
    }

    #[test]
    fn bad_input_is_refused() {
        given([])
            .when(RegisterOrganisation {
                centre: other_centre(),
                ..command()
            })
            .then_rejected(RejectionCode::WrongCentre, "centre");
        given([])
            .when(RegisterOrganisation {
                municipality: Some("Bielefeld".to_owned()),
                ..command()
            })
            .then_rejected(RejectionCode::Malformed, "municipality");
        given([])
            .when(RegisterOrganisation {
                legal_areas: vec![code("SGB_II"), code("SGB_II")],
                ..command()
            })
            .then_rejected(RejectionCode::Duplicate, "legalAreas[1]");
        for name in [long_text(Text::NAME + 1), text("zwei\nZeilen")] {
            let outcome = given([]).when(RegisterOrganisation { name, ..command() });
            assert_eq!(outcome.0.unwrap_err().field.as_deref(), Some("name"));
        }
        given([])
            .when(RegisterOrganisation {
                legal_areas: vec![code("SGB_II"); 31],
                ..command()
            })
            .then_rejected(RejectionCode::TooMany, "legalAreas");
    }

    #[test]
    fn only_the_roles_of_the_matrix_register() {
        for role in Role::ALL {
            let outcome = given([]).acting_as(role).when(command());
            match role {
                Role::KiOfficer | Role::Administration | Role::KiHead | Role::KimCoordinator => {
                    outcome.then([registered(OrganisationId(first_id()), None)]);
                }
                Role::CaseManager
                | Role::AuthorityOfficer
                | Role::PartnerOffice
                | Role::SteeringMember
                | Role::StateLevel
                | Role::Auditor
                | Role::DataProtectionOfficer
                | Role::Operator => {
                    let _ = outcome.then_rejected(RejectionCode::NotAllowed, "");
                }
            }
        }
    }

    #[test]
    fn who_may_import_is_no_matter_of_the_role() {
        let id = imported(1).imported_id().unwrap();
        given([])
            .acting_as(Role::Operator)
            .when(imported(1))
            .then([registered(id, Some(1))]);
    }
}
