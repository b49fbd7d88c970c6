//! An offline simulator of Lumen's API for tests, demonstrations and first steps.
//!
//! A [`Simulator`] is a small HTTP server on a loopback address. It behaves as Lumen's
//! documentation describes: it issues tokens, lists sites, gives quotes that are valid for 15
//! minutes, processes orders over some time, and shows their results in an inventory that lags
//! behind. It records the orders that it accepts ([`Simulator::ledger`]), injects faults
//! ([`Fault`]), and can be reconfigured while it runs ([`Settings`]). Where the documentation says
//! nothing, it behaves in a way that a robust client must handle. Success with the simulator does
//! not prove that a client works with Lumen.
//!
//! The simulator shares no type with the provider. If it did, a field that both sides misread would
//! go unnoticed.
//!
//! - `server` accepts connections; `gateway` applies the `rate_limit` and injects `faults`, with a
//!   connection or without one ([`Simulator::offline`]); `auth` issues and checks tokens.
//! - Each area of Lumen's API has one file with its endpoints: `network`, `product`, `account`,
//!   `ordering`, `inventory`, `provisioning`. `voice` has the Voice API, `control` the control API.
//! - `state` holds everything that changes: the `clock`, the `settings`, the `request_log`, `iod`
//!   (quotes, orders and services of Internet On-Demand) and `voice`. The `catalogue` and the
//!   `business_days` are constant.
//!
//! Answers depend only on the requests, the time since the start, and the date at the start. They
//! don't depend on random numbers or on the iteration order of a hash map.
//!
//! Benchmarks run against the simulator, so it must be fast with tens of thousands of services and
//! hundreds of thousands of telephone numbers. Work done for every request is therefore limited to
//! lookups by id and to orders that are still open.

mod accepted_order;
mod account;
mod auth;
mod business_days;
mod catalogue;
mod clock;
mod control;
mod faults;
mod gateway;
mod inventory;
mod iod;
mod ledger;
mod network;
mod order_request;
mod ordering;
mod paging;
mod payload;
mod problem;
mod product;
mod provisioning;
mod rate_limit;
mod request_log;
mod server;
mod services;
mod settings;
mod state;
mod voice;

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::{Router, middleware};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use crate::faults::{Fault, FaultKind};
pub use crate::gateway::Reply;
pub use crate::ledger::{Action, Contact, Ledger, Order, OrderState};
pub use crate::rate_limit::Traffic;
pub use crate::services::Service;
pub use crate::settings::{PageFaults, RetryAfter, Settings, StatusEndpoint};
pub use crate::voice::{
    Approval, Cnam, CoverageMethods, DirectoryListing, E911Option, Line, LineOrder, LineOrderKind,
    NumberForm, Pbx, ReportSettings, ServiceAddress, Subscriber, SupplementId, Supplemented,
    VoiceEnvelope, VoiceOrder, VoiceSettings, VoiceStatus,
};

use crate::clock::Clock;
use crate::problem::Problem;
use crate::state::{Seed, Shared, Simulation};
use crate::voice::Hold;

/// The options for starting a [`Simulator`].
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on. It must be a loopback address.
    pub host: IpAddr,
    /// The port to listen on; 0 selects a free port.
    pub port: u16,
    /// How many simulated seconds pass in a second.
    pub speed: f64,
    /// How many active connections the customer has at the start and after a reset.
    pub services: usize,
    /// How many telephone numbers the customer has at the start and after a reset. They belong to
    /// orders of 50 numbers in rate centers that have enough of them.
    pub numbers: usize,
    /// The settings at the start and after a reset.
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

/// The port of a simulator without a server, if the options name none.
const OFFLINE_PORT: u16 = 8787;

/// A simulated Lumen: a running server, which stops when the value is dropped, or a simulator
/// without a server ([`Simulator::offline`]).
pub struct Simulator {
    address: SocketAddr,
    shared: Shared,
    router: Router,
    server: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Starts a server on the current tokio runtime. If tokio's time is paused, the simulated time
    /// advances with the timers of the test.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is not a loopback address or can't be listened on, or if
    /// `speed` is not a positive number.
    pub async fn start(options: Options) -> io::Result<Simulator> {
        check(&options)?;
        let listener = TcpListener::bind((options.host, options.port)).await?;
        let mut lumen = Simulator::new(options, Timestamp::now(), listener.local_addr()?);
        let server = server::serve(listener, lumen.shared.clone(), lumen.router.clone());
        lumen.server = Some(tokio::spawn(server));
        Ok(lumen)
    }

    /// A simulator without a server, which [`Simulator::answer`]s requests in process. Its simulated
    /// time begins at this date. It needs a tokio runtime with a timer, but no I/O. If tokio's time is
    /// paused, the same requests at the same times get byte-identical answers.
    ///
    /// [`Simulator::url`] returns the address from the options, with port 8787 if they name none.
    /// Nothing listens there.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is not a loopback address, or if `speed` is not a positive
    /// number.
    pub fn offline(options: Options, start: Timestamp) -> io::Result<Simulator> {
        check(&options)?;
        let port = if options.port == 0 { OFFLINE_PORT } else { options.port };
        let address = SocketAddr::new(options.host, port);
        Ok(Simulator::new(options, start, address))
    }

