//! The record of an active telephone number: what Lumen knows about it.

use serde::{Deserialize, Serialize};

/// What Lumen knows about an active telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// 2036 or 2042.
    pub product_id: String,
    /// The customer's route.
    pub customer_service_name: String,
    /// The person or company that uses the number.
    #[serde(default)]
    pub subscriber: Option<Subscriber>,
    /// Where it is used.
    #[serde(default)]
    pub service_address: Option<ServiceAddress>,
    /// How calls to 911 are handled.
    #[serde(default)]
    pub e911_option: Option<E911Option>,
    /// The entry in the directory.
    #[serde(default)]
    pub directory_listing: Option<DirectoryListing>,
    /// The name that callees see.
    #[serde(default)]
    pub cnam: Option<Cnam>,
    /// The order that put it into service.
    #[serde(default)]
    pub voice_order_id: Option<String>,
    /// The customer's own reference of that order.
    #[serde(default)]
    pub external_order_id: Option<String>,
}

impl Line {
    /// A number of which only the product and the route are known.
    #[must_use]
    pub fn new(product_id: &str, customer_service_name: &str) -> Line {
        Line {
            product_id: product_id.into(),
            customer_service_name: customer_service_name.into(),
            subscriber: None,
            service_address: None,
            e911_option: None,
            directory_listing: None,
            cnam: None,
            voice_order_id: None,
            external_order_id: None,
        }
    }
}

/// The person or company that uses a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Subscriber {
    /// Customer type B.
    Business {
        /// Name of the company.
        business_name: String,
    },
    /// Customer type R.
    Residence {
        /// First name.
        first_name: String,
        /// Last name.
        last_name: String,
        /// One letter.
        #[serde(default)]
        middle_initial: Option<String>,
    },
}

/// The address where a number is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceAddress {
    /// House number.
    pub street_number: String,
    /// Direction before the name of the street, such as `N`.
    #[serde(default)]
    pub street_pre_directional: Option<String>,
    /// Name of the street, without its suffix.
    pub street_name: String,
    /// Standard abbreviation of the suffix, such as `BLVD`.
    #[serde(default)]
    pub street_suffix: Option<String>,
    /// Direction after the name of the street.
    #[serde(default)]
    pub street_post_directional: Option<String>,
    /// Place within the building, such as `STE 200`.
    #[serde(default)]
    pub secondary_location: Option<String>,
    /// City.
    pub city: String,
    /// State, as two letters.
    pub state: String,
    /// Five digits.
    pub zip: String,
}

/// How calls to 911 are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum E911Option {
    /// Lumen sends the service address: `STATIC`.
    Static,
    /// The customer has another 911 service: `CP911`.
    CustomerProvided,
}

/// The entry of a number in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryListing {
    /// `1` to list and publish, `2` to list only.
    pub listing_type: String,
    /// The listed name of a company.
    #[serde(default)]
    pub business_name: Option<String>,
    /// The listed first name of a person.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The listed last name of a person.
    #[serde(default)]
    pub last_name: Option<String>,
}

/// The name that callees see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cnam {
    /// The name, at most 15 characters.
    pub customer_name: String,
    /// Whether it is hidden from callees.
    pub blocked: bool,
}
