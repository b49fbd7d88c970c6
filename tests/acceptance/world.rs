//! The surroundings of a test: an offline Lumen, and a folder in which Terraform runs.

use std::thread;

use lumen_simulator::{Action, Ledger, Options, RetryAfter, Settings, Simulator, VoiceSettings};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::connection::Connection;
use crate::guides::CONTACT;
use crate::secrets;
use crate::terraform::{Outcome, Terraform};

/// The client secret, which no file may contain.
pub(crate) const SECRET: &str = "Never-To-Be-Seen-4711";

/// The address of the connection in most tests.
const ADDRESS: &str = "lumen_iod_connection.test";

/// Lumen and Terraform. When a test succeeds, dropping this checks that no process left anything behind,
/// and that no secret was stored.
pub(crate) struct World {
    pub(crate) lumen: Simulator,
    pub(crate) terraform: Terraform,
    _runtime: Runtime,
    /// The Lumen of each other customer, because a simulator has only one customer.
    others: Vec<(Runtime, Simulator)>,
}

/// Creates a world whose Lumen is fast.
pub(crate) fn given() -> World {
    given_lumen(|_| ())
}

/// Creates a world with other settings of Lumen.
pub(crate) fn given_lumen(change: impl FnOnce(&mut Settings)) -> World {
    let (runtime, lumen) = lumen(change);
    let terraform = Terraform::with_override(lumen.environment());
    World { lumen, terraform, _runtime: runtime, others: Vec::new() }
}

/// Creates a world in which Terraform has to install the provider first.
pub(crate) fn given_a_mirror() -> World {
    let (runtime, lumen) = lumen(|_| ());
    let terraform = Terraform::with_mirror(lumen.environment());
    World { lumen, terraform, _runtime: runtime, others: Vec::new() }
}

fn lumen(change: impl FnOnce(&mut Settings)) -> (Runtime, Simulator) {
    let mut settings = Settings {
        client_secret: SECRET.into(),
        order_seconds: 0.3,
        inventory_lag_seconds: 0.1,
        retry_after: RetryAfter::None,
        voice: VoiceSettings {
            order_seconds: 0.2,
            inventory_lag_seconds: 0.2,
            ..VoiceSettings::default()
        },
        ..Settings::default()
    };
    change(&mut settings);
    let runtime = Runtime::new().unwrap();
    let options = Options { settings, ..Options::default() };
    let lumen = runtime.block_on(Simulator::start(options)).unwrap();
    (runtime, lumen)
}

impl World {
    /// Makes Lumen accept the key and the customer numbers in a configuration. A provider block with an alias
    /// gets a Lumen of its own, and the order contact that pages leave out.
    pub(crate) fn knows_customers(&mut self, configuration: &str) {
        let blocks = configuration.split("provider \"lumen\" {").skip(1);
        for block in blocks.filter_map(|rest| rest.split("\n}").next()) {
            let value = |name: &str| {
                let line = block.lines().find(|line| line.trim_start().starts_with(name))?;
                Some(line.split('"').nth(1)?.to_owned())
            };
            let knows = |lumen: &mut Settings| {
                lumen.client_id = value("client_id").unwrap_or_else(|| lumen.client_id.clone());
                lumen.customer_number =
                    value("customer_number").unwrap_or_else(|| lumen.customer_number.clone());
            };
            let Some(alias) = value("alias") else {
                self.lumen.set(knows);
                continue;
            };
            let (runtime, lumen) = lumen(knows);
            let argument = format!("  alias    = \"{alias}\"\n  base_url = \"{}\"\n", lumen.url());
            let addition = CONTACT.replacen("{\n", &format!("{{\n{argument}"), 1);
            self.terraform.write(&format!("{alias}_override.tf"), &addition);
            self.others.push((runtime, lumen));
        }
    }

    /// Writes a configuration with a provider block and one connection.
    pub(crate) fn wants(&self, connection: &Connection<'_>) {
        self.terraform.write("main.tf", &connection.to_module());
    }

    /// Applies, and asserts that there is nothing left to do.
    #[track_caller]
    pub(crate) fn applies(&self) -> Outcome {
        let applied = self.terraform.apply(&[]).succeeds();
        self.has_nothing_to_do();
        applied
    }

    #[track_caller]
    pub(crate) fn has_nothing_to_do(&self) {
        self.terraform.plan(&[]).finds_nothing_to_do();
    }

    /// The actions of the orders that Lumen accepted, oldest first.
    pub(crate) fn orders(&self) -> Vec<Action> {
        self.lumen.ledger().orders.iter().map(|order| order.action).collect()
    }

    /// The references of these orders.
    pub(crate) fn references(&self) -> Vec<String> {
        self.lumen.ledger().orders.into_iter().map(|order| order.external_id).collect()
    }

    /// Whether Terraform has checked an accepted order, which means that it is waiting for it.
    pub(crate) fn is_waiting(&self) -> bool {
        let Ledger { requests, orders, .. } = self.lumen.ledger();
        !orders.is_empty() && requests.contains_key("GET /Customer/v3/Ordering/orderRequest/{id}")
    }

    /// The only object of the test in Terraform's state.
    pub(crate) fn state(&self) -> Value {
        let state = self.terraform.state_file();
        let instance = state.pointer("/resources/0/instances/0/attributes");
        instance.cloned().unwrap_or_default()
    }

    /// Whether Terraform marked the object as tainted because creating it failed.
    pub(crate) fn is_tainted(&self) -> bool {
        let state = self.terraform.state_file();
        state.pointer("/resources/0/instances/0/status").is_some_and(|status| status == "tainted")
    }

    /// The connections that Lumen has and bills.
    pub(crate) fn connections(&self) -> Vec<lumen_simulator::Service> {
        let mut services = self.lumen.services();
        services.retain(|service| {
            service.service_type == "Internet" && service.status != "Disconnected"
        });
        services
    }

    /// The only connection that Lumen has.
    #[track_caller]
    pub(crate) fn connection(&self) -> lumen_simulator::Service {
        let mut services = self.connections();
        assert_eq!(services.len(), 1, "{services:?}");
        services.remove(0)
    }

    /// Runs `terraform import` for the connection of most tests.
    pub(crate) fn import(&self, service_id: &str) -> Outcome {
        self.terraform.run(&["import", "-no-color", ADDRESS, service_id])
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // A second panic would hide why the test failed.
        if !thread::panicking() {
            let left = self.terraform.temporary_files();
            assert!(left.is_empty(), "the provider leaves {left:?} behind");
            secrets::assert_none_leaked(self);
        }
    }
}
