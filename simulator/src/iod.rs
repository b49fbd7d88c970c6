//! Internet On-Demand: its sites, quotes, orders and services.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::accepted_order::AcceptedOrder;
use crate::catalogue::{self, Site};
use crate::services::{ACTIVE, INSTALL_PENDING, Service, Services};

const FIRST_QUOTE: usize = 1_466;

/// A price that is valid for some time, for one order.
#[derive(Clone)]
pub(crate) struct Quote {
    pub(crate) master_site_id: String,
    pub(crate) mbps: u32,
    pub(crate) purchase_order_number: Option<String>,
    /// The customer's port, if the quote is for a connection over it.
    pub(crate) uni_service_id: Option<String>,
    pub(crate) expires_at: Duration,
    pub(crate) used: bool,
}

/// The state of Internet On-Demand.
pub(crate) struct Iod {
    /// Sorted by id.
    pub(crate) sites: Vec<Site>,
    pub(crate) quotes: BTreeMap<String, Quote>,
    /// Oldest first, and therefore sorted by order request id, which is a counter.
    pub(crate) orders: Vec<AcceptedOrder>,
    /// Positions in `orders` of the orders whose outcome is not in the inventory yet. Only these need
    /// to be advanced on every request.
    open: Vec<usize>,
    pub(crate) services: Services,
    services_numbered: usize,
}

impl Iod {
    /// Creates this many active connections, spread over the partners' sites and speeds, and no
    /// orders.
    pub(crate) fn new(connections: usize) -> Iod {
        let mut iod = Iod {
            sites: catalogue::sites().to_vec(),
            quotes: BTreeMap::new(),
            orders: Vec::new(),
            open: Vec::new(),
            services: Services::new(),
            services_numbered: 0,
        };
        if connections == 0 {
            return iod;
        }
        let offered: Vec<(String, u32)> = iod
            .sites
            .iter()
            .filter(|site| site.partner_id.is_some() && site.naas_enabled)
            .flat_map(|site| site.offers().map(|(mbps, _)| (site.id.clone(), mbps)))
            .collect();
        for (number, (site, mbps)) in (1..=connections).zip(offered.iter().cycle()) {
            iod.add_service(&format!("Branch {number}"), site, *mbps);
        }
        iod
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

    pub(crate) fn order(&self, order_request_id: &str) -> Option<&AcceptedOrder> {
        let id = |order: &AcceptedOrder| order.order_request_id.as_str().cmp(order_request_id);
        self.orders.get(self.orders.binary_search_by(id).ok()?)
    }

    pub(crate) fn add_quote(&mut self, quote: Quote) -> String {
        let id = format!("NaaS-{}", FIRST_QUOTE + self.quotes.len());
        self.quotes.insert(id.clone(), quote);
        id
    }

    /// Adds an active connection to the inventory without an order.
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

    /// Returns a connection with a new service id that is not installed yet.
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
            disconnected_at: None,
        }
    }

    /// Records an accepted order.
    pub(crate) fn record(&mut self, order: AcceptedOrder) {
        // The service of an installation does not exist yet, so there is no status to set.
        if let Some(service) = self.services.get_mut(order.change.service_id()) {
            service.status = order.change.pending_status().into();
        }
        if let Some(quote) = order.quote_id.as_ref().and_then(|id| self.quotes.get_mut(id)) {
            quote.used = true;
        }
        self.open.push(self.orders.len());
        self.orders.push(order);
    }

    /// The order request id (a UUID) and the order id of the next order.
    pub(crate) fn next_order_numbers(&self) -> (String, String) {
        let number = self.orders.len();
        let uuid = format!("{:08x}-41e7-11ee-86e8-0b78fbf26f76", 0x1ec0_b2a0 + number);
        (uuid, format!("88240{:06}", 17_001 + number))
    }

    /// Applies everything that the orders have done by now to the services.
    pub(crate) fn advance_to(&mut self, now: Duration) {
        let Iod { orders, open, services, .. } = self;
        open.retain(|position| match orders.get_mut(*position) {
            Some(order) => !order.advance_to(services, now),
            None => false,
        });
    }
}
