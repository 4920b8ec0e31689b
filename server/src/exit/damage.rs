//! What the store says is wrong with a line or an entry, in German: for whoever has to read it at
//! the office. Where it is wrong (file, line, position) is said beside it.

/// What the store says, and its German; `{}` stands for a number or a name.
const WORDS: &[(&str, &str)] = &[
    // Checksums and lines.
    (
        "the checksum does not fit the line",
        "die Prüfsumme passt nicht zur Zeile",
    ),
    (
        "the line is shorter than its checksum",
        "die Zeile ist kürzer als ihre Prüfsumme",
    ),
    (
        "the line does not end in a checksum",
        "die Zeile endet nicht mit einer Prüfsumme",
    ),
    (
        "the line does not name its write",
        "die Zeile nennt ihren Schreibvorgang nicht",
    ),
    ("the line has no end", "die Zeile hat kein Ende"),
    ("the line is too long", "die Zeile ist zu lang"),
    (
        "the line is not an event: {}",
        "die Zeile ist kein Ereignis ({})",
    ),
    (
        "the line belongs to another write",
        "die Zeile gehört zu einem anderen Schreibvorgang",
    ),
    (
        "the line names a write that began at {}",
        "die Zeile nennt einen Schreibvorgang, der an Position {} begann",
    ),
    (
        "{}, and later writes follow",
        "{}; danach folgen spätere Schreibvorgänge",
    ),
    // Order.
    (
        "position {} stands where {} belongs",
        "Position {} steht, wo {} hingehört: es fehlt etwas oder ist vertauscht",
    ),
    (
        "another position stands here",
        "hier steht eine andere Position",
    ),
    (
        "the position is not in its segment",
        "die Position steht nicht in ihrer Datei",
    ),
    ("the time goes backwards", "die Zeit läuft rückwärts"),
    (
        "part {} of {} does not follow what is before it",
        "Teil {} von {} schließt nicht an den Teil davor an",
    ),
    (
        "the command was recorded before",
        "der Vorgang ist schon einmal eingetragen",
    ),
    (
        "the command was recorded twice",
        "der Vorgang ist zweimal eingetragen",
    ),
    (
        "another event has the same id",
        "ein anderes Ereignis hat dieselbe Kennung",
    ),
    (
        "the tags are not those the event has",
        "die Schlagwörter sind nicht die des Ereignisses",
    ),
    (
        "the command has no fingerprint",
        "dem Vorgang fehlt sein Fingerabdruck",
    ),
    (
        "the fingerprint does not stand on the first event of its command",
        "der Fingerabdruck steht nicht beim ersten Ereignis des Vorgangs",
    ),
    (
        "the command before is not whole",
        "der Vorgang davor ist nicht vollständig",
    ),
    (
        "the command before the seal is not whole",
        "der Vorgang vor dem Siegel ist nicht vollständig",
    ),
    (
        "the last command of the segment is not whole",
        "der letzte Vorgang der Datei ist nicht vollständig",
    ),
    // Segments.
    ("the segment is missing", "die Datei fehlt"),
    (
        "the segment after it is missing",
        "die Datei, die darauf folgt, fehlt",
    ),
    (
        "the segment does not say that it ended",
        "die Datei hat kein Ende, obwohl eine weitere folgt",
    ),
    (
        "the segment ends at position {}, the next one begins at {}",
        "die Datei endet an Position {}, die nächste beginnt an Position {}",
    ),
    (
        "the segment begins at {}, but {} is next",
        "die Datei beginnt an Position {}, an der Reihe ist {}",
    ),
    (
        "the segment begins at another position",
        "die Datei beginnt an einer anderen Position",
    ),
    (
        "the segment does not begin with its header",
        "die Datei beginnt nicht mit ihrer Kopfzeile",
    ),
    (
        "the segment belongs to another log",
        "die Datei gehört zu einem anderen Protokoll",
    ),
    ("the segment is too long", "die Datei ist zu lang"),
    (
        "something follows the end of the segment",
        "nach dem Ende der Datei folgt noch etwas",
    ),
    (
        "the seal covers other events than are there",
        "das Siegel deckt andere Ereignisse, als da sind",
    ),
    (
        "the control line is not understood",
        "die Steuerzeile ist unverständlich",
    ),
    (
        "the control line does not belong here",
        "die Steuerzeile gehört nicht hierher",
    ),
    (
        "the name is not the first position of a segment",
        "der Dateiname ist keine Position",
    ),
    (
        "the file is missing, but the log has events",
        "die Datei fehlt, aber das Protokoll hat Ereignisse",
    ),
    ("the file is not whole", "die Datei ist nicht vollständig"),
    ("the file is not understood", "die Datei ist unverständlich"),
    // Tree and checkpoints.
    (
        "the first {} events are not those it was made for",
        "die ersten {} Ereignisse sind nicht die, für die er ausgestellt wurde",
    ),
    (
        "the log has only {} events",
        "das Protokoll hat nur {} Ereignisse",
    ),
    (
        "it is about another log than {}",
        "er gehört nicht zum Protokoll {}",
    ),
    (
        "the checkpoint is malformed: {}",
        "er hat nicht die Form eines Prüfpunkts",
    ),
    (
        "the checkpoint has no signature of the key {}",
        "ihm fehlt die Unterschrift des Schlüssels {}",
    ),
    (
        "the signature of the checkpoint is wrong",
        "seine Unterschrift stimmt nicht",
    ),
    (
        "position {}: unknown event {} version {}",
        "an Position {} steht ein Ereignis, das diese Programmversion nicht kennt ({}, Fassung {}); bitte eine neuere Version verwenden",
    ),
    // The index.
    ("a block is missing", "ein Block fehlt"),
    ("a block is damaged", "ein Block ist beschädigt"),
    (
        "a block says something else",
        "ein Block sagt etwas anderes",
    ),
    (
        "a posting list is not understood",
        "eine Liste von Fundstellen ist unverständlich",
    ),
    (
        "its listing says something else",
        "sein Verzeichnis sagt etwas anderes",
    ),
    (
        "it belongs to another log",
        "er gehört zu einem anderen Protokoll",
    ),
    (
        "it was written by another version of this program",
        "er ist von einer anderen Programmversion und wird beim nächsten Start neu aufgebaut",
    ),
    (
        "it does not say whose it is",
        "er sagt nicht, zu welchem Protokoll er gehört",
    ),
    (
        "a listed segment is not understood",
        "ein Eintrag über eine Datei ist unverständlich",
    ),
    (
        "it lists a segment that the log does not have",
        "er nennt eine Datei, die das Protokoll nicht hat",
    ),
    (
        "a filter is not understood",
        "ein Filter ist unverständlich",
    ),
    ("it has no marker", "ihm fehlt die Marke"),
    (
        "its marker is not understood",
        "seine Marke ist unverständlich",
    ),
    (
        "its marker is not at the end of a listed segment",
        "seine Marke steht nicht am Ende einer Datei, die er nennt",
    ),
    (
        "its marker does not fit the log",
        "seine Marke passt nicht zum Protokoll",
    ),
    (
        "another process has the log open",
        "ein anderer Befehl hat das Protokoll geöffnet",
    ),
    (
        "the data folder cannot be locked: {}",
        "der Datenordner lässt sich nicht sperren: {}",
    ),
    (
        "it cannot be copied: {}",
        "er lässt sich nicht kopieren: {}",
    ),
    ("sled panicked while {}", "sled ist daran gescheitert: {}"),
    // The vault.
    ("the entry is damaged", "der Eintrag ist beschädigt"),
    (
        "the entry is not of its form",
        "der Eintrag hat nicht seine Form",
    ),
    (
        "the entry holds the key of another subject",
        "der Eintrag enthält den Schlüssel eines anderen Datensatzes",
    ),
    (
        "the entry belongs to an unknown kind of record",
        "der Eintrag gehört zu einer unbekannten Art von Datensatz",
    ),
    (
        "the subject's key does not open with the master key",
        "der Schlüssel des Datensatzes lässt sich mit dem Hauptschlüssel nicht öffnen",
    ),
    (
        "the text does not open with its subject's key",
        "der Text lässt sich mit dem Schlüssel seines Datensatzes nicht öffnen",
    ),
    (
        "the text is not the one its commitment was made for",
        "der Text ist nicht der, den das Ereignis festhält",
    ),
    ("the text is not UTF-8", "der Text ist kein UTF-8"),
    (
        "the text is none the book accepts",
        "der Text ist keiner, den das Buch annimmt",
    ),
    ("the file is not there", "die Datei fehlt"),
    (
        "the file is shorter than its header",
        "die Datei ist kürzer als ihre Kopfzeile",
    ),
    (
        "the file does not begin as it should",
        "die Datei beginnt nicht, wie sie soll",
    ),
];

