//! Periods partition time, and what they are called leads back to them.

use proptest::prelude::*;
use time::macros::date;

use super::*;

fn parse(key: &str) -> Period {
    key.parse().unwrap()
}

#[test]
fn keys_days_and_labels() {
    for (key, from, to, label) in [
        ("2026", date!(2026 - 01 - 01), date!(2027 - 01 - 01), "2026"),
        (
            "2026-H1",
            date!(2026 - 01 - 01),
            date!(2026 - 07 - 01),
            "1. Halbjahr 2026",
        ),
        (
            "2026-H2",
            date!(2026 - 07 - 01),
            date!(2027 - 01 - 01),
            "2. Halbjahr 2026",
        ),
        (
            "2026-Q1",
            date!(2026 - 01 - 01),
            date!(2026 - 04 - 01),
            "1. Quartal 2026",
        ),
        (
            "2026-Q3",
            date!(2026 - 07 - 01),
            date!(2026 - 10 - 01),
            "3. Quartal 2026",
        ),
        (
            "2026-Q4",
            date!(2026 - 10 - 01),
            date!(2027 - 01 - 01),
            "4. Quartal 2026",
        ),
        (
            "2024-02",
            date!(2024 - 02 - 01),
            date!(2024 - 03 - 01),
            "Februar 2024",
        ),
        (
            "2026-12",
            date!(2026 - 12 - 01),
            date!(2027 - 01 - 01),
            "Dezember 2026",
        ),
        (
            "2025/26",
            date!(2025 - 08 - 01),
            date!(2026 - 08 - 01),
            "Schuljahr 2025/26",
        ),
        (
            "1999/00",
            date!(1999 - 08 - 01),
            date!(2000 - 08 - 01),
            "Schuljahr 1999/00",
        ),
        (
            "2026-01-01/2026-02-15",
            date!(2026 - 01 - 01),
            date!(2026 - 02 - 15),
            "1.1.2026 – 14.2.2026",
        ),
    ] {
        let period = parse(key);
        assert_eq!((period.from(), period.to()), (from, to), "{key}");
        assert_eq!(period.to_string(), key);
        assert_eq!(period.label(), label);
    }
    assert_eq!(parse("2025/2026"), parse("2025/26"));
    assert_eq!(parse("2026-01-01/2027-01-01"), parse("2026"));
}

#[test]
fn what_is_no_period_is_refused() {
    for key in [
        "",
        "26",
        "2026-",
        "2026-H0",
        "2026-H3",
        "2026-Q5",
        "2026-Q",
        "2026-13",
        "2026-00",
        "2026-1",
        "2025/27",
        "2025/6",
        "2026-Q1x",
        "+026",
        "2026-02-30/2026-03-01",
        "2026-é1",
    ] {
        assert!(
            matches!(key.parse::<Period>(), Err(PeriodError::Unreadable(_))),
            "{key}"
        );
    }
    assert_eq!("1899".parse::<Period>(), Err(PeriodError::OutOfRange));
    assert_eq!("2200-Q1".parse::<Period>(), Err(PeriodError::OutOfRange));
    assert!(matches!(
        "2026-02-01/2026-02-01".parse::<Period>(),
        Err(PeriodError::Empty { .. })
    ));
}

#[test]
fn a_school_year_reaches_over_the_edge_of_a_year() {
    let pieces: Vec<_> = parse("2026")
        .split(Grain::SchoolYear)
        .into_iter()
        .map(|piece| piece.to_string())
        .collect();
    assert_eq!(
        pieces,
        ["2026-01-01/2026-08-01", "2026-08-01/2027-01-01"],
        "cut where the year ends"
    );
}

fn days() -> impl Strategy<Value = Date> {
    (date!(1900 - 01 - 01).to_julian_day()..date!(2199 - 12 - 31).to_julian_day())
        .prop_map(|day| Date::from_julian_day(day).unwrap())
}

fn grains() -> impl Strategy<Value = Grain> {
    proptest::sample::select(Grain::ALL.as_slice())
}

fn periods() -> impl Strategy<Value = Period> {
    (days(), 1_i64..1500).prop_map(|(from, length)| {
        let to = from.saturating_add(time::Duration::days(length));
        Period::new(from, to.min(date!(2200 - 01 - 01))).unwrap()
    })
}

proptest! {
    #[test]
    fn a_key_leads_back_to_its_period(period in periods(), grain in grains()) {
        prop_assert_eq!(parse(&period.to_string()), period);
        // School years at the edges reach into years that can't be reported on.
        let piece = grain.containing(period.from());
        if (1901..2199).contains(&piece.from().year()) {
            prop_assert_eq!(parse(&piece.to_string()), piece);
            prop_assert_eq!(piece.grain(), Some(grain));
        }
    }

    #[test]
    fn pieces_follow_each_other_without_gap_or_overlap(period in periods(), grain in grains()) {
        let pieces = period.split(grain);
        prop_assert_eq!(pieces[0].from(), period.from());
        prop_assert_eq!(pieces[pieces.len() - 1].to(), period.to());
        for pair in pieces.windows(2) {
            prop_assert_eq!(pair[0].to(), pair[1].from());
        }
        for piece in &pieces {
            prop_assert!(piece.from() < piece.to());
            let whole = grain.containing(piece.from());
            prop_assert!(whole.from() <= piece.from() && piece.to() <= whole.to());
        }
    }

    #[test]
    fn a_day_is_found_in_the_piece_that_holds_it(
        period in periods(),
        grain in proptest::option::of(grains()),
        day in days(),
        offset in -400_i64..2000,
    ) {
        let pieces = Pieces::new(period, grain);
        for day in [day, period.from().saturating_add(time::Duration::days(offset))] {
            let found = pieces.index(day).map(|index| pieces.pieces[usize::from(index)]);
            prop_assert_eq!(found.is_some(), period.contains(day));
            prop_assert!(found.is_none_or(|piece| piece.contains(day)));
        }
    }

    #[test]
    fn any_text_is_a_period_or_an_error(text in "[0-9HQ/é-]{0,24}") {
        if let Ok(period) = text.parse::<Period>() {
            prop_assert_eq!(parse(&period.to_string()), period);
        }
    }
}
