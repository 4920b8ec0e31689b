//! What a source said of a meeting last, and how it merges with what the office entered since.

use std::collections::BTreeSet;

use time::{Date, OffsetDateTime};

use super::input::{self, AgendaInput, AttendanceInput};
use super::state::Content;
use super::{AgendaItem, Attendance, MeetingFacts, Plan};
use crate::id::OrganisationId;
use crate::merge::{self, Merge};
use crate::rejection::Rejection;
use crate::seen::SourceSeen;

/// A content as it came from an import.
#[derive(Clone, Debug)]
pub(super) struct Imported {
    /// What the import led to. What goes on in further events is added here too.
    pub(super) content: Content,
    /// What the source had said before that, and what the record said then.
    pub(super) before: Option<Box<(Content, Content)>>,
}

/// When a meeting is; its parts are taken together, so that they fit each other.
pub(super) type When = (Date, Option<OffsetDateTime>, Option<OffsetDateTime>);

impl Content {
    pub(super) const fn when(&self) -> When {
        (self.date, self.starts_at, self.facts.plan.ends_at)
    }
}

impl Imported {
    /// What the source said: see [`merge::said`].
    pub(super) fn said(&self) -> Content {
        let new = &self.content;
        let Some((base, ours)) = self.before.as_deref() else {
            return new.clone();
        };
        let (date, starts_at, ends_at) = merge::said(&new.when(), &ours.when(), &base.when());
        let (to, from, was) = (&new.facts.plan, &ours.facts.plan, &base.facts.plan);
        let plan = Plan {
            network: merge::said(&to.network, &from.network, &was.network),
            title: merge::said(&to.title, &from.title, &was.title),
            place: merge::said(&to.place, &from.place, &was.place),
            mode: merge::said(&to.mode, &from.mode, &was.mode),
            ends_at,
            agenda: said_agenda(&to.agenda, &from.agenda, &was.agenda),
            ..to.clone()
        };
        let (to, from, was) = (&new.facts, &ours.facts, &base.facts);
        let facts = MeetingFacts {
            plan,
            attendances: said_attendances(&to.attendances, &from.attendances, &was.attendances),
            other_head_count: merge::said(
                &to.other_head_count,
                &from.other_head_count,
                &was.other_head_count,
            ),
            results: merge::said(&to.results, &from.results, &was.results),
            ..to.clone()
        };
        Content {
            date,
            starts_at,
            facts,
        }
    }
}

/// What the source said, with what it came to agree with taken over from the record.
pub(super) fn agreed(mut said: Content, ours: &Content, seen: &SourceSeen) -> Content {
    let (was, is) = (&mut said.facts.plan, &ours.facts.plan);
    if seen.agrees("date") {
        (said.date, said.starts_at, was.ends_at) = ours.when();
    }
    if seen.agrees("network") {
        was.network = is.network;
    }
    if seen.agrees("title") {
        was.title = is.title;
    }
    if seen.agrees("place") {
        was.place = is.place;
    }
    if seen.agrees("mode") {
        was.mode = is.mode;
    }
    said.facts.attendances = agreed_attendances(&said.facts.attendances, ours, seen);
    if seen.agrees("otherHeadCount") {
        said.facts.other_head_count = ours.facts.other_head_count;
    }
    if seen.agrees("results") {
        said.facts.results = ours.facts.results;
    }
    let was = &mut said.facts.plan;
    for (index, item) in is.agenda.iter().enumerate() {
        let agrees = |field: &str| seen.agrees(&in_agenda(index, field));
        let place = place_of(item, &was.agenda);
        match place.and_then(|place| was.agenda.get_mut(place)) {
            Some(said) => {
                if agrees("title") {
                    said.title = item.title;
                }
                if agrees("public") {
                    said.public = item.public;
                }
                if agrees("result") {
                    said.result = item.result;
                }
                if agrees("vote") {
                    said.vote = item.vote;
                }
            }
            None if agrees("title") => was.agenda.push(item.clone()),
            None => {}
        }
    }
    said
}

/// The name of a field of an agenda item.
fn in_agenda(index: usize, field: &str) -> String {
    format!("agenda[{index}].{field}")
}

fn said_agenda(new: &[AgendaItem], ours: &[AgendaItem], base: &[AgendaItem]) -> Vec<AgendaItem> {
    new.iter()
        .filter_map(|item| {
            let Some(kept) = ours.iter().find(|kept| kept.title == item.title) else {
                return Some(item.clone());
            };
            // An item of the office's own is none of the source's.
            let was = said_of(kept, base)?;
            Some(AgendaItem {
                number: item.number.clone(),
                title: merge::said(&item.title, &kept.title, &was.title),
                public: merge::said(&item.public, &kept.public, &was.public),
                result: merge::said(&item.result, &kept.result, &was.result),
                vote: merge::said(&item.vote, &kept.vote, &was.vote),
            })
        })
        .collect()
}

