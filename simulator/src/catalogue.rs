//! The catalogue of Internet On-Demand: partners, sites, prices, ports and billing accounts. It is
//! constant.

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::{Value, json};

/// A data-center operator.
pub(crate) struct Partner {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) fabric_url: &'static str,
    /// How many sites it has in the catalogue.
    sites: usize,
}

pub(crate) const PARTNERS: [Partner; 3] = [
    Partner {
        id: "43558",
        name: "Equinix",
        fabric_url: "https://ecxfabric.equinix.com/",
        sites: 140,
    },
    Partner {
        id: "362232",
        name: "Digital Realty",
        fabric_url: "https://www.digitalrealty.com/platform-digital/connectivity/service-fabric/connect",
        sites: 80,
    },
    Partner {
        id: FLEXENTIAL,
        name: "Flexential",
        fabric_url: "https://www.flexential.com/",
        sites: 40,
    },
];

/// The partner that does not allow bandwidth changes at its sites.
pub(crate) const FLEXENTIAL: &str = "501877";

/// The number of sites that belong to customers. They are reached through a port instead of a
/// partner.
const CUSTOMER_SITES: usize = 60;
const FIRST_SITE: usize = 1_247_634;

/// Speeds in Mbps, with their prices per hour in USD.
const SPEEDS: [(u32, f64); 10] = [
    (10, 0.14),
    (20, 0.19),
    (50, 0.31),
    (100, 0.46),
    (200, 0.68),
    (500, 1.12),
    (1_000, 1.65),
    (2_000, 2.58),
    (5_000, 4.95),
    (10_000, 8.25),
];

const METROS: [(&str, &str, &str); 40] = [
    ("Monroe", "LA", "71203"),
    ("Ashburn", "VA", "20147"),
    ("Dallas", "TX", "75207"),
    ("Denver", "CO", "80202"),
    ("Chicago", "IL", "60616"),
    ("San Jose", "CA", "95119"),
    ("Seattle", "WA", "98121"),
    ("Atlanta", "GA", "30303"),
    ("New York", "NY", "10011"),
    ("Los Angeles", "CA", "90017"),
    ("Miami", "FL", "33132"),
    ("Phoenix", "AZ", "85034"),
    ("Minneapolis", "MN", "55415"),
    ("Boston", "MA", "02210"),
    ("Philadelphia", "PA", "19108"),
    ("Portland", "OR", "97124"),
    ("Salt Lake City", "UT", "84101"),
    ("Las Vegas", "NV", "89118"),
    ("Houston", "TX", "77002"),
    ("Austin", "TX", "78744"),
    ("San Antonio", "TX", "78205"),
    ("Kansas City", "MO", "64106"),
    ("St. Louis", "MO", "63101"),
    ("Nashville", "TN", "37203"),
    ("Charlotte", "NC", "28202"),
    ("Raleigh", "NC", "27601"),
    ("Richmond", "VA", "23219"),
    ("Columbus", "OH", "43215"),
    ("Cleveland", "OH", "44114"),
    ("Cincinnati", "OH", "45202"),
    ("Detroit", "MI", "48226"),
    ("Indianapolis", "IN", "46204"),
    ("Milwaukee", "WI", "53202"),
    ("Omaha", "NE", "68102"),
    ("Tampa", "FL", "33602"),
    ("Orlando", "FL", "32801"),
    ("Jacksonville", "FL", "32202"),
    ("Sacramento", "CA", "95834"),
    ("San Diego", "CA", "92121"),
    ("Pittsburgh", "PA", "15222"),
];

const STREETS: [&str; 8] = [
    "CenturyLink Dr",
    "Loudoun County Pkwy",
    "N Stemmons Fwy",
    "E Cermak Rd",
    "Great Oaks Blvd",
    "Peachtree St NW",
    "8th Ave",
    "Westlake Ave",
];

/// A site on Lumen's network.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) id: String,
    street_address: String,
    city: &'static str,
    state: &'static str,
    locality: String,
    post_code: &'static str,
    post_code_extension: String,
    /// The operator of the data center; `None` for a customer's own site.
    pub(crate) partner_id: Option<&'static str>,
    pub(crate) building: String,
    pub(crate) market: String,
    pub(crate) naas_enabled: bool,
    pub(crate) top_speed_mbps: u32,
}

impl Site {
    /// The first site is the one in Lumen's examples, with the same unusual values.
    fn new(index: usize, partner: Option<&Partner>) -> Site {
        let (city, state, post_code) = METROS[index % METROS.len()];
        let street = STREETS[index % STREETS.len()];
        let documented = index == 0;
        Site {
            id: format!("PL{:010}", FIRST_SITE + index),
            street_address: format!("{} {street}", 100 + 25 * index),
            city,
            state,
            locality: if documented { "string".into() } else { city.to_uppercase() },
            post_code,
            post_code_extension: format!("{:04}", 2041 + index),
            partner_id: partner.map(|partner| partner.id),
            building: match partner {
                _ if documented => "Equinix Ethernet Exchange - Silicon Valley IBX".into(),
                Some(partner) => format!("{} - {city} {}", partner.name, 1 + index / METROS.len()),
                None => String::new(),
            },
            market: if documented { "WASHINGTON DC".into() } else { city.to_uppercase() },
            naas_enabled: index % 53 != 52,
            top_speed_mbps: if index % 7 == 6 { 1_000 } else { 10_000 },
        }
    }

    /// The speeds that are sold here, in Mbps, with their list prices per hour in USD.
    pub(crate) fn offers(&self) -> impl Iterator<Item = (u32, f64)> {
        SPEEDS.into_iter().filter(|(mbps, _)| *mbps <= self.top_speed_mbps)
    }

