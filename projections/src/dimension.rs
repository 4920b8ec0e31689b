//! What a figure can be broken down by, and the values it then shows.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use querschnitt_domain::values::{
    ActionArea, ActionDomain, ApplicantType, BodyType, ConsultationMode, ConsultationOutcome,
    ConsultationType, FundingLine, KiRole, Language, OrganisationKind, Programme, ReviewOutcome,
    TargetGroup, TaskType,
};
use querschnitt_domain::{CENTRES, CentreKey, Code, Entry, List, NetworkId};

use crate::period::{Grain, Period};

/// A dimension of the figures.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Dimension {
    /// Zentrum.
    Centre,
    /// Handlungsfeld; a record may have several.
    ActionArea,
    /// The parents of the Handlungsfelder; a record may have several.
    ActionDomain,
    /// Beratungsart.
    ConsultationType,
    /// Zielgruppe.
    TargetGroup,
    /// Form of a consultation.
    Mode,
    /// Programme.
    Programme,
    /// Förderlinie: the parent of the programme in the value list, see [`FundingLine`].
    FundingLine,
    /// Municipality (AGS, eight digits).
    Municipality,
    /// Language of a consultation.
    Language,
    /// Outcome of a consultation.
    Outcome,
    /// Aufgabenschwerpunkt.
    TaskType,
    /// Gremienart.
    BodyType,
    /// What the centre is in the meeting, else in the body.
    KiRole,
    /// Organisationsart.
    OrganisationKind,
    /// The body.
    Network,
    /// What kind of organisation applies for funding.
    ApplicantType,
    /// Votum of a Stellungnahme.
    ReviewOutcome,
    /// Kalenderjahr.
    Year,
    /// Halbjahr.
    HalfYear,
    /// Quartal.
    Quarter,
    /// Monat.
    Month,
    /// Schuljahr.
    SchoolYear,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 23] = [
        Self::Centre,
        Self::ActionArea,
        Self::ActionDomain,
        Self::ConsultationType,
        Self::TargetGroup,
        Self::Mode,
        Self::Programme,
        Self::FundingLine,
        Self::Municipality,
        Self::Language,
        Self::Outcome,
        Self::TaskType,
        Self::BodyType,
        Self::KiRole,
        Self::OrganisationKind,
        Self::Network,
        Self::ApplicantType,
        Self::ReviewOutcome,
        Self::Year,
        Self::HalfYear,
        Self::Quarter,
        Self::Month,
        Self::SchoolYear,
    ];

    /// The stable name clients use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Centre => "CENTRE",
            Self::ActionArea => "ACTION_AREA",
            Self::ActionDomain => "ACTION_DOMAIN",
            Self::ConsultationType => "CONSULTATION_TYPE",
            Self::TargetGroup => "TARGET_GROUP",
            Self::Mode => "MODE",
            Self::Programme => "PROGRAMME",
            Self::FundingLine => "FUNDING_LINE",
            Self::Municipality => "MUNICIPALITY",
            Self::Language => "LANGUAGE",
            Self::Outcome => "OUTCOME",
            Self::TaskType => "TASK_TYPE",
            Self::BodyType => "BODY_TYPE",
            Self::KiRole => "KI_ROLE",
            Self::OrganisationKind => "ORGANISATION_KIND",
            Self::Network => "NETWORK",
            Self::ApplicantType => "APPLICANT_TYPE",
            Self::ReviewOutcome => "REVIEW_OUTCOME",
            Self::Year => "YEAR",
            Self::HalfYear => "HALF_YEAR",
            Self::Quarter => "QUARTER",
            Self::Month => "MONTH",
            Self::SchoolYear => "SCHOOL_YEAR",
        }
    }

    /// The German word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Centre => "Zentrum",
            Self::ActionArea => "Handlungsfeld",
            Self::ActionDomain => "Aufgabenbereich",
            Self::ConsultationType => "Beratungsart",
            Self::TargetGroup => "Zielgruppe",
            Self::Mode => "Form",
            Self::Programme => "Programm",
            Self::FundingLine => "Förderlinie",
            Self::Municipality => "Gemeinde",
            Self::Language => "Sprache",
            Self::Outcome => "Ergebnis",
            Self::TaskType => "Aufgabenschwerpunkt",
            Self::BodyType => "Gremienart",
            Self::KiRole => "Rolle des KI",
            Self::OrganisationKind => "Organisationsart",
            Self::Network => "Gremium",
            Self::ApplicantType => "Art des Antragstellers",
            Self::ReviewOutcome => "Votum",
            Self::Year => "Jahr",
            Self::HalfYear => "Halbjahr",
            Self::Quarter => "Quartal",
            Self::Month => "Monat",
            Self::SchoolYear => "Schuljahr",
        }
    }

    /// How it cuts time, if it does.
    #[must_use]
    pub const fn grain(self) -> Option<Grain> {
        match self {
            Self::Year => Some(Grain::Year),
            Self::HalfYear => Some(Grain::HalfYear),
            Self::Quarter => Some(Grain::Quarter),
            Self::Month => Some(Grain::Month),
            Self::SchoolYear => Some(Grain::SchoolYear),
            Self::Centre
            | Self::ActionArea
            | Self::ActionDomain
            | Self::ConsultationType
            | Self::TargetGroup
            | Self::Mode
            | Self::Programme
            | Self::FundingLine
            | Self::Municipality
            | Self::Language
            | Self::Outcome
            | Self::TaskType
            | Self::BodyType
            | Self::KiRole
            | Self::OrganisationKind
            | Self::Network
            | Self::ApplicantType
            | Self::ReviewOutcome => None,
        }
    }

    /// Whether a record may have several values of it. It then counts in each of them, and the
    /// rows do not add up to the total.
    #[must_use]
    pub const fn is_multi_valued(self) -> bool {
        matches!(self, Self::ActionArea | Self::ActionDomain)
    }

    /// The entries of the value list behind it; none where the values are not a list.
    pub(crate) fn entries(self) -> &'static [Entry] {
        match self {
            Self::ActionArea => entries::<ActionArea>(),
            Self::ActionDomain => entries::<ActionDomain>(),
            Self::ConsultationType => entries::<ConsultationType>(),
            Self::TargetGroup => entries::<TargetGroup>(),
            Self::Mode => entries::<ConsultationMode>(),
            Self::Programme => entries::<Programme>(),
            Self::FundingLine => entries::<FundingLine>(),
            Self::Language => entries::<Language>(),
            Self::Outcome => entries::<ConsultationOutcome>(),
            Self::TaskType => entries::<TaskType>(),
            Self::BodyType => entries::<BodyType>(),
            Self::KiRole => entries::<KiRole>(),
            Self::OrganisationKind => entries::<OrganisationKind>(),
            Self::ApplicantType => entries::<ApplicantType>(),
            Self::ReviewOutcome => entries::<ReviewOutcome>(),
            Self::Centre
            | Self::Municipality
            | Self::Network
            | Self::Year
            | Self::HalfYear
            | Self::Quarter
            | Self::Month
            | Self::SchoolYear => &[],
        }
    }
}

