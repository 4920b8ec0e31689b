//! The invented organisations. `Musterstadt` stands for the invented place of each centre.

/// An organisation of the sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    /// How it stands to the centre.
    pub(crate) relation: &'static str,
    /// To whom a consultation of it counts.
    pub(crate) target_group: &'static str,
    /// The legal areas it stands for.
    pub(crate) legal_areas: &'static [&'static str],
}

const fn organisation(
    name: &'static str,
    kind: &'static str,
    relation: &'static str,
    target_group: &'static str,
    legal_areas: &'static [&'static str],
) -> Sample {
    Sample {
        name,
        kind,
        relation,
        target_group,
        legal_areas,
    }
}

/// Known from the first day; networks name their members by their places in it.
pub(crate) const FIRST: &[Sample] = &[
    organisation(
        "Amt für Jugend und Familie (Muster)",
        "YOUTH_OFFICE",
        "OWN_UNIT",
        "MUNICIPAL_OFFICE",
        &["SGB_VIII", "KIBIZ", "UHVORSCHG"],
    ),
    organisation(
        "Schulamt Musterstadt",
        "SCHOOL_AUTHORITY",
        "PARTNER",
        "SCHOOL_AUTHORITY",
        &["SCHULG_NRW"],
    ),
    organisation(
        "Jobcenter Musterstadt",
        "JOBCENTER",
        "PARTNER",
        "MUNICIPAL_OFFICE",
        &["SGB_II", "BKGG_BUT"],
    ),
    organisation(
        "Ausländerbehörde Musterstadt",
        "IMMIGRATION_AUTHORITY",
        "OWN_UNIT",
        "MUNICIPAL_OFFICE",
        &["AUFENTHG", "ASYLG", "FREIZUEGG_EU"],
    ),
    organisation(
        "Gesundheitsamt Musterstadt",
        "HEALTH_OFFICE",
        "OWN_UNIT",
        "MUNICIPAL_OFFICE",
        &["OEGDG", "IFSG"],
    ),
    organisation(
        "Brücken bauen e. V.",
        "MIGRANT_ORG",
        "FUNDED",
        "MIGRANT_ORG",
        &[],
    ),
    organisation(
        "Kulturverein Granatapfel e. V.",
        "MIGRANT_ORG",
        "PARTNER",
        "MIGRANT_ORG",
        &[],
    ),
    organisation(
        "Elternverein Lichtblick e. V.",
        "MIGRANT_ORG",
        "FUNDED",
        "MIGRANT_ORG",
        &[],
    ),
    organisation(
        "Frauentreff Mondscheingasse",
        "COMMUNITY_ORG",
        "PARTNER",
        "COMMUNITY_ORG",
        &[],
    ),
    organisation(
        "Nachbarschaftshaus Lindenhof",
        "COMMUNITY_ORG",
        "AGREEMENT",
        "COMMUNITY_ORG",
        &[],
    ),
    organisation(
        "Sportverein Grün-Weiß Muster 1921",
        "COMMUNITY_ORG",
        "CONTACT",
        "COMMUNITY_ORG",
        &[],
    ),
    organisation(
        "Sozialwerk Am Teutoblick gGmbH",
        "WELFARE_ASSOC",
        "AGREEMENT",
        "WELFARE_ASSOC",
        &["SGB_VIII", "SGB_XII"],
    ),
    organisation(
        "Diakonische Hilfe Musterstadt",
        "WELFARE_ASSOC",
        "PARTNER",
        "WELFARE_ASSOC",
        &["SGB_VIII", "SGB_XII"],
    ),
    organisation(
        "Jugendhilfe Wegweiser gGmbH",
        "YOUTH_WELFARE_PROVIDER",
        "PARTNER",
        "YOUTH_WELFARE_PROVIDER",
        &["SGB_VIII"],
    ),
    organisation(
        "Kita Regenbogenland",
        "KITA",
        "AGREEMENT",
        "KITA",
        &["KIBIZ"],
    ),
    organisation("Kita Wiesenkinder", "KITA", "CONTACT", "KITA", &["KIBIZ"]),
    organisation(
        "Grundschule Am Mühlenbach",
        "SCHOOL",
        "PARTNER",
        "SCHOOL",
        &["SCHULG_NRW"],
    ),
    organisation(
        "Gesamtschule Nordring",
        "SCHOOL",
        "PARTNER",
        "SCHOOL",
        &["SCHULG_NRW"],
    ),
    organisation(
        "Berufskolleg Ziegelstraße",
        "SCHOOL",
        "CONTACT",
        "SCHOOL",
        &["SCHULG_NRW"],
    ),
    organisation(
        "Sprachschule Wortreich",
        "EDUCATION_PROVIDER",
        "PARTNER",
        "COMMUNITY_ORG",
        &["INTV_DEUFOEV"],
    ),
    organisation(
        "Moscheeverein Musterstadt e. V.",
        "RELIGIOUS_COMMUNITY",
        "CONTACT",
        "RELIGIOUS_COMMUNITY",
        &[],
    ),
    organisation(
        "Evangelische Gemeinde St. Beispiel",
        "RELIGIOUS_COMMUNITY",
        "CONTACT",
        "RELIGIOUS_COMMUNITY",
        &[],
    ),
    organisation(
        "Integrationsrat Musterstadt",
        "INTEGRATION_COUNCIL",
        "PARTNER",
        "MUNICIPAL_OFFICE",
        &[],
    ),
    organisation(
        "Integrationsagentur Lindenhof",
        "INTEGRATION_AGENCY",
        "FUNDED",
        "WELFARE_ASSOC",
        &["TINTG_NRW"],
    ),
    organisation(
        "Ehrenamtsbörse Musterstadt",
        "COMMUNITY_ORG",
        "PARTNER",
        "VOLUNTEERS",
        &[],
    ),
    organisation(
        "Sozialamt Musterstadt",
        "SOCIAL_OFFICE",
        "OWN_UNIT",
        "MUNICIPAL_OFFICE",
        &["SGB_XII", "ASYLBLG", "WOGG"],
    ),
    organisation(
        "Einbürgerungsbehörde Musterstadt",
        "NATURALISATION_AUTHORITY",
        "OWN_UNIT",
        "MUNICIPAL_OFFICE",
        &["STAG"],
    ),
    organisation(
        "Agentur für Arbeit Musterstadt",
        "EMPLOYMENT_AGENCY",
        "PARTNER",
        "MUNICIPAL_OFFICE",
        &["SGB_III"],
    ),
    organisation(
        "Handwerkskammer Musterland",
        "CHAMBER",
        "CONTACT",
        "EMPLOYER",
        &["BQFG_ANERKENNUNG"],
    ),
    organisation(
        "Tagespflege Abendsonne gGmbH",
        "CARE_PROVIDER",
        "CONTACT",
        "WELFARE_ASSOC",
        &["SGB_XI"],
    ),
    organisation(
        "Kulturhaus Alte Färberei",
        "CULTURE",
        "PARTNER",
        "COMMUNITY_ORG",
        &[],
    ),
];

