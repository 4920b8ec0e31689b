//! The events of each kind of records of each centre, oldest first: who reads some of them walks over no others.

use std::iter::Peekable;
use std::vec::IntoIter;

use querschnitt_domain::{CENTRES, CentreKey, RecordKind};

use crate::views::Scope;

/// The numbers of the events by centre and kind of record.
#[derive(Debug)]
pub(super) struct Streams(Vec<Vec<u32>>);

impl Default for Streams {
    fn default() -> Self {
        Self(vec![Vec::new(); CENTRES.len() * RecordKind::ALL.len()])
    }
}

impl Streams {
    pub(super) fn push(&mut self, centre: CentreKey, kind: RecordKind, event: u32) {
        if let Some(stream) = self.0.get_mut(place(centre, kind)) {
            stream.push(event);
        }
    }

    /// The events from a number on of the kinds that exist whole for the reader, and `singles` among them, which
    /// are in order and not of these kinds.
    pub(super) fn from(&self, first: u32, scope: Scope<'_>, singles: Vec<u32>) -> Merged<'_> {
        let places = scope.centres.iter().flat_map(|centre| {
            let kinds = RecordKind::ALL.into_iter();
            let whole = kinds.filter(|kind| scope.kinds.has(*kind));
            whole.map(move |kind| place(centre, kind))
        });
        let streams = places.filter_map(|place| self.0.get(place));
        let rest = streams.map(|stream| {
            let skipped = stream.partition_point(|event| *event < first);
            &stream[skipped..]
        });
        Merged {
            streams: rest.filter(|stream| !stream.is_empty()).collect(),
            singles: singles.into_iter().peekable(),
        }
    }
}

const fn place(centre: CentreKey, kind: RecordKind) -> usize {
    centre.index() * RecordKind::ALL.len() + kind as usize
}

/// Several streams as one, in order.
pub(super) struct Merged<'a> {
    streams: Vec<&'a [u32]>,
    singles: Peekable<IntoIter<u32>>,
}

impl Iterator for Merged<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let streams = self.streams.iter_mut();
        let oldest = streams
            .filter(|stream| !stream.is_empty())
            .min_by_key(|stream| stream.first().copied());
        match (oldest, self.singles.peek()) {
            (None, _) => self.singles.next(),
            (Some(stream), Some(single)) if stream.first() > Some(single) => self.singles.next(),
            (Some(stream), _) => stream.split_off_first().copied(),
        }
    }
}
