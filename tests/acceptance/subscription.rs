//! Subscriptions of telephone numbers as users write them, and what a test adds to them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lumen_simulator::{LineOrder, LineOrderKind, VoiceStatus};
use terraform_provider_lumen::lumen::voice::Date;

use crate::connection::PROVIDER;
use crate::terraform::{Feature, Outcome, Running, Terraform};
use crate::world::World;

/// The beginning of a block of a subscription.
const RESOURCE: &str = "resource \"lumen_voice_tn_subscription\" \"";

/// A day on which the dates in pages and examples were all ahead, except those of letters of authorization.
const WRITTEN: &str = "2026-11-25T17:00:00Z";

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Longer than the notice of a disconnection, whatever the day and the holidays.
const NOTICE: Duration = Duration::from_hours(7 * 24);

/// The subscriber and the address of the subscriptions in these tests.
pub(crate) const RECORD: &str = r#"
  subscriber = {
    type          = "business"
    business_name = "Example Corp"
  }
  service_address = {
    street_number      = "1025"
    street_name        = "Eldorado"
    street_suffix      = "Blvd"
    secondary_location = "STE 200"
    city               = "Broomfield"
    state              = "CO"
    zip                = "80021"
  }
"#;

/// A `lumen_voice_tn_subscription` resource of Local Inbound, with these arguments in addition.
pub(crate) fn subscription(name: &str, numbers: &[&str], more: &str) -> String {
    format!(
        r#"
{RESOURCE}{name}" {{
  product               = "local_inbound"
  telephone_numbers     = {numbers:?}
  customer_service_name = "DENVER-SBC-1"
  {more}
}}
"#
    )
}

/// A date for a port that begins now: a business day in about ten days.
pub(crate) fn port_date() -> String {
    let date = Date::from(Timestamp::now() + SignedDuration::from_hours(10 * 24));
    date.add_business_days(0).unwrap().to_string()
}

/// Moves the dates in a text by whole weeks, if an order has one of them, so that they are about as far ahead
/// as they were for the first readers of the text.
pub(crate) fn with_current_dates(text: &str) -> String {
    if !text.lines().any(|line| line.trim_start().starts_with("request_date ")) {
        return text.to_owned();
    }
    let passed = Timestamp::now().duration_since(WRITTEN.parse().unwrap());
    let weeks = passed.as_secs().div_euclid(WEEK.as_secs());
    let moved = |part: &str| match part.parse::<Date>() {
        Ok(date) => (date.timestamp() + WEEK * i32::try_from(weeks).unwrap()).to_string(),
        Err(_) => part.to_owned(),
    };
    text.split('"').map(moved).collect::<Vec<_>>().join("\"")
}

/// An override file that shortens the two minutes in which an apply watches for a refusal, with these arguments
/// for each subscription in addition.
pub(crate) fn impatient(text: &str, more: &str) -> String {
    let names = text.split(RESOURCE).skip(1).filter_map(|rest| rest.split('"').next());
    let overrides = names.map(|name| {
        format!("{RESOURCE}{name}\" {{\n  {more}\n  timeouts {{\n    create = \"2s\"\n  }}\n}}\n")
    });
    overrides.collect()
}

/// Whether a text has a PIN that this Terraform would store.
pub(crate) fn needs_newer(terraform: &Terraform, text: &str) -> bool {
    text.contains("losing_carrier_pin_wo") && !terraform.supports(Feature::WriteOnlyArguments)
}

impl World {
    /// Reserves the numbers from `+13035550100` on without Terraform.
    pub(crate) fn given_reserved(&self, quantity: usize) {
        assert!(self.lumen.add_voice_order("2036", "DENVER", "CO", quantity).is_some());
    }

    /// Writes a configuration with a provider block and these resources.
    pub(crate) fn subscribes(&self, resources: &str) {
        self.terraform.write("main.tf", &[PROVIDER, resources].concat());
    }

    /// The orders of subscriptions that Lumen has accepted, oldest first.
    pub(crate) fn line_orders(&self) -> Vec<LineOrder> {
        self.lumen.ledger().line_orders
    }

    /// The kinds of these orders.
    pub(crate) fn line_order_kinds(&self) -> Vec<LineOrderKind> {
        self.line_orders().iter().map(|order| order.kind).collect()
    }

    /// Waits for a command. If it disconnects numbers, their date comes at once.
    pub(crate) fn hurries(&self, mut running: Running) -> Outcome {
        let is_leaving = |order: &LineOrder| {
            let has_ended = matches!(order.status, VoiceStatus::Completed | VoiceStatus::Cancelled);
            order.kind == LineOrderKind::Disconnect && !has_ended
        };
        while running.is_running() {
            if self.line_orders().iter().any(is_leaving) {
                self.lumen.advance(NOTICE);
            }
        }
        running.finish()
    }
}
