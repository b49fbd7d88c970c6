//! `cargo xtask demo`: orders, changes and disconnects a connection, step by step.
//!
//! Real Terraform runs `examples/quickstart` against a simulated Lumen in this process. The sentence after
//! each step reports the state at Lumen, not the output of Terraform.

mod workspace;

use clap::Args;
use lumen_report::failure::{Context, Failure};
use lumen_report::narration::{chapter, note};
use lumen_simulator::{
    Action, Options as SimulatorOptions, Order, OrderState, Service, Settings, Simulator,
};
use lumen_terraform::provider::{self, Profile};
use serde_json::Value;
use tokio::runtime::Runtime;

use self::workspace::Workspace;

/// Long enough to see Terraform wait, and short enough to watch until the end.
const ORDER_SECONDS: f64 = 4.0;

const FASTER: &str = "bandwidth=200 Mbps";

/// How to run the demo.
#[derive(Args)]
pub(crate) struct Options {
    /// Build the provider in release mode, as it ships, which takes longer
    #[arg(long)]
    release: bool,
}

/// Orders, changes and disconnects a connection.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let program = lumen_terraform::find()?;

    chapter("Building the provider (a few minutes the first time)");
    let profile = if options.release { Profile::Release } else { Profile::Debug };
    let provider = provider::build(profile)?;

    let runtime = Runtime::new().context("the async runtime can't be started")?;
    // Ctrl-C also reaches Terraform, which then stops gracefully. Handling it here keeps this process
    // alive until then, because Terraform needs the temporary folder and the simulator.
    runtime.spawn(tokio::signal::ctrl_c());
    let lumen = Lumen::start(&runtime)?;
    note(&format!("Lumen is simulated at {}: nothing here costs money.", lumen.0.url()));

    let quickstart = provider::workspace().join("examples").join("quickstart");
    let terraform = Workspace::new(program, &quickstart, &provider, lumen.0.environment())?;
    run_steps(&terraform, &lumen)
}

fn run_steps(terraform: &Workspace, lumen: &Lumen) -> Result<(), Failure> {
    chapter("Installing the provider from a folder, as if from a registry");
    terraform.run(&["init"])?;

    chapter("Planning a connection");
    terraform.run(&["plan", "-out=first.tfplan"])?;
    lumen.expect_orders(0)?;
    note("The plan looked up the site and the price. It ordered nothing.");

    chapter("Ordering it");
    terraform.run(&["apply", "first.tfplan"])?;
    lumen.expect_orders(1)?;
    let order = lumen.last_order(Action::Add)?;
    let service = lumen.service(&order)?;
    expect_output(terraform, "service_id", &service.service_id)?;
    expect(service.status == "Active", || format!("the service is {}", service.status))?;
    let price = output(terraform, "hourly_price")?;
    note(&format!(
        "Lumen accepted 1 order, {}, for quote {}. Service {} is active at {} Mbps for {price} USD \
         an hour.",
        order.order_id.as_deref().unwrap_or("without a number yet"),
        order.quote_id.as_deref().unwrap_or("unknown"),
        service.service_id,
        service.bandwidth_mbps,
    ));

    chapter("Planning again");
    terraform.run(&["plan", "-detailed-exitcode"])?;
    lumen.expect_orders(1)?;
    note("The configuration matches Lumen: there is nothing to do, and nothing was ordered.");

    chapter("Doubling the bandwidth");
    terraform.run(&["apply", "-auto-approve", "-var", FASTER])?;
    lumen.expect_orders(2)?;
    let order = lumen.last_order(Action::Modify)?;
    let faster = lumen.service(&order)?;
    expect_output(terraform, "service_id", &service.service_id)?;
    expect(faster.service_id == service.service_id, || "another service was changed".to_owned())?;
    expect(faster.bandwidth_mbps == 200, || format!("it has {} Mbps", faster.bandwidth_mbps))?;
    let new_price = output(terraform, "hourly_price")?;
    note(&format!(
        "Lumen accepted a second order, which changed service {} in place: {} Mbps instead of {}, \
         for {new_price} USD an hour instead of {price}.",
        faster.service_id, faster.bandwidth_mbps, service.bandwidth_mbps,
    ));

    chapter("Planning again");
    terraform.run(&["plan", "-detailed-exitcode", "-var", FASTER])?;
    lumen.expect_orders(2)?;
    note("There is nothing to do.");

    chapter("Disconnecting it");
    terraform.run(&["destroy", "-auto-approve", "-var", FASTER])?;
    lumen.expect_orders(3)?;
    let order = lumen.last_order(Action::Delete)?;
    let ended = lumen.service(&order)?;
    expect(ended.status == "Disconnected", || format!("the service is {}", ended.status))?;
    note(&format!(
        "Lumen accepted a third order and disconnected service {}. Nothing is running anymore, and \
         nothing is left on this machine.",
        ended.service_id,
    ));
    Ok(())
}

/// The simulated Lumen, and checks of its orders and services.
struct Lumen(Simulator);

impl Lumen {
    fn start(runtime: &Runtime) -> Result<Self, Failure> {
        let settings = Settings {
            order_seconds: ORDER_SECONDS,
            inventory_lag_seconds: 1.0,
            ..Settings::default()
        };
        let options = SimulatorOptions { settings, ..SimulatorOptions::default() };
        let simulator = runtime.block_on(Simulator::start(options));
        simulator.map(Self).context("the simulator can't be started")
    }

    fn expect_orders(&self, count: usize) -> Result<(), Failure> {
        let found = self.0.ledger().orders.len();
        expect(found == count, || format!("Lumen accepted {found} orders instead of {count}"))
    }

    fn last_order(&self, action: Action) -> Result<Order, Failure> {
        let order = self.0.ledger().orders.pop().context("Lumen has no order")?;
        expect(order.action == action && order.state == OrderState::Succeeded, || {
            format!("Lumen's last order is {:?}, {:?}", order.action, order.state)
        })?;
        Ok(order)
    }

    /// The service that an order made or changed.
    fn service(&self, order: &Order) -> Result<Service, Failure> {
        self.0
            .services()
            .into_iter()
            .find(|service| order.service_id.as_ref() == Some(&service.service_id))
            .context("Lumen has no service for its order")
    }
}

fn output(terraform: &Workspace, name: &str) -> Result<String, Failure> {
    let json = terraform.ask(&["output", "-json", name])?;
    let value: Value = serde_json::from_str(&json).context("an output is not JSON")?;
    value.as_str().map(str::to_owned).context(format_args!("the output `{name}` is not text"))
}

fn expect_output(terraform: &Workspace, name: &str, expected: &str) -> Result<(), Failure> {
    let found = output(terraform, name)?;
    expect(found == expected, || {
        format!("the output `{name}` is {found}, and Lumen has {expected}")
    })
}

/// Checks a statement before it is printed: the demo is also a test.
fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::new(format!("This is a bug: {}.", otherwise()))) }
}
