//! The months of an access log and the names of their folders.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use querschnitt_domain::berlin;
use time::OffsetDateTime;

use super::FOLDER;
use crate::disk::{Disk, RealDisk};
use crate::embedded::files::storage;
use crate::log::LogError;

/// A calendar month in Europe/Berlin.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AccessMonth {
    year: i32,
    /// 1 to 12.
    month: u8,
}

impl AccessMonth {
    /// The month of an instant.
    #[must_use]
    pub fn of(at: OffsetDateTime) -> Self {
        let day = berlin::day(at);
        Self {
            year: day.year(),
            month: u8::from(day.month()),
        }
    }

    /// The month that many months earlier.
    #[must_use]
    pub fn earlier(self, months: u32) -> Self {
        let all = i64::from(self.year) * 12 + i64::from(self.month) - 1 - i64::from(months);
        Self {
            year: i32::try_from(all.div_euclid(12)).unwrap_or(i32::MIN),
            month: u8::try_from(all.rem_euclid(12) + 1).unwrap_or(1),
        }
    }
}

impl fmt::Display for AccessMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for AccessMonth {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, month) = text.split_once('-').ok_or(())?;
        let digits = |text: &str, count| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(year, 4) || !digits(month, 2) {
            return Err(());
        }
        let month = month.parse().map_err(|_| ())?;
        match month {
            1..=12 => Ok(Self {
                year: year.parse().map_err(|_| ())?,
                month,
            }),
            _ => Err(()),
        }
    }
}

/// A folder of an access log. A month has more than one where one could not be continued.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AccessFolder {
    /// The month of its entries.
    pub month: AccessMonth,
    /// Which folder of the month, from 1.
    pub part: u32,
}

impl AccessFolder {
    pub(super) const fn first(month: AccessMonth) -> Self {
        Self { month, part: 1 }
    }

    pub(super) const fn next(self) -> Self {
        Self {
            month: self.month,
            part: self.part.saturating_add(1),
        }
    }
}

impl fmt::Display for AccessFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            1 => self.month.fmt(f),
            part => write!(f, "{}.{part}", self.month),
        }
    }
}

impl FromStr for AccessFolder {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (month, part) = match text.split_once('.') {
            None => (text, 1),
            Some((month, part)) => (month, part.parse().map_err(|_| ())?),
        };
        let folder = Self {
            month: month.parse()?,
            part,
        };
        // One spelling only.
        (folder.part > 0 && folder.to_string() == text)
            .then_some(folder)
            .ok_or(())
    }
}

/// The folders of the access log in `root`, the oldest first.
pub(super) fn folders(disk: &dyn Disk, root: &Path) -> Result<Vec<AccessFolder>, LogError> {
    if !disk.exists(root).map_err(storage("cannot look at", root))? {
        return Ok(Vec::new());
    }
    let names = disk.list(root).map_err(storage("cannot list", root))?;
    let mut folders: Vec<AccessFolder> =
        names.iter().filter_map(|name| name.parse().ok()).collect();
    folders.sort_unstable();
    Ok(folders)
}

/// The folders of the access log of the data folder `data`, with their paths, the oldest first: for audits.
///
/// # Errors
/// [`LogError::Storage`].
pub fn access_folders(data: &Path) -> Result<Vec<(AccessFolder, std::path::PathBuf)>, LogError> {
    let root = data.join(FOLDER);
    let folders = folders(&RealDisk, &root)?;
    let with_path = |folder: AccessFolder| (folder, root.join(folder.to_string()));
    Ok(folders.into_iter().map(with_path).collect())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_month_begins_at_midnight_in_berlin() {
        let of = |at| AccessMonth::of(at).to_string();
        assert_eq!(of(datetime!(2026-11-30 22:59:59 UTC)), "2026-11");
        assert_eq!(of(datetime!(2026-11-30 23:00 UTC)), "2026-12");
        assert_eq!(of(datetime!(2026-06-30 21:59:59 UTC)), "2026-06");
        assert_eq!(of(datetime!(2026-06-30 22:00 UTC)), "2026-07");
    }

    #[test]
    fn earlier_months_cross_the_year() {
        let month: AccessMonth = "2026-02".parse().unwrap();
        for (months, expected) in [
            (0, "2026-02"),
            (1, "2026-01"),
            (2, "2025-12"),
            (26, "2023-12"),
        ] {
            assert_eq!(month.earlier(months).to_string(), expected);
        }
    }

    #[test]
    fn folders_have_one_spelling_and_an_order() {
        for wrong in [
            "2026-11.1",
            "2026-11.0",
            "2026-11.02",
            "2026-13",
            "2026-00",
            "26-11",
            "2026-1",
            "2026-11.",
            "2026-11.x",
            "+026-11",
            "2026-+1",
            "lock",
        ] {
            assert_eq!(wrong.parse::<AccessFolder>(), Err(()), "{wrong}");
        }
        let mut folders: Vec<AccessFolder> = ["2026-11.10", "2026-12", "2026-11", "2026-11.2"]
            .map(|name| name.parse().unwrap())
            .into();
        folders.sort_unstable();
        let names: Vec<String> = folders.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["2026-11", "2026-11.2", "2026-11.10", "2026-12"]);
    }
}
