//! The board of reviews: what is due, what is overdue, and who is waited for.

use std::collections::BTreeMap;

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};
use querschnitt_domain::CentreKey;
use querschnitt_projections::TimeUp;
use querschnitt_projections::views::{self, BoardEntry, Cursor, SortKey, Urgency, WaitingFor};
use querschnitt_store::berlin_date;

use super::lists::Places;
use super::{asked_one, point};
use crate::access_log::seen;
use crate::http::Deadline;
use crate::limits::rows::Rows;
use crate::objects::{Centre, ProjectReview, ReviewState, ReviewWaiting};
use crate::page::{PageArguments, Records, connection, number};
use crate::scalars::{AsOf, Date, Position};
use crate::services::{reach, reader, reader_of_staff, services, until};
use querschnitt_policy::Cell;

/// How a review stands with its deadline.
#[derive(Enum, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[graphql(remote = "querschnitt_projections::views::Urgency")]
enum ReviewUrgency {
    /// Überfällig: the due date has passed.
    Overdue,
    /// No more than a fifth of the term's working days is left.
    FifthLeft,
    /// No more than half of them is left.
    HalfLeft,
    /// There is time.
    InTime,
    /// Ohne Frist.
    NoDeadline,
}

/// How many reviews are this urgent.
#[derive(SimpleObject)]
struct ReviewUrgencyCount {
    /// How urgent.
    urgency: ReviewUrgency,
    /// How many.
    count: i64,
}

/// How many reviews wait for somebody.
#[derive(SimpleObject)]
struct ReviewWaitingCount {
    /// For whom.
    waiting_for: ReviewWaiting,
    /// How many wait.
    count: i64,
    /// How many of them are overdue.
    overdue: i64,
}

/// An open review on the board.
#[derive(SimpleObject)]
pub(crate) struct ReviewBoardEntry {
    /// The review.
    review: ProjectReview,
    /// How far it had come on the day of the board.
    state: ReviewState,
    /// The due date that was in force on that day.
    due_on: Option<Date>,
    /// How it stands with its deadline on the day of the board.
    urgency: ReviewUrgency,
    /// Working days left on that day, the due date among them; negative when it is overdue, null
    /// without a due date.
    working_days_left: Option<i64>,
    /// Who is waited for.
    waiting_for: Vec<ReviewWaiting>,
}

/// Fristentafel of a centre: its open reviews on a day.
pub(crate) struct ReviewBoard {
    centre: CentreKey,
    on: time::Date,
    at: u64,
}

impl ReviewBoard {
    fn read<T>(
        &self,
        context: &Context<'_>,
        of: impl FnOnce(&views::ReviewBoard<'_>) -> T,
    ) -> Result<T, Error> {
        let services = services(context)?;
        tokio::task::block_in_place(|| {
            let state = services.runner.read();
            let reach = reach(context, &state)?.within(std::iter::once(self.centre).collect());
            let board = state.review_board(reach.seen(self.at), self.on, &until(context));
            Ok(of(&board.map_err(|TimeUp| Deadline::error())?))
        })
    }

    /// The place of an entry: the board's order is by due date, then by when it was recorded.
    fn place(entry: &BoardEntry<'_>) -> Cursor {
        Cursor {
            key: SortKey::Day(entry.due_on.unwrap_or(time::Date::MAX)),
            recorded: entry.row.recorded,
        }
    }

    fn entry(&self, entry: &BoardEntry<'_>) -> ReviewBoardEntry {
        ReviewBoardEntry {
            review: ProjectReview {
                row: entry.row.clone(),
                at: self.at,
            },
            state: entry.state.into(),
            due_on: entry.due_on.map(Date),
            urgency: entry.urgency.into(),
            working_days_left: entry.working_days_left,
            waiting_for: entry
                .waiting_for
                .iter()
                .map(|one| ReviewWaiting::new(one, self.at))
                .collect(),
        }
    }
}

/// Fristentafel: the reviews of a centre that were open on a day, as they were at its end.
#[Object]
impl ReviewBoard {
    /// The centre.
    async fn centre(&self) -> Centre {
        Centre(self.centre)
    }

    /// The day.
    async fn on(&self) -> Date {
        Date(self.on)
    }

    /// How many reviews are how urgent; every degree of urgency is named.
    async fn urgencies(&self, context: &Context<'_>) -> Result<Vec<ReviewUrgencyCount>, Error> {
        let all = [
            Urgency::Overdue,
            Urgency::FifthLeft,
            Urgency::HalfLeft,
            Urgency::InTime,
            Urgency::NoDeadline,
        ];
        self.read(context, |board| {
            all.into_iter()
                .map(|urgency| ReviewUrgencyCount {
                    urgency: urgency.into(),
                    count: number(board.count(urgency)),
                })
                .collect()
        })
    }