/// The item of the source behind one of the record: the same, or one that the office worded anew.
fn said_of<'a>(item: &AgendaItem, base: &'a [AgendaItem]) -> Option<&'a AgendaItem> {
    place_of(item, base).and_then(|place| base.get(place))
}

fn place_of(item: &AgendaItem, base: &[AgendaItem]) -> Option<usize> {
    base.iter()
        .position(|said| said.title == item.title)
        .or_else(|| {
            base.iter()
                .position(|said| item.number.is_some() && said.number == item.number)
        })
}

/// The entry of an organisation.
fn of(organisation: OrganisationId, list: &[Attendance]) -> Option<&Attendance> {
    list.iter().find(|entry| entry.organisation == organisation)
}

/// The name of a field of who came. The place in the list changes, the organisation does not.
fn in_attendances(organisation: OrganisationId, field: &str) -> String {
    format!("attendances[{}].{field}", organisation.0)
}

fn said_attendances(
    new: &[Attendance],
    ours: &[Attendance],
    base: &[Attendance],
) -> Vec<Attendance> {
    if !(is_once(new) && is_once(ours) && is_once(base)) {
        return merge::said(&new.to_vec(), &ours.to_vec(), &base.to_vec());
    }
    let of_new = new.iter().filter_map(|entry| {
        let organisation = entry.organisation;
        let Some(kept) = of(organisation, ours) else {
            return Some(entry.clone());
        };
        let Some(was) = of(organisation, base) else {
            // An entry of the office's own is none of the source's.
            return (entry != kept).then(|| entry.clone());
        };
        Some(Attendance {
            organisation,
            head_count: merge::said(&entry.head_count, &kept.head_count, &was.head_count),
            function: merge::said(&entry.function, &kept.function, &was.function),
        })
    });
    // What the office took out the source still says.
    let taken_out = base.iter().filter(|entry| {
        of(entry.organisation, ours).is_none() && of(entry.organisation, new).is_none()
    });
    of_new.chain(taken_out.cloned()).collect()
}

fn agreed_attendances(said: &[Attendance], ours: &Content, seen: &SourceSeen) -> Vec<Attendance> {
    if seen.agrees("attendances") {
        return ours.facts.attendances.clone();
    }
    let mut said = said.to_vec();
    for entry in &ours.facts.attendances {
        let agrees = |field| seen.agrees(&in_attendances(entry.organisation, field));
        let mut known = said.iter_mut();
        match known.find(|known| known.organisation == entry.organisation) {
            Some(known) => {
                if agrees("headCount") {
                    known.head_count = entry.head_count;
                }
                if agrees("function") {
                    known.function = entry.function;
                }
            }
            None if agrees("headCount") => said.push(entry.clone()),
            None => {}
        }
    }
    said
}

/// Whether each organisation came in one function only.
fn is_once(list: &[Attendance]) -> bool {
    let organisations: BTreeSet<OrganisationId> =
        list.iter().map(|entry| entry.organisation).collect();
    organisations.len() == list.len()
}

/// Where an organisation came in several functions, its entries can't be told apart: the list is one
/// field then.
fn as_a_whole(
    theirs: &[(&AttendanceInput, u16)],
    base: &[Attendance],
    ours: &[Attendance],
    merge: &mut Merge<'_>,
) -> Vec<Attendance> {
    let is = |list: &[Attendance]| {
        let says = |(input, head_count): &(&AttendanceInput, u16), entry: &Attendance| {
            entry.organisation == input.organisation
                && entry.head_count == *head_count
                && merge.is(entry.function, input.function.as_ref())
        };
        list.len() == theirs.len()
            && theirs
                .iter()
                .all(|theirs| list.iter().any(|entry| says(theirs, entry)))
    };
    if is(base) {
        return ours.to_vec();
    }
    if is(ours) {
        merge.agree("attendances");
        return ours.to_vec();
    }
    let sealed = theirs.iter().map(|(input, head_count)| Attendance {
        organisation: input.organisation,
        head_count: *head_count,
        function: merge
            .context
            .seal_option(merge.subject, input.function.as_ref()),
    });
    let mut attendances: Vec<Attendance> = sealed.collect();
    attendances.sort_by_key(|entry| entry.organisation);
    attendances
}

