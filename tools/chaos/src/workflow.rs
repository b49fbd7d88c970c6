//! A workflow: what a run of Terraform does to one object, and the orders that it requires.

use crate::configuration::{Configuration, ROUTE};

/// What a run of Terraform does to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Workflow {
    Create,
    Bandwidth,
    Rename,
    Delete,
    Reserve,
    Grow,
    Subscribe,
    Port,
    Reroute,
    Disconnect,
    Cancel,
}

/// The kind of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Connection,
    Reservation,
    Subscription,
}

/// How many orders of each kind Lumen has accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OrderCounts {
    pub(crate) adds: usize,
    pub(crate) modifies: usize,
    pub(crate) deletes: usize,
    pub(crate) voice: usize,
    pub(crate) installs: usize,
    pub(crate) ports: usize,
    pub(crate) changes: usize,
    pub(crate) disconnects: usize,
}

const HEADQUARTERS: Configuration = Configuration::Connection { name: "Headquarters", mbps: 100 };
const OFFICE: Configuration = Configuration::Subscription { route: ROUTE };

impl Workflow {
    pub(crate) const ALL: [Self; 11] = [
        Self::Create,
        Self::Bandwidth,
        Self::Rename,
        Self::Delete,
        Self::Reserve,
        Self::Grow,
        Self::Subscribe,
        Self::Port,
        Self::Reroute,
        Self::Disconnect,
        Self::Cancel,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Bandwidth => "bandwidth",
            Self::Rename => "rename",
            Self::Delete => "delete",
            Self::Reserve => "reserve",
            Self::Grow => "grow",
            Self::Subscribe => "subscribe",
            Self::Port => "port",
            Self::Reroute => "reroute",
            Self::Disconnect => "disconnect",
            Self::Cancel => "cancel",
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
            Self::Subscribe => "Putting telephone numbers into service",
            Self::Port => "Porting telephone numbers",
            Self::Reroute => "Changing the route of a subscription",
            Self::Disconnect => "Disconnecting a subscription",
            Self::Cancel => "Canceling the installation of a subscription",
        }
    }

    /// The configuration that is applied before the fault is injected.
    pub(crate) fn before(self) -> Option<Configuration> {
        match self {
            Self::Create | Self::Reserve | Self::Subscribe | Self::Port => None,
            Self::Bandwidth | Self::Rename | Self::Delete => Some(HEADQUARTERS),
            Self::Grow => Some(Configuration::Numbers { quantity: 10 }),
            Self::Reroute | Self::Disconnect | Self::Cancel => Some(OFFICE),
        }
    }

    /// The configuration that is applied with the fault.
    pub(crate) fn after(self) -> Option<Configuration> {
        match self {
            Self::Create => Some(HEADQUARTERS),
            Self::Bandwidth => Some(Configuration::Connection { name: "Headquarters", mbps: 200 }),
            Self::Rename => Some(Configuration::Connection { name: "Main office", mbps: 100 }),
            Self::Delete | Self::Disconnect | Self::Cancel => None,
            Self::Reserve => Some(Configuration::Numbers { quantity: 10 }),
            Self::Grow => Some(Configuration::Numbers { quantity: 15 }),
            Self::Subscribe => Some(OFFICE),
            Self::Port => Some(Configuration::Port),
            Self::Reroute => Some(Configuration::Subscription { route: "DENVER-SBC-2" }),
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
            Self::Subscribe | Self::Cancel => OrderCounts { installs: 1, ..OrderCounts::default() },
            Self::Port => OrderCounts { ports: 1, ..OrderCounts::default() },
            Self::Reroute => OrderCounts { installs: 1, changes: 1, ..OrderCounts::default() },
            Self::Disconnect => {
                OrderCounts { installs: 1, disconnects: 1, ..OrderCounts::default() }
            }
        }
    }

    pub(crate) fn object(self) -> ObjectKind {
        match self {
            Self::Create | Self::Bandwidth | Self::Rename | Self::Delete => ObjectKind::Connection,
            Self::Reserve | Self::Grow => ObjectKind::Reservation,
            Self::Subscribe | Self::Port | Self::Reroute | Self::Disconnect | Self::Cancel => {
                ObjectKind::Subscription
            }
        }
    }

    /// The address of the object in the configuration.
    pub(crate) fn address(self) -> &'static str {
        match self.object() {
            ObjectKind::Connection => "lumen_iod_connection.test",
            ObjectKind::Reservation => "lumen_voice_tn_reservation.test",
            ObjectKind::Subscription => "lumen_voice_tn_subscription.test",
        }
    }

    /// Whether the fault meets a destroy.
    fn destroys(self) -> bool {
        self.after().is_none()
    }

    /// The command that applies the configuration.
    pub(crate) fn command(self) -> &'static [&'static str] {
        if self.destroys() {
            &["destroy", "-auto-approve", "-input=false", "-no-color"]
        } else {
            &["apply", "-auto-approve", "-input=false", "-no-color"]
        }
    }

    /// The command whose exit code shows whether anything is left to do: 0 for no, 2 for yes.
    pub(crate) fn plan_command(self) -> &'static [&'static str] {
        if self.destroys() {
            &["plan", "-destroy", "-detailed-exitcode", "-input=false", "-no-color"]
        } else {
            &["plan", "-detailed-exitcode", "-input=false", "-no-color"]
        }
    }
}