    /// For whom how many reviews wait. One that waits for several is counted with each.
    async fn waiting(&self, context: &Context<'_>) -> Result<Vec<ReviewWaitingCount>, Error> {
        // Who is told of no accounts gets one number for all that wait with somebody of the office.
        let named = reader_of_staff(context, Cell::Review).is_ok();
        let counted: Vec<ReviewWaitingCount> = self.read(context, |board| {
            let mut counted: BTreeMap<WaitingFor, (i64, i64)> = BTreeMap::new();
            for entry in &board.entries {
                for one in &entry.waiting_for {
                    let one = if named { *one } else { one.unnamed() };
                    let (count, overdue) = counted.entry(one).or_default();
                    *count += 1;
                    *overdue += i64::from(entry.urgency == Urgency::Overdue);
                }
            }
            counted
                .into_iter()
                .map(|(one, (count, overdue))| ReviewWaitingCount {
                    waiting_for: ReviewWaiting::new(&one, self.at),
                    count,
                    overdue,
                })
                .collect()
        })?;
        context.data::<Rows>()?.take(counted.len() as u64)?;
        let ordered = counted
            .into_iter()
            .map(|one| Ok((one.waiting_for.order(context)?, one)));
        let mut ordered = ordered.collect::<Result<Vec<_>, Error>>()?;
        ordered.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(ordered.into_iter().map(|(_, one)| one).collect())
    }

    /// The open reviews, the one that is due first first; those without a due date come last.
    async fn entries(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those that are one of these; all when absent.")] urgencies: Option<
            Vec<ReviewUrgency>,
        >,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Records<ReviewBoardEntry>, Error> {
        let walk = PageArguments {
            first,
            after,
            last,
            before,
        }
        .walk()?;
        let places = Places::new(&services(context)?.tokens, "reviewBoard ".to_owned());
        let from = match &walk.from {
            Some(token) => Some(places.open(token).ok_or_else(|| walk.foreign_cursor())?),
            None => None,
        };
        let wanted = |entry: &BoardEntry<'_>| {
            let urgency = ReviewUrgency::from(entry.urgency);
            urgencies.as_ref().is_none_or(|of| of.contains(&urgency))
        };
        let behind = |entry: &BoardEntry<'_>| {
            from.as_ref().is_none_or(|from| match walk.backward {
                false => Self::place(entry) > *from,
                true => Self::place(entry) < *from,
            })
        };
        let look_ahead = context.look_ahead();
        let shows_records =
            look_ahead.field("edges").exists() || look_ahead.field("nodes").exists();
        self.read(context, |board| {
            let kept: Vec<&BoardEntry<'_>> =
                board.entries.iter().filter(|entry| wanted(entry)).collect();
            let total = kept.len();
            let mut rest: Box<dyn Iterator<Item = &BoardEntry<'_>>> = match walk.backward {
                false => Box::new(kept.into_iter()),
                true => Box::new(kept.into_iter().rev()),
            };
            let mut rest = rest.by_ref().filter(|entry| behind(entry));
            let found = rest
                .by_ref()
                .take(walk.count)
                .inspect(|entry| {
                    if shows_records {
                        seen(context, entry.row.id.record(), Cell::Review);
                    }
                })
                .map(|entry| (places.seal(&Self::place(entry)), self.entry(entry)))
                .collect();
            let more = rest.next().is_some();
            connection(&walk, found, more, total)
        })
    }
}

/// The query of the board.
#[derive(Default)]
pub(crate) struct ReviewBoardQueries;

#[Object]
impl ReviewBoardQueries {
    /// Fristentafel: the reviews of a centre that are open, how they stand with their deadlines, and for
    /// whom they wait.
    async fn review_board(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Official key of the centre; the own when absent.")] centre: Option<ID>,
        #[graphql(desc = "The day; today when absent.")] on: Option<Date>,
        #[graphql(desc = "A position or an instant: as the book knew it then.")] as_of: Option<
            AsOf,
        >,
        #[graphql(desc = "Wait for this position first.")] after: Option<Position>,
    ) -> Result<ReviewBoard, Error> {
        let viewer = reader(context, Cell::Review)?;
        let centre = match &centre {
            Some(key) => asked_one("centre", key, viewer.centres())?,
            None => viewer.centre(),
        };
        let at = point(context, as_of.as_ref(), after.as_ref()).await?;
        let today = berlin_date(services(context)?.executor.clock().now());
        Ok(ReviewBoard {
            centre,
            on: on.map_or(today, |day| day.0),
            at,
        })
    }
}