    /// The list price per hour in USD, if the speed is sold here.
    pub(crate) fn hourly_price(&self, mbps: u32) -> Option<f64> {
        self.offers().find(|(offered, _)| *offered == mbps).map(|(_, price)| price)
    }

    /// The address with the member names of the Network and Product endpoints.
    pub(crate) fn address(&self) -> Value {
        json!({
            "masterSiteId": self.id,
            "streetAddress": self.street_address,
            "city": self.city,
            "stateOrProvince": self.state,
            "locality": self.locality,
            "country": "US",
            "postCode": self.post_code,
            "postCodeExtension": self.post_code_extension,
        })
    }

    /// The address with the member names of the inventory.
    pub(crate) fn inventory_address(&self) -> InventoryAddress<'_> {
        InventoryAddress {
            master_siteid: &self.id,
            street_address: &self.street_address,
            city: self.city,
            state_or_province: self.state,
            country: "US",
            postcode: self.post_code,
            postcode_extension: &self.post_code_extension,
        }
    }
}

/// An address in the inventory, where `masterSiteid` and `postcode` are spelled differently from
/// the other endpoints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InventoryAddress<'l> {
    master_siteid: &'l str,
    street_address: &'l str,
    city: &'l str,
    state_or_province: &'l str,
    country: &'l str,
    postcode: &'l str,
    postcode_extension: &'l str,
}

/// Every site. The sites of partners come first.
pub(crate) fn sites() -> &'static [Site] {
    static SITES: LazyLock<Vec<Site>> = LazyLock::new(all_sites);
    &SITES
}

fn all_sites() -> Vec<Site> {
    let partners =
        PARTNERS.iter().flat_map(|partner| std::iter::repeat_n(Some(partner), partner.sites));
    let customers = std::iter::repeat_n(None, CUSTOMER_SITES);
    partners
        .chain(customers)
        .enumerate()
        .map(|(index, partner)| Site::new(index, partner))
        .collect()
}

/// A customer's port, over which connections can be ordered at the customer's own site.
pub(crate) struct Port {
    pub(crate) service_id: &'static str,
    pub(crate) uni_service_id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) master_site_id: &'static str,
}

pub(crate) const PORTS: [Port; 2] = [
    Port {
        service_id: "77100000001",
        uni_service_id: "70/KFGS/100001/LUMN",
        name: "Headquarters port",
        master_site_id: "PL0001247894",
    },
    Port {
        service_id: "77100000002",
        uni_service_id: "70/KFGS/100002/LUMN",
        name: "Warehouse port",
        master_site_id: "PL0001247895",
    },
];

/// A billing account of the customer.
pub(crate) struct BillingAccount {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    street_address: &'static str,
    city: &'static str,
    state: &'static str,
    country: &'static str,
    post_code: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) country_code: &'static str,
    pub(crate) hq_country: &'static str,
    pub(crate) entitled: bool,
}

impl BillingAccount {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "id": self.id,
            "invoiceDisplayNumber": self.id,
            "stringAddress": [{
                "streetAddress": self.street_address,
                "city": self.city,
                "stateOrProvince": self.state,
                "country": self.country,
                "postcode": self.post_code,
            }],
            "currency": self.currency,
            "countryCode": self.country_code,
            "hqCountry": self.hq_country,
        })
    }
}

pub(crate) const BILLING_ACCOUNTS: [BillingAccount; 4] = [
    BillingAccount {
        id: "5-RHQBGCGK",
        name: "Company or account name",
        street_address: "1025 ELDORADO BLVD.,  14C-511",
        city: "BROOMFIELD",
        state: "CO",
        country: "USA",
        post_code: "80021",
        currency: "USD",
        country_code: "100",
        hq_country: "US",
        entitled: true,
    },
    BillingAccount {
        id: "5-LABQ7731",
        name: "Research laboratory",
        street_address: "931 14TH ST",
        city: "DENVER",
        state: "CO",
        country: "USA",
        post_code: "80202",
        currency: "USD",
        country_code: "100",
        hq_country: "US",
        entitled: true,
    },
    BillingAccount {
        id: "5-MAPLE042",
        name: "Canadian subsidiary",
        street_address: "151 FRONT ST W",
        city: "TORONTO",
        state: "ON",
        country: "CAN",
        post_code: "M5J 2N1",
        currency: "USD",
        country_code: "124",
        hq_country: "CA",
        entitled: true,
    },
    BillingAccount {
        id: "5-LEGACY01",
        name: "Legacy voice account",
        street_address: "100 CENTURYLINK DR",
        city: "MONROE",
        state: "LA",
        country: "USA",
        post_code: "71203",
        currency: "USD",
        country_code: "100",
        hq_country: "US",
        entitled: false,
    },
];

/// A speed in the format of orders and prices.
pub(crate) fn speed(mbps: u32) -> String {
    format!("{mbps} Mbps")
}

/// A speed in the format of `displayValue`.
pub(crate) fn display_speed(mbps: u32) -> String {
    if mbps.is_multiple_of(1_000) { format!("{} Gbps", mbps / 1_000) } else { speed(mbps) }
}

/// Parses `100 Mbps`, `1000 mbps` or `1 Gbps` into a number of Mbps.
pub(crate) fn parse_speed(text: &str) -> Option<u32> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: u32 = number.parse().ok()?;
    match unit.trim().to_ascii_lowercase().as_str() {
        "mbps" => Some(number),
        "gbps" => number.checked_mul(1_000),
        _ => None,
    }
}
