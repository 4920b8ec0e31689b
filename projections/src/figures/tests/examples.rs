//! Each figure computed by hand. More than 400 lines: one example or more for each of twelve figures.

use querschnitt_domain::ConsultationId;

use super::book::{Book, about, id, query, show};
use crate::dimension::{CentreSet, Dimension, DimensionValue};
use crate::figures::{FigureError, FigureQuery, figure};

#[test]
fn b1_counts_consultations_by_their_day_and_never_retracted_ones() {
    let mut book = Book::default();
    book.consult(1, "2026-01-01", about("EDU_SCHOOL X_WORK", &[]));
    book.consult(2, "2026-03-31", about("EDU_SCHOOL", &[]));
    book.consult(3, "2026-04-01", about("EDU_EARLY", &[]));
    book.consult(4, "2027-01-01", about("EDU_EARLY", &[]));
    book.consult(5, "2026-05-01", about("EDU_EARLY", &[]));
    book.retract(5);
    book.consult(6, "2025-12-31", about("EDU_EARLY", &[]));
    book.correct(6, "2026-12-31", about("X_WORK", &[]));

    assert_eq!(
        book.show("B1", "2026", &[Dimension::Quarter]),
        [
            "2026-Q1: 2",
            "2026-Q2: 1",
            "2026-Q3: 0",
            "2026-Q4: 1",
            "= 4"
        ]
    );
    // The first one counts in both of its areas, and in the total once.
    assert_eq!(
        book.show("B1", "2026", &[Dimension::ActionArea]),
        ["EDU_EARLY: 1", "EDU_SCHOOL: 2", "X_WORK: 2", "= 4"]
    );
    assert_eq!(
        book.show(
            "B1",
            "2026-H1",
            &[Dimension::ActionDomain, Dimension::Quarter]
        ),
        [
            "EDUCATION 2026-Q1: 2",
            "EDUCATION 2026-Q2: 1",
            "CROSS_CUTTING 2026-Q1: 1",
            "CROSS_CUTTING 2026-Q2: 0",
            "= 3"
        ]
    );
}

#[test]
fn b1_by_what_is_not_stated_and_by_funding_line() {
    let mut book = Book::default();
    let mut facts = about("X_WORK", &[]);
    facts.programme = Some("MSO_PROJECT".parse().unwrap());
    facts.municipality = Some("05711000".into());
    book.consult(1, "2026-02-01", facts.clone());
    facts.programme = Some("MSO_START".parse().unwrap());
    facts.municipality = None;
    book.consult(2, "2026-02-01", facts.clone());
    facts.programme = None;
    facts.municipality = Some("05111000".into());
    book.consult(3, "2026-02-01", facts);

    assert_eq!(
        book.show("B1", "2026", &[Dimension::FundingLine]),
        ["MSO: 2", "-: 1", "= 3"]
    );
    assert_eq!(
        book.show("B1", "2026", &[Dimension::Municipality]),
        ["05111000: 1", "05711000: 1", "-: 1", "= 3"]
    );
}

#[test]
fn b2_counts_each_organisation_once_and_duplicates_together() {
    let mut book = Book::default();
    for number in 1..=3 {
        book.organisation(number, "SCHOOL", "");
    }
    book.consult(11, "2026-01-10", about("EDU_SCHOOL", &[1, 2]));
    book.consult(12, "2026-02-10", about("EDU_SCHOOL", &[1]));
    book.consult(13, "2026-03-10", about("X_WORK", &[3]));
    book.consult(14, "2026-03-11", about("X_WORK", &[]));
    let by = [Dimension::ActionArea];
    assert_eq!(
        book.show("B2", "2026", &by),
        ["EDU_SCHOOL: 2", "X_WORK: 1", "= 3"]
    );

    book.same(3, 1);
    assert_eq!(
        book.show("B2", "2026", &by),
        ["EDU_SCHOOL: 2", "X_WORK: 1", "= 2"]
    );
}

#[test]
fn b3_adds_up_minutes_in_hours() {
    let mut book = Book::default();
    let mut facts = about("EDU_SCHOOL X_WORK", &[]);
    facts.duration_minutes = 45;
    facts.preparation_minutes = 30;
    book.consult(1, "2026-01-10", facts.clone());
    facts.preparation_minutes = 0;
    book.consult(2, "2026-01-11", facts);

    assert_eq!(
        book.show("B3", "2026", &[Dimension::ActionArea]),
        ["EDU_SCHOOL: 120/60 2", "X_WORK: 120/60 2", "= 120/60 2"]
    );
    assert_eq!(book.show("B3", "2025", &[]), ["= 0/60 0"]);
}

