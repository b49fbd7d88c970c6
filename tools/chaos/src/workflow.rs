//! A workflow: what a run of Terraform does to one object, and the orders that it requires.

use lumen_terraform::SOURCE_ADDRESS;

/// What a run of Terraform does to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Workflow {
    Create,
    Bandwidth,
    Rename,
    Delete,
    Reserve,
    Grow,
}

/// The configured object, which must exist at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Configuration {
    Connection { name: &'static str, mbps: u32 },
    Numbers { quantity: usize },
}

/// How many orders of each kind Lumen has accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OrderCounts {
    pub(crate) adds: usize,
    pub(crate) modifies: usize,
    pub(crate) deletes: usize,
    pub(crate) voice: usize,
}

const HEADQUARTERS: Configuration = Configuration::Connection { name: "Headquarters", mbps: 100 };

impl Workflow {
    pub(crate) const ALL: [Self; 6] =
        [Self::Create, Self::Bandwidth, Self::Rename, Self::Delete, Self::Reserve, Self::Grow];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Bandwidth => "bandwidth",
            Self::Rename => "rename",
            Self::Delete => "delete",
            Self::Reserve => "reserve",
            Self::Grow => "grow",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Create => "Creating a connection",
            Self::Bandwidth => "Changing the bandwidth of a connection",
            Self::Rename => "Renaming a connection",
            Self::Delete => "Deleting a connection",
            Self::Reserve => "Reserving telephone numbers",
            Self::Grow => "Adding telephone numbers to a reservation",
        }
    }

    /// The configuration that is applied before the fault is injected.
    pub(crate) fn before(self) -> Option<Configuration> {
        match self {
            Self::Create | Self::Reserve => None,
            Self::Bandwidth | Self::Rename | Self::Delete => Some(HEADQUARTERS),
            Self::Grow => Some(Configuration::Numbers { quantity: 10 }),
        }
    }

    /// The configuration that is applied with the fault.
    pub(crate) fn after(self) -> Option<Configuration> {
        match self {
            Self::Create => Some(HEADQUARTERS),
            Self::Bandwidth => Some(Configuration::Connection { name: "Headquarters", mbps: 200 }),
            Self::Rename => Some(Configuration::Connection { name: "Main office", mbps: 100 }),
            Self::Delete => None,
            Self::Reserve => Some(Configuration::Numbers { quantity: 10 }),
            Self::Grow => Some(Configuration::Numbers { quantity: 15 }),
        }
    }

    /// The orders that both configurations require together.
    pub(crate) fn orders(self) -> OrderCounts {
        match self {
            Self::Create => OrderCounts { adds: 1, ..OrderCounts::default() },
            Self::Bandwidth | Self::Rename => {
                OrderCounts { adds: 1, modifies: 1, ..OrderCounts::default() }
            }
            Self::Delete => OrderCounts { adds: 1, deletes: 1, ..OrderCounts::default() },
            Self::Reserve => OrderCounts { voice: 1, ..OrderCounts::default() },
            Self::Grow => OrderCounts { voice: 2, ..OrderCounts::default() },
        }
    }

    /// The address of the object in the configuration.
    pub(crate) fn address(self) -> &'static str {
        match self {
            Self::Create | Self::Bandwidth | Self::Rename | Self::Delete => {
                "lumen_iod_connection.test"
            }
            Self::Reserve | Self::Grow => "lumen_voice_tn_reservation.test",
        }
    }

    /// The command that applies the configuration.
    pub(crate) fn command(self) -> &'static [&'static str] {
        match self {
            Self::Delete => &["destroy", "-auto-approve", "-input=false", "-no-color"],
            _ => &["apply", "-auto-approve", "-input=false", "-no-color"],
        }
    }

    /// The command whose exit code shows whether anything is left to do: 0 for no, 2 for yes.
    pub(crate) fn plan_command(self) -> &'static [&'static str] {
        match self {
            Self::Delete => {
                &["plan", "-destroy", "-detailed-exitcode", "-input=false", "-no-color"]
            }
            _ => &["plan", "-detailed-exitcode", "-input=false", "-no-color"],
        }
    }
}

impl Configuration {
    /// The text of a module with this object only.
    pub(crate) fn module(self) -> String {
        let resource = match self {
            Self::Connection { name, mbps } => connection(name, mbps),
            Self::Numbers { quantity } => numbers(quantity),
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
