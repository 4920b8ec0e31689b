//! What the reader of TOML says, in German and with its place.

/// A sentence with line and column.
pub(super) fn sentence(text: &str, error: &toml::de::Error) -> String {
    let what = words(error.message());
    let Some(before) = error.span().and_then(|span| text.get(..span.start)) else {
        return what;
    };
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("Zeile {line}, Zeichen {column}: {what}")
}

/// The message alone.
pub(super) fn words(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    // The names stand in backticks.
    let names: Vec<&str> = first.split('`').skip(1).step_by(2).collect();
    let quoted = |name: &str| format!("„{name}“");
    match names.as_slice() {
        [name, possible @ ..] if first.starts_with("unknown field") => format!(
            "{} gibt es hier nicht; möglich sind {}",
            quoted(name),
            possible.join(", ")
        ),
        [name, ..] if first.starts_with("missing field") => format!("{name} fehlt"),
        [name, ..] if first.starts_with("duplicate") => format!("{} steht zweimal da", quoted(name)),
        _ if first.starts_with("duplicate") => "ein Feld steht zweimal da".to_owned(),
        _ if first.starts_with("invalid type") || first.starts_with("data did not match") => {
            "hier wird etwas anderes erwartet (Texte stehen in Anführungszeichen, mehrere in eckigen Klammern)".to_owned()
        }
        _ => "das ist keine gültige Schreibweise einer Zuordnung (TOML); fehlt ein Anführungszeichen, ein = oder eine Klammer?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_words_are_german() {
        let said = |text: &str| {
            let error = toml::from_str::<toml::Table>(text).unwrap_err();
            sentence(text, &error)
        };
        let broken = said("source = \"x\"\nkey = Nr.\n");
        assert!(
            broken.starts_with("Zeile 2, Zeichen 7: das ist keine gültige Schreibweise"),
            "{broken}"
        );
        let twice = said("a = 1\na = 2\n");
        assert!(
            twice.starts_with("Zeile 2") && twice.contains("steht zweimal da"),
            "{twice}"
        );
        assert_eq!(
            words("unknown field `wert`, expected one of `column`, `letter`"),
            "„wert“ gibt es hier nicht; möglich sind column, letter"
        );
        assert_eq!(words("missing field `key`"), "key fehlt");
        assert!(words("invalid type: integer `3`, expected a string").starts_with("hier wird"));
    }
}
