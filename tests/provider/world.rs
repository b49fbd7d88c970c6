//! The starting points of tests: a simulated Lumen, a provider that is configured for it, and building
//! blocks for configurations.

use std::collections::BTreeMap;
use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;
use std::time::SystemTime;

use jiff::Timestamp;
use lumen_core::{Block, Core, Program, Provider, Run, value};
use lumen_simulator::{Fault, Ledger, Options, Order, Settings, Simulator};
use tempfile::TempDir;
use terraform_provider_lumen::journal::{Journal, JournalLocation, OpenOrder};
use terraform_provider_lumen::provider;

/// The resource type in most tests.
pub(crate) const CONNECTION: &str = "lumen_iod_connection";

/// The site of Lumen's own examples, in a data center of Equinix.
pub(crate) const SITE: &str = "PL0001247634";
/// Another site of Equinix.
pub(crate) const OTHER_SITE: &str = "PL0001247635";
pub(crate) const EQUINIX: &str = "43558";
pub(crate) const FLEXENTIAL_SITE: &str = "PL0001247854";
pub(crate) const FLEXENTIAL: &str = "501877";
/// The customer's own site, and the port there.
pub(crate) const PORT_SITE: &str = "PL0001247894";
pub(crate) const PORT: &str = "70/KFGS/100001/LUMN";
/// A site of Equinix that is not enabled for on-demand services.
pub(crate) const DISABLED_SITE: &str = "PL0001247686";

pub(crate) const PRICE: &str = "GET /Product/v1/price";
pub(crate) const QUOTE: &str = "POST /Product/v1/priceRequest";
pub(crate) const ORDER: &str = "POST /Customer/v3/Ordering/orderRequest";
pub(crate) const STATUS: &str = "GET /Customer/v3/Ordering/orderRequest/";
pub(crate) const INVENTORY: &str = "GET /ProductInventory/v1/inventory";
pub(crate) const ACCOUNTS: &str = "GET /Account/v1/billingAccount";
pub(crate) const LOCATIONS: &str = "GET /Network/v1/location";
pub(crate) const PARTNERS: &str = "GET /Network/v1/provider";
pub(crate) const TOKEN: &str = "POST /oauth/v2/token";

/// The beginning of the warning about a connection that is replaced.
pub(crate) const INTERRUPTS: &str = "Replacing connection `edge-1` interrupts its traffic";

/// Lumen, and one resource instance of a Terraform that uses it.
pub(crate) struct World {
    pub(crate) lumen: Rc<Simulator>,
    /// The journal, which outlives a run in addition to the state.
    pub(crate) journal: Rc<TempDir>,
    terraform: Core,
}

/// Creates a world with default settings.
pub(crate) async fn given() -> World {
    given_lumen(|_| {}).await
}

/// Creates a world with other settings of Lumen.
pub(crate) async fn given_lumen(change: impl FnOnce(&mut Settings)) -> World {
    given_both(change, |block| block).await
}

/// Creates a world with another provider block.
pub(crate) async fn given_provider(change: impl FnOnce(Block) -> Block) -> World {
    given_both(|_| {}, change).await
}

/// Creates a world with other settings of Lumen and another provider block.
pub(crate) async fn given_both(
    change: impl FnOnce(&mut Settings),
    block: impl FnOnce(Block) -> Block,
) -> World {
    given_world(CONNECTION, change, block).await
}

/// Creates a world for tests of this resource type.
pub(crate) async fn given_world(
    resource: &'static str,
    change: impl FnOnce(&mut Settings),
    block: impl FnOnce(Block) -> Block,
) -> World {
    let mut options = Options::default();
    change(&mut options.settings);
    let lumen = Rc::new(Simulator::start(options).await.unwrap());
    let journal = Rc::new(TempDir::new().unwrap());
    let mut provider = started();
    let block = block(with_journal(a_provider(&lumen.url()), &orders_in(&journal)));
    assert_eq!(provider.configure(&block).await, []);
    World { lumen, journal, terraform: Core::new(resource, provider) }
}

/// Starts a provider that has not been configured.
pub(crate) fn started() -> Provider {
    Provider::start(&Program::new(provider::registry))
}