#[test]
fn b4_is_the_share_of_each_type_also_when_not_asked_for() {
    let mut book = Book::default();
    let mut facts = about("X_WORK", &[]);
    book.consult(1, "2026-01-10", facts.clone());
    book.consult(2, "2026-01-11", facts.clone());
    book.consult(3, "2026-04-11", facts.clone());
    facts.consultation_type = "SYSTEMIC".parse().unwrap();
    book.consult(4, "2026-01-12", facts);

    assert_eq!(
        book.show("B4", "2026", &[]),
        ["PROFESSIONAL: 3/4 0.75", "SYSTEMIC: 1/4 0.25", "= 4/4 1"]
    );
    assert_eq!(
        book.show("B4", "2026-H1", &[Dimension::Quarter]),
        [
            "2026-Q1 PROFESSIONAL: 2/3 0.6666666666666666",
            "2026-Q1 SYSTEMIC: 1/3 0.3333333333333333",
            "2026-Q2 PROFESSIONAL: 1/1 1",
            "2026-Q2 SYSTEMIC: 0/1 0",
            "= 4/4 1"
        ]
    );
    assert_eq!(book.show("B4", "2025", &[]), ["= 0/0 none"]);
}

#[test]
fn b5_is_the_share_of_organisations_that_came_again() {
    let mut book = Book::default();
    for number in 1..=4 {
        book.organisation(number, "SCHOOL", "");
    }
    book.same(4, 3);
    book.consult(11, "2026-01-10", about("EDU_SCHOOL", &[1, 2]));
    book.consult(12, "2026-02-10", about("X_WORK", &[1]));
    // Both entries are one organisation: one consultation with it, not two.
    book.consult(13, "2026-02-11", about("X_WORK", &[3, 4]));

    assert_eq!(
        book.show("B5", "2026", &[Dimension::ActionArea]),
        [
            "EDU_SCHOOL: 0/2 0",
            "X_WORK: 0/2 0",
            "= 1/3 0.3333333333333333"
        ]
    );
    assert_eq!(book.show("B5", "2025", &[]), ["= 0/0 none"]);
}

/// Two bodies: a working circle that meets three times and a steering group that meets once.
fn networks() -> Book {
    let mut book = Book::default();
    book.organisation(1, "SCHOOL", "SCHULG_NRW SGB_II");
    book.organisation(2, "JOBCENTER", "SGB_II");
    book.organisation(3, "JOBCENTER", "");
    book.network(21, "WORKING_CIRCLE", "HOST", "EDU_SCHOOL X_WORK");
    book.network(22, "STEERING_GROUP", "PARTICIPANT", "");
    book.hold(31, 21, "2026-01-10", &[(1, 2), (2, 1)], 4);
    book.hold(32, 21, "2026-04-10", &[(1, 1)], 0);
    book.hold(33, 21, "2026-07-10", &[(2, 3), (3, 1)], 0);
    book.hold(34, 22, "2026-07-11", &[], 2);
    book.plan(35, 22, "2026-08-01");
    book.plan(36, 22, "2026-09-01");
    book.cancel(36, 22);
    book
}

#[test]
fn n1_counts_meetings_that_were_held() {
    let book = networks();
    assert_eq!(
        book.show("N1", "2026", &[Dimension::BodyType, Dimension::HalfYear]),
        [
            "WORKING_CIRCLE 2026-H1: 2",
            "WORKING_CIRCLE 2026-H2: 1",
            "STEERING_GROUP 2026-H1: 0",
            "STEERING_GROUP 2026-H2: 1",
            "= 4"
        ]
    );
    // Role and action areas come from the body where the meeting says nothing.
    assert_eq!(
        book.show("N1", "2026", &[Dimension::KiRole]),
        ["HOST: 3", "PARTICIPANT: 1", "= 4"]
    );
    assert_eq!(
        book.show("N1", "2026", &[Dimension::ActionArea]),
        ["EDU_SCHOOL: 3", "X_WORK: 3", "-: 1", "= 4"]
    );
    assert_eq!(
        book.show("N1", "2026", &[Dimension::Network]),
        [
            "00000000-0000-0000-0000-000000000015: 3",
            "00000000-0000-0000-0000-000000000016: 1",
            "= 4"
        ]
    );
}

