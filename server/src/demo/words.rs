//! The invented names and texts of the sample history. No real organisation or person is meant.

/// An organisation of the sample: name, kind, relation to the centre.
pub(super) struct SampleOrganisation {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) relation: &'static str,
    /// To whom a consultation of it counts.
    pub(super) target_group: &'static str,
}

const fn organisation(
    name: &'static str,
    kind: &'static str,
    relation: &'static str,
    target_group: &'static str,
) -> SampleOrganisation {
    SampleOrganisation {
        name,
        kind,
        relation,
        target_group,
    }
}

/// The organisations, in the order in which they are registered.
pub(super) const ORGANISATIONS: &[SampleOrganisation] = &[
    organisation(
        "Amt für Jugend und Familie (Muster)",
        "YOUTH_OFFICE",
        "OWN_UNIT",
        "MUNICIPAL_OFFICE",
    ),
    organisation(
        "Schulamt Musterstadt",
        "SCHOOL_AUTHORITY",
        "PARTNER",
        "SCHOOL_AUTHORITY",
    ),
    organisation(
        "Jobcenter Musterstadt",
        "JOBCENTER",
        "PARTNER",
        "MUNICIPAL_OFFICE",
    ),
    organisation(
        "Ausländerbehörde Musterstadt",
        "IMMIGRATION_AUTHORITY",
        "OWN_UNIT",
        "MUNICIPAL_OFFICE",
    ),
    organisation(
        "Gesundheitsamt Musterstadt",
        "HEALTH_OFFICE",
        "OWN_UNIT",
        "MUNICIPAL_OFFICE",
    ),
    organisation(
        "Brücken bauen e. V.",
        "MIGRANT_ORG",
        "FUNDED",
        "MIGRANT_ORG",
    ),
    organisation(
        "Kulturverein Granatapfel e. V.",
        "MIGRANT_ORG",
        "PARTNER",
        "MIGRANT_ORG",
    ),
    organisation(
        "Elternverein Lichtblick e. V.",
        "MIGRANT_ORG",
        "FUNDED",
        "MIGRANT_ORG",
    ),
    organisation(
        "Frauentreff Mondscheingasse",
        "COMMUNITY_ORG",
        "PARTNER",
        "COMMUNITY_ORG",
    ),
    organisation(
        "Nachbarschaftshaus Lindenhof",
        "COMMUNITY_ORG",
        "AGREEMENT",
        "COMMUNITY_ORG",
    ),
    organisation(
        "Sportverein Grün-Weiß Muster 1921",
        "COMMUNITY_ORG",
        "CONTACT",
        "COMMUNITY_ORG",
    ),
    organisation(
        "Sozialwerk Am Teutoblick gGmbH",
        "WELFARE_ASSOC",
        "AGREEMENT",
        "WELFARE_ASSOC",
    ),
    organisation(
        "Diakonische Hilfe Musterstadt",
        "WELFARE_ASSOC",
        "PARTNER",
        "WELFARE_ASSOC",
    ),
    organisation(
        "Jugendhilfe Wegweiser gGmbH",
        "YOUTH_WELFARE_PROVIDER",
        "PARTNER",
        "YOUTH_WELFARE_PROVIDER",
    ),
    organisation("Kita Regenbogenland", "KITA", "AGREEMENT", "KITA"),
    organisation("Kita Wiesenkinder", "KITA", "CONTACT", "KITA"),
    organisation("Grundschule Am Mühlenbach", "SCHOOL", "PARTNER", "SCHOOL"),
    organisation("Gesamtschule Nordring", "SCHOOL", "PARTNER", "SCHOOL"),
    organisation("Berufskolleg Ziegelstraße", "SCHOOL", "CONTACT", "SCHOOL"),
    organisation(
        "Sprachschule Wortreich",
        "EDUCATION_PROVIDER",
        "PARTNER",
        "COMMUNITY_ORG",
    ),
    organisation(
        "Moscheeverein Musterstadt e. V.",
        "RELIGIOUS_COMMUNITY",
        "CONTACT",
        "RELIGIOUS_COMMUNITY",
    ),
    organisation(
        "Evangelische Gemeinde St. Beispiel",
        "RELIGIOUS_COMMUNITY",
        "CONTACT",
        "RELIGIOUS_COMMUNITY",
    ),
    organisation(
        "Integrationsrat Musterstadt",
        "INTEGRATION_COUNCIL",
        "PARTNER",
        "MUNICIPAL_OFFICE",
    ),
    organisation(
        "Integrationsagentur Lindenhof",
        "INTEGRATION_AGENCY",
        "FUNDED",
        "WELFARE_ASSOC",
    ),
    organisation(
        "Ehrenamtsbörse Musterstadt",
        "COMMUNITY_ORG",
        "PARTNER",
        "VOLUNTEERS",
    ),
];

/// A network of the sample.
pub(super) struct SampleNetwork {
    pub(super) name: &'static str,
    pub(super) body_type: &'static str,
    pub(super) legal_nature: &'static str,
    pub(super) ki_role: &'static str,
    pub(super) action_areas: &'static [&'static str],
    /// It meets every so many days.
    pub(super) every: i64,
    /// Its usual members, by their place in [`ORGANISATIONS`].
    pub(super) members: &'static [usize],
}

