//! The services of the inventory, with an index by id.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::catalogue::{self, PORTS};

/// How long a disconnected service can still be read by its id.
const VISIBLE_AFTER_DISCONNECT: Duration = Duration::from_mins(1);

pub(crate) const ACTIVE: &str = "Active";
pub(crate) const CHANGE_PENDING: &str = "Change pending";
pub(crate) const DISCONNECT_PENDING: &str = "Disconnect pending";
pub(crate) const DISCONNECTED: &str = "Disconnected";
pub(crate) const INSTALL_PENDING: &str = "Pending Install";

/// A service in the inventory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The service id, 77...
    pub service_id: String,
    /// The customer's name for it.
    pub name: String,
    /// `Internet` or `Port`.
    pub service_type: String,
    /// Lumen's status word: `Pending Install`, `Active`, `Change pending`, `Suspended`,
    /// `Disconnect pending`, `Disconnected`.
    pub status: String,
    /// The site.
    pub master_site_id: String,
    /// The speed, in Mbps.
    pub bandwidth_mbps: u32,
    /// The billing account.
    pub billing_account_id: String,
    /// The size of the address block: `/28`, `/29` or `/30`; empty for a port.
    pub ipv4_block_size: String,
    /// The UNI Service ID: the circuit of the service.
    pub uni_service_id: String,
    /// When it was disconnected.
    #[serde(skip)]
    pub(crate) disconnected_at: Option<Duration>,
}

impl Service {
    /// Whether the inventory still returns it by id.
    pub(crate) fn is_visible(&self, now: Duration) -> bool {
        self.disconnected_at.is_none_or(|since| now < since + VISIBLE_AFTER_DISCONNECT)
    }
}

/// Every service, including disconnected ones, oldest first.
pub(crate) struct Services {
    all: Vec<Service>,
    /// Positions in `all`, by service id.
    positions: HashMap<String, usize>,
}

impl Services {
    /// Creates the customer's ports, but no connections.
    pub(crate) fn new() -> Services {
        let mut services = Services { all: Vec::new(), positions: HashMap::new() };
        for port in PORTS {
            services.add(Service {
                service_id: port.service_id.into(),
                name: port.name.into(),
                service_type: "Port".into(),
                status: ACTIVE.into(),
                master_site_id: port.master_site_id.into(),
                bandwidth_mbps: 10_000,
                billing_account_id: catalogue::BILLING_ACCOUNTS[0].id.into(),
                ipv4_block_size: String::new(),
                uni_service_id: port.uni_service_id.into(),
                disconnected_at: None,
            });
        }
        services
    }

    pub(crate) fn all(&self) -> &[Service] {
        &self.all
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Service> {
        self.all.get(*self.positions.get(id)?)
    }

    /// Returns a service to change. The caller must not change its id; use `change` for that.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Service> {
        self.all.get_mut(*self.positions.get(id)?)
    }

    pub(crate) fn add(&mut self, service: Service) {
        self.positions.insert(service.service_id.clone(), self.all.len());
        self.all.push(service);
    }

    /// Changes a service outside of any order, including its id, and returns it.
    pub(crate) fn change(
        &mut self,
        id: &str,
        now: Duration,
        change: impl FnOnce(&mut Service),
    ) -> Option<&Service> {
        let position = *self.positions.get(id)?;
        let service = self.all.get_mut(position)?;
        change(service);
        if service.status == DISCONNECTED {
            service.disconnected_at.get_or_insert(now);
        } else {
            service.disconnected_at = None;
        }
        if service.service_id != id {
            self.positions.remove(id);
            self.positions.insert(service.service_id.clone(), position);
        }
        Some(service)
    }
}