/// Who came according to the source, merged with the record's: the source's organisations with what
/// the office entered of them, and those the office added.
pub(super) fn merged_attendances(
    theirs: &[(&AttendanceInput, u16)],
    base: &[Attendance],
    ours: &[Attendance],
    merge: &mut Merge<'_>,
) -> Vec<Attendance> {
    let organisations: BTreeSet<OrganisationId> =
        theirs.iter().map(|(input, _)| input.organisation).collect();
    if organisations.len() < theirs.len() || !is_once(base) || !is_once(ours) {
        return as_a_whole(theirs, base, ours, merge);
    }
    let mut attendances = Vec::with_capacity(theirs.len());
    for (input, head_count) in theirs {
        let organisation = input.organisation;
        let (was, is) = (of(organisation, base), of(organisation, ours));
        let count = |entry: Option<&Attendance>| entry.map_or(0, |entry| entry.head_count);
        let name = |field| in_attendances(organisation, field);
        let head_count = merge.value(&name("headCount"), *head_count, &count(was), count(is));
        if head_count == 0 {
            // The office took it out, and the source says no more than before.
            continue;
        }
        attendances.push(Attendance {
            organisation,
            head_count,
            function: merge.text(
                &name("function"),
                input.function.as_ref(),
                was.and_then(|entry| entry.function),
                is.and_then(|entry| entry.function),
            ),
        });
    }
    let of_source = |organisation| {
        theirs
            .iter()
            .any(|(input, _)| input.organisation == organisation)
    };
    let own = ours
        .iter()
        .filter(|entry| !of_source(entry.organisation) && of(entry.organisation, base).is_none());
    attendances.extend(own.cloned());
    attendances.sort_by_key(|entry| entry.organisation);
    attendances
}

/// The agenda of the source merged with the record's: the source's items in its order, with the
/// results and votes the office entered, then the items the office added.
pub(super) fn merged_agenda(
    theirs: &[AgendaInput],
    base: &[AgendaItem],
    ours: &[AgendaItem],
    merge: &mut Merge<'_>,
) -> Result<Vec<AgendaItem>, Rejection> {
    let matched = matched(theirs, ours, merge);
    let checked = input::numbers_and_votes(theirs)?;
    let mut agenda = Vec::with_capacity(theirs.len());
    let items = theirs.iter().zip(checked).zip(&matched).enumerate();
    for (index, ((item, (number, vote)), known)) in items {
        let ours = known.and_then(|index| ours.get(index));
        let base = ours.and_then(|item| said_of(item, base));
        let name = |field| in_agenda(index, field);
        let title = merge.text(
            &name("title"),
            Some(&item.title),
            base.map(|said| said.title),
            ours.map(|item| item.title),
        );
        agenda.push(AgendaItem {
            number,
            title: title.unwrap_or_else(|| merge.context.seal(merge.subject, &item.title)),
            public: merge.value(
                &name("public"),
                item.public,
                &base.and_then(|said| said.public),
                ours.and_then(|item| item.public),
            ),
            result: merge.text(
                &name("result"),
                item.result.as_ref(),
                base.and_then(|said| said.result),
                ours.and_then(|item| item.result),
            ),
            vote: merge.value(
                &name("vote"),
                vote,
                &base.and_then(|said| said.vote),
                ours.and_then(|item| item.vote),
            ),
        });
    }
    for (index, item) in ours.iter().enumerate() {
        if !matched.contains(&Some(index)) && said_of(item, base).is_none() {
            agenda.push(item.clone());
        }
    }
    Ok(agenda)
}

/// Whether an item of the source is one of the record.
type Alike<'a> = dyn Fn(&AgendaInput, &AgendaItem) -> bool + 'a;

/// For each item of the source the item of the record that it is: with the same number and title,
/// else the same title, else the same number. Numbers alone are not unique.
fn matched(theirs: &[AgendaInput], ours: &[AgendaItem], texts: &Merge<'_>) -> Vec<Option<usize>> {
    let mut found = vec![None; theirs.len()];
    let mut free: Vec<bool> = vec![true; ours.len()];
    let number = |input: &AgendaInput, item: &AgendaItem| {
        input.number.as_deref().map(str::trim) == item.number.as_deref()
    };
    let title =
        |input: &AgendaInput, item: &AgendaItem| texts.is(Some(item.title), Some(&input.title));
    let alike: [&Alike<'_>; 3] = [
        &|input, item| number(input, item) && title(input, item),
        &title,
        &|input, item| input.number.is_some() && number(input, item),
    ];
    for alike in alike {
        for (input, found) in theirs.iter().zip(&mut found) {
            if found.is_none() {
                *found = (0..ours.len()).find(|index| free[*index] && alike(input, &ours[*index]));
                if let Some(index) = *found {
                    free[index] = false;
                }
            }
        }
    }
    found
}
