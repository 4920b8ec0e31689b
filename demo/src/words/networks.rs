//! The invented networks, and what is said at their meetings.

/// A network of the sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) body_type: &'static str,
    pub(crate) legal_nature: &'static str,
    pub(crate) ki_role: &'static str,
    pub(crate) action_areas: &'static [&'static str],
    /// It meets every so many days.
    pub(crate) every_days: i32,
    /// Its usual members, by their place in [`super::organisations::FIRST`].
    pub(crate) members: &'static [usize],
}

/// The networks, in the order in which they are founded.
pub(crate) const FIRST: &[Sample] = &[
    Sample {
        name: "Arbeitskreis Frühe Bildung",
        body_type: "WORKING_CIRCLE",
        legal_nature: "VOLUNTARY",
        ki_role: "HOST",
        action_areas: &["EDU_EARLY"],
        every_days: 70,
        members: &[0, 7, 12, 14, 15, 16],
    },
    Sample {
        name: "Runder Tisch Seiteneinstieg",
        body_type: "WORKING_CIRCLE",
        legal_nature: "VOLUNTARY",
        ki_role: "HOST",
        action_areas: &["EDU_SCHOOL", "EDU_TRANSITION"],
        every_days: 56,
        members: &[0, 1, 13, 16, 17, 18],
    },
    Sample {
        name: "KIM-Lenkungsgruppe",
        body_type: "STEERING_GROUP",
        legal_nature: "VOLUNTARY",
        ki_role: "SECRETARIAT",
        action_areas: &["X_ADMIN_OPENING"],
        every_days: 84,
        members: &[0, 2, 3, 4, 11, 22, 25, 26, 27],
    },
    Sample {
        name: "Austausch der Migrantenorganisationen",
        body_type: "MSO_EXCHANGE",
        legal_nature: "VOLUNTARY",
        ki_role: "HOST",
        action_areas: &["X_PARTICIPATION", "X_VOLUNTEERING"],
        every_days: 77,
        members: &[5, 6, 7, 8, 20, 23, 24],
    },
    Sample {
        name: "Integrationsrat",
        body_type: "INTEGRATION_COUNCIL",
        legal_nature: "STATUTORY_PUBLIC",
        ki_role: "PARTICIPANT",
        action_areas: &["X_PARTICIPATION"],
        every_days: 63,
        members: &[0, 3, 22],
    },
    Sample {
        name: "Stadtteilkonferenz Nord",
        body_type: "DISTRICT_CONFERENCE",
        legal_nature: "VOLUNTARY",
        ki_role: "CO_HOST",
        action_areas: &["X_HOUSING_NEIGHBOURHOOD", "X_SPORT"],
        every_days: 91,
        members: &[8, 9, 10, 11, 17, 21],
    },
];

/// Founded when the first are some time under way.
pub(crate) const LATER: &[Sample] = &[Sample {
    name: "Netzwerk Ankommen im Beruf",
    body_type: "WORKING_CIRCLE",
    legal_nature: "VOLUNTARY",
    ki_role: "CO_HOST",
    action_areas: &["EDU_TRANSITION", "X_WORK"],
    every_days: 63,
    members: &[2, 18, 19, 27, 28],
}];

/// The one that is given up when its work is done, by its place in [`FIRST`].
pub(crate) const GIVEN_UP: usize = 5;

/// Agenda items.
pub(crate) const AGENDA: &[&str] = &[
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
pub(crate) const RESULTS: &[&str] = &[
    "Die Berichte wurden zur Kenntnis genommen.",
    "Ein gemeinsamer Termin mit den Schulen wird vorbereitet.",
    "Die Arbeitsgruppe legt bis zur nächsten Sitzung einen Entwurf vor.",
];

/// What was agreed.
pub(crate) const AGREEMENTS: &[&str] = &[
    "Übersicht der Sprachkurse zusammenstellen",
    "Ansprechpersonen an den Schulen benennen",
    "Flyer in fünf Sprachen übersetzen",
    "Gemeinsamen Elternabend vorbereiten",
    "Raumfrage mit dem Liegenschaftsamt klären",
    "Fortbildung für Ehrenamtliche anbieten",
    "Zahlen zum Übergang Kita–Schule nachreichen",
];

/// Where meetings take place.
pub(crate) const PLACES: &[&str] = &[
    "Rathaus, Raum 204",
    "Nachbarschaftshaus Lindenhof",
    "Gesamtschule Nordring, Mensa",
];

/// Why a meeting is held on another day.
pub(crate) const POSTPONED: &[&str] = &[
    "Der Raum ist doppelt belegt.",
    "Mehrere Mitglieder sind an dem Tag verhindert.",
    "Auf Wunsch der Schulen verlegt.",
];

/// Why a meeting is not held.
pub(crate) const CANCELLED: &[&str] = &["Zu wenige Zusagen.", "Krankheitsfall in der Moderation."];

/// Why what was recorded of a meeting is corrected.
pub(crate) const CORRECTED: &[&str] = &[
    "Anwesenheitsliste nachgetragen.",
    "Personenzahl war geschätzt.",
];

/// Why a meeting is taken out of the book.
pub(crate) const RETRACTED: &[&str] = &["Die Sitzung war doppelt erfasst."];

/// Why agreements are given up.
pub(crate) const DROPPED: &[&str] = &[
    "Wird im Rahmen des neuen Konzepts erledigt.",
    "Die zuständige Stelle ist nicht besetzt.",
];

/// Why agreements get more time.
pub(crate) const MORE_TIME: &[&str] = &[
    "Die Rückmeldungen der Schulen fehlen noch.",
    "Haushaltsfreigabe steht aus.",
];
