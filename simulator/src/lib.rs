//! Lumen's API, offline: for tests, demonstrations and first steps.
//!
//! A [`Simulator`] is a small HTTP server on a loopback address that behaves as Lumen's documents
//! say: tokens, sites, prices that hold for 15 minutes, orders that take their time, an inventory
//! that lags behind. It counts what it accepts ([`Simulator::ledger`]), fails on demand ([`Fault`])
//! and can be changed while it runs ([`Settings`]). Where the documents are silent it does what a
//! careful client must survive. Agreeing with it is not proof of agreeing with Lumen.
//!
//! It shares no type with the provider: a misread field must not cancel out.
//!
//! - `server` takes connections, and strikes them with `faults`; `auth` lets requests in.
//! - One file per area answers: `network`, `product`, `account`, `ordering`, `inventory`,
//!   `provisioning`; `voice` holds the files of the Voice API; `console` is the control API.
//! - `state` holds everything: the `clock`, the `settings`, the `traffic`, and the `world` of quotes,
//!   orders and `services` over the `catalogue`; Voice keeps books of its own.
//!
//! It is quick with tens of thousands of services and hundreds of thousands of numbers, because it is
//! measured against: whatever is looked at for every request is found by its id, or still open.

mod account;
mod auth;
mod catalogue;
mod clock;
mod console;
mod faults;
mod inventory;
mod ledger;
mod network;
mod order_form;
mod order_run;
mod ordering;
mod paging;
mod payload;
mod problem;
mod product;
mod provisioning;
mod server;
mod services;
mod settings;
mod state;
mod traffic;
mod voice;
mod world;

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use crate::faults::{Fault, FaultKind};
pub use crate::ledger::{Action, Contact, Ledger, Order, OrderState};
pub use crate::services::Service;
pub use crate::settings::{PageFaults, RetryAfter, Settings, StatusEndpoint};
pub use crate::voice::{
    Approval, CoverageMethods, NumberForm, Pbx, VoiceEnvelope, VoiceOrder, VoiceSettings,
    VoiceStatus,
};

use crate::clock::Clock;
use crate::problem::Problem;
use crate::state::{Shared, Simulation, Stock};
use crate::voice::Hold;

/// How to start a [`Simulator`].
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on; only loopback addresses are accepted.
    pub host: IpAddr,
    /// The port to listen on; 0 takes any that is free.
    pub port: u16,
    /// How many simulated seconds pass in a second.
    pub speed: f64,
    /// How many active connections the customer has at first, and again after a reset.
    pub services: usize,
    /// How many telephone numbers the customer has at first, and again after a reset: in orders of
    /// 50, over rate centers with enough of them.
    pub numbers: usize,
    /// How Lumen behaves at first, and again after a reset.
    pub settings: Settings,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            speed: 1.0,
            services: 0,
            numbers: 0,
            settings: Settings::default(),
        }
    }
}

/// A running server. It stops when this is dropped.
pub struct Simulator {
    address: SocketAddr,
    shared: Shared,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Starts to serve on the current tokio runtime. With tokio's time paused, the simulated time
    /// moves with the timers of the test.
    ///
    /// # Errors
    ///
    /// When the address can't be listened on or is not a loopback address, or when `speed` is not a
    /// positive number.
    pub async fn start(options: Options) -> io::Result<Simulator> {
        let Options { host, port, speed, services, numbers, settings } = options;
        if !host.is_loopback() {
            let message = format!("{host} is not a loopback address: the simulator stays at home");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        if !speed.is_finite() || speed <= 0.0 {
            let message = format!("the speed must be a positive number, not {speed}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let listener = TcpListener::bind((host, port)).await?;
        let address = listener.local_addr()?;
        let stock = Stock { services, numbers };
        let simulation = Simulation::new(Clock::starting_now(speed), settings, stock);
        let shared = Shared::new(simulation);
        let server = tokio::spawn(server::serve(listener, shared.clone(), router(&shared)));
        Ok(Simulator { address, shared, server })
    }

    /// Where it listens, such as `http://127.0.0.1:8787`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The environment variables that point a provider here.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let settings = self.shared.lock().settings.clone();
        vec![
            ("LUMEN_BASE_URL", self.url()),
            ("LUMEN_CLIENT_ID", settings.client_id),
            ("LUMEN_CLIENT_SECRET", settings.client_secret),
            ("LUMEN_CUSTOMER_NUMBER", settings.customer_number),
            ("LUMEN_BILLING_ACCOUNT_ID", catalogue::BILLING_ACCOUNTS[0].id.into()),
        ]
    }

    /// Changes how Lumen behaves, for requests that arrive from now on.
    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.shared.lock().settings);
    }

