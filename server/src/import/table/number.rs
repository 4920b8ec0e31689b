//! Numbers as offices write them: 1.234,56 € and 1234.56.

use super::sheet::Cell;

/// A whole number.
pub(super) fn whole(cell: &Cell) -> Result<i64, String> {
    let thousandths = read(cell, 0)?;
    i64::try_from(thousandths).map_err(|_| format!("{} ist zu groß", cell.shown()))
}

/// An amount of euros, in cents.
pub(super) fn cents(cell: &Cell) -> Result<u64, String> {
    let cents = read(cell, 2)?;
    u64::try_from(cents).map_err(|_| format!("{} ist kein möglicher Betrag", cell.shown()))
}

/// A number with at most so many decimals, as a whole number of the last of them.
fn read(cell: &Cell, decimals: u32) -> Result<i128, String> {
    let wrong = || {
        let example = if decimals == 0 { "1.234" } else { "1.234,56" };
        format!(
            "{} ist keine Zahl, wie sie hier erwartet wird (zum Beispiel {example})",
            cell.shown()
        )
    };
    match cell {
        Cell::Number(number) => rounded(*number, decimals).ok_or_else(wrong),
        Cell::Text(text) => written(text, decimals).ok_or_else(wrong),
        Cell::Empty | Cell::Moment(_) | Cell::Truth(_) | Cell::Unreadable(_) => Err(wrong()),
    }
}

/// A number of a spreadsheet, which has a few bits more than what people see.
fn rounded(number: f64, decimals: u32) -> Option<i128> {
    let scaled = number * 10_f64.powi(i32::try_from(decimals).ok()?);
    let whole = scaled.round();
    if !whole.is_finite() || whole.abs() > 1e15 || (scaled - whole).abs() > 1e-4 {
        return None;
    }
    // Its text is exact: a whole number far below 2^53.
    format!("{whole:.0}").parse().ok()
}

fn written(text: &str, decimals: u32) -> Option<i128> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{202f}')
        .collect();
    let text = text
        .trim_end_matches('€')
        .trim_end_matches("EUR")
        .trim_end_matches(",-")
        .trim_end_matches(",--");
    let (negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = split(text)?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let places = usize::try_from(decimals).ok()?;
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty()
        || whole.len() > 15
        || fraction.len() > places
        || !digits(&whole)
        || !digits(fraction)
    {
        return None;
    }
    let number: i128 = format!("{whole}{fraction:0<places$}").parse().ok()?;
    Some(if negative { -number } else { number })
}

/// The digits before and after the decimal mark. The comma is one; a dot is one only where it can't
/// stand between thousands.
fn split(text: &str) -> Option<(String, &str)> {
    if let Some((whole, fraction)) = text.split_once(',') {
        return Some((without_dots(whole)?, fraction));
    }
    match text.rsplit_once('.') {
        Some((whole, fraction)) if fraction.len() != 3 && !whole.contains('.') => {
            Some((whole.to_owned(), fraction))
        }
        Some(_) => Some((without_dots(text)?, "")),
        None => Some((text.to_owned(), "")),
    }
}

/// Takes out the dots between thousands; `None` where they stand elsewhere.
fn without_dots(whole: &str) -> Option<String> {
    let mut groups = whole.split('.');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if !rest.is_empty()
        && (first.is_empty() || first.len() > 3 || rest.iter().any(|group| group.len() != 3))
    {
        return None;
    }
    Some(whole.replace('.', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_offices_write_them() {
        for (text, cents_of_it) in [
            ("1.234,56", 123_456),
            ("1.234,56 €", 123_456),
            ("1234,5", 123_450),
            ("1234.56", 123_456),
            ("1.234", 123_400),
            ("1.234.567,00 EUR", 123_456_700),
            ("1 234,50", 123_450),
            ("50,-", 5_000),
            ("0", 0),
        ] {
            assert_eq!(cents(&Cell::text(text)), Ok(cents_of_it), "{text}");
        }
        assert_eq!(cents(&Cell::Number(0.1 + 0.2)), Ok(30));
        assert_eq!(cents(&Cell::Number(1_234.56)), Ok(123_456));
        assert_eq!(whole(&Cell::text("1.234")), Ok(1_234));
        assert_eq!(whole(&Cell::text("-3")), Ok(-3));
        assert_eq!(whole(&Cell::Number(45.0)), Ok(45));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "abc",
            "1,234,56",
            "12.34,5",
            "1.23.456",
            "1,234",
            "=1+1",
            "1e9",
            "--1",
            "-5,00",
            "€",
            "99999999999999999999",
            "0x10",
            "１２",
        ] {
            assert!(cents(&Cell::text(text)).is_err(), "{text}");
        }
        for number in [f64::NAN, f64::INFINITY, 1e300, -1.0, 0.001] {
            assert!(cents(&Cell::Number(number)).is_err(), "{number}");
        }
        assert!(whole(&Cell::text("1,5")).is_err());
        assert!(whole(&Cell::Number(1.5)).is_err());
        assert!(whole(&Cell::Truth(true)).is_err());
    }
}
