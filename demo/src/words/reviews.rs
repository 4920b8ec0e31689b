//! What the invented offices are asked to review, and what they write about it.

/// What projects are called.
pub(crate) const TITLES: &[&str] = &[
    "Elterncafé im Quartier",
    "Sprachtandems für Neuzugewanderte",
    "Mädchentreff am Nachmittag",
    "Lernpatenschaften an Grundschulen",
    "Gemeinsam kochen, gemeinsam sprechen",
    "Vereinsschule für Migrantenorganisationen",
    "Interkulturelle Gartengruppe",
    "Bewerbungswerkstatt mit Mentoring",
    "Erzählcafé der Generationen",
    "Theater gegen Vorurteile",
    "Fahrradkurs für Frauen",
    "Ankommenstreff Nordviertel",
    "Väterzeit am Samstag",
    "Demokratiewerkstatt für Jugendliche",
    "Sprachmittlung in der Kita",
    "Musik verbindet: offene Proben",
];

/// Questions to applicants.
pub(crate) const QUESTIONS: &[&str] = &[
    "Bitte reichen Sie den Finanzierungsplan nach.",
    "Wie ist das Vorhaben mit der Integrationsagentur abgestimmt?",
    "Wie viele Teilnehmende erwarten Sie, und woran messen Sie das Ergebnis?",
];

/// Questions to other offices.
pub(crate) const ADVICE: &[&str] = &[
    "Bestehen aus fachlicher Sicht Bedenken?",
    "Gibt es im Sozialraum schon ein vergleichbares Angebot?",
];

/// What they answer.
pub(crate) const ANSWERS: &[&str] = &[
    "Keine Bedenken; der Bedarf wird bestätigt.",
    "Ein ähnliches Angebot besteht, ist aber ausgelastet.",
    "Die Kofinanzierung ist im Haushalt nicht vorgesehen.",
];

/// Statements.
pub(crate) const STATEMENTS: &[&str] = &[
    "Das Vorhaben schließt eine Lücke im Sozialraum und passt zum Integrationskonzept.",
    "Befürwortet, wenn die Maßnahme mit dem bestehenden Angebot der Integrationsagentur abgestimmt wird.",
    "Bedarf und Zielgruppe sind nachvollziehbar; die Evaluation sollte genauer beschrieben werden.",
];

/// Statements that say no, or not yet.
pub(crate) const OBJECTIONS: &[&str] = &[
    "Eine Doppelförderung ist nicht auszuschließen; das Vorhaben wird nicht befürwortet.",
    "Der Finanzplan ist nicht schlüssig; die Überarbeitung wird empfohlen.",
];

/// Why deadlines are extended.
pub(crate) const EXTENDED: &[&str] = &[
    "Die Bewilligungsbehörde hat die Frist auf Bitte verlängert.",
    "Unterlagen kamen erst nach der Rückfrage.",
];

/// Why requests are corrected.
pub(crate) const CORRECTED: &[&str] = &[
    "Betrag laut überarbeitetem Antrag.",
    "Programm war falsch zugeordnet.",
    "Frist falsch übertragen.",
];

/// Why requests, or steps of them, are taken out of the book.
pub(crate) const RETRACTED: &[&str] = &["Doppelt erfasst.", "Versehentlich erfasst."];

/// Why requests are given back.
pub(crate) const DECLINED: &[&str] = &["Zuständig ist das Nachbar-KI; dorthin weitergeleitet."];

/// Why new versions are made.
pub(crate) const SUPERSEDED: &[&str] = &["Nach der Anhörung wird das Votum neu gefasst."];

/// Why applications are withdrawn.
pub(crate) const WITHDRAWN: &[&str] = &["Die Kofinanzierung kam nicht zustande."];

/// Why deadlines passed.
pub(crate) const LAPSED: &[&str] = &["Wegen Personalausfall nicht fertig geworden."];

/// The units of an office, by what they do in a review.
pub(crate) mod units {
    /// Takes requests in and checks their form.
    pub(crate) const OFFICE: &str = "KI Geschäftsstelle";
    /// Judge the content.
    pub(crate) const TEAMS: &[&str] =
        &["KI Team Bildung", "KI Team Querschnitt", "KIM-Koordination"];
    /// Are asked for their view.
    pub(crate) const ASKED: &[&str] = &[
        "51 Jugendamt",
        "50 Soziales",
        "40 Schule",
        "20 Kämmerei",
        "Geschäftsstelle Integrationsrat",
    ];
    /// Signs.
    pub(crate) const HEAD: &str = "KI-Leitung";

    /// All of them.
    pub(crate) fn all() -> impl Iterator<Item = &'static str> {
        let groups = [&[OFFICE, HEAD], TEAMS, ASKED];
        groups.into_iter().flatten().copied()
    }
}