#[test]
fn n2_counts_organisations_that_came() {
    let mut book = networks();
    let by = [Dimension::OrganisationKind];
    assert_eq!(
        book.show("N2", "2026", &by),
        ["JOBCENTER: 2", "SCHOOL: 1", "= 3"]
    );
    // The entry the link leads to says what it is.
    book.same(3, 1);
    assert_eq!(
        book.show("N2", "2026", &by),
        ["JOBCENTER: 1", "SCHOOL: 1", "= 2"]
    );
}

#[test]
fn n3_adds_up_heads_with_and_without_an_organisation() {
    assert_eq!(
        networks().show("N3", "2026", &[Dimension::BodyType]),
        ["WORKING_CIRCLE: 12", "STEERING_GROUP: 2", "= 14"]
    );
}

/// Five agreements of one body.
fn agreements() -> Book {
    let mut book = Book::default();
    book.network(21, "WORKING_CIRCLE", "HOST", "");
    book.agree(41, 21, "2026-01-10", Some("2026-02-28"));
    book.agree(42, 21, "2026-01-10", Some("2026-02-28"));
    book.agree(43, 21, "2026-01-10", Some("2026-03-31"));
    book.agree(44, 21, "2026-04-10", None);
    book.agree(45, 21, "2025-12-10", Some("2026-03-30"));
    book.fulfil(41, 21, "2026-02-28");
    book.fulfil(42, 21, "2026-03-01");
    book.fulfil(44, 21, "2026-05-01");
    book.drop(43, 21, "2026-02-01");
    book
}

#[test]
fn n4_counts_agreements_by_the_day_they_were_made() {
    assert_eq!(
        agreements().show("N4", "2026", &[Dimension::Quarter]),
        [
            "2026-Q1: 3",
            "2026-Q2: 1",
            "2026-Q3: 0",
            "2026-Q4: 0",
            "= 4"
        ]
    );
}

#[test]
fn n5_is_the_share_done_by_the_due_date() {
    // Due in time: one. Late, dropped and open: three. Without a due date: not counted.
    assert_eq!(
        agreements().show("N5", "2026", &[Dimension::Quarter]),
        [
            "2026-Q1: 1/4 0.25",
            "2026-Q2: 0/0 none",
            "2026-Q3: 0/0 none",
            "2026-Q4: 0/0 none",
            "= 1/4 0.25"
        ]
    );
}

#[test]
fn n6_is_the_mean_number_of_legal_areas_per_meeting() {
    // Meetings of the circle: two areas, two, one; the steering group's: none.
    assert_eq!(
        networks().show("N6", "2026", &[Dimension::BodyType]),
        [
            "WORKING_CIRCLE: 5/3 1.6666666666666667",
            "STEERING_GROUP: 0/1 0",
            "= 5/4 1.25"
        ]
    );
    assert_eq!(networks().show("N6", "2025", &[]), ["= 0/0 none"]);
}

#[test]
fn n7_is_the_share_of_organisations_that_keep_coming() {
    let mut book = networks();
    book.organisation(4, "KITA", "");
    book.member(21, 4, "2026-06-01");
    // The steering group met once only: it does not count. At the last three meetings of the
    // circle: 1 twice, 2 twice, 3 once; 4 is a member and never came.
    let circle = "00000000-0000-0000-0000-000000000015";
    assert_eq!(
        book.show("N7", "2026", &[Dimension::Network]),
        [format!("{circle}: 2/4 0.5"), "= 2/4 0.5".to_owned()]
    );
    // In August there was no meeting, in the first half-year too few before its end.
    assert_eq!(book.show("N7", "2026-08", &[]), ["= 0/0 none"]);
    assert_eq!(
        book.show("N7", "2026", &[Dimension::HalfYear]),
        ["2026-H1: 0/0 none", "2026-H2: 2/4 0.5", "= 2/4 0.5"]
    );

    book.hold(37, 21, "2026-10-10", &[(3, 1)], 0);
    // Now the last three are April, July and October: only 3 came twice.
    assert_eq!(book.show("N7", "2026", &[]), ["= 1/4 0.25"]);
    assert_eq!(book.show("N7", "2026-Q3", &[]), ["= 2/4 0.5"]);
}

