//! Deadlines: many connections whose timeouts expire long before Lumen is done.

use std::collections::BTreeSet;
use std::time::Duration;

use lumen_report::failure::{Context, Failure};
use lumen_simulator::{Action, Options as SimulatorOptions, RetryAfter, Settings, Simulator};
use serde_json::Value;

use crate::Tools;
use crate::configuration::provider_block;
use crate::terraform::Terraform;
use crate::workflow::Workflow;

const COUNT: usize = 100;
/// How long Lumen takes for an order: much longer than the timeout of a connection.
const ORDER_SECONDS: f64 = 3600.0;

/// Orders a hundred connections whose timeouts expire, and applies again when Lumen is done.
pub(crate) fn run(tools: &Tools) -> Result<(), Failure> {
    let settings = Settings {
        order_seconds: ORDER_SECONDS,
        inventory_lag_seconds: 0.1,
        retry_after: RetryAfter::None,
        ..Settings::default()
    };
    let options = SimulatorOptions { settings, ..SimulatorOptions::default() };
    let lumen = tools
        .runtime
        .block_on(Simulator::start(options))
        .context("the simulator can't be started")?;
    let mut terraform = Terraform::new(tools)?;
    terraform.set(lumen.environment());
    terraform.write(&module())?;

    let apply = [Workflow::Create.command(), &["-parallelism=100"]].concat();
    let finished = terraform.run(&apply)?;
    let pending = statuses(&terraform, "pending");
    expect(finished.succeeded() && pending == COUNT, || {
        format!("{pending} connections are pending: {}", finished.text())
    })?;
    println!("{COUNT} connections are ordered, and none is active when its timeout expires.");

    lumen.advance(Duration::from_secs_f64(ORDER_SECONDS));
    let finished = terraform.run(&apply)?;
    let active = statuses(&terraform, "active");
    expect(finished.succeeded() && active == COUNT, || {
        format!("{active} connections are active: {}", finished.text())
    })?;
    let plan = [Workflow::Create.plan_command(), &["-parallelism=100"]].concat();
    let planned = terraform.run(&plan)?;
    expect(planned.succeeded(), || format!("the plan is not empty: {}", planned.text()))?;

    let orders = lumen.ledger().orders;
    let adds = orders.iter().filter(|order| order.action == Action::Add).count();
    expect(orders.len() == COUNT && adds == COUNT, || {
        format!("Lumen accepted {} orders", orders.len())
    })?;
    let services: BTreeSet<String> = lumen
        .services()
        .into_iter()
        .filter(|service| service.service_type == "Internet" && service.status == "Active")
        .map(|service| service.service_id)
        .collect();
    let state: BTreeSet<String> = texts(&terraform, "service_id").into_iter().collect();
    expect(services.len() == COUNT && services == state, || {
        format!("Lumen has {} services, and the state has {}", services.len(), state.len())
    })?;
    println!("When Lumen is done, one more apply completes them: {COUNT} services, {adds} orders.");
    Ok(())
}

fn module() -> String {
    provider_block("30s", 5)
        + &format!(
            r#"
resource "lumen_iod_connection" "test" {{
  count          = {COUNT}
  name           = "Branch ${{count.index}}"
  master_site_id = "PL${{format("%010d", 1247634 + count.index % 25)}}"
  partner_id     = "43558"
  bandwidth      = "100 Mbps"
  timeouts {{
    create = "1s"
  }}
}}
"#
        )
}

fn statuses(terraform: &Terraform<'_>, wanted: &str) -> usize {
    texts(terraform, "status").into_iter().filter(|status| status == wanted).count()
}

/// An attribute of every connection in the state.
fn texts(terraform: &Terraform<'_>, attribute: &str) -> Vec<String> {
    let state: Value = serde_json::from_str(&terraform.state_text()).unwrap_or_default();
    let instances = state.pointer("/resources/0/instances").and_then(Value::as_array);
    let values = instances.into_iter().flatten().map(|it| &it["attributes"][attribute]);
    values.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::new(otherwise())) }
}
