//! The fields of a row, read as what they mean; each cell that can't be is refused by its place.

use querschnitt_domain::{Code, List, Text, UnitId};
use time::Date;

use super::heading::Columns;
use super::mapping::{Origin, Piece, Rule, Rules};
use super::number;
use super::sheet::{Cell, Row, shown};
use super::units::Units;
use super::when::{self, When};

/// A field that a mapping can fill.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Field {
    /// Its name in a mapping.
    pub(super) name: &'static str,
    /// The heading of its column in the sample table.
    pub(super) heading: &'static str,
    pub(super) required: bool,
    /// What it means, for the sample mapping.
    pub(super) about: &'static str,
    /// What the sample table holds there.
    pub(super) sample: &'static str,
}

/// A field, in a list of them.
pub(super) const fn field(
    name: &'static str,
    heading: &'static str,
    required: bool,
    about: &'static str,
    sample: &'static str,
) -> Field {
    Field {
        name,
        heading,
        required,
        about,
        sample,
    }
}

/// The fields of a kind of record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Known {
    pub(super) fields: &'static [Field],
    /// The fields of its steps; empty where it has none.
    pub(super) step: &'static [Field],
}

/// A cell that is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    pub(super) row: usize,
    pub(super) field: &'static str,
    /// Row and column, as people find them, and what is wrong.
    pub(super) sentence: String,
}

/// Reads the fields of one row.
pub(super) struct Fields<'a> {
    pub(super) rules: &'a Rules,
    pub(super) columns: &'a Columns,
    /// The units that cells may name.
    pub(super) units: &'a Units,
    pub(super) row: &'a Row,
    pub(super) refused: &'a mut Vec<Refusal>,
}

impl<'a> Fields<'a> {
    /// The place of a field in this row, as people find it.
    pub(super) fn place(&self, field: &str) -> String {
        let row = self.row.number;
        match self.rules.get(field).and_then(|rule| self.column(rule)) {
            Some(column) => format!("Zeile {row}, {}", self.columns.name(column)),
            None => format!("Zeile {row}, Feld {field}"),
        }
    }

    fn column(&self, rule: &Rule) -> Option<usize> {
        match &rule.origin {
            Origin::Heading(heading) => self.columns.find(heading),
            Origin::Letter(column) => Some(*column),
            Origin::Pattern(pieces) => pieces.iter().find_map(|piece| match piece {
                Piece::Heading(heading) => self.columns.find(heading),
                Piece::Words(_) => None,
            }),
            Origin::Constant(_) => None,
        }
    }

    pub(super) fn refuse(&mut self, field: &'static str, why: &str) {
        let sentence = format!("{}: {why}", self.place(field));
        let row = self.row.number;
        self.refused.push(Refusal {
            row,
            field,
            sentence,
        });
    }

    /// The cell of a field after what the mapping makes of it; `None` where nothing is known.
    fn cell(&mut self, field: &'static str) -> Option<(Cell, &'a Rule)> {
        let rule = self.rules.get(field)?;
        let cell = match &rule.origin {
            Origin::Heading(_) | Origin::Letter(_) => self
                .column(rule)
                .map(|column| self.row.cell(column).clone())
                .unwrap_or_default(),
            Origin::Constant(value) => Cell::text(value),
            Origin::Pattern(pieces) => self.filled(pieces),
        };
        if let Cell::Unreadable(why) = cell {
            self.refuse(field, &format!("die Zelle {why}"));
            return None;
        }
        let text = cell.as_text();
        if cell.is_empty() || rule.empty.iter().any(|empty| same(empty, &text)) {
            return None;
        }
        Some((cell, rule))
    }

    /// A pattern; empty where all its cells are.
    fn filled(&self, pieces: &[Piece]) -> Cell {
        let mut text = String::new();
        let mut found = false;
        for piece in pieces {
            match piece {
                Piece::Words(words) => text.push_str(words),
                Piece::Heading(heading) => {
                    let cell = self
                        .columns
                        .find(heading)
                        .map(|column| self.row.cell(column));
                    match cell {
                        Some(Cell::Unreadable(why)) => return Cell::Unreadable(why),
                        Some(cell) if !cell.is_empty() => {
                            text.push_str(&cell.as_text());
                            found = true;
                        }
                        Some(_) | None => {}
                    }
                }
            }
        }
        if found {
            Cell::text(&text)
        } else {
            Cell::Empty
        }
    }

