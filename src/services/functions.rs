//! The functions `bandwidth_mbps`, `format_bandwidth` and `e164`, which convert between notations.

use crate::framework::{Function, Number, Parameter, Signature, Type};
use crate::lumen::Bandwidth;
use crate::lumen::voice::TelephoneNumber;

/// `bandwidth_mbps("1 Gbps") = 1000`
pub struct BandwidthMbps;

/// `format_bandwidth(1000) = "1 Gbps"`
pub struct FormatBandwidth;

/// `e164("303-555-0100") = "+13035550100"`
pub struct E164;

impl Function for BandwidthMbps {
    const NAME: &'static str = "bandwidth_mbps";
    type Argument = String;
    type Returned = i64;

    fn signature() -> Signature {
        Signature {
            summary: "Convert a bandwidth to Mbps",
            about: "Converts a bandwidth from the format of `lumen_iod_connection` to a number of Mbps. Use it to compare and add bandwidths.",
            parameters: vec![Parameter {
                name: "bandwidth",
                kind: Type::String,
                about: "Bandwidth with a unit, such as `100 Mbps` or `1.5 Gbps`.",
            }],
            returns: Type::Number,
            about_returned: "Returns the bandwidth in Mbps.",
        }
    }

    fn call(bandwidth: String) -> Result<i64, String> {
        let read = bandwidth.parse::<Bandwidth>();
        read.map(|read| i64::from(read.mbps()))
            .map_err(|error| format!("`{bandwidth}` is not a bandwidth: {error}."))
    }
}

impl Function for FormatBandwidth {
    const NAME: &'static str = "format_bandwidth";
    type Argument = Number;
    type Returned = String;

    fn signature() -> Signature {
        Signature {
            summary: "Format a number of Mbps",
            about: "Formats a number of Mbps as a bandwidth for `lumen_iod_connection`: whole gigabits as Gbps, other values as Mbps.",
            parameters: vec![Parameter {
                name: "mbps",
                kind: Type::Number,
                about: "Bandwidth in Mbps: a whole number of at least 1.",
            }],
            returns: Type::String,
            about_returned: "Returns a string such as `1 Gbps`.",
        }
    }

    fn call(mbps: Number) -> Result<String, String> {
        let whole = mbps.to_i64().and_then(|mbps| u32::try_from(mbps).ok());
        whole.and_then(Bandwidth::from_mbps).map(|bandwidth| bandwidth.to_string()).ok_or_else(
            || {
                format!(
                    "{mbps} is not a bandwidth in Mbps: give a whole number from 1 to {}.",
                    u32::MAX
                )
            },
        )
    }
}

impl Function for E164 {
    const NAME: &'static str = "e164";
    type Argument = String;
    type Returned = String;

    fn signature() -> Signature {
        Signature {
            summary: "Convert a telephone number to E.164",
            about: "Converts a telephone number in a common notation to E.164, the format that this provider returns. Ten digits are read as a number of the North American Numbering Plan.",
            parameters: vec![Parameter {
                name: "telephone_number",
                kind: Type::String,
                about: "Telephone number, such as `303-555-0100`, `(303) 555-0100` or `+1 303 555 0100`.",
            }],
            returns: Type::String,
            about_returned: "Returns a string such as `+13035550100`.",
        }
    }

    fn call(number: String) -> Result<String, String> {
        let read = number.parse::<TelephoneNumber>();
        read.map(|read| read.to_string())
            .map_err(|error| format!("`{number}` is not a telephone number: {error}."))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn bandwidths_are_read() {
        let read = |text: &str| BandwidthMbps::call(text.to_owned());
        assert_eq!(read("1 Gbps"), Ok(1000));
        assert_eq!(read("1.5gbps"), Ok(1500));
        expect![[
            r#"Err("`100` is not a bandwidth: the unit must be Mbps or Gbps, as in `100 Mbps`.")"#
        ]]
        .assert_eq(&format!("{:?}", read("100")));
        expect![[r#"Err("`0 Mbps` is not a bandwidth: the bandwidth must be a whole number of Mbps, and at least 1 Mbps.")"#]]
            .assert_eq(&format!("{:?}", read("0 Mbps")));
    }

    #[test]
    fn bandwidths_are_written() {
        let written = |mbps: i64| FormatBandwidth::call(Number::from(mbps));
        assert_eq!(written(1000), Ok("1 Gbps".to_owned()));
        assert_eq!(written(1500), Ok("1500 Mbps".to_owned()));
        for mbps in [0, -100, i64::MAX] {
            assert!(written(mbps).is_err_and(|error| error.contains("whole number")), "{mbps}");
        }
        let half = Number::from_f64(0.5).map(FormatBandwidth::call);
        assert!(half.is_some_and(|written| written.is_err()));
    }

    #[test]
    fn what_is_written_is_read() {
        for mbps in [1, 100, 999, 1000, 2500, 10_000] {
            let read = FormatBandwidth::call(Number::from(mbps)).and_then(BandwidthMbps::call);
            assert_eq!(read, Ok(mbps));
        }
    }

    #[test]
    fn telephone_numbers_are_written_in_e164() {
        let written = |text: &str| E164::call(text.to_owned());
        for text in ["303-555-0100", "(303) 555-0100", "13035550100", "+1 303.555.0100"] {
            assert_eq!(written(text), Ok("+13035550100".to_owned()), "{text}");
        }
        expect![[r#"Err("`555-0100` is not a telephone number: a telephone number must look like `+13035550100` or `303-555-0100`.")"#]]
            .assert_eq(&format!("{:?}", written("555-0100")));
    }
}