/// Creates a world with an active connection that Terraform manages.
pub(crate) async fn given_connection() -> World {
    let mut world = given().await;
    world.apply(&a_connection()).await.quietly();
    world
}

impl World {
    /// A second resource instance of the same Terraform.
    pub(crate) fn another_resource(&self) -> World {
        let terraform = self.terraform.another();
        let (lumen, journal) = (Rc::clone(&self.lumen), Rc::clone(&self.journal));
        World { lumen, journal, terraform }
    }

    /// A resource instance of another type, in another Terraform with the same Lumen and the same journal.
    pub(crate) async fn another_type(&self, resource: &'static str) -> World {
        let terraform = Core::new(resource, Provider::start(self.provider.program()));
        let (lumen, journal) = (Rc::clone(&self.lumen), Rc::clone(&self.journal));
        let mut other = World { lumen, journal, terraform };
        other.next_run(|block| block).await;
        other
    }

    /// Another Terraform with its own state. Its provider shares only the journal.
    pub(crate) async fn another_process(&self) -> World {
        let mut other = self.another_resource();
        self.shares_run.set(false);
        other.next_run(|block| block).await;
        other
    }

    /// Runs `terraform apply`, which is killed when everything is done except saving the new state.
    pub(crate) async fn apply_and_crash(&mut self, block: &Block) -> Run {
        let before = self.state.clone();
        let run = self.apply_unfinished(block).await;
        self.state = before;
        self.next_run(|block| block).await;
        run
    }

    /// Runs `terraform destroy`, which is killed when everything is done except saving the new state.
    pub(crate) async fn destroy_and_crash(&mut self) -> Run {
        let before = self.state.clone();
        let run = self.destroy().await;
        self.state = before;
        self.next_run(|block| block).await;
        run
    }

    /// Makes every order in the journal one hour older.
    pub(crate) fn an_hour_passes(&self) {
        self.rewrite_journal(|record| make_older(&mut record["written_at"], 1));
    }

    /// Makes every order in the journal, and a pending order in the state, more than a day older.
    pub(crate) fn a_day_passes(&mut self) {
        self.rewrite_journal(|record| make_older(&mut record["written_at"], 25));
        let Some(object) = &mut self.state else { return };
        let mut private: serde_json::Value = serde_json::from_slice(&object.private).unwrap();
        if let Some(since) = private.pointer_mut("/pending_entry/since") {
            make_older(since, 25);
        }
        object.private = private.to_string().into_bytes();
    }

    /// Changes the contents of the journal's files.
    pub(crate) fn rewrite_journal(&self, change: impl Fn(&mut serde_json::Value)) {
        let files = self.journal_files().into_keys();
        for path in files.filter(|path| path.extension().is_some_and(|kind| kind == "json")) {
            let mut record: serde_json::Value =
                serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            change(&mut record);
            std::fs::write(&path, record.to_string()).unwrap();
        }
    }

    /// Loses the journal, as when a runner is discarded.
    pub(crate) async fn lose_journal(&mut self) {
        self.journal = Rc::new(TempDir::new().unwrap());
        self.next_run(|block| block).await;
    }

    /// Starts the next run of Terraform, with the same state and a new provider process.
    pub(crate) async fn next_run(&mut self, block: impl FnOnce(Block) -> Block) {
        let mut provider = Provider::start(self.provider.program());
        let block = block(with_journal(a_provider(&self.lumen.url()), &self.orders_folder()));
        assert_eq!(provider.configure(&block).await, []);
        self.terraform.provider = provider;
        self.terraform.shares_run = Rc::default();
    }

    /// The open orders in the journal, oldest first.
    pub(crate) async fn open_orders(&self) -> Vec<OpenOrder> {
        self.open_journal().survey().await.unwrap().open
    }

    /// Runs `terraform-provider-lumen journal settle` for every open order, as a person does after checking
    /// it.
    pub(crate) async fn settle(&self) {
        for order in self.open_orders().await {
            self.open_journal().settle(&order.reference).await.unwrap();
        }
    }

