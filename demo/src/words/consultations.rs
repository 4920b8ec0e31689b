//! What the invented offices advise on, and why they correct themselves.

/// What consultations were about.
pub(crate) const SUBJECTS: &[&str] = &[
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
pub(crate) const NOTES: &[&str] = &[
    "Unterlagen werden nachgereicht.",
    "Nächster Termin nach den Ferien.",
    "Die Ansprechpartnerin meldet sich nach der Vorstandssitzung.",
    "Kontakt zum Schulamt wurde hergestellt.",
    "Es fehlt noch der Finanzierungsplan.",
];

/// Why consultations were corrected.
pub(crate) const CORRECTIONS: &[&str] = &[
    "Dauer war falsch übertragen.",
    "Handlungsfeld wurde nach Rücksprache geändert.",
    "Zweite Organisation war mit beraten worden.",
];

/// Why consultations were retracted.
pub(crate) const RETRACTIONS: &[&str] =
    &["Doppelt erfasst.", "Der Termin hat nicht stattgefunden."];
