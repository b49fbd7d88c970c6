//! The services of the inventory, found by their id however many there are.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::catalogue::{self, PORTS};

/// How long a disconnected service can still be asked for by its id.
const AFTERGLOW: Duration = Duration::from_mins(1);

pub(crate) const ACTIVE: &str = "Active";
pub(crate) const CHANGE_PENDING: &str = "Change pending";
pub(crate) const DISCONNECT_PENDING: &str = "Disconnect pending";
pub(crate) const DISCONNECTED: &str = "Disconnected";
pub(crate) const INSTALL_PENDING: &str = "Pending Install";

/// A service as the inventory shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its number, 77...
    pub service_id: String,
    /// The customer's name for it.
    pub name: String,
    /// `Internet` or `Port`.
    pub service_type: String,
    /// Lumen's word: `Pending Install`, `Active`, `Change pending`, `Suspended`,
    /// `Disconnect pending`, `Disconnected`.
    pub status: String,
    /// Where it is.
    pub master_site_id: String,
    /// Its speed, in Mbps.
    pub bandwidth_mbps: u32,
    /// Who pays.
    pub billing_account_id: String,
    /// Its addresses: `/28`, `/29` or `/30`; empty for a port.
    pub ipv4_block_size: String,
    /// The circuit that it arrives on.
    pub uni_service_id: String,
    /// Since when it has been disconnected.
    #[serde(skip)]
    pub(crate) gone_since: Option<Duration>,
}

impl Service {
    /// Whether Lumen would still show it when asked by id.
    pub(crate) fn is_visible(&self, now: Duration) -> bool {
        self.gone_since.is_none_or(|since| now < since + AFTERGLOW)
    }
}

/// Every service that ever was, in the order in which they appeared.
pub(crate) struct Services {
    all: Vec<Service>,
    /// Positions in `all`, by service id.
    positions: HashMap<String, usize>,
}

impl Services {
    /// The customer's ports, and no connection.
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
                gone_since: None,
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

    /// A service to be changed by an order, which leaves it its id.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Service> {
        self.all.get_mut(*self.positions.get(id)?)
    }

    pub(crate) fn add(&mut self, service: Service) {
        self.positions.insert(service.service_id.clone(), self.all.len());
        self.all.push(service);
    }

    /// Changes a service behind everybody's back, perhaps even its id, and returns it.
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
            service.gone_since.get_or_insert(now);
        } else {
            service.gone_since = None;
        }
        if service.service_id != id {
            self.positions.remove(id);
            self.positions.insert(service.service_id.clone(), position);
        }
        Some(service)
    }
}
