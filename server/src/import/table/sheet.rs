//! A table as it stands in a file: rows of cells, within limits.

use time::{PrimitiveDateTime, Time};

/// The most rows, headings and empty ones included.
pub(super) const MOST_ROWS: usize = 200_000;
/// The most columns.
pub(super) const MOST_COLUMNS: usize = 1_000;
/// The most filled cells.
pub(super) const MOST_CELLS: usize = 5_000_000;
/// The most text of all cells together, in bytes: a workbook may name one long text in every cell.
pub(super) const MOST_TEXT: usize = 200 * 1024 * 1024;
/// The longest content of a cell, in characters; what Excel has.
const LONGEST_CELL: usize = 32_767;
/// How much of a cell is repeated to people, in characters.
const SHOWN: usize = 40;

/// What stands in a cell.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) enum Cell {
    /// Nothing, or white space.
    #[default]
    Empty,
    /// Text, without the white space around it.
    Text(Box<str>),
    /// A number.
    Number(f64),
    /// A date of the spreadsheet with its time of day, in local time.
    Moment(PrimitiveDateTime),
    /// True or false.
    Truth(bool),
    /// Something that can't be read: what, in German.
    Unreadable(&'static str),
}

impl Cell {
    /// The cell that holds a text.
    pub(super) fn text(text: &str) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() {
            Self::Empty
        } else if text.len() > LONGEST_CELL && text.chars().count() > LONGEST_CELL {
            Self::Unreadable("enthält mehr als 32.767 Zeichen")
        } else if text.contains('\u{fffd}') {
            Self::Unreadable(
                "enthält Zeichen, die sich nicht lesen lassen (falsche Zeichenkodierung?)",
            )
        } else {
            Self::Text(text.into())
        }
    }

    /// Its content as text, as it goes into names and keys; a whole number has no decimals.
    pub(super) fn as_text(&self) -> String {
        match self {
            Self::Empty | Self::Unreadable(_) => String::new(),
            Self::Text(text) => text.to_string(),
            Self::Number(number) => number.to_string().replace('.', ","),
            Self::Moment(moment) => german(*moment),
            Self::Truth(true) => "ja".to_owned(),
            Self::Truth(false) => "nein".to_owned(),
        }
    }

    const fn text_bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Empty
            | Self::Number(_)
            | Self::Moment(_)
            | Self::Truth(_)
            | Self::Unreadable(_) => 0,
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Its content as it is repeated to people.
    pub(super) fn shown(&self) -> String {
        shown(&self.as_text())
    }
}

/// A date of a spreadsheet as offices write it. A time of day alone is one of the first days there are.
fn german(moment: PrimitiveDateTime) -> String {
    let (day, time) = (moment.date(), moment.time());
    let clock = if time.second() == 0 {
        format!("{:02}:{:02}", time.hour(), time.minute())
    } else {
        format!(
            "{:02}:{:02}:{:02}",
            time.hour(),
            time.minute(),
            time.second()
        )
    };
    let date = format!(
        "{:02}.{:02}.{}",
        day.day(),
        u8::from(day.month()),
        day.year()
    );
    match (day.year() < 1905, time == Time::MIDNIGHT) {
        (true, _) => clock,
        (false, true) => date,
        (false, false) => format!("{date} {clock}"),
    }
}

/// A text as it is repeated to people: short, and nothing in it can steer a terminal.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .map(|c| match c {
            c if querschnitt_domain::Text::forbids(c) => '\u{b7}',
            c => c,
        })
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("„{shown}“")
}

/// A row that holds something.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Row {
    /// As the spreadsheet counts, from 1. In a CSV file: the line it begins on.
    pub(super) number: usize,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    /// The cell in this column, counted from 0.
    pub(super) fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }

    /// The first cell that holds something.
    pub(super) fn first(&self) -> &Cell {
        let mut filled = self.cells.iter().filter(|cell| !cell.is_empty());
        filled.next().unwrap_or(&Cell::Empty)
    }
}

