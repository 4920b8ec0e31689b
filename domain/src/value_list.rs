//! Value lists as data: `values/<list>.csv` holds code, German label, validity and parent.
//!
//! A value that was once valid stays in its list for ever (old events name it); from `valid_to` on
//! nothing new may use it.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use time::Date;
use time::macros::format_description;

/// One value of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The stable code.
    pub code: &'static str,
    /// What people read.
    pub label: &'static str,
    /// The first day it may be used; `None`: always.
    pub valid_from: Option<Date>,
    /// The first day it may no longer be used; `None`: still valid.
    pub valid_to: Option<Date>,
    /// The code of the value above it, where the list has levels.
    pub parent: Option<&'static str>,
}

impl Entry {
    /// Whether the value may be used for something that happens on this day.
    #[must_use]
    pub fn valid_on(&self, date: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= date) && self.valid_to.is_none_or(|to| date < to)
    }
}

/// The entries of one list, with a look-up by code.
#[derive(Debug)]
pub struct Table {
    /// The entries in the order of the file.
    pub entries: Vec<Entry>,
    by_code: HashMap<&'static str, u16>,
}

impl Table {
    /// Reads a list from its file. The files are part of the binary and a test reads them all.
    #[must_use]
    pub fn parse(csv: &'static str) -> Self {
        let day = format_description!("[year]-[month]-[day]");
        let date = |cell: &str| Date::parse(cell, day).ok();
        let entries: Vec<Entry> = csv
            .lines()
            .skip(1)
            .filter(|line| !line.is_empty())
            .map(|line| {
                let mut cells = line.split(';');
                let mut cell = || cells.next().unwrap_or_default();
                Entry {
                    code: cell(),
                    label: cell(),
                    valid_from: date(cell()),
                    valid_to: date(cell()),
                    parent: Some(cell()).filter(|parent| !parent.is_empty()),
                }
            })
            .collect();
        let by_code = entries
            .iter()
            .zip(0_u16..)
            .map(|(entry, index)| (entry.code, index))
            .collect();
        Self { entries, by_code }
    }
}

/// A list by its name; implemented in [`crate::values`], one line per list.
pub trait List: 'static {
    /// The name clients use in `vocabulary(name:)`.
    const NAME: &'static str;
    /// Its entries.
    fn table() -> &'static LazyLock<Table>;
}

/// A value of the list `L`. Small and cheap to copy; stored as its code.
pub struct Code<L> {
    index: u16,
    list: PhantomData<fn() -> L>,
}

impl<L: List> Code<L> {
    /// The value with this code.
    ///
    /// # Errors
    /// When the list has no such code.
    pub fn parse(code: &str) -> Result<Self, UnknownCode> {
        let table = L::table();
        table
            .by_code
            .get(code)
            .map(|index| Self {
                index: *index,
                list: PhantomData,
            })
            .ok_or_else(|| UnknownCode {
                list: L::NAME,
                code: code.chars().take(60).collect(),
            })
    }

    /// Its place in the list's file, from 0. For tables in memory; never stored.
    #[must_use]
    pub const fn index(self) -> u16 {
        self.index
    }

    /// The value at this place of the list's file.
    #[must_use]
    pub fn at(index: u16) -> Option<Self> {
        (usize::from(index) < L::table().entries.len()).then_some(Self {
            index,
            list: PhantomData,
        })
    }

    /// The entry behind the code.
    #[must_use]
    pub fn entry(self) -> &'static Entry {
        &L::table().entries[usize::from(self.index)]
    }

    /// The stable code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.entry().code
    }

    /// The German label.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.entry().label
    }

    /// Whether the value may be used for something that happens on this day.
    #[must_use]
    pub fn valid_on(self, date: Date) -> bool {
        self.entry().valid_on(date)
    }

    /// Every value of the list, in the order of its file.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..L::table().entries.len())
            .filter_map(|index| u16::try_from(index).ok())
            .map(|index| Self {
                index,
                list: PhantomData,
            })
    }
}

/// The list has no such code.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "Den Wert „{}“ gibt es in der Werteliste „{list}“ nicht; die erlaubten Werte nennt die Abfrage vocabulary(name: \"{list}\")",
    code.escape_debug()
)]
pub struct UnknownCode {
    /// The list's name.
    pub list: &'static str,
    /// What was asked for, shortened.
    pub code: String,
}

impl<L> Clone for Code<L> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<L> Copy for Code<L> {}
impl<L> PartialEq for Code<L> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}
impl<L> Eq for Code<L> {}
impl<L> Hash for Code<L> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index.hash(state);
    }
}
impl<L> PartialOrd for Code<L> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<L> Ord for Code<L> {
    /// In the order of the list's file.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.index.cmp(&other.index)
    }
}
impl<L: List> fmt::Debug for Code<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl<L: List> fmt::Display for Code<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl<L: List> FromStr for Code<L> {
    type Err = UnknownCode;
    fn from_str(code: &str) -> Result<Self, UnknownCode> {
        Self::parse(code)
    }
}
impl<L: List> Serialize for Code<L> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de, L: List> Deserialize<'de> for Code<L> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<L>(PhantomData<L>);
        impl<L: List> serde::de::Visitor<'_> for Visitor<L> {
            type Value = Code<L>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a code of the list {}", L::NAME)
            }
            fn visit_str<E: serde::de::Error>(self, code: &str) -> Result<Code<L>, E> {
                Code::parse(code).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor(PhantomData))
    }
}