#[test]
fn n7_takes_the_later_meeting_of_a_day_for_the_later_one() {
    let mut book = Book::default();
    book.organisation(1, "SCHOOL", "");
    book.organisation(2, "SCHOOL", "");
    book.network(21, "WORKING_CIRCLE", "HOST", "");
    // Without an hour the order of recording counts: 39 came before 31.
    book.hold(39, 21, "2026-01-10", &[(2, 1)], 0);
    book.hold(31, 21, "2026-01-10", &[(1, 1)], 0);
    book.hold(38, 21, "2026-02-10", &[(1, 1)], 0);
    book.hold(32, 21, "2026-03-10", &[(1, 1)], 0);
    assert_eq!(book.show("N7", "2026", &[]), ["= 1/1 1"]);

    // With hours the hour counts: of the fourth of May only the evening is among the last three.
    book.hour(18);
    book.hold(35, 21, "2026-05-04", &[(1, 1)], 0);
    book.hour(9);
    book.hold(36, 21, "2026-05-04", &[(2, 1)], 0);
    book.hold(37, 21, "2026-06-04", &[(1, 1)], 0);
    book.hold(34, 21, "2026-07-04", &[(2, 1)], 0);
    assert_eq!(book.show("N7", "2026", &[]), ["= 1/2 0.5"]);
}

#[test]
fn what_a_reader_may_not_see_counts_nowhere() {
    let mut book = Book::default();
    book.consult(1, "2026-01-10", about("X_WORK", &[]));
    book.centre("05334002");
    book.consult(2, "2026-01-10", about("X_WORK", &[]));
    let both: CentreSet = ["05711", "05334002"]
        .map(|key| key.parse().unwrap())
        .into_iter()
        .collect();
    let own: CentreSet = ["05711".parse().unwrap()].into_iter().collect();
    let b1 = figure("B1").unwrap();
    let ask = |centres, visible| {
        let query = FigureQuery {
            centres,
            ..query("2026", &[Dimension::Centre])
        };
        show(&b1.compute(&book.facts, &query, visible).unwrap())
    };

    assert_eq!(ask(both, both), ["05711: 1", "05334002: 1", "= 2"]);
    assert_eq!(ask(both, own), ["05711: 1", "= 1"]);
    assert_eq!(ask(CentreSet::all(), CentreSet::default()), ["= 0"]);
    let nothing = b1.compute(
        &book.facts,
        &query("2026", &[Dimension::Mode]),
        CentreSet::default(),
    );
    assert_eq!(show(&nothing.unwrap()), ["= 0"]);
}

#[test]
fn as_of_a_position_only_what_was_known_then_counts() {
    let mut book = Book::default();
    book.consult(1, "2026-01-10", about("X_WORK", &[]));
    let first = book.position();
    book.correct(1, "2026-02-10", about("EDU_SCHOOL", &[]));
    let second = book.position();
    book.retract(1);
    let ask = |as_of| {
        let query = FigureQuery {
            as_of,
            ..query("2026", &[Dimension::Month, Dimension::ActionArea])
        };
        let table = figure("B1")
            .unwrap()
            .compute(&book.facts, &query, CentreSet::all());
        show(&table.unwrap())
            .into_iter()
            .filter(|row| row.ends_with(": 1"))
            .collect::<Vec<_>>()
    };

    assert_eq!(ask(Some(first)), ["2026-01 X_WORK: 1"]);
    assert_eq!(ask(Some(second)), ["2026-02 EDU_SCHOOL: 1"]);
    assert_eq!(ask(None), Vec::<String>::new());
    assert_eq!(ask(Some(0)), Vec::<String>::new());
}

#[test]
fn every_number_names_the_records_behind_it() {
    let mut book = Book::default();
    book.consult(1, "2026-01-10", about("X_WORK EDU_SCHOOL", &[]));
    book.consult(2, "2026-02-10", about("X_WORK", &[]));
    book.consult(3, "2025-02-10", about("X_WORK", &[]));
    let b1 = figure("B1").unwrap();
    let ask = query("2026", &[Dimension::ActionArea]);
    let behind = |keys: &[DimensionValue]| {
        let until = crate::Until::whenever();
        b1.records_behind(&book.facts, &ask, CentreSet::all(), keys, &until)
    };
    let record = |number| id::<ConsultationId>(number).record();

    let table = book.table("B1", "2026", &[Dimension::ActionArea]);
    assert_eq!(behind(&table.rows[0].keys), Ok(vec![record(1)]));
    assert_eq!(behind(&table.rows[1].keys), Ok(vec![record(1), record(2)]));
    assert_eq!(behind(&[]), Ok(vec![record(1), record(2)]));
    assert_eq!(behind(&[DimensionValue::NotStated]), Ok(vec![]));
    let wrong = [DimensionValue::Municipality(1)];
    assert_eq!(behind(&wrong), Err(FigureError::NoSuchRow));
}
