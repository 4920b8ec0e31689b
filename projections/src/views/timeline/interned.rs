//! Few different values behind small numbers.

use std::collections::HashMap;
use std::hash::Hash;

use crate::digest::Canonical;

/// Few different values behind small numbers.
#[derive(Debug)]
pub(super) struct Interned<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    /// The number of a value, a new one for a new value.
    pub(super) fn number(&mut self, value: &T) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        number
    }

    /// The value behind a number.
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        self.values.get(number as usize)
    }

    pub(super) fn digest(&self, to: &mut Canonical, write: impl Fn(&mut Canonical, &T)) {
        to.number(self.values.len() as u64);
        for value in &self.values {
            write(to, value);
            to.option(self.numbers.get(value), |to, number| {
                to.place(*number);
            });
            to.spill();
        }
    }
}