/// Heard of later, one after the other.
pub(crate) const LATER: &[Sample] = &[
    organisation(
        "Afro-Deutscher Begegnungskreis e. V.",
        "MIGRANT_ORG",
        "CONTACT",
        "MIGRANT_ORG",
        &[],
    ),
    organisation(
        "Bildungsbrücke Lernhaus e. V.",
        "MIGRANT_ORG",
        "CONTACT",
        "MIGRANT_ORG",
        &[],
    ),
    organisation(
        "Verein Morgenröte e. V.",
        "MIGRANT_ORG",
        "CONTACT",
        "MIGRANT_ORG",
        &[],
    ),
    organisation(
        "Tanz- und Theaterkreis Saitenklang",
        "CULTURE",
        "CONTACT",
        "COMMUNITY_ORG",
        &[],
    ),
    organisation("Kita Sternschnuppe", "KITA", "CONTACT", "KITA", &["KIBIZ"]),
    organisation("Kita Farbenfroh", "KITA", "CONTACT", "KITA", &["KIBIZ"]),
    organisation(
        "Realschule Am Wasserturm",
        "SCHOOL",
        "CONTACT",
        "SCHOOL",
        &["SCHULG_NRW"],
    ),
    organisation(
        "Grundschule Hasenberg",
        "SCHOOL",
        "CONTACT",
        "SCHOOL",
        &["SCHULG_NRW"],
    ),
    organisation(
        "Beratungsstelle Ankerplatz gGmbH",
        "WELFARE_ASSOC",
        "PARTNER",
        "WELFARE_ASSOC",
        &["SGB_VIII", "SGB_XII"],
    ),
    organisation(
        "Stadtteilverein Südufer e. V.",
        "COMMUNITY_ORG",
        "CONTACT",
        "COMMUNITY_ORG",
        &[],
    ),
    organisation(
        "Fahrradwerkstatt Kettenglied",
        "COMMUNITY_ORG",
        "CONTACT",
        "VOLUNTEERS",
        &[],
    ),
    organisation(
        "Sportfreunde Beispieltal 08",
        "SPORT",
        "CONTACT",
        "COMMUNITY_ORG",
        &[],
    ),
    organisation(
        "Metallbau Exempel GmbH",
        "EMPLOYER",
        "CONTACT",
        "EMPLOYER",
        &[],
    ),
    organisation(
        "Praxisverbund Gesundes Viertel",
        "HEALTH_PROVIDER",
        "CONTACT",
        "COMMUNITY_ORG",
        &["SGB_V"],
    ),
    organisation(
        "Gemeinde der Beispielkirche",
        "RELIGIOUS_COMMUNITY",
        "CONTACT",
        "RELIGIOUS_COMMUNITY",
        &[],
    ),
    organisation(
        "Frauenverein Sonnenhof e. V.",
        "MIGRANT_ORG",
        "FUNDED",
        "MIGRANT_ORG",
        &[],
    ),
];

/// Organisations that apply for money and are in no register.
pub(crate) const STRANGERS: &[&str] = &[
    "Initiative Offene Tür",
    "Lesekreis Wörterwald",
    "Gruppe Zusammen Kochen",
    "Nachbarschaftsgarten Erdreich",
    "Elternkreis Brückenschlag",
    "Verein Klangfarben (in Gründung)",
    "Theatergruppe Lampenfieber",
    "Lernhilfe Rechenheft",
];

/// What an organisation is called after its renaming.
pub(crate) fn renamed(name: &str) -> String {
    match name.strip_suffix(" e. V.") {
        Some(short) => format!("{short} Verbund e. V."),
        None => format!("{name} (neu)"),
    }
}

/// The same organisation as somebody else writes it.
pub(crate) fn misspelt(name: &str) -> String {
    match name.strip_suffix(" e. V.") {
        Some(short) => format!("{short} eV"),
        None => name.replace("Am ", "am "),
    }
}

/// Why two entries were linked.
pub(crate) const SAME: &[&str] = &[
    "Doppelt angelegt.",
    "Dieselbe Einrichtung, andere Schreibweise.",
];

/// Why a link was taken back.
pub(crate) const NOT_SAME: &[&str] = &["Es sind doch zwei verschiedene Träger."];
