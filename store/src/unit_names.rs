//! The names of a centre's units, opened from the vault: whoever declares or renames a unit needs all of them.

use querschnitt_domain::unit::{KnownNames, UnitName, UnitRegister};
use querschnitt_domain::{CentreKey, Text, UnitId};

use crate::execute::{ExecuteError, Executor};

/// How many events are read at once.
const PAGE: usize = 1_000;

/// The units of one centre as the log has them now.
#[derive(Clone, Default, Debug)]
pub struct UnitNames(Vec<(UnitId, Option<Text>)>, KnownNames);

impl UnitNames {
    /// Reads them.
    ///
    /// # Errors
    /// When the log or the vault can't be read.
    pub async fn read(executor: &Executor, centre: CentreKey) -> Result<Self, ExecuteError> {
        let query = UnitRegister::query(centre);
        let mut register = UnitRegister::default();
        let mut after = 0;
        loop {
            let page = executor.log().read(&query, after, PAGE).await?;
            for recorded in &page.events {
                register.evolve(&recorded.event);
            }
            if page.events.len() < PAGE {
                break;
            }
            after = page.complete_to.position();
        }
        let mut names = Self::default();
        for (unit, commitment) in register.names() {
            let name = executor.vault().text(unit.record(), &commitment)?;
            names.1.insert(commitment, name.clone());
            names.0.push((unit, name));
        }
        Ok(names)
    }

    /// The unit that is called so, however the name is typed.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<UnitId> {
        let wanted = UnitName::alike(name);
        let mut units = self.0.iter();
        units
            .find(|(_, name)| {
                let name = name.as_ref();
                name.is_some_and(|name| UnitName::alike(name.as_str()) == wanted)
            })
            .map(|(unit, _)| *unit)
    }

    /// All names that were not erased, sorted.
    #[must_use]
    pub fn all(&self) -> Vec<&str> {
        let names = self.0.iter().filter_map(|(_, name)| name.as_ref());
        let mut names: Vec<&str> = names.map(Text::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The names as decisions take them.
    #[must_use]
    pub fn known(&self) -> KnownNames {
        self.1.clone()
    }
}