/// A code type as a name of its list.
trait Listed {
    type List: List;
}

impl<L: List> Listed for Code<L> {
    type List = L;
}

fn entries<C: Listed>() -> &'static [Entry] {
    &C::List::table().entries
}

/// The funding line a programme belongs to.
pub(crate) fn funding_line(programme: Programme) -> Option<FundingLine> {
    static LINES: LazyLock<Vec<Option<FundingLine>>> = LazyLock::new(|| {
        Programme::all()
            .map(|programme| programme.entry().parent)
            .map(|line| FundingLine::parse(line?).ok())
            .collect()
    });
    LINES.get(usize::from(programme.index())).copied().flatten()
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No dimension has this name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("eine Aufgliederung nach „{}“ gibt es nicht", .0.escape_debug())]
pub struct UnknownDimension(pub String);

impl FromStr for Dimension {
    type Err = UnknownDimension;

    fn from_str(name: &str) -> Result<Self, UnknownDimension> {
        Self::ALL
            .into_iter()
            .find(|dimension| dimension.name() == name)
            .ok_or_else(|| UnknownDimension(name.chars().take(40).collect()))
    }
}

/// A value of a dimension in a row of a figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DimensionValue {
    /// A centre.
    Centre(CentreKey),
    /// A value of a list.
    Listed(&'static Entry),
    /// A municipality by its official key.
    Municipality(u32),
    /// A body; its name is in the vault.
    Network(NetworkId),
    /// A piece of the period.
    Period(Period),
    /// The record says nothing about it.
    NotStated,
}

impl DimensionValue {
    /// The stable code; `None` where the record says nothing.
    #[must_use]
    pub fn code(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Centre(centre) => centre.as_str().into(),
            Self::Listed(entry) => entry.code.into(),
            Self::Municipality(ags) => format!("{ags:08}").into(),
            Self::Network(network) => network.to_string().into(),
            Self::Period(period) => period.to_string().into(),
            Self::NotStated => return None,
        })
    }

    /// What people read; `None` for a body, whose name only the vault knows, and a municipality.
    #[must_use]
    pub fn label(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Centre(centre) => centre.centre().name.into(),
            Self::Listed(entry) => entry.label.into(),
            Self::Period(period) => period.label().into(),
            Self::NotStated => "ohne Angabe".into(),
            Self::Municipality(_) | Self::Network(_) => return None,
        })
    }
}

/// A set of centres.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CentreSet(u64);

impl CentreSet {
    /// Every centre.
    #[must_use]
    pub fn all() -> Self {
        CENTRES.iter().map(|centre| centre.key).collect()
    }

    /// The centres in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the centre is in it.
    #[must_use]
    pub const fn contains(self, centre: CentreKey) -> bool {
        self.0 & (1 << centre.index()) != 0
    }

    /// Whether there is none in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its centres, in the order of the reference data.
    pub fn iter(self) -> impl Iterator<Item = CentreKey> {
        CENTRES
            .iter()
            .map(|centre| centre.key)
            .filter(move |key| self.contains(*key))
    }
}

impl FromIterator<CentreKey> for CentreSet {
    fn from_iter<I: IntoIterator<Item = CentreKey>>(centres: I) -> Self {
        Self(
            centres
                .into_iter()
                .fold(0, |bits, centre| bits | 1 << centre.index()),
        )
    }
}

impl fmt::Debug for CentreSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_dimension() {
        for dimension in Dimension::ALL {
            assert_eq!(dimension.name().parse(), Ok(dimension));
            assert!(!dimension.label().is_empty());
        }
        assert!("Centre".parse::<Dimension>().is_err());
    }

    #[test]
    fn every_centre_has_a_bit_of_its_own() {
        assert_eq!(CentreSet::all().iter().count(), CENTRES.len());
        for centre in CENTRES.iter() {
            let one: CentreSet = [centre.key].into_iter().collect();
            assert_eq!(one.iter().collect::<Vec<_>>(), [centre.key]);
        }
    }
}
