//! The units that a table names: those of the register, and those that the mapping enters there.

use std::collections::{BTreeMap, HashMap, HashSet};

use querschnitt_domain::UnitId;
use querschnitt_domain::unit::UnitName;

use super::super::record::{Recorder, Stop};
use super::entry::{Entries, Tabular};
use super::sheet::shown;
use crate::exit::Failure;

/// The fields that name a unit.
pub(super) const UNITS: [&str; 2] = ["department", "unit"];

/// How many units a refusal names.
const MOST_NAMED: usize = 12;

/// Which unit a cell means.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Units {
    /// What stands in cells → what the mapping says it is called; by [`UnitName::alike`].
    translated: HashMap<String, String>,
    /// By [`UnitName::alike`].
    by_name: HashMap<String, UnitId>,
    /// What the register holds.
    names: Vec<String>,
}

impl Units {
    /// The unit that a cell names. `Err` says in German what can be done.
    pub(super) fn find(&self, cell: &str) -> Result<UnitId, String> {
        let name = self.name(cell);
        UnitName::new("unit", name)
            .map_err(|rejection| format!("{} {}", shown(cell), rejection.message))?;
        self.by_name.get(&UnitName::alike(name)).copied().ok_or_else(|| {
            let declared = match self.names.len() {
                0 => "eingetragen ist noch keine".to_owned(),
                all => {
                    let named: Vec<&str> =
                        self.names.iter().take(MOST_NAMED).map(String::as_str).collect();
                    let more = if all > MOST_NAMED { " …" } else { "" };
                    format!("eingetragen sind: {}{more}", named.join(", "))
                }
            };
            format!(
                "{} ist keine Organisationseinheit des Zentrums ({declared}). Ist es eine Stelle und keine Person, dann nehmen Sie sie in der Zuordnung unter [units] auf (oder schreiben Sie declare = true zum Feld) oder lassen Sie sie von der Leitung eintragen",
                shown(cell)
            )
        })
    }

    /// What the mapping says the unit of a cell is called, else the cell itself.
    fn name<'a>(&'a self, cell: &'a str) -> &'a str {
        self.translated
            .get(&UnitName::alike(cell))
            .map_or(cell, String::as_str)
    }
}

/// Enters the units into the register that the mapping declares and the table names, and gives all that the
/// register holds then, with the names of the new ones.
pub(super) async fn prepare(
    table: &Tabular<'_>,
    entries: &Entries<'_>,
    recorder: &Recorder<'_>,
) -> Result<(Units, Vec<String>), Failure> {
    let mut units = Units {
        translated: alike(&table.mapping.units),
        ..Units::default()
    };
    let mut new = Vec::new();
    let known = recorder.unit_names().await.map_err(failed)?;
    units.names = known.all().into_iter().map(str::to_owned).collect();
    for name in &units.names {
        if let Some(unit) = known.find(name) {
            units.by_name.insert(UnitName::alike(name), unit);
        }
    }
    for name in wanted(table, entries, &units) {
        let key = UnitName::alike(name.as_str());
        if units.by_name.contains_key(&key) {
            continue;
        }
        let unit = recorder.declare(&name).await.map_err(failed)?;
        units.by_name.insert(key, unit);
        units.names.push(name.as_str().to_owned());
        new.push(name.as_str().to_owned());
    }
    units.names.sort_unstable();
    Ok((units, new))
}

fn failed(stop: Stop) -> Failure {
    match stop {
        Stop::Refused(why) => Failure::failed(format!(
            "Die Organisationseinheiten ließen sich nicht eintragen: {}",
            why.message
        )),
        Stop::Failed(failure) => failure,
    }
}

fn alike(translated: &BTreeMap<String, String>) -> HashMap<String, String> {
    let translated = translated.iter();
    translated
        .map(|(cell, name)| (UnitName::alike(cell), name.clone()))
        .collect()
}

/// The units that the mapping declares, in the order in which the table names them. A cell that can't be a name
/// is refused where it is read.
fn wanted(table: &Tabular<'_>, entries: &Entries<'_>, units: &Units) -> Vec<UnitName> {
    let mut seen = HashSet::new();
    let mut wanted = Vec::new();
    let mut note = |named: Option<(String, bool)>| {
        let Some((cell, declare)) = named else { return };
        let declares = declare || units.translated.contains_key(&UnitName::alike(&cell));
        if declares
            && seen.insert(cell.clone())
            && let Ok(name) = UnitName::new("units", units.name(&cell))
        {
            wanted.push(name);
        }
    };
    let mut ignored = Vec::new();
    for entry in &entries.entries {
        let mut head = table.fields(entry.head(), &mut ignored);
        for field in UNITS {
            note(head.unit_named(field));
        }
        if !table.mapping.step.is_empty() {
            for row in &entry.rows {
                note(table.step(row, &mut ignored).unit_named("unit"));
            }
        }
    }
    wanted
}
