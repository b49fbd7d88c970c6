//! What is done to one object: its configuration before and after, and what must come of it.

use lumen_terraform::SOURCE_ADDRESS;

/// What a run of Terraform changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Workflow {
    Create,
    Bandwidth,
    Rename,
    Delete,
    Reserve,
    Grow,
}

/// What is there, or wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Connection { name: &'static str, mbps: u32 },
    Numbers { quantity: usize },
}

/// How many orders Lumen must have accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Orders {
    pub(crate) adds: usize,
    pub(crate) modifies: usize,
    pub(crate) deletes: usize,
    pub(crate) voice: usize,
}

const BEFORE: Wanted = Wanted::Connection { name: "Headquarters", mbps: 100 };

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

    /// What is there before anything fails.
    pub(crate) fn before(self) -> Option<Wanted> {
        match self {
            Self::Create | Self::Reserve => None,
            Self::Bandwidth | Self::Rename | Self::Delete => Some(BEFORE),
            Self::Grow => Some(Wanted::Numbers { quantity: 10 }),
        }
    }

    /// What must be there in the end.
    pub(crate) fn after(self) -> Option<Wanted> {
        match self {
            Self::Create => Some(BEFORE),
            Self::Bandwidth => Some(Wanted::Connection { name: "Headquarters", mbps: 200 }),
            Self::Rename => Some(Wanted::Connection { name: "Main office", mbps: 100 }),
            Self::Delete => None,
            Self::Reserve => Some(Wanted::Numbers { quantity: 10 }),
            Self::Grow => Some(Wanted::Numbers { quantity: 15 }),
        }
    }

    /// Every order that it takes to get there, those before anything failed included.
    pub(crate) fn orders(self) -> Orders {
        match self {
            Self::Create => Orders { adds: 1, ..Orders::default() },
            Self::Bandwidth | Self::Rename => Orders { adds: 1, modifies: 1, ..Orders::default() },
            Self::Delete => Orders { adds: 1, deletes: 1, ..Orders::default() },
            Self::Reserve => Orders { voice: 1, ..Orders::default() },
            Self::Grow => Orders { voice: 2, ..Orders::default() },
        }
    }

    /// How Terraform calls the object.
    pub(crate) fn address(self) -> &'static str {
        match self {
            Self::Create | Self::Bandwidth | Self::Rename | Self::Delete => {
                "lumen_iod_connection.test"
            }
            Self::Reserve | Self::Grow => "lumen_voice_tn_reservation.test",
        }
    }

    /// The command that does it.
    pub(crate) fn command(self) -> &'static [&'static str] {
        match self {
            Self::Delete => &["destroy", "-auto-approve", "-input=false", "-no-color"],
            _ => &["apply", "-auto-approve", "-input=false", "-no-color"],
        }
    }

    /// The command whose exit code says whether anything is left to do.
    pub(crate) fn question(self) -> &'static [&'static str] {
        match self {
            Self::Delete => {
                &["plan", "-destroy", "-detailed-exitcode", "-input=false", "-no-color"]
            }
            _ => &["plan", "-detailed-exitcode", "-input=false", "-no-color"],
        }
    }
}

impl Wanted {
    /// A module with this and nothing else.
    pub(crate) fn module(self) -> String {
        let resource = match self {
            Self::Connection { name, mbps } => connection(name, mbps),
            Self::Numbers { quantity } => numbers(quantity),
        };
        provider_block("1s", 1) + &resource
    }
}

/// The provider block of somebody in a hurry.
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
