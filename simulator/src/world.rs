//! What changes at Lumen: quotes, orders and services, as functions of the time.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::catalogue::{self, PORTS, Site};
use crate::order_run::{Change, OrderRun};

/// How long a disconnected service can still be asked for by its id.
const AFTERGLOW: Duration = Duration::from_mins(1);
const FIRST_QUOTE: usize = 1_466;

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

/// A price that holds for a while, for one order.
#[derive(Clone)]
pub(crate) struct Quote {
    pub(crate) master_site_id: String,
    pub(crate) mbps: u32,
    pub(crate) purchase_order_number: Option<String>,
    /// The customer's port that it was quoted for.
    pub(crate) uni_service_id: Option<String>,
    pub(crate) expires_at: Duration,
    pub(crate) used: bool,
}

/// Lumen's books.
pub(crate) struct World {
    pub(crate) sites: Vec<Site>,
    pub(crate) quotes: BTreeMap<String, Quote>,
    pub(crate) runs: Vec<OrderRun>,
    pub(crate) services: Vec<Service>,
    services_numbered: usize,
}

impl World {
    /// Nothing ordered yet: two ports, no connection.
    pub(crate) fn new() -> World {
        let services = PORTS
            .iter()
            .map(|port| Service {
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
            })
            .collect();
        World {
            sites: catalogue::sites(),
            quotes: BTreeMap::new(),
            runs: Vec::new(),
            services,
            services_numbered: 0,
        }
    }

    pub(crate) fn site(&self, id: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.id == id)
    }

    pub(crate) fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.service_id == id)
    }

    pub(crate) fn service_mut(&mut self, id: &str) -> Option<&mut Service> {
        self.services.iter_mut().find(|service| service.service_id == id)
    }

    /// The customer's active port with this UNI Service ID.
    pub(crate) fn port(&self, uni_service_id: &str) -> Option<&Service> {
        self.services.iter().find(|service| {
            service.service_type == "Port"
                && service.status == ACTIVE
                && service.uni_service_id == uni_service_id
        })
    }

    pub(crate) fn run(&self, order_request_id: &str) -> Option<&OrderRun> {
        self.runs.iter().find(|run| run.order_request_id == order_request_id)
    }

    pub(crate) fn add_quote(&mut self, quote: Quote) -> String {
        let id = format!("NaaS-{}", FIRST_QUOTE + self.quotes.len());
        self.quotes.insert(id.clone(), quote);
        id
    }

    /// Puts an active connection into the inventory, as if it had been ordered long ago.
    pub(crate) fn add_service(&mut self, name: &str, master_site_id: &str, mbps: u32) -> String {
        let service = Service {
            name: name.into(),
            master_site_id: master_site_id.into(),
            bandwidth_mbps: mbps,
            status: ACTIVE.into(),
            ..self.new_connection()
        };
        let id = service.service_id.clone();
        self.services.push(service);
        id
    }

    /// A numbered connection that is still to be installed.
    pub(crate) fn new_connection(&mut self) -> Service {
        let number = self.services_numbered;
        self.services_numbered += 1;
        Service {
            service_id: format!("771338{:05}", 31_778 + number),
            name: String::new(),
            service_type: "Internet".into(),
            status: INSTALL_PENDING.into(),
            master_site_id: String::new(),
            bandwidth_mbps: 0,
            billing_account_id: catalogue::BILLING_ACCOUNTS[0].id.into(),
            ipv4_block_size: "/29".into(),
            uni_service_id: format!("XX/XXXX/{}/LUMN", 164_523 + number),
            gone_since: None,
        }
    }

    /// Writes an order that passed every check into the books.
    pub(crate) fn record(&mut self, run: OrderRun) {
        // A service that is yet to be installed is not here to be marked.
        if let Some(service) = self.service_mut(run.change.service_id()) {
            service.status = run.change.pending_status().into();
        }
        if let Some(quote) = run.quote_id.as_ref().and_then(|id| self.quotes.get_mut(id)) {
            quote.used = true;
        }
        self.runs.push(run);
    }

    /// The numbers of the next order: the UUID that it answers, and Lumen's own.
    pub(crate) fn next_order_numbers(&self) -> (String, String) {
        let number = self.runs.len();
        let uuid = format!("{:08x}-41e7-11ee-86e8-0b78fbf26f76", 0x1ec0_b2a0 + number);
        (uuid, format!("88240{:06}", 17_001 + number))
    }

    /// Brings services to where the orders are by now.
    pub(crate) fn settle(&mut self, now: Duration) {
        let mut runs = std::mem::take(&mut self.runs);
        for run in &mut runs {
            self.settle_order(run, now);
        }
        self.runs = runs;
        for service in &mut self.services {
            if service.status != DISCONNECTED {
                service.gone_since = None;
            } else if service.gone_since.is_none() {
                service.gone_since = Some(now);
            }
        }
    }

    fn settle_order(&mut self, run: &mut OrderRun, now: Duration) {
        if let Change::Install(service) = &run.change
            && run.service_id(now).is_some()
            && self.service(&service.service_id).is_none()
        {
            self.services.push(service.clone());
        }
        if run.settled || now < run.inventory_at || run.awaits_configuration {
            return;
        }
        run.settled = true;
        // Something outside of the order may have changed the service since; then that holds.
        let Some(service) = self
            .service_mut(run.change.service_id())
            .filter(|service| service.status == run.change.pending_status())
        else {
            return;
        };
        service.status = ACTIVE.into();
        if run.failure.is_none() {
            run.change.apply(service, run.inventory_at);
        }
    }
}
