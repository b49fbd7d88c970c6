//! What changes at Lumen: quotes, orders and services, as functions of the time.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::catalogue::{self, Site};
use crate::order_run::OrderRun;
use crate::services::{ACTIVE, INSTALL_PENDING, Service, Services};

const FIRST_QUOTE: usize = 1_466;

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
    /// By id.
    pub(crate) sites: Vec<Site>,
    pub(crate) quotes: BTreeMap<String, Quote>,
    /// By order request id: these count up.
    pub(crate) runs: Vec<OrderRun>,
    /// Positions in `runs` of those whose outcome has not reached the inventory. Only they are
    /// looked at whenever somebody asks something.
    open: Vec<usize>,
    pub(crate) services: Services,
    services_numbered: usize,
}

impl World {
    /// Nothing ordered yet, and so many active connections, spread over partners' sites and speeds.
    pub(crate) fn new(connections: usize) -> World {
        let mut world = World {
            sites: catalogue::sites(),
            quotes: BTreeMap::new(),
            runs: Vec::new(),
            open: Vec::new(),
            services: Services::new(),
            services_numbered: 0,
        };
        let offered: Vec<(String, u32)> = world
            .sites
            .iter()
            .filter(|site| site.partner_id.is_some() && site.naas_enabled)
            .flat_map(|site| site.offers().map(|(mbps, _)| (site.id.clone(), mbps)))
            .collect();
        for (number, (site, mbps)) in (1..=connections).zip(offered.iter().cycle()) {
            world.add_service(&format!("Branch {number}"), site, *mbps);
        }
        world
    }

    pub(crate) fn site(&self, id: &str) -> Option<&Site> {
        let found = self.sites.binary_search_by(|site| site.id.as_str().cmp(id)).ok()?;
        self.sites.get(found)
    }

    /// The customer's active port with this UNI Service ID.
    pub(crate) fn port(&self, uni_service_id: &str) -> Option<&Service> {
        self.services.all().iter().find(|service| {
            service.service_type == "Port"
                && service.status == ACTIVE
                && service.uni_service_id == uni_service_id
        })
    }

    pub(crate) fn run(&self, order_request_id: &str) -> Option<&OrderRun> {
        let id = |run: &OrderRun| run.order_request_id.as_str().cmp(order_request_id);
        self.runs.get(self.runs.binary_search_by(id).ok()?)
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
        self.services.add(service);
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
        if let Some(service) = self.services.get_mut(run.change.service_id()) {
            service.status = run.change.pending_status().into();
        }
        if let Some(quote) = run.quote_id.as_ref().and_then(|id| self.quotes.get_mut(id)) {
            quote.used = true;
        }
        self.open.push(self.runs.len());
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
        let World { runs, open, services, .. } = self;
        open.retain(|position| match runs.get_mut(*position) {
            Some(run) => !run.settle(services, now),
            None => false,
        });
    }
}
