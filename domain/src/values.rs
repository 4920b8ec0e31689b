//! The value lists by name. A new value is a line in `values/<list>.csv`; a new list is a file and
//! a line here.

use std::sync::LazyLock;

use crate::value_list::{Code, Entry, List, Table};

macro_rules! lists {
    ($($(#[$doc:meta])* $code:ident = $list:ident, $name:literal;)+) => {
        /// The marker types behind the codes.
        pub mod list {
            $(
                #[doc = concat!("The list `", $name, "`.")]
                #[derive(Clone, Copy, Debug)]
                pub enum $list {}
            )+
        }

        $(
            $(#[$doc])*
            pub type $code = Code<list::$list>;

            impl List for list::$list {
                const NAME: &'static str = $name;
                fn table() -> &'static LazyLock<Table> {
                    static TABLE: LazyLock<Table> = LazyLock::new(|| {
                        Table::parse(include_str!(concat!("../values/", $name, ".csv")))
                    });
                    &TABLE
                }
            }
        )+

        /// Every list by name, for `vocabulary` and the documentation.
        pub const LISTS: &[(&str, fn() -> &'static [Entry])] = &[
            $(($name, || &<list::$list as List>::table().entries)),+
        ];
    };
}

lists! {
    /// Handlungsfeld.
    ActionArea = ActionAreas, "action_area";
    /// The parents of the Handlungsfelder.
    ActionDomain = ActionDomains, "action_domain";
    /// Aufgabenschwerpunkt.
    TaskType = TaskTypes, "task_type";
    /// Zielgruppe.
    TargetGroup = TargetGroups, "target_group";
    /// Programme (Förderprogramm).
    Programme = Programmes, "programme";
    /// Förderlinie: the line of money behind a programme, its parent. No official list was found;
    /// derived from the catalogue of programmes: KI, KOMM-AN and KIM by their parts, the rest by funder.
    FundingLine = FundingLines, "funding_line";
    /// Beratungsart.
    ConsultationType = ConsultationTypes, "consultation_type";
    /// Form of the consultation (persönlich, Telefon …).
    ConsultationMode = ConsultationModes, "consultation_mode";
    /// Ergebnis einer Beratung.
    ConsultationOutcome = ConsultationOutcomes, "consultation_outcome";
    /// Sprache (BCP 47 subtags as codes).
    Language = Languages, "language";
    /// Rechtskreis.
    LegalArea = LegalAreas, "legal_area";
    /// Organisationsart.
    OrganisationKind = OrganisationKinds, "organisation_kind";
    /// How an organisation stands to the centre.
    CentreRelation = CentreRelations, "centre_relation";
    /// Gremienart.
    BodyType = BodyTypes, "body_type";
    /// The centre's role in a body or meeting.
    KiRole = KiRoles, "ki_role";
    /// Legal nature of a body.
    LegalNature = LegalNatures, "legal_nature";
    /// Form of a meeting.
    MeetingMode = MeetingModes, "meeting_mode";
    /// Where a meeting hands a topic on to.
    ReferralTarget = ReferralTargets, "referral_target";
    /// Visibility class of a record (`domain.md` 8.11).
    Visibility = Visibilities, "visibility";
    /// Who asked for a Stellungnahme.
    ReviewRequester = ReviewRequesters, "review_requester";
    /// What kind of organisation applies for funding.
    ApplicantType = ApplicantTypes, "applicant_type";
    /// Votum einer Stellungnahme.
    ReviewOutcome = ReviewOutcomes, "review_outcome";
    /// Prüfkriterium.
    ReviewCriterion = ReviewCriteria, "review_criterion";
    /// How a request for a Stellungnahme came in.
    ReviewChannel = ReviewChannels, "review_channel";
    /// What the funder decided.
    FundingDecision = FundingDecisions, "funding_decision";
    /// What an attachment belongs to.
    AttachmentKind = AttachmentKinds, "attachment_kind";
    /// The types of files that are taken as attachments.
    AttachmentType = AttachmentTypes, "attachment_type";
    /// Zweck: for which purpose records are read; stands in the access log.
    AccessPurpose = AccessPurposes, "access_purpose";
    /// The rows of the access matrix, record class and field class: what the access log says was shown.
    AccessCell = AccessCells, "access_cell";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_list_is_whole() {
        for (name, entries) in LISTS {
            let entries = entries();
            assert!(!entries.is_empty(), "{name} is empty");
            let codes: HashSet<_> = entries.iter().map(|entry| entry.code).collect();
            assert_eq!(codes.len(), entries.len(), "{name} has a code twice");
            for entry in entries {
                assert!(
                    !entry.label.is_empty(),
                    "{name}: {} has no label",
                    entry.code
                );
                if let (Some(from), Some(to)) = (entry.valid_from, entry.valid_to) {
                    assert!(from < to, "{name}: {} ends before it begins", entry.code);
                }
            }
        }
    }

    #[test]
    fn the_parents_of_action_areas_are_action_domains() {
        for area in ActionArea::all() {
            let parent = area.entry().parent.unwrap_or_default();
            assert!(
                ActionDomain::parse(parent).is_ok(),
                "{area} has parent {parent:?}"
            );
        }
    }

    #[test]
    fn the_parents_of_programmes_are_funding_lines() {
        for programme in Programme::all() {
            let parent = programme.entry().parent.unwrap_or_default();
            assert!(
                FundingLine::parse(parent).is_ok(),
                "{programme} has parent {parent:?}"
            );
        }
    }

    #[test]
    fn a_value_is_refused_after_its_end() {
        let programme = Programme::parse("KOMM_AN_II").unwrap();
        assert!(programme.valid_on(time::macros::date!(2024 - 12 - 31)));
        assert!(!programme.valid_on(time::macros::date!(2025 - 01 - 01)));
    }
}