    fn new(options: Options, start: Timestamp, address: SocketAddr) -> Simulator {
        let Options { speed, services, numbers, settings, .. } = options;
        let seed = Seed { services, numbers };
        let shared = Shared::new(Simulation::new(Clock::starting(start, speed), settings, seed));
        Simulator { address, router: router(&shared), shared, server: None }
    }

    /// Answers a request as if it had arrived on a connection: it is counted and limited, and faults
    /// are injected into it. If the future is dropped, the client has gone away.
    pub async fn answer(&self, request: Request<Bytes>) -> Reply {
        if *self.shared.lock().faults.connections_refused().borrow() {
            return Reply::Refused;
        }
        gateway::answer(&self.shared, &self.router, request.map(Body::from)).await
    }

    /// The base URL, such as `http://127.0.0.1:8787`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The environment variables that make the provider use this simulator.
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

    /// Changes the settings. Requests that arrive afterwards see the change.
    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.shared.lock().settings);
    }

    /// Adds a fault that is injected into the requests that match it.
    pub fn fault(&self, fault: Fault) {
        self.shared.lock().faults.add(fault);
    }

    /// Refuses connections until the faults are cleared, and closes idle connections.
    pub fn refuse_connections(&self) {
        self.shared.lock().faults.refuse_connections();
    }

    /// How many requests a fault has been injected into so far. A request is counted after it has
    /// been processed, if its fault lets it be processed.
    #[must_use]
    pub fn faults_injected(&self) -> u64 {
        self.shared.lock().faults.injected
    }

    /// The name of every request so far, oldest first. The ledger counts requests by the same
    /// names.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.shared.lock().requests.names().map(str::to_owned).collect()
    }

    /// Removes every fault: connections are accepted again, and held requests are dropped.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Advances the simulated time.
    pub fn advance(&self, by: Duration) {
        self.shared.lock().clock.advance(by);
    }

    /// The traffic that has arrived at the gateway so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.shared.lock().rate_limit.traffic()
    }

    /// The orders accepted and the requests counted so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.shared.lock().ledger()
    }

    /// Every service, including ports and disconnected services.
    #[must_use]
    pub fn services(&self) -> Vec<Service> {
        self.shared.lock().iod.services.all().to_vec()
    }

    /// Changes a service outside of any order. Does nothing if there is no such service.
    pub fn change_service(&self, service_id: &str, change: impl FnOnce(&mut Service)) {
        self.shared.lock().change_service(service_id, change);
    }

    /// Adds an active connection without an order and returns its service id.
    #[must_use]
    pub fn add_service(&self, name: &str, master_site_id: &str, bandwidth_mbps: u32) -> String {
        self.shared.lock().iod.add_service(name, master_site_id, bandwidth_mbps)
    }

    /// Removes all sites except these, so that lists of sites are short.
    pub fn keep_sites(&self, ids: &[&str]) {
        self.shared.lock().iod.sites.retain(|site| ids.contains(&site.id.as_str()));
    }

    /// Every token issued so far, including invalid ones. Tests use it to check that no token is
    /// written to a file or a log.
    #[must_use]
    pub fn tokens(&self) -> Vec<String> {
        self.shared.lock().tokens.issued().to_vec()
    }

    /// Adds a completed order for telephone numbers that is not in the ledger, and returns its
    /// voice order id. Returns `None` if there is no such rate center.
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

    /// Every telephone number that is reserved for the customer, such as 13035550100.
    #[must_use]
    pub fn telephone_numbers(&self) -> BTreeSet<u64> {
        self.shared.lock().voice.telephone_numbers()
    }

    /// Takes a reserved number (such as 13035550100) away from the customer, as Lumen may do.
    /// Returns whether the customer had it.
    #[must_use]
    pub fn reclaim(&self, telephone_number: u64) -> bool {
        self.shared.lock().voice.reclaim(telephone_number)
    }

    /// Releases voice orders that are on credit hold (1807).
    pub fn release_credit_hold(&self) {
        self.shared.lock().release_voice(Hold::Credit);
    }

    /// Rejects voice orders that are on credit hold.
    pub fn reject_credit_hold(&self) {
        self.shared.lock().voice.reject_credit();
    }

    /// Releases voice orders that any other notification holds.
    pub fn resume_voice_orders(&self) {
        self.shared.lock().release_voice(Hold::Other);
    }

    /// Makes every token issued so far invalid.
    pub fn revoke_tokens(&self) {
        self.shared.lock().tokens.revoke();
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

fn check(options: &Options) -> io::Result<()> {
    let Options { host, speed, .. } = options;
    let problem = if !host.is_loopback() {
        format!("{host} is not a loopback address")
    } else if !speed.is_finite() || *speed <= 0.0 {
        format!("the speed must be a positive number, not {speed}")
    } else {
        return Ok(());
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, problem))
}

fn router(shared: &Shared) -> Router {
    let internet_on_demand = Router::new()
        .merge(network::routes())
        .merge(product::routes())
        .merge(account::routes())
        .merge(ordering::routes())
        .merge(inventory::routes())
        .merge(provisioning::routes())
        .route_layer(middleware::from_fn_with_state(shared.clone(), auth::authorize));
    Router::new()
        .merge(internet_on_demand)
        .nest(voice::PREFIX, voice::routes(shared))
        .merge(auth::routes())
        .merge(control::routes())
        .fallback(async || Problem::unknown_path())
        .method_not_allowed_fallback(async || Problem::unknown_method())
        .with_state(shared.clone())
}