    /// Keeps a value that was read, or refuses its cell.
    fn keep<T>(&mut self, field: &'static str, read: Result<T, String>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(why) => {
                self.refuse(field, &why);
                None
            }
        }
    }

    /// What must not be missing; a cell that was refused already is not refused again.
    pub(super) fn required<T>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        let row = self.row.number;
        let refused = |refusal: &Refusal| refusal.field == field && refusal.row == row;
        if value.is_none() && !self.refused.iter().any(refused) {
            self.refuse(field, "die Zelle ist leer, die Angabe ist aber nötig");
        }
        value
    }

    /// The text of a field as it stands in the table.
    pub(super) fn raw(&mut self, field: &'static str) -> Option<String> {
        let (cell, rule) = self.cell(field)?;
        let text = cell.as_text();
        Some(translated(rule, &text).map_or(text, str::to_owned))
    }

    /// What a field says, the same however its day is written.
    pub(super) fn meant(&mut self, field: &'static str) -> Option<String> {
        let (cell, rule) = self.cell(field)?;
        let text = cell.as_text();
        Some(match when::when(&cell, &rule.dates) {
            Ok(When { day, at: None }) => day.to_string(),
            Ok(When { at: Some(at), .. }) => at.to_string(),
            Err(_) => translated(rule, &text).map_or(text, str::to_owned),
        })
    }

    /// One line.
    pub(super) fn line(&mut self, field: &'static str, most: usize) -> Option<Text> {
        let text = self.raw(field)?;
        // A cell with several lines where one is expected.
        let text = text
            .split(['\n', '\r'])
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let read = Text::line(&text, most).map_err(|error| format!("{} {error}", shown(&text)));
        self.keep(field, read)
    }

    /// Several lines.
    pub(super) fn text(&mut self, field: &'static str, most: usize) -> Option<Text> {
        let text = self.raw(field)?;
        let read = Text::new(&text, most).map_err(|error| format!("{} {error}", shown(&text)));
        self.keep(field, read)
    }

    /// A day, with its instant where the table has one.
    pub(super) fn when(&mut self, field: &'static str) -> Option<When> {
        let (cell, rule) = self.cell(field)?;
        if self.columns.from_1904 && matches!(cell, Cell::Number(_)) {
            let why = format!(
                "{} ist eine Zahl ohne Datumsformat, und diese Arbeitsmappe zählt die Tage ab 1904; geben Sie der Zelle in der Tabellenkalkulation das Format Datum",
                cell.shown()
            );
            self.refuse(field, &why);
            return None;
        }
        self.keep(field, when::when(&cell, &rule.dates))
    }

    /// A day.
    pub(super) fn day(&mut self, field: &'static str) -> Option<Date> {
        self.when(field).map(|when| when.day)
    }

    /// A value of a list, by its code, by its label or as the mapping translates it.
    pub(super) fn code<L: List>(&mut self, field: &'static str) -> Option<Code<L>> {
        let (cell, rule) = self.cell(field)?;
        let read = code(&cell.as_text(), rule);
        self.keep(field, read)
    }

    /// Several of them in one cell.
    pub(super) fn codes<L: List>(&mut self, field: &'static str) -> Vec<Code<L>> {
        let Some((cell, rule)) = self.cell(field) else {
            return Vec::new();
        };
        let text = cell.as_text();
        // A label may hold the separator.
        if let Ok(one) = code(&text, rule) {
            return vec![one];
        }
        let parts: Vec<String> = parts(&text, rule).map(str::to_owned).collect();
        let mut codes = Vec::new();
        for part in parts {
            let read = code(&part, rule);
            codes.extend(self.keep(field, read));
        }
        codes
    }

    /// The texts of a cell that holds several.
    pub(super) fn several(&mut self, field: &'static str) -> Vec<String> {
        match self.cell(field) {
            Some((cell, rule)) => parts(&cell.as_text(), rule).map(str::to_owned).collect(),
            None => Vec::new(),
        }
    }

    /// The lines of a cell, or its parts where the mapping says what stands between them.
    pub(super) fn lines(&mut self, field: &'static str) -> Vec<String> {
        let Some((cell, rule)) = self.cell(field) else {
            return Vec::new();
        };
        let text = cell.as_text();
        let lines = text.lines().flat_map(|line| match rule.split.as_str() {
            // What stands between several values otherwise is part of many titles.
            super::mapping::SPLIT => vec![line],
            split => line.split(split).collect(),
        });
        let filled = lines.map(str::trim).filter(|line| !line.is_empty());
        filled.map(str::to_owned).collect()
    }

    /// Yes or no.
    pub(super) fn truth(&mut self, field: &'static str) -> Option<bool> {
        const WORDS: [(&str, &str, bool); 4] = [
            ("JA", "ja", true),
            ("NEIN", "nein", false),
            ("X", "x", true),
            ("TRUE", "wahr", true),
        ];
        self.choice(field, &WORDS)
    }

    /// One of a few words, by its code or its German name.
    pub(super) fn choice<T: Copy>(
        &mut self,
        field: &'static str,
        of: &[(&str, &str, T)],
    ) -> Option<T> {
        let text = self.raw(field)?;
        let found = of
            .iter()
            .find(|(code, label, _)| same(code, &text) || same(label, &text));
        let read = found.map(|(_, _, value)| *value).ok_or_else(|| {
            let labels: Vec<&str> = of.iter().map(|(_, label, _)| *label).collect();
            format!(
                "{} gibt es hier nicht; möglich sind: {}",
                shown(&text),
                labels.join(", ")
            )
        });
        self.keep(field, read)
    }

    /// An amount of euros, in cents.
    pub(super) fn cents(&mut self, field: &'static str) -> Option<u64> {
        let (cell, _) = self.cell(field)?;
        self.keep(field, number::cents(&cell))
    }

    /// A whole number.
    pub(super) fn whole<N: TryFrom<i64>>(&mut self, field: &'static str) -> Option<N> {
        let (cell, _) = self.cell(field)?;
        let read = number::whole(&cell).and_then(|number| {
            N::try_from(number).map_err(|_| format!("{} ist zu groß oder zu klein", cell.shown()))
        });
        self.keep(field, read)
    }

    /// A unit of the register.
    pub(super) fn unit(&mut self, field: &'static str) -> Option<UnitId> {
        let text = self.raw(field)?;
        let read = self.units.find(&text);
        self.keep(field, read)
    }

    /// What stands in the cell of a unit, and whether the mapping says that it is to be declared.
    pub(super) fn unit_named(&mut self, field: &'static str) -> Option<(String, bool)> {
        let (_, rule) = self.cell(field)?;
        Some((self.raw(field)?, rule.declare))
    }
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

fn translated<'r>(rule: &'r Rule, text: &str) -> Option<&'r str> {
    let mut values = rule.values.iter();
    values
        .find(|(from, _)| same(from, text))
        .map(|(_, to)| to.as_str())
}

fn parts<'t>(text: &'t str, rule: &'t Rule) -> impl Iterator<Item = &'t str> {
    text.split(rule.split.as_str())
        .flat_map(|part| part.split('\n'))
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn code<L: List>(text: &str, rule: &Rule) -> Result<Code<L>, String> {
    let wanted = translated(rule, text).unwrap_or(text);
    Code::all()
        .find(|code: &Code<L>| same(code.as_str(), wanted) || same(code.label(), wanted))
        .ok_or_else(|| {
            let labels: Vec<&str> = Code::<L>::all().take(12).map(Code::label).collect();
            let more = if Code::<L>::all().count() > 12 {
                " …"
            } else {
                ""
            };
            format!(
                "{} gibt es hier nicht; möglich sind: {}{more}",
                shown(text),
                labels.join(", ")
            )
        })
}
