//! The functions `bandwidth_mbps` and `format_bandwidth`, which convert between notations of a bandwidth.

use crate::framework::{Function, FunctionError, Number, Parameter, Signature, Type};
use crate::lumen::Bandwidth;

/// `bandwidth_mbps("1 Gbps") = 1000`
pub struct BandwidthMbps;

/// `format_bandwidth(1000) = "1 Gbps"`
pub struct FormatBandwidth;

impl Function for BandwidthMbps {
    const NAME: &'static str = "bandwidth_mbps";
    type Arguments = String;
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

    fn call(bandwidth: String) -> Result<i64, FunctionError> {
        let read = bandwidth.parse::<Bandwidth>();
        read.map(|read| i64::from(read.mbps())).map_err(|error| {
            FunctionError::at(0, format!("`{bandwidth}` is not a bandwidth: {error}."))
        })
    }
}

impl Function for FormatBandwidth {
    const NAME: &'static str = "format_bandwidth";
    type Arguments = Number;
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

    fn call(mbps: Number) -> Result<String, FunctionError> {
        let whole = mbps.to_i64().and_then(|mbps| u32::try_from(mbps).ok());
        whole.and_then(Bandwidth::from_mbps).map(|bandwidth| bandwidth.to_string()).ok_or_else(
            || {
                let text = format!(
                    "{mbps} is not a bandwidth in Mbps: give a whole number from 1 to {}.",
                    u32::MAX
                );
                FunctionError::at(0, text)
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn bandwidths_are_read() {
        let read = |text: &str| BandwidthMbps::call(text.to_owned()).map_err(|error| error.text);
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
            let refused = written(mbps);
            assert!(refused.is_err_and(|error| error.text.contains("whole number")), "{mbps}");
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
}