    /// Adds a failure to those that wait for their requests.
    pub fn fault(&self, fault: Fault) {
        self.shared.lock().faults.add(fault);
    }

    /// Refuses connections until the failures are cleared; those that are idle are closed.
    pub fn refuse_connections(&self) {
        self.shared.lock().faults.close();
    }

    /// How many requests have met a failure so far, and all that it commits.
    #[must_use]
    pub fn struck(&self) -> u64 {
        self.shared.lock().faults.struck
    }

    /// Every request so far, oldest first, as the ledger names it: its counts, spread out.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.shared.lock().traffic.names().map(str::to_owned).collect()
    }

    /// Forgets every failure: connections are let in again, and what was held is cut.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Moves the simulated time forward.
    pub fn advance(&self, by: Duration) {
        self.shared.lock().clock.advance(by);
    }

    /// The orders accepted and the requests counted so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.shared.lock().ledger()
    }

    /// Every service that ever was, ports and disconnected ones included.
    #[must_use]
    pub fn services(&self) -> Vec<Service> {
        self.shared.lock().world.services.all().to_vec()
    }

    /// Changes a service behind everybody's back; does nothing when there is no such service.
    pub fn change_service(&self, service_id: &str, change: impl FnOnce(&mut Service)) {
        self.shared.lock().change_service(service_id, change);
    }

    /// Adds an active connection, as if it had been ordered long ago, and returns its service id.
    #[must_use]
    pub fn add_service(&self, name: &str, master_site_id: &str, bandwidth_mbps: u32) -> String {
        self.shared.lock().world.add_service(name, master_site_id, bandwidth_mbps)
    }

    /// Every token issued so far, stale ones included: none of them may be written down anywhere.
    #[must_use]
    pub fn tokens(&self) -> Vec<String> {
        self.shared.lock().tokens.issued().to_vec()
    }

    /// Gives the customer telephone numbers, as if they had been ordered long ago, and returns their
    /// voice order id; none when there is no such rate center.
    #[must_use]
    pub fn add_voice_order(
        &self,
        product_id: &str,
        rate_center: &str,
        state: &str,
        quantity: usize,
    ) -> Option<String> {
        self.shared.lock().add_voice_order(product_id, rate_center, state, quantity)
    }

    /// Every number (such as 13035550100) that the customer has.
    #[must_use]
    pub fn telephone_numbers(&self) -> BTreeSet<u64> {
        self.shared.lock().voice.telephone_numbers()
    }

    /// Takes a reserved number (such as 13035550100) away from the customer, as Lumen may; whether
    /// they had it.
    #[must_use]
    pub fn reclaim(&self, telephone_number: u64) -> bool {
        self.shared.lock().voice.reclaim(telephone_number)
    }

    /// Lets voice orders go on that are on credit hold (1807).
    pub fn release_credit_hold(&self) {
        self.shared.lock().release_voice(Hold::Credit);
    }

    /// Rejects voice orders that are on credit hold.
    pub fn reject_credit_hold(&self) {
        self.shared.lock().voice.reject_credit();
    }

    /// Lets voice orders go on that any other notification holds.
    pub fn resume_voice_orders(&self) {
        self.shared.lock().release_voice(Hold::Other);
    }

    /// Makes every token issued so far stale.
    pub fn revoke_tokens(&self) {
        self.shared.lock().tokens.revoke();
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn router(shared: &Shared) -> Router {
    let internet_on_demand = Router::new()
        .merge(network::routes())
        .merge(product::routes())
        .merge(account::routes())
        .merge(ordering::routes())
        .merge(inventory::routes())
        .merge(provisioning::routes())
        .route_layer(middleware::from_fn_with_state(shared.clone(), auth::admit));
    Router::new()
        .merge(internet_on_demand)
        .nest(voice::PREFIX, voice::routes(shared))
        .merge(auth::routes())
        .merge(console::routes())
        .fallback(async || Problem::unknown_path())
        .method_not_allowed_fallback(async || Problem::unknown_method())
        .with_state(shared.clone())
}
