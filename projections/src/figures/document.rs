//! `docs/figures.md`: the list of figures as a document, from the same texts as everywhere else.

use std::fmt::Write;

use super::{FIGURES, Figure};
use crate::dimension::Dimension;

const INTRODUCTION: &str = "\
# Kennzahlen

Diese Datei ist erzeugt (`make schema`); ihre Texte sind dieselben, die die Anwendung zeigt.

- **Zeitraum**: ganze Kalendertage in Europe/Berlin, der erste zählt mit, der letzte ist der Tag vor
  dem Ende. Schlüssel: `2026`, `2026-H1`, `2026-Q3`, `2026-11`, `2025/26` (Schuljahr, 1. August bis
  31. Juli) und `2026-01-01/2026-02-15`. Ein Abschnitt, der über den Rand des Zeitraums reicht, wird
  dort abgeschnitten.
- **Stand** (`asOf`): es zählt nur, was an dieser Stelle des Protokolls bekannt war; Berichtigungen und
  Rücknahmen, die später kamen, ändern die Zahl nicht mehr.
- **Zentren**: es zählen nur Bücher der Zentren, die die fragende Person sehen darf.
- **Aufgliederung**: nach höchstens vier Merkmalen zugleich, nach der Zeit nur einmal. Jede Kennzahl
  lässt sich nach `YEAR`, `HALF_YEAR`, `QUARTER`, `MONTH` und `SCHOOL_YEAR` aufgliedern. Was ein Datensatz
  nicht angibt, steht in der Zeile „ohne Angabe“.
- **Gesamtzahl**: eine eigene Zahl, nicht die Summe der Zeilen; ein Datensatz mit mehreren
  Handlungsfeldern und eine Organisation, die in mehreren Zeilen vorkommt, zählen in ihr einmal.
- **Genauigkeit**: Zähler und Nenner stehen neben jedem Wert; gerundet wird erst in der Anzeige. Ist der
  Nenner 0, gibt es keinen Wert.
- **Förderlinie** (`FUNDING_LINE`): folgt aus dem Programm der Beratung (Spalte `parent` der Werteliste
  `programme`). Eine amtliche Liste wurde nicht gefunden; sie hält die Teile der KI-Förderung, von
  KOMM-AN und von KIM auseinander und fasst das Übrige nach dem Geldgeber zusammen.
";

/// The document.
#[must_use]
pub fn figures_document() -> String {
    let mut text = INTRODUCTION.to_owned();
    for figure in FIGURES {
        write_figure(&mut text, figure);
    }
    text
}

fn write_figure(text: &mut String, figure: &Figure) {
    let names = |dimensions: &[Dimension]| {
        let names: Vec<_> = dimensions
            .iter()
            .map(|dimension| format!("{} (`{dimension}`)", dimension.label()))
            .collect();
        names.join(", ")
    };
    let always = figure.always_by.map_or_else(String::new, |dimension| {
        format!(" Immer nach {}.", names(&[dimension]))
    });
    // Writing to a String can't fail.
    let _ = write!(
        text,
        "\n## {key}: {title}\n\n{definition}\n\n- Einheit: {unit}\n- Fassung der Definition: {version}\n- Aufgliederung nach: {by}.{always}\n",
        key = figure.key,
        title = figure.title,
        definition = figure.definition,
        unit = figure.unit.label(),
        version = figure.version,
        by = names(figure.dimensions),
    );
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_generated_document_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/figures.md");
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            std::fs::write(&path, figures_document()).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == figures_document(),
            "docs/figures.md is not what the figures say: run `make schema`"
        );
    }
}
