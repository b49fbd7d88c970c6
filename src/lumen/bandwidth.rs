//! Bandwidth: a number with a unit. Two bandwidths are equal if their values are, whatever their units.

use std::fmt;
use std::str::FromStr;

use bigdecimal::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::decimal;

/// A bandwidth in whole megabits per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bandwidth(u32);

impl Bandwidth {
    /// Creates a bandwidth from megabits per second. Returns `None` for zero.
    #[must_use]
    pub fn from_mbps(mbps: u32) -> Option<Self> {
        (mbps != 0).then_some(Self(mbps))
    }

    /// Megabits per second.
    #[must_use]
    pub fn mbps(self) -> u32 {
        self.0
    }

    /// The form in which Lumen expects `speed`: `1000 Mbps`, never `1 Gbps`.
    #[must_use]
    pub fn to_wire(self) -> String {
        format!("{} Mbps", self.0)
    }
}

/// The canonical form: `1 Gbps` for whole gigabits, else `1500 Mbps`.
impl fmt::Display for Bandwidth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 1000, self.0 % 1000) {
            (gbps, 0) => write!(formatter, "{gbps} Gbps"),
            _ => write!(formatter, "{} Mbps", self.0),
        }
    }
}

/// The error for a string that is not a bandwidth.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBandwidth {
    /// The unit is missing, or bandwidth is not sold in it.
    #[error("the unit must be Mbps or Gbps, as in `100 Mbps`")]
    Unit,
    /// What precedes the unit is not a number.
    #[error("the number must be decimal, as in `1.5 Gbps`")]
    Number,
    /// Zero, negative, not a whole number of Mbps, or absurdly large.
    #[error("the bandwidth must be a whole number of Mbps, and at least 1 Mbps")]
    Range,
}

impl FromStr for Bandwidth {
    type Err = InvalidBandwidth;

    fn from_str(text: &str) -> Result<Self, InvalidBandwidth> {
        let text = text.trim().to_ascii_lowercase();
        let (number, factor) = text
            .strip_suffix("mbps")
            .map(|number| (number, 1_u32))
            .or_else(|| text.strip_suffix("gbps").map(|number| (number, 1_000)))
            .ok_or(InvalidBandwidth::Unit)?;
        let number = number.trim();
        // Few bandwidths have a fraction, and reading a decimal number is much more expensive.
        let mbps = if let Ok(whole) = number.parse::<u32>() {
            whole.checked_mul(factor)
        } else {
            let mbps = decimal::parse(number).ok_or(InvalidBandwidth::Number)? * factor;
            if mbps.is_integer() { mbps.to_u32() } else { None }
        };
        mbps.and_then(Self::from_mbps).ok_or(InvalidBandwidth::Range)
    }
}

impl Serialize for Bandwidth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bandwidth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bandwidth_is_equal_however_it_is_written() {
        for text in ["1 Gbps", "1000 Mbps", "1000mbps", " 1000 MBPS ", "1.0 gbps", "1Gbps"] {
            let bandwidth: Result<Bandwidth, _> = text.parse();
            assert_eq!(bandwidth, Ok(Bandwidth(1000)), "{text}");
        }
    }

    #[test]
    fn there_is_one_canonical_form_and_one_for_the_wire() {
        for (mbps, canonical, wire) in [
            (100, "100 Mbps", "100 Mbps"),
            (1000, "1 Gbps", "1000 Mbps"),
            (1500, "1500 Mbps", "1500 Mbps"),
            (10_000, "10 Gbps", "10000 Mbps"),
        ] {
            assert_eq!(Bandwidth(mbps).to_string(), canonical);
            assert_eq!(Bandwidth(mbps).to_wire(), wire);
        }
        assert_eq!("1.5 Gbps".parse(), Ok(Bandwidth(1500)));
    }

    #[test]
    fn what_is_not_a_bandwidth_says_why() {
        for (text, fault) in [
            ("100", InvalidBandwidth::Unit),
            ("100 Kbps", InvalidBandwidth::Unit),
            ("fast Mbps", InvalidBandwidth::Number),
            ("Mbps", InvalidBandwidth::Number),
            ("0 Mbps", InvalidBandwidth::Range),
            ("-1 Gbps", InvalidBandwidth::Range),
            ("0.5 Mbps", InvalidBandwidth::Range),
            ("4294968 Gbps", InvalidBandwidth::Range),
            ("4294967.296 Gbps", InvalidBandwidth::Range),
            ("99999999999 Gbps", InvalidBandwidth::Range),
            ("79228162514264337593543950335 Gbps", InvalidBandwidth::Range),
        ] {
            assert_eq!(text.parse::<Bandwidth>(), Err(fault), "{text}");
        }
    }
}
