//! The configuration of a workflow, as the text of a module.

use jiff::{SignedDuration, Timestamp};
use lumen_terraform::SOURCE_ADDRESS;

/// How far ahead the requested date of a port is.
const TIME_TO_PORT: SignedDuration = SignedDuration::from_hours(10 * 24);

/// The route of the calls.
pub(crate) const ROUTE: &str = "DENVER-SBC-1";

/// The numbers that are put into service. They are reserved in every case.
pub(crate) const RESERVED: [u64; 2] = [13_035_550_100, 13_035_550_101];

/// The numbers that are ported.
pub(crate) const PORTED: [u64; 2] = [13_035_559_100, 13_035_559_101];

/// A number that is in service, and in no configuration.
pub(crate) const OTHER_LINE: u64 = 13_035_559_900;

/// The configured object, which must exist at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Configuration {
    Connection {
        name: &'static str,
        mbps: u32,
    },
    Numbers {
        quantity: usize,
    },
    /// Reserved numbers in service.
    Subscription {
        route: &'static str,
    },
    /// Numbers of another carrier.
    Port,
}

impl Configuration {
    /// The text of a module with this object only.
    pub(crate) fn module(self) -> String {
        let resource = match self {
            Self::Connection { name, mbps } => connection(name, mbps),
            Self::Numbers { quantity } => numbers(quantity),
            Self::Subscription { route } => subscription(&RESERVED, route, ""),
            Self::Port => subscription(&PORTED, ROUTE, &port_in()),
        };
        provider_block("1s", 1) + &resource
    }
}

/// The text of a provider block with short intervals.
pub(crate) fn provider_block(request_timeout: &str, max_retries: u32) -> String {
    format!(
        r#"terraform {{
  required_providers {{
    lumen = {{
      source = "{SOURCE_ADDRESS}"
    }}
  }}
}}

provider "lumen" {{
  max_retries       = {max_retries}
  request_timeout   = "{request_timeout}"
  poll_interval     = "100ms"
  poll_interval_max = "200ms"
  contact = {{
    name         = "Ada Lovelace"
    email        = "noc@example.com"
    phone        = "+16157691234"
    organization = "Example Corp"
  }}
}}
"#
    )
}

fn connection(name: &str, mbps: u32) -> String {
    format!(
        r#"
resource "lumen_iod_connection" "test" {{
  name           = "{name}"
  master_site_id = "PL0001247634"
  partner_id     = "43558"
  bandwidth      = "{mbps} Mbps"
  timeouts {{
    create = "3s"
    read   = "3s"
    update = "3s"
    delete = "3s"
  }}
}}
"#
    )
}

fn numbers(quantity: usize) -> String {
    format!(
        r#"
resource "lumen_voice_tn_reservation" "test" {{
  product     = "local_inbound"
  rate_center = "DENVER"
  state       = "CO"
  quantity    = {quantity}
  timeouts {{
    create = "3s"
    read   = "3s"
    update = "3s"
    delete = "3s"
  }}
}}
"#
    )
}

fn subscription(numbers: &[u64], route: &str, more: &str) -> String {
    let numbers: Vec<String> = numbers.iter().map(|number| format!("\"+{number}\"")).collect();
    let numbers = numbers.join(", ");
    format!(
        r#"
resource "lumen_voice_tn_subscription" "test" {{
  product               = "enhanced_local_service"
  telephone_numbers     = [{numbers}]
  customer_service_name = "{route}"
  e911_option           = "static_911"
  on_destroy            = "disconnect"
  subscriber = {{
    type          = "business"
    business_name = "Example Corp"
  }}
  service_address = {{
    street_number = "1025"
    street_name   = "Eldorado"
    street_suffix = "Blvd"
    city          = "Broomfield"
    state         = "CO"
    zip           = "80021"
  }}
{more}  timeouts {{
    create = "3s"
    read   = "3s"
    update = "3s"
    delete = "3s"
  }}
}}
"#
    )
}

/// The arguments of a port.
fn port_in() -> String {
    let date = Timestamp::now().saturating_add(TIME_TO_PORT).unwrap_or(Timestamp::MAX);
    let date = date.strftime("%Y-%m-%dT17:00:00Z");
    let [billing_telephone_number, ..] = PORTED;
    format!(
        r#"  request_date = "{date}"
  port_in = {{
    billing_telephone_number      = "+{billing_telephone_number}"
    losing_carrier_account_number = "12345"
    loa = {{
      name      = "Ada Lovelace"
      received  = true
      date_time = "2026-01-20T15:00:00Z"
    }}
  }}
"#
    )
}
