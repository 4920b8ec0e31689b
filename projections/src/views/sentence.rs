//! What happened, in German, for people: one sentence per event kind.

use querschnitt_domain::EventKind;

/// The sentence, with the fields that changed behind it: "Beratung berichtigt: Dauer, Zielgruppe".
#[must_use]
pub fn sentence(kind: EventKind, changed: &[&str]) -> String {
    let what = happened(kind);
    // A kind that always changes the same field says so already.
    if changed.is_empty() || says_its_field(kind) {
        return what.to_owned();
    }
    let fields: Vec<&str> = changed.iter().map(|field| label(field)).collect();
    format!("{what}: {}", fields.join(", "))
}

/// What happened.
#[must_use]
pub const fn happened(kind: EventKind) -> &'static str {
    match kind {
        EventKind::OrganisationRegistered => "Organisation aufgenommen",
        EventKind::OrganisationRenamed => "Organisation umbenannt",
        EventKind::OrganisationDescribed => "Angaben zur Organisation geändert",
        EventKind::OrganisationRelationSet => "Verhältnis zum Zentrum festgelegt",
        EventKind::OrganisationLinkedAsSame => "Als dieselbe Organisation verknüpft",
        EventKind::OrganisationUnlinkedAsSame => "Verknüpfung als dieselbe Organisation gelöst",
        EventKind::OrganisationCorrected => "Angaben zur Organisation berichtigt",
        EventKind::OrganisationRetracted => "Organisation zurückgezogen",
        EventKind::ConsultationRecorded => "Beratung erfasst",
        EventKind::ConsultationCorrected => "Beratung berichtigt",
        EventKind::ConsultationRetracted => "Beratung zurückgezogen",
        EventKind::ConsultationLinked => "Beratung verknüpft",
        EventKind::ConsultationUnlinked => "Verknüpfung der Beratung gelöst",
        EventKind::NetworkFounded => "Gremium angelegt",
        EventKind::NetworkChanged => "Angaben zum Gremium geändert",
        EventKind::NetworkMemberJoined => "Mitglied aufgenommen",
        EventKind::NetworkMemberLeft => "Mitglied ausgeschieden",
        EventKind::NetworkClosed => "Gremium beendet",
        EventKind::NetworkReopened => "Beendigung des Gremiums zurückgenommen",
        EventKind::NetworkCorrected => "Angaben zum Gremium berichtigt",
        EventKind::NetworkMemberCorrected => "Mitgliedschaft berichtigt",
        EventKind::NetworkMemberRetracted => "Mitgliedschaft zurückgezogen",
        EventKind::NetworkRetracted => "Gremium zurückgezogen",
        EventKind::MeetingScheduled => "Sitzung geplant",
        EventKind::MeetingRescheduled => "Sitzungsplanung geändert",
        EventKind::MeetingHeld => "Sitzung durchgeführt",
        EventKind::MeetingCorrected => "Sitzung berichtigt",
        EventKind::MeetingCancelled => "Sitzung abgesagt",
        EventKind::MeetingMinutesApproved => "Niederschrift genehmigt",
        EventKind::MeetingRetracted => "Sitzung zurückgezogen",
        EventKind::MeetingContinued => "Weitere Angaben zur Sitzung erfasst",
        EventKind::MeetingReinstated => "Absage der Sitzung zurückgenommen",
        EventKind::MeetingApprovalWithdrawn => "Genehmigung der Niederschrift zurückgenommen",
        EventKind::AgreementMade => "Vereinbarung getroffen",
        EventKind::AgreementChanged => "Vereinbarung geändert",
        EventKind::AgreementFulfilled => "Vereinbarung erfüllt",
        EventKind::AgreementDropped => "Vereinbarung fallen gelassen",
        EventKind::AgreementCorrected => "Vereinbarung berichtigt",
        EventKind::AgreementReopened => "Vereinbarung wieder geöffnet",
        EventKind::AgreementRetracted => "Vereinbarung zurückgezogen",
        EventKind::ReviewRequested => "Stellungnahme angefragt",
        EventKind::ReviewAssigned => "Stellungnahme zugewiesen",
        EventKind::ReviewConflictDeclared => "Befangenheit angezeigt",
        EventKind::ReviewAdviceAsked => "Andere Stelle beteiligt",
        EventKind::ReviewAdviceGiven => "Beteiligte Stelle hat geantwortet",
        EventKind::ReviewStepCompleted => "Arbeitsschritt erledigt",
        EventKind::ReviewStepRetracted => "Arbeitsschritt zurückgenommen",
        EventKind::ReviewClarificationAsked => "Rückfrage an den Antragsteller gestellt",
        EventKind::ReviewClarificationReceived => "Rückfrage vom Antragsteller beantwortet",
        EventKind::ReviewDeadlineExtended => "Frist der Stellungnahme verlängert",
        EventKind::ReviewScored => "Kriterien bewertet",
        EventKind::ReviewDrafted => "Stellungnahme entworfen",
        EventKind::ReviewSigned => "Stellungnahme mitgezeichnet",
        EventKind::ReviewIssued => "Stellungnahme abgegeben",
        EventKind::ReviewSuperseded => "Stellungnahme durch eine neue Fassung ersetzt",
        EventKind::ReviewWithdrawn => "Antrag zur Stellungnahme zurückgezogen",
        EventKind::ReviewDeclined => "Anfrage zur Stellungnahme abgegeben",
        EventKind::ReviewLapsed => "Frist ohne Stellungnahme verstrichen",
        EventKind::ReviewClosed => "Vorgang laut Quelle abgeschlossen",
        EventKind::ReviewFundingDecided => "Entscheidung des Förderers erfasst",
        EventKind::ReviewAttachmentAdded => "Datei zur Stellungnahme angehängt",
        EventKind::ReviewCorrected => "Angaben zur Stellungnahme berichtigt",
        EventKind::ReviewRetracted => "Stellungnahme zurückgenommen",
        EventKind::ReviewClarificationRetracted => "Rückfrage zurückgenommen",
        EventKind::ReviewAdviceRetracted => "Beteiligung zurückgenommen",
        EventKind::ReviewAttachmentRetracted => "Datei zurückgenommen",
        EventKind::ReviewReopened => "Stellungnahme wieder geöffnet",
        EventKind::ReviewEndingCorrected => "Abgabe oder Ende der Stellungnahme berichtigt",
        EventKind::ReviewVersionChanged => "Stand der neuen Fassung geändert",
        EventKind::SourceSeen => "Quelle erneut gelesen, am Eintrag ändert sich nichts",
        EventKind::LetterheadSet => "Briefkopf festgelegt",
        EventKind::AccountRegistered => "Konto angelegt",
        EventKind::AccountRenamed => "Angaben zum Konto geändert",
        EventKind::AccountLocked => "Konto gesperrt",
        EventKind::AccountUnlocked => "Konto entsperrt",
        EventKind::AccountRoleGranted => "Rolle vergeben",
        EventKind::AccountRoleRevoked => "Rolle entzogen",
        EventKind::AccountDeputyAppointed => "Vertretung bestellt",
        EventKind::AccountDeputyEnded => "Vertretung beendet",
        EventKind::AccountTokenIssued => "Token für eine Maschine ausgestellt",
        EventKind::AccountTokenRevoked => "Token einer Maschine entzogen",
        EventKind::ExceptionOrderOpened => "Anliegen oder Prüfauftrag eröffnet",
        EventKind::ExceptionOrderClosed => "Anliegen oder Prüfauftrag geschlossen",
        EventKind::ExceptionGlassBroken => "Notzugriff geöffnet",
        EventKind::ExceptionGlassClosed => "Notzugriff beendet",
        EventKind::AccessRead => "Gelesen",
        EventKind::AccessMonthRemoved => "Monat des Zugriffsprotokolls gelöscht",
        EventKind::UnitDeclared => "Organisationseinheit eingetragen",
        EventKind::UnitRenamed => "Organisationseinheit umbenannt",
    }
}

