//! What kind of body an organization of a source is, judged by the words it is called by.

use super::oparl::Organization;

/// Words and the Gremienart they stand for; the first that occurs decides.
const WORDS: &[(&str, &str)] = &[
    // Refused: no case conference is taken for a body (domain.md 6).
    ("fallkonferenz", "CASE_CONFERENCE"),
    ("integrationsrat", "INTEGRATION_COUNCIL"),
    ("ausländerbeirat", "INTEGRATION_COUNCIL"),
    ("migrationsbeirat", "INTEGRATION_COUNCIL"),
    ("integrationsbeirat", "INTEGRATION_COUNCIL"),
    ("integrationsausschuss", "INTEGRATION_COMMITTEE"),
    ("ausschuss für integration", "INTEGRATION_COMMITTEE"),
    ("migrationsausschuss", "INTEGRATION_COMMITTEE"),
    ("integrationskonferenz", "MIGRATION_CONFERENCE"),
    ("migrationskonferenz", "MIGRATION_CONFERENCE"),
    ("stadtteilkonferenz", "DISTRICT_CONFERENCE"),
    ("lenkungsgruppe", "STEERING_GROUP"),
    ("ausschuss", "MUNICIPAL_COMMITTEE"),
    ("gemeinderat", "MUNICIPAL_COUNCIL"),
    ("stadtrat", "MUNICIPAL_COUNCIL"),
    ("ortschaftsrat", "MUNICIPAL_COUNCIL"),
    ("ortsrat", "MUNICIPAL_COUNCIL"),
    ("kreistag", "MUNICIPAL_COUNCIL"),
    ("bezirksvertretung", "MUNICIPAL_COUNCIL"),
    ("bezirksrat", "MUNICIPAL_COUNCIL"),
    ("stadtverordnetenversammlung", "MUNICIPAL_COUNCIL"),
    ("arbeitskreis", "WORKING_CIRCLE"),
    ("arbeitsgruppe", "WORKING_CIRCLE"),
    ("runder tisch", "WORKING_CIRCLE"),
];

/// Kinds with which sources mark bodies that meet (OParl's own words and common ones).
const BODY_KINDS: &[&str] = &[
    "gremium",
    "hauptorgan",
    "ausschuss",
    "beirat",
    "rat",
    "kommission",
];

/// What an organization is, as far as its words tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Kind {
    /// The code of its Gremienart.
    pub(super) body_type: &'static str,
    /// The code of its legal nature, where that follows.
    pub(super) legal_nature: Option<&'static str>,
}

/// Judges by the name alone: a classification like "Beschließender Ausschuss" may stand for the
/// council itself.
pub(super) fn kind(name: &str) -> Kind {
    let name = name.to_lowercase();
    let found = WORDS.iter().find(|(word, _)| name.contains(word));
    let is_council = name == "rat" || name.starts_with("rat der ");
    let body_type = match found {
        Some((_, body_type)) => body_type,
        None if is_council => "MUNICIPAL_COUNCIL",
        None => "OTHER",
    };
    let legal_nature = matches!(
        body_type,
        "INTEGRATION_COUNCIL"
            | "INTEGRATION_COMMITTEE"
            | "MUNICIPAL_COUNCIL"
            | "MUNICIPAL_COMMITTEE"
    )
    .then_some("STATUTORY_PUBLIC");
    Kind {
        body_type,
        legal_nature,
    }
}

/// Whether the source marks it as a body that meets, so that it is taken over without a meeting.
pub(super) fn is_marked_as_body(organization: &Organization) -> bool {
    organization.kinds.iter().any(|kind| {
        kind.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| BODY_KINDS.contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use querschnitt_domain::values::{BodyType, LegalNature};

    #[test]
    fn words_decide() {
        for (name, body_type) in [
            ("Integrationsausschuss", "INTEGRATION_COMMITTEE"),
            ("Migrationsbeirat", "INTEGRATION_COUNCIL"),
            ("Gemeinderat - Beratungen zum DHH", "MUNICIPAL_COUNCIL"),
            ("Haupt- und Finanzausschuss", "MUNICIPAL_COMMITTEE"),
            ("Ortschaftsrat Durlach", "MUNICIPAL_COUNCIL"),
            ("Rat der Stadt Bielefeld", "MUNICIPAL_COUNCIL"),
            ("Gestaltungsbeirat", "OTHER"),
            ("Vorratshaltung", "OTHER"),
        ] {
            assert_eq!(kind(name).body_type, body_type, "{name}");
        }
    }

    #[test]
    fn every_code_is_in_its_list() {
        for (word, _) in WORDS {
            let kind = kind(word);
            assert!(BodyType::parse(kind.body_type).is_ok(), "{word}");
            if let Some(legal_nature) = kind.legal_nature {
                assert!(LegalNature::parse(legal_nature).is_ok(), "{word}");
            }
        }
        assert!(BodyType::parse(kind("").body_type).is_ok());
    }

    #[test]
    fn a_classification_marks_a_body_but_a_name_does_not() {
        let organization = |name: &str, kind: &str| Organization {
            name: name.into(),
            kinds: vec![kind.into()],
            ..Organization::default()
        };
        assert!(is_marked_as_body(&organization("X", "Beirat und Stiftung")));
        assert!(is_marked_as_body(&organization("X", "Gremium")));
        assert!(!is_marked_as_body(&organization(
            "Stadtjugendausschuss",
            "Verwaltungsbereich"
        )));
    }
}