/// The German for what the store says; what is not known stays as it is.
pub(crate) fn german(what: &str) -> String {
    WORDS
        .iter()
        .find_map(|(pattern, german)| {
            let mut told = (*german).to_owned();
            for part in parts(pattern, what)? {
                told = told.replacen("{}", &self::german(part), 1);
            }
            Some(told)
        })
        .unwrap_or_else(|| what.to_owned())
}

/// What stands in the places of a pattern, if the text is of that form.
fn parts<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut fixed = pattern.split("{}");
    let mut rest = text.strip_prefix(fixed.next()?)?;
    let mut parts = Vec::new();
    for next in fixed {
        let at = if next.is_empty() {
            rest.len()
        } else {
            rest.find(next)?
        };
        parts.push(&rest[..at]);
        rest = &rest[at + next.len()..];
    }
    rest.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_inner_sentences_are_kept() {
        assert_eq!(
            german("position 9 stands where 8 belongs"),
            "Position 9 steht, wo 8 hingehört: es fehlt etwas oder ist vertauscht"
        );
        assert_eq!(
            german("the line has no end, and later writes follow"),
            "die Zeile hat kein Ende; danach folgen spätere Schreibvorgänge"
        );
        assert_eq!(
            german("position 2: unknown event case.opened version 1"),
            "an Position 2 steht ein Ereignis, das diese Programmversion nicht kennt (case.opened, Fassung 1); bitte eine neuere Version verwenden"
        );
        assert_eq!(german("something new"), "something new");
    }

    /// Whatever the store says in these files is known here.
    #[test]
    fn the_main_kinds_of_damage_are_all_in_german() {
        let mut found = 0;
        for (file, source) in [
            ("scan", include_str!("../../../store/src/embedded/scan.rs")),
            (
                "segment",
                include_str!("../../../store/src/verify/segment.rs"),
            ),
            ("order", include_str!("../../../store/src/verify/order.rs")),
            ("open", include_str!("../../../store/src/embedded/open.rs")),
            ("line", include_str!("../../../store/src/line.rs")),
            (
                "index",
                include_str!("../../../store/src/embedded/sealed_index/store.rs"),
            ),
        ] {
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            for literal in source.split('"').skip(1).step_by(2) {
                let says = [
                    "the line ",
                    "the segment ",
                    "the time ",
                    "the checksum ",
                    "the command ",
                    "the seal ",
                    "the control ",
                    "a block ",
                    "a filter ",
                    "a listed ",
                    "it has ",
                    "it lists ",
                    "its ",
                ];
                if says.iter().any(|begin| literal.starts_with(begin)) && !literal.contains('{') {
                    found += 1;
                    assert_ne!(german(literal), literal, "{file}: not in German");
                }
            }
        }
        assert!(found > 15, "{found}");
    }
}