    /// Settles every order in the journal, whether or not its entry is closed.
    pub(crate) async fn settle_all(&self) {
        let files = self.journal_files().into_keys();
        let intents = files.filter(|path| path.to_string_lossy().ends_with("-intent.json"));
        for path in intents {
            let intent: serde_json::Value =
                serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            let reference = intent["reference"].as_str().unwrap().parse().unwrap();
            self.open_journal().settle(&reference).await.unwrap();
        }
    }

    /// The folder of the journal. The first order creates it.
    pub(crate) fn orders_folder(&self) -> PathBuf {
        orders_in(&self.journal)
    }

    /// The files of the journal, with the time when each of them was written.
    pub(crate) fn journal_files(&self) -> BTreeMap<PathBuf, SystemTime> {
        let within = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten();
        within(self.orders_folder())
            .flat_map(|thing| within(thing.path()))
            .map(|file| (file.path(), file.metadata().unwrap().modified().unwrap()))
            .collect()
    }

    fn open_journal(&self) -> Journal {
        Journal::new(JournalLocation::Folder(self.orders_folder()))
    }

    /// Every order that Lumen accepted, oldest first.
    pub(crate) fn orders(&self) -> Vec<Order> {
        self.lumen.ledger().orders
    }

    /// How many requests of this kind Lumen received, such as `POST /Product/v1/priceRequest`.
    pub(crate) fn requests(&self, endpoint: &str) -> u64 {
        let Ledger { requests, .. } = self.lumen.ledger();
        requests.iter().filter(|(name, _)| name.starts_with(endpoint)).map(|(_, n)| n).sum()
    }

    /// Whether Lumen received only the requests for tokens with which processes start.
    pub(crate) fn is_offline(&self) -> bool {
        self.lumen.ledger().requests.keys().all(|request| request == TOKEN)
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.lumen.fault(fault);
    }

    /// The text of an attribute in the state, or an empty text if the attribute is not a text.
    pub(crate) fn text(&self, attribute: &str) -> String {
        self.state.as_ref().map_or_else(String::new, |object| object.text(attribute).to_owned())
    }

    /// An attribute in the state, as Terraform writes it.
    pub(crate) fn shown(&self, attribute: &str) -> String {
        value(self.object().get(attribute))
    }

    /// The service in the state, as Lumen has it.
    pub(crate) fn service(&self) -> lumen_simulator::Service {
        let id = self.text("service_id");
        self.lumen.services().into_iter().find(|service| service.service_id == id).unwrap()
    }
}

impl Deref for World {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.terraform
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Core {
        &mut self.terraform
    }
}

fn make_older(time: &mut serde_json::Value, hours: u64) {
    let then = time.as_str().unwrap().parse::<Timestamp>().unwrap();
    *time = (then - Duration::from_hours(hours)).to_string().into();
}

pub(crate) fn orders_in(journal: &TempDir) -> PathBuf {
    journal.path().join("orders")
}

/// Adds a journal in this folder to a provider block.
pub(crate) fn with_journal(block: Block, folder: &Path) -> Block {
    block.with("order_journal", folder.to_str().unwrap())
}

/// A `provider "lumen"` block for the Lumen at this address.
pub(crate) fn a_provider(url: &str) -> Block {
    Block::default()
        .with("base_url", url)
        .with("client_id", "simulator")
        .with("client_secret", "simulator-secret")
        .with("customer_number", "1-ABCDE")
        .with("billing_account_id", "5-RHQBGCGK")
        .with("contact", a_contact())
}

/// An order contact.
pub(crate) fn a_contact() -> [(&'static str, &'static str); 4] {
    [
        ("name", "Ada Lovelace"),
        ("email", "noc@example.com"),
        ("phone", "+16157691234"),
        ("organization", "Example, Inc."),
    ]
}

/// A `lumen_iod_connection` resource: 100 Mbps at Equinix, for 0.46 USD per hour.
pub(crate) fn a_connection() -> Block {
    Block::default()
        .with("name", "edge-1")
        .with("master_site_id", SITE)
        .with("bandwidth", "100 Mbps")
        .with("partner_id", EQUINIX)
}

/// Adds a `timeouts` block with one entry.
pub(crate) fn timeout(block: Block, operation: &'static str, span: &'static str) -> Block {
    block.with("timeouts", [(operation, span)])
}
