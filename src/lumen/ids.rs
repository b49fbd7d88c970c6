//! Lumen's identifiers. Each has its own type, so that a site can't be passed where a service is
//! expected.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::scalar::Scalar;
use super::voice::TelephoneNumber;

/// The maximum number of characters. No identifier of Lumen's is this long, and the limit keeps a misread
/// answer from being taken for one.
const LONGEST: usize = 128;

/// The error for a string that is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {fault}")]
pub struct InvalidId {
    kind: &'static str,
    fault: String,
}

fn checked(kind: &'static str, longest: usize, text: &str) -> Result<String, InvalidId> {
    let text = text.trim();
    let fault = if text.is_empty() {
        "must not be empty".to_owned()
    } else if longest < text.chars().count() {
        format!("must not be longer than {longest} characters")
    } else if text.chars().any(char::is_control) {
        "must not contain control characters".to_owned()
    } else if text == "true" || text == "false" {
        // An answer whose members have the wrong types must not become an identifier.
        "must not be a Boolean value".to_owned()
    } else {
        return Ok(text.to_owned());
    };
    Err(InvalidId { kind, fault })
}

macro_rules! ids {
    ($($(#[$about:meta])* $name:ident = $kind:literal, at most $longest:expr;)*) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identifier as Lumen writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                checked($kind, $longest, text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let scalar = Scalar::deserialize(deserializer)?;
                scalar.as_str().unwrap_or_default().parse().map_err(de::Error::custom)
            }
        }
    )* };
}

ids! {
    /// The customer on whose behalf every request is made (Lumen's `BusOrg`), such as `1-ABC-23`.
    CustomerNumber = "a customer number", at most LONGEST;
    /// A data-center partner, such as `43558`.
    PartnerId = "a partner ID", at most LONGEST;
    /// A site (Lumen's `masterSiteId`), such as `PL0001247634`.
    SiteId = "a site ID", at most LONGEST;
    /// A customer port: its UNI Service ID, such as `XX/XXXX/164523/LUMN`.
    PortServiceId = "a port service ID", at most LONGEST;
    /// A service in inventory, such as `77133831778`.
    ServiceId = "a service ID", at most LONGEST;
    /// An account that orders are billed to, such as `5-RHQBGCGK`.
    BillingAccountId = "a billing account ID", at most LONGEST;
    /// A price that Lumen holds for 15 minutes, such as `NaaS-1466`.
    QuoteId = "a quote ID", at most LONGEST;
    /// The ID that Lumen returns when it accepts an order. It is a UUID, and not the ID of the order.
    OrderRequestId = "an order request ID", at most LONGEST;
    /// Lumen's ID of an order, such as `880012345`. It becomes known some time after Lumen accepted the
    /// order request.
    OrderId = "an order ID", at most LONGEST;
    /// An order of telephone numbers.
    VoiceOrderId = "a voice order ID", at most LONGEST;
    /// Lumen's ID of the object that an order makes, changes or ends: a service, or the voice order that
    /// reserved numbers. Code that handles all kinds of objects uses it.
    ObjectId = "an object ID", at most LONGEST;
    /// The caller's own reference for an order.
    ExternalId = "an external ID", at most 20;
}

impl From<&ServiceId> for ObjectId {
    fn from(id: &ServiceId) -> Self {
        Self(id.0.clone())
    }
}

impl From<&VoiceOrderId> for ObjectId {
    fn from(id: &VoiceOrderId) -> Self {
        Self(id.0.clone())
    }
}

impl From<TelephoneNumber> for ObjectId {
    fn from(number: TelephoneNumber) -> Self {
        Self(number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read_from_strings_and_numbers_and_written_as_strings() {
        let id: Option<ServiceId> = serde_json::from_str("77133831778").ok();
        assert_eq!(id, "77133831778".parse().ok());
        assert_eq!(serde_json::to_string(&id).ok().as_deref(), Some("\"77133831778\""));
        assert!(serde_json::from_str::<ServiceId>("null").is_err());
        assert!(serde_json::from_str::<ServiceId>("true").is_err());
    }

    #[test]
    fn an_external_id_holds_twenty_characters() {
        assert!("12345678901234567890".parse::<ExternalId>().is_ok());
        let refused = "123456789012345678901".parse::<ExternalId>();
        assert_eq!(
            refused.map_err(|error| error.to_string()),
            Err("an external ID must not be longer than 20 characters".to_owned())
        );
        assert!(" \n".parse::<ExternalId>().is_err());
    }
}
