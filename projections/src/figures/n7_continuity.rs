//! N7: which share of the organisations of a body comes again and again.

use std::collections::BTreeMap;

use querschnitt_domain::{NetworkId, OrganisationId, RecordKind};

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;
use crate::facts::MeetingRow;

pub(super) static FIGURE: Figure = Figure {
    key: "N7",
    title: "Kontinuität",
    unit: Unit::Share,
    definition: "Organisationen, die an mindestens zwei der letzten drei Treffen eines Gremiums teilgenommen haben, geteilt durch die Zahl der Organisationen dieses Gremiums. Die letzten drei sind die letzten bis zum Ende des Zeitraums stattgefundenen; es entscheidet der Tag des Treffens, am selben Tag die Uhrzeit (ohne Uhrzeit zuerst), dann die Reihenfolge der Erfassung. Organisationen eines Gremiums sind alle, die an einem dieser drei Treffen teilgenommen haben oder am letzten Tag des Zeitraums Mitglied sind. Ein Gremium zählt, wenn es im Zeitraum mindestens ein Treffen hatte und bis zu dessen Ende mindestens drei. Im Register als gleich verknüpfte Einträge zählen als eine Organisation. Über mehrere Gremien werden Zähler und Nenner zusammengezählt; bei Zeitabschnitten gilt das Ende jedes Abschnitts, für die Gesamtzahl das Ende des Zeitraums. Die Gremienart gilt nach dem Stand der Auswertung. Ohne zählendes Gremium gibt es keinen Wert (nicht 0).",
    version: 1,
    dimensions: &[Dimension::Centre, Dimension::BodyType, Dimension::Network],
    always_by: None,
    reads: &[
        RecordKind::Meeting,
        RecordKind::Network,
        RecordKind::Organisation,
    ],
    aggregate: Aggregate::Ratio,
    source,
};

/// How many meetings of a body are looked at.
const LAST: usize = 3;
/// At how many of them an organisation has to be.
const AT_LEAST: u32 = 2;

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    let mut bodies: BTreeMap<NetworkId, Vec<&MeetingRow>> = BTreeMap::new();
    for row in input.held_meetings() {
        if input.sees(row.centre) {
            bodies.entry(row.network).or_default().push(row);
        }
    }
    for meetings in bodies.values_mut() {
        meetings.sort_by_key(|row| (row.date, row.starts_at, row.recorded));
        for span in input.spans() {
            if !input.goes_on() {
                return;
            }
            let end = meetings.partition_point(|row| row.date < span.period.to());
            let (Some(last), Some(first)) = (end.checked_sub(1), end.checked_sub(LAST)) else {
                continue;
            };
            let newest = meetings[last];
            if newest.date < span.period.from() {
                continue;
            }
            let cell = input.place_in_span(newest, &span);
            let mut times = times_attended(input, &meetings[first..end]);
            for member in input.members(newest.network, span.period.last_day()) {
                times.entry(member).or_default();
            }
            for (organisation, times) in times {
                let again = u32::from(times >= AT_LEAST);
                emit(Contribution::ratio(cell, organisation.record(), again, 1));
            }
        }
    }
}

/// At how many of the meetings each organisation was.
fn times_attended(input: &Input<'_>, meetings: &[&MeetingRow]) -> BTreeMap<OrganisationId, u32> {
    let mut times = BTreeMap::new();
    for row in meetings {
        let attending = row
            .attendances
            .iter()
            .map(|attendance| attendance.organisation);
        for organisation in input.distinct(attending) {
            *times.entry(organisation).or_default() += 1;
        }
    }
    times
}