/// The networks, in the order in which they are founded.
pub(super) const NETWORKS: &[SampleNetwork] = &[
    SampleNetwork {
        name: "Arbeitskreis Frühe Bildung",
        body_type: "WORKING_CIRCLE",
        legal_nature: "VOLUNTARY",
        ki_role: "HOST",
        action_areas: &["EDU_EARLY"],
        every: 70,
        members: &[0, 7, 12, 14, 15, 16],
    },
    SampleNetwork {
        name: "Runder Tisch Seiteneinstieg",
        body_type: "WORKING_CIRCLE",
        legal_nature: "VOLUNTARY",
        ki_role: "HOST",
        action_areas: &["EDU_SCHOOL", "EDU_TRANSITION"],
        every: 56,
        members: &[0, 1, 13, 16, 17, 18],
    },
    SampleNetwork {
        name: "KIM-Lenkungsgruppe",
        body_type: "STEERING_GROUP",
        legal_nature: "VOLUNTARY",
        ki_role: "SECRETARIAT",
        action_areas: &["X_ADMIN_OPENING"],
        every: 84,
        members: &[0, 2, 3, 4, 11, 22],
    },
    SampleNetwork {
        name: "Austausch der Migrantenorganisationen",
        body_type: "MSO_EXCHANGE",
        legal_nature: "VOLUNTARY",
        ki_role: "HOST",
        action_areas: &["X_PARTICIPATION", "X_VOLUNTEERING"],
        every: 77,
        members: &[5, 6, 7, 8, 20, 23, 24],
    },
    SampleNetwork {
        name: "Integrationsrat",
        body_type: "INTEGRATION_COUNCIL",
        legal_nature: "STATUTORY_PUBLIC",
        ki_role: "PARTICIPANT",
        action_areas: &["X_PARTICIPATION"],
        every: 63,
        members: &[0, 3, 22],
    },
    SampleNetwork {
        name: "Stadtteilkonferenz Nord",
        body_type: "DISTRICT_CONFERENCE",
        legal_nature: "VOLUNTARY",
        ki_role: "CO_HOST",
        action_areas: &["X_HOUSING_NEIGHBOURHOOD", "X_SPORT"],
        every: 91,
        members: &[8, 9, 10, 11, 17, 21],
    },
];

/// What consultations were about.
pub(super) const SUBJECTS: &[&str] = &[
    "Antrag auf Vereinsförderung",
    "Gründung eines Elterncafés",
    "Durchgängige Sprachbildung im Kollegium",
    "Einrichtung einer Rucksack-Gruppe",
    "Übergang in die Ausbildung",
    "Sprachmittlung bei Elterngesprächen",
    "Konflikt im Mehrfamilienhaus",
    "Mitwirkung im Integrationsrat",
    "Fortbildung zur rassismuskritischen Schule",
    "Verwendungsnachweis und Abrechnung",
    "Erstberatung einer neu zugezogenen Familie",
    "Räume für den Sprachtreff",
];

/// Notes on consultations.
pub(super) const NOTES: &[&str] = &[
    "Unterlagen werden nachgereicht.",
    "Nächster Termin nach den Ferien.",
    "Die Ansprechpartnerin meldet sich nach der Vorstandssitzung.",
    "Kontakt zum Schulamt wurde hergestellt.",
    "Es fehlt noch der Finanzierungsplan.",
];

/// Why consultations were corrected.
pub(super) const CORRECTIONS: &[&str] = &[
    "Dauer war falsch übertragen.",
    "Handlungsfeld wurde nach Rücksprache geändert.",
    "Zweite Organisation war mit beraten worden.",
];

/// Why consultations were retracted.
pub(super) const RETRACTIONS: &[&str] =
    &["Doppelt erfasst.", "Der Termin hat nicht stattgefunden."];

/// Agenda items.
pub(super) const AGENDA: &[&str] = &[
    "Begrüßung und Protokoll der letzten Sitzung",
    "Berichte aus den Einrichtungen",
    "Offene Vereinbarungen",
    "Aktuelle Zahlen zum Seiteneinstieg",
    "Förderaufrufe des Landes",
    "Planung der Interkulturellen Woche",
    "Sprachmittlung: Stand des Pools",
    "Wohnraumsituation neu zugezogener Familien",
    "Verschiedenes",
];

/// What meetings led to.
pub(super) const RESULTS: &[&str] = &[
    "Die Berichte wurden zur Kenntnis genommen.",
    "Ein gemeinsamer Termin mit den Schulen wird vorbereitet.",
    "Die Arbeitsgruppe legt bis zur nächsten Sitzung einen Entwurf vor.",
];

/// What was agreed.
pub(super) const AGREEMENTS: &[&str] = &[
    "Übersicht der Sprachkurse zusammenstellen",
    "Ansprechpersonen an den Schulen benennen",
    "Flyer in fünf Sprachen übersetzen",
    "Gemeinsamen Elternabend vorbereiten",
    "Raumfrage mit dem Liegenschaftsamt klären",
    "Fortbildung für Ehrenamtliche anbieten",
    "Zahlen zum Übergang Kita–Schule nachreichen",
];

/// Where meetings take place.
pub(super) const PLACES: &[&str] = &[
    "Rathaus, Raum 204",
    "Nachbarschaftshaus Lindenhof",
    "Gesamtschule Nordring, Mensa",
];
