//! Answers reads: which segments, which lines of them, in order, up to the durable head.

use std::sync::{Arc, PoisonError};

use querschnitt_domain::{Query, Recorded};

use super::reader::{SegmentFile, Stretch, matches};
use super::shared::{Found, Shared, found};
use super::view::{IndexState, Sealed};
use crate::log::{CompleteTo, Line, LogError, Page};

/// A read that finds at most so many events is answered on the caller's thread.
const SMALL: usize = 64;

/// The segments as they were at one moment.
struct Moment {
    head: u64,
    sealed: Arc<Vec<Arc<Sealed>>>,
    newest: SegmentFile,
    /// The first position of the newest segment.
    newest_first: u64,
    /// Where the wanted events of the newest segment begin and end.
    newest_bytes: Option<(u64, u64)>,
}

impl Shared {
    fn moment(&self, after: u64) -> Moment {
        let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
        let head = self.head();
        let index = &view.index;
        let from = index.place((after + 1).max(index.first));
        let to = index.place(head);
        Moment {
            head,
            sealed: Arc::clone(&view.sealed),
            newest: view.newest.clone(),
            newest_first: index.first,
            newest_bytes: from.zip(to).filter(|_| head > after).map(|(from, to)| {
                (
                    u64::from(from.offset),
                    u64::from(to.offset) + u64::from(to.length) + 1,
                )
            }),
        }
    }

    /// Whether a read is short enough for the caller's thread: few events, and no segment has to
    /// be indexed for it first.
    pub(crate) fn is_small(&self, query: &Query, after: u64, limit: usize) -> bool {
        let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
        let head = self.head();
        if head.saturating_sub(after) <= SMALL as u64 {
            return after + 1 >= view.index.first;
        }
        let tagged = query.items.iter().all(|item| !item.tags.is_empty());
        let sealed_from = view.sealed.partition_point(|segment| segment.last <= after);
        tagged
            && view.sealed[sealed_from..]
                .iter()
                .all(|segment| !matches!(segment.state(), IndexState::Missing))
            && (limit <= SMALL || view.index.matching(query, after, head, SMALL + 1).len() <= SMALL)
    }

    /// See [`crate::Log::read`].
    pub(crate) fn read(&self, query: &Query, after: u64, limit: usize) -> Result<Page, LogError> {
        let mut page = if query.items.iter().any(|item| item.tags.is_empty()) {
            self.read_through(query, after, limit.saturating_add(1))?
        } else {
            self.read_tagged(query, after, limit.saturating_add(1))?
        };
        if page.events.len() > limit {
            page.events.truncate(limit);
            let last = page.events.last().map_or(after, |last| last.position);
            page.complete_to = CompleteTo(last);
        }
        Ok(page)
    }

    /// Reads segments from front to back.
    fn read_through(&self, query: &Query, after: u64, limit: usize) -> Result<Page, LogError> {
        let moment = self.moment(after);
        let mut events = Vec::with_capacity(limit.min(8_192));
        for stretch in stretches(&moment, after)? {
            stretch?.events(query, limit, &mut events)?;
            if events.len() >= limit {
                break;
            }
        }
        Ok(Page {
            events,
            complete_to: CompleteTo(moment.head.max(after.min(moment.head))),
        })
    }

    /// Reads the lines the index names.
    fn read_tagged(&self, query: &Query, after: u64, limit: usize) -> Result<Page, LogError> {
        let (head, sealed, newest, in_newest) = {
            let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
            let head = self.head();
            let in_newest: Vec<Found> = view
                .index
                .matching(query, after, head, limit)
                .into_iter()
                .filter_map(|position| found(&view.index, position))
                .collect();
            (
                head,
                Arc::clone(&view.sealed),
                view.newest.clone(),
                in_newest,
            )
        };
        let mut events = Vec::new();
        let mut buffer = Vec::new();
        let from = sealed.partition_point(|segment| segment.last <= after);
        for segment in &sealed[from..] {
            let room = limit - events.len();
            if room == 0 {
                break;
            }
            if let IndexState::Listed(listing) = segment.state()
                && !listing.may_match(query)
            {
                continue;
            }
            for found in self.sealed_matching(segment, query, after, room)? {
                events.push(read_one(&segment.segment, found, query, &mut buffer)?);
            }
        }
        for found in in_newest.into_iter().take(limit - events.len()) {
            events.push(read_one(&newest, found, query, &mut buffer)?);
        }
        Ok(Page {
            events,
            complete_to: CompleteTo(head),
        })
    }

    /// See [`crate::Log::lines`].
    pub(crate) fn lines(&self, after: u64, limit: usize) -> Result<Vec<Line>, LogError> {
        let moment = self.moment(after);
        let mut lines = Vec::with_capacity(limit.min(8_192));
        for stretch in stretches(&moment, after)? {
            if lines.len() >= limit {
                break;
            }
            stretch?.lines(|position, json| {
                if lines.len() < limit {
                    lines.push(Line {
                        position,
                        json: json.into(),
                    });
                }
                lines.len() < limit
            })?;
        }
        Ok(lines)
    }
}

fn stretches(
    moment: &Moment,
    after: u64,
) -> Result<impl Iterator<Item = Result<Stretch, LogError>>, LogError> {
    let from = moment
        .sealed
        .partition_point(|segment| segment.last <= after);
    let sealed = moment.sealed[from..].iter().map(move |segment| {
        let next = segment.first.max(after + 1);
        let offset = if next == segment.first {
            0
        } else {
            segment.segment.locate(next)?
        };
        Ok(Stretch {
            to: segment.segment.length()?,
            segment: segment.segment.clone(),
            from: offset,
            next,
        })
    });
    let newest = moment.newest_bytes.map(|(from, to)| {
        Ok(Stretch {
            segment: moment.newest.clone(),
            from,
            to,
            next: moment.newest_first.max(after + 1),
        })
    });
    Ok(sealed.chain(newest))
}

fn read_one(
    segment: &SegmentFile,
    found: Found,
    query: &Query,
    buffer: &mut Vec<u8>,
) -> Result<Recorded, LogError> {
    let Found {
        position,
        offset,
        length,
    } = found;
    segment.line_at(offset, length, position, buffer)?;
    debug_assert!(matches(buffer, query).unwrap_or(true));
    segment.decode(buffer, offset, position)
}
