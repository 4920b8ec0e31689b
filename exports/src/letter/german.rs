//! Days and amounts as German letters write them.

use time::Date;

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// A space at which no line is broken.
const FIXED: char = '\u{A0}';

/// A day: "3. März 2026".
pub(super) fn day(date: Date) -> String {
    let month = usize::from(u8::from(date.month())) - 1;
    let month = MONTHS.get(month).copied().unwrap_or_default();
    format!("{}.{FIXED}{month}{FIXED}{:04}", date.day(), date.year())
}

/// An amount of euro cents: "12.345,60 €".
pub(super) fn euros(cents: u64) -> String {
    let whole = (cents / 100).to_string();
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    format!("{grouped},{:02}{FIXED}€", cents % 100)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn days_have_the_name_of_their_month() {
        assert_eq!(day(date!(2026 - 03 - 03)), "3.\u{A0}März\u{A0}2026");
        assert_eq!(day(date!(2026 - 12 - 31)), "31.\u{A0}Dezember\u{A0}2026");
    }

    #[test]
    fn amounts_have_points_and_a_comma() {
        let shown: Vec<String> = [0, 5, 99_999, 100_000, 123_456_789, 5_000_000_000, u64::MAX]
            .map(euros)
            .into();
        let expected = [
            "0,00",
            "0,05",
            "999,99",
            "1.000,00",
            "1.234.567,89",
            "50.000.000,00",
            "184.467.440.737.095.516,15",
        ];
        assert_eq!(shown, expected.map(|amount| format!("{amount}\u{A0}€")));
    }
}
