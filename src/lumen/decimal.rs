//! Decimal numbers as people and Lumen write prices, bandwidths and percentages.

use bigdecimal::BigDecimal;

/// The maximum number of characters. No price, bandwidth or percentage is longer, and the limit bounds the
/// cost of reading hostile text.
const LONGEST: usize = 100;

/// Parses digits with at most one sign and one decimal point. Scientific notation is refused, because a
/// short exponent can stand for more digits than fit in memory.
pub(super) fn parse(text: &str) -> Option<BigDecimal> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    // A number is written with a zero before the point even if it was read without one. That zero must not
    // make the text too long.
    let is_short = digits.strip_prefix('0').unwrap_or(digits).len() <= LONGEST;
    if is_plain && is_short { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_a_point_are_a_number() {
        for (text, plain) in [
            ("75.00", "75.00"),
            ("-1", "-1"),
            ("+.5", "0.5"),
            ("5.", "5"),
            ("0.0000001", "0.0000001"),
        ] {
            let read = parse(text).map(|number| number.to_plain_string());
            assert_eq!(read.as_deref(), Some(plain), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again_however_long_it_is() {
        let long = format!(".{}", "5".repeat(LONGEST - 1));
        let written = parse(&long).map(|number| number.to_plain_string()).unwrap_or_default();
        assert_eq!(written, format!("0{long}"));
        assert_eq!(parse(&written), parse(&long));
        assert_eq!(parse(&format!("-{written}")), parse(&format!("-{long}")));
    }

    #[test]
    fn anything_else_is_none() {
        let long = "9".repeat(LONGEST + 1);
        for text in ["", ".", "-", "--1", ".-5", "1.2.3", "1e3", "1_000", "NaN", "½", long.as_str()]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
