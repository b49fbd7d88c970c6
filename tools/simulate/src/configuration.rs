//! The content of the `.tf` files.

use lumen_core::Block;
use terraform_provider_lumen::framework::Value;

use crate::history::{Connection, JournalPlace, Numbers, Resource, Subscription};
use crate::pools;
use crate::process::Host;

/// The Lumen that the pipelines use, and another one.
pub(crate) const LUMEN: &str = "http://127.0.0.1:8001";
pub(crate) const OTHER_LUMEN: &str = "https://api-test.lumen.com";

/// Sites and their partners.
pub(crate) const SITES: [(&str, &str); 3] = [
    ("PL0001247634", "43558"),
    ("PL0001247635", "43558"),
    // The bandwidth can't be changed at this site.
    ("PL0001247854", "501877"),
];

/// Rate centers. `BOULDER` has twelve numbers, the others have two thousand.
pub(crate) const RATE_CENTERS: [&str; 7] =
    ["DENVER", "BOULDER", "FORT COLLINS", "GREELEY", "LOVELAND", "LITTLETON", "DURANGO"];

pub(crate) fn kind(resource: Option<&Resource>) -> &'static str {
    match resource {
        Some(Resource::Numbers(_)) => "lumen_voice_tn_reservation",
        Some(Resource::Subscription(_)) => "lumen_voice_tn_subscription",
        _ => "lumen_iod_connection",
    }
}

pub(crate) fn is_created_first(resource: &Resource) -> bool {
    matches!(resource, Resource::Connection(connection) if connection.create_before_destroy)
}

/// The location of the journal.
pub(crate) fn journal(place: JournalPlace, host: &Host) -> String {
    match place {
        JournalPlace::Bucket => "s3://example/orders".to_owned(),
        JournalPlace::SharedDisk => "/share/orders".to_owned(),
        JournalPlace::OwnDisk => format!("/{}/orders", host.name),
    }
}

/// `provider "lumen"`
pub(crate) fn provider(journal: JournalPlace, host: &Host, is_elsewhere: bool) -> Block {
    let journal = self::journal(journal, host);
    Block::default()
        .with("base_url", if is_elsewhere { OTHER_LUMEN } else { LUMEN })
        .with("client_id", "simulator")
        .with("client_secret", "simulator-secret")
        .with("customer_number", "1-ABCDE")
        .with("billing_account_id", "5-RHQBGCGK")
        .with("order_journal", journal.as_str())
        // With longer pauses, more histories can be tried in the same time.
        .with("poll_interval_max", "5m")
        .with(
            "contact",
            [
                ("name", "Ada Lovelace"),
                ("email", "noc@example.com"),
                ("phone", "+16157691234"),
                ("organization", "Example, Inc."),
            ],
        )
}

/// The block of a resource.
pub(crate) fn block(resource: &Resource) -> Block {
    match resource {
        Resource::Connection(connection) => connection_block(connection),
        Resource::Numbers(numbers) => numbers_block(numbers),
        Resource::Subscription(subscription) => subscription_block(subscription),
    }
}

fn numbers_block(numbers: &Numbers) -> Block {
    let Numbers { rate_center, quantity, external_order_id } = numbers;
    let block = Block::default()
        .with("product", "local_inbound")
        .with("rate_center", RATE_CENTERS[usize::from(*rate_center) % RATE_CENTERS.len()])
        .with("state", "CO")
        .with("on_shortage", "accept_with_backorder")
        .with("quantity", i64::from(*quantity));
    match external_order_id {
        Some(id) => block.with("external_order_id", id.as_str()),
        None => block,
    }
}

fn subscription_block(subscription: &Subscription) -> Block {
    let Subscription { pool, numbers, is_accepted_enough, retains, .. } = subscription;
    let numbers = numbers.iter().map(|at| Value::text(pools::e164(pools::number(*pool, *at))));
    let block = Block::default()
        .with("product", "local_inbound")
        .with("telephone_numbers", Value::set(numbers.collect()))
        .with("customer_service_name", pools::route(subscription).as_str())
        .with("on_destroy", if *retains { "retain" } else { "disconnect" });
    if *is_accepted_enough { block.with("wait_for", "accepted") } else { block }
}

fn connection_block(connection: &Connection) -> Block {
    let (site, partner) = site(connection.site);
    let mut block = Block::default()
        .with("name", connection.name.as_str())
        .with("master_site_id", site)
        .with("partner_id", partner)
        .with("bandwidth", format!("{} Mbps", connection.mbps).as_str());
    if let Some(id) = &connection.external_id {
        block = block.with("external_id", id.as_str());
    }
    if connection.is_accepted_enough {
        block = block.with("wait_for", "accepted");
    }
    block
}

pub(crate) fn site(index: u8) -> (&'static str, &'static str) {
    SITES[usize::from(index) % SITES.len()]
}
