//! Lumen's portal, as a person looks at it.

use lumen_simulator::{Service, Simulator, VoiceStatus};

use crate::configuration::{RATE_CENTERS, site};
use crate::history::Resource;

/// Every connection that exists.
pub(crate) fn living(lumen: &Simulator) -> Vec<Service> {
    let mut services = lumen.services();
    services
        .retain(|service| service.service_type == "Internet" && service.status != "Disconnected");
    services
}

/// The id by which what is configured is imported, if Lumen has it.
pub(crate) fn id_to_import(lumen: &Simulator, resource: &Resource) -> Option<String> {
    match resource {
        Resource::Connection(connection) => {
            let (wanted, _) = site(connection.site);
            let found = living(lumen).into_iter().find(|service| {
                service.name == connection.name
                    && service.master_site_id == wanted
                    && service.status == "Active"
            });
            found.map(|service| service.service_id)
        }
        Resource::Numbers(numbers) => {
            let wanted = RATE_CENTERS[usize::from(numbers.rate_center) % RATE_CENTERS.len()];
            let found = lumen.ledger().voice_orders.into_iter().find(|order| {
                order.rate_center == wanted && order.status == VoiceStatus::Completed
            });
            found.map(|order| order.voice_order_id)
        }
    }
}