fn says_its_field(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::OrganisationRenamed
            | EventKind::OrganisationRelationSet
            | EventKind::UnitRenamed
    )
}

/// A field as people call it; a name that is not known here stays as it is.
#[must_use]
pub fn label(field: &str) -> &str {
    match field {
        "name" => "Name",
        "kind" => "Art",
        "legalAreas" => "Rechtskreise",
        "municipality" => "Gemeinde",
        "relation" => "Verhältnis zum Zentrum",
        "note" => "Notiz",
        "occurredOn" => "Datum",
        "date" => "Termin",
        "startsAt" => "Beginn",
        "endsAt" => "Ende",
        "type" => "Beratungsart",
        "mode" => "Form",
        "durationMinutes" => "Dauer",
        "preparationMinutes" => "Vor- und Nachbereitung",
        "targetGroup" => "Zielgruppe",
        "actionAreas" => "Handlungsfelder",
        "taskType" => "Aufgabenschwerpunkt",
        "organisations" => "Organisationen",
        "numberAdvised" => "Zahl der Beratenen",
        "language" => "Sprache",
        "outcome" => "Ergebnis",
        "programme" => "Förderprogramm",
        "visibility" => "Sichtbarkeit",
        "subject" => "Gegenstand",
        "bodyType" => "Gremienart",
        "legalNature" => "Rechtsnatur",
        "kiRole" => "Rolle des Zentrums",
        "state" => "Stand",
        "title" => "Titel",
        "place" => "Ort",
        "agenda" => "Tagesordnung",
        "carriedOver" => "Übernommene Vereinbarungen",
        "attendances" => "Teilnahmen",
        "otherHeadCount" => "Weitere Teilnehmende",
        "results" => "Ergebnisse",
        "chair" => "Leitung",
        "excused" => "Entschuldigte",
        "referred" => "Weitergegebene Themen",
        "nextOn" => "Nächster Termin",
        "district" => "Stadtteil",
        "network" => "Gremium",
        "meeting" => "Sitzung",
        "foundedOn" => "Gründung",
        "joinedOn" => "Beginn der Mitgliedschaft",
        "leftOn" => "Ende der Mitgliedschaft",
        "function" => "Funktion",
        "madeOn" => "Tag der Vereinbarung",
        "responsible" => "Zuständige Organisation",
        "dueOn" => "Frist",
        "termWorkingDays" => "Frist in Arbeitstagen",
        "receivedOn" => "Eingang",
        "receivedAt" => "Zeitpunkt des Eingangs",
        "requester" => "Anfragende Stelle",
        "applicantType" => "Art des Antragstellers",
        "applicant" => "Antragsteller",
        "applicantName" => "Name des Antragstellers",
        "requestedCents" => "Beantragter Betrag",
        "plannedOn" => "Geplanter Abschluss",
        "channel" => "Eingangsweg",
        "department" => "Fachbereich",
        "unit" => "Organisationseinheit",
        "reference" => "Aktenzeichen",
        "authority" => "Behörde",
        "office" => "Dienststelle",
        "address" => "Anschrift",
        "phone" => "Telefon",
        "email" => "E-Mail",
        "web" => "Internet",
        "headFunction" => "Funktion der Leitung",
        "logo" => "Logo",
        "login" => "Anmeldename",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_names_its_fields() {
        assert_eq!(
            sentence(
                EventKind::ConsultationCorrected,
                &["durationMinutes", "targetGroup"]
            ),
            "Beratung berichtigt: Dauer, Zielgruppe"
        );
        assert_eq!(
            sentence(EventKind::OrganisationRenamed, &["name"]),
            "Organisation umbenannt"
        );
    }

    #[test]
    fn no_two_kinds_read_the_same() {
        let sentences: std::collections::HashSet<_> =
            EventKind::ALL.into_iter().map(happened).collect();
        assert_eq!(sentences.len(), EventKind::ALL.len());
    }
}