/// All rows that hold something, in order.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Sheet {
    pub(super) rows: Vec<Row>,
    /// How many rows hold nothing.
    pub(super) empty: usize,
    /// The merged cells of a workbook.
    pub(super) merged: Vec<Merged>,
    /// Whether the workbook counts days from 1904, so that a number alone is no day.
    pub(super) from_1904: bool,
    cells: usize,
    text: usize,
}

/// Cells that are one, of which the first holds the content. Rows count from 1, columns from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Merged {
    pub(super) rows: (usize, usize),
    pub(super) columns: (usize, usize),
}

impl Merged {
    pub(super) const fn holds(&self, row: usize, column: usize) -> bool {
        self.rows.0 <= row
            && row <= self.rows.1
            && self.columns.0 <= column
            && column <= self.columns.1
    }
}

impl Sheet {
    /// Adds a row; `Err` says which limit it breaks, in German.
    pub(super) fn push(&mut self, number: usize, mut cells: Vec<Cell>) -> Result<(), String> {
        if cells.len() > MOST_COLUMNS {
            return Err(too_wide());
        }
        while cells.last().is_some_and(Cell::is_empty) {
            cells.pop();
        }
        if cells.is_empty() {
            self.empty += 1;
            return Ok(());
        }
        self.cells += cells.len();
        self.text += cells.iter().map(Cell::text_bytes).sum::<usize>();
        if self.rows.len() >= MOST_ROWS || self.cells > MOST_CELLS {
            return Err(too_long());
        }
        if self.text > MOST_TEXT {
            return Err("Die Tabelle enthält mehr als 200 MB Text; teilen Sie sie auf.".to_owned());
        }
        self.rows.push(Row { number, cells });
        Ok(())
    }
}

pub(super) fn too_wide() -> String {
    "Die Tabelle hat mehr als 1.000 Spalten; entfernen Sie, was nicht dazugehört.".to_owned()
}

pub(super) fn too_long() -> String {
    "Die Tabelle hat mehr als 200.000 Zeilen oder 5 Millionen Zellen; teilen Sie sie auf."
        .to_owned()
}

/// The letters of a column, counted from 0: A … Z, AA …
pub(super) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        // Less than 26.
        letters.push(b'A' + u8::try_from(rest % 26).unwrap_or_default());
        rest /= 26;
    }
    letters
        .iter()
        .rev()
        .map(|letter| char::from(*letter))
        .collect()
}

/// The column with these letters, counted from 0.
pub(super) fn column(letters: &str) -> Option<usize> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0;
    for letter in letters.bytes() {
        let place = letter
            .to_ascii_uppercase()
            .checked_sub(b'A')
            .filter(|place| *place < 26)?;
        column = column * 26 + usize::from(place) + 1;
    }
    Some(column - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (number, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(number), name);
            assert_eq!(column(name), Some(number));
        }
        assert_eq!(column("ä"), None);
        assert_eq!(column("A1"), None);
    }

    #[test]
    fn what_is_repeated_is_short_and_harmless() {
        assert_eq!(shown("a\u{1b}[31mb\0\u{202e}"), "„a·[31mb··“");
        assert_eq!(shown(&"ä".repeat(41)), format!("„{}…“", "ä".repeat(40)));
    }

    #[test]
    fn limits_hold() {
        let mut sheet = Sheet::default();
        assert!(sheet.push(1, vec![Cell::Empty; MOST_COLUMNS + 1]).is_err());
        assert!(sheet.push(1, vec![Cell::Empty; MOST_COLUMNS]).is_ok());
        assert_eq!((sheet.rows.len(), sheet.empty), (0, 1));
        assert!(matches!(
            Cell::text(&"x".repeat(32_768)),
            Cell::Unreadable(_)
        ));
        for row in 0..MOST_ROWS {
            sheet.push(row, vec![Cell::Truth(true)]).unwrap();
        }
        assert!(sheet.push(0, vec![Cell::Truth(true)]).is_err());
        let mut sheet = Sheet::default();
        let long = || vec![Cell::text(&"x".repeat(32_767)); MOST_COLUMNS];
        let pushed = (0..7).find_map(|row| sheet.push(row, long()).err());
        assert!(pushed.is_some_and(|why| why.contains("mehr als 200 MB Text")));
    }
}
