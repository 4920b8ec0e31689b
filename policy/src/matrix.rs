//! The access matrix as data (`access-matrix.csv`, and `access-matrix-more.csv` for what it does not have):
//! what the policies are held against in tests. It decides nothing.

use querschnitt_domain::Role;

use crate::cell::{Action, Cell};
use crate::relation::{Relation, Relations};

/// One cell of the matrix for one role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// `-`: nothing, not even existence.
    Nothing,
    /// Reading (`R:`), or reading and writing (`W:`), while all of these relations hold.
    While {
        /// The most that may be done.
        action: Action,
        /// What has to hold.
        relations: Relations,
    },
}

impl Entry {
    /// What the matrix says to a question, by the meaning in `domain.md` 11.2.
    #[must_use]
    pub fn allows(self, asked: Action, standing: Relations) -> bool {
        match self {
            Self::Nothing => false,
            Self::While { action, relations } => {
                (asked == Action::Read || action == Action::Write) && standing.has_all(relations)
            }
        }
    }
}

/// The whole matrix.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matrix(Vec<[Entry; Role::ALL.len()]>);

/// What is wrong with the data, by line.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line} of the access matrix: {problem}")]
pub struct MatrixError {
    line: usize,
    problem: String,
}

const FILES: [&str; 2] = [
    include_str!("../access-matrix.csv"),
    include_str!("../access-matrix-more.csv"),
];

impl Matrix {
    /// Reads the matrix this program was built with.
    ///
    /// # Errors
    /// When a row, a column or a condition is not known, or one is missing.
    pub fn load() -> Result<Self, MatrixError> {
        let mut rows = Vec::new();
        for file in FILES {
            let mut lines = file.lines().enumerate();
            let heading: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
            let expected = format!("record_class,field_class,{}", heading.join(","));
            if lines.next().is_none_or(|(_, line)| line != expected) {
                return Err(at(0, "the columns are not the roles, in their order"));
            }
            for (line, text) in lines {
                let cell = Cell::ALL
                    .get(rows.len())
                    .ok_or_else(|| at(line, "a row that this program does not know"))?;
                let cells = text
                    .strip_prefix(cell.as_str())
                    .and_then(|rest| rest.strip_prefix(','))
                    .ok_or_else(|| at(line, &format!("{} was expected", cell.as_str())))?;
                rows.push(row(cells).map_err(|problem| at(line, &problem))?);
            }
        }
        if rows.len() < Cell::ALL.len() {
            return Err(at(rows.len(), "rows are missing"));
        }
        Ok(Self(rows))
    }

    /// What the matrix says for a role and a cell.
    #[must_use]
    pub fn entry(&self, role: Role, cell: Cell) -> Entry {
        self.0
            .get(cell as usize)
            .map_or(Entry::Nothing, |row| row[role as usize])
    }
}

fn at(line: usize, problem: &str) -> MatrixError {
    MatrixError {
        line: line + 1,
        problem: problem.to_owned(),
    }
}

fn row(cells: &str) -> Result<[Entry; Role::ALL.len()], String> {
    let entries: Vec<Entry> = cells.split(',').map(entry).collect::<Result<_, _>>()?;
    entries
        .try_into()
        .map_err(|entries: Vec<Entry>| format!("{} cells", entries.len()))
}

fn entry(text: &str) -> Result<Entry, String> {
    if text == "-" {
        return Ok(Entry::Nothing);
    }
    let (action, condition) = text.split_once(':').ok_or_else(|| unknown(text))?;
    let action = match action {
        "R" => Action::Read,
        "W" => Action::Write,
        _ => return Err(unknown(text)),
    };
    let mut relations = Relations::NONE;
    for word in condition.split('_') {
        let relation = Relation::ALL
            .into_iter()
            .find(|relation| relation.as_str() == word)
            .ok_or_else(|| unknown(text))?;
        relations = relations.with(relation);
    }
    Ok(Entry::While { action, relations })
}

fn unknown(cell: &str) -> String {
    format!("{cell:?} is no cell of the matrix")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_is_read_whole() {
        let matrix = Matrix::load().unwrap();
        assert_eq!(
            matrix.entry(Role::CaseManager, Cell::ConsultationText),
            Entry::While {
                action: Action::Write,
                relations: Relations::of([Relation::Own])
            }
        );
        assert_eq!(
            matrix.entry(Role::StateLevel, Cell::PersonFigure),
            Entry::While {
                action: Action::Read,
                relations: Relations::of([Relation::Submitted, Relation::Suppressed])
            }
        );
        assert_eq!(matrix.entry(Role::Operator, Cell::Case), Entry::Nothing);
    }

    #[test]
    fn what_is_no_cell_is_refused() {
        for wrong in ["", "R", "X:centre", "R:centres", "R:centre_", "r:centre"] {
            assert!(entry(wrong).is_err(), "{wrong:?}");
        }
        assert!(row("-,-").is_err());
    }
}
