//! Lumen's portal, as a person sees it.

use lumen_simulator::{Service, Simulator};

use crate::configuration::{RATE_CENTERS, site};
use crate::history::Resource;
use crate::{lines, pools};

/// Every connection that exists.
pub(crate) fn living(lumen: &Simulator) -> Vec<Service> {
    let mut services = lumen.services();
    services
        .retain(|service| service.service_type == "Internet" && service.status != "Disconnected");
    services
}

/// The ids with which a configured object can be imported. The portal also shows which order created each
/// service.
pub(crate) fn ids_to_import(lumen: &Simulator, resource: &Resource) -> Vec<String> {
    match resource {
        Resource::Connection(connection) => {
            let (site, _) = site(connection.site);
            let orders = lumen.ledger().orders;
            let was_ordered = |id: &String| {
                orders.iter().any(|order| {
                    order.service_id.as_ref() == Some(id)
                        && order.customer_service_name.as_ref() == Some(&connection.name)
                })
            };
            let mut found = living(lumen);
            found.retain(|it| it.master_site_id == site && it.status == "Active");
            found.retain(|it| it.name == connection.name || was_ordered(&it.service_id));
            found.sort_by_key(|it| it.name != connection.name);
            found.into_iter().map(|service| service.service_id).collect()
        }
        Resource::Numbers(numbers) => {
            let wanted = RATE_CENTERS[usize::from(numbers.rate_center) % RATE_CENTERS.len()];
            let mut orders = lumen.ledger().voice_orders;
            // The rest of an order may be backordered or cancelled.
            orders.retain(|it| it.rate_center == wanted && 0 < it.telephone_numbers);
            orders.into_iter().map(|order| order.voice_order_id).collect()
        }
        Resource::Subscription(subscription) => {
            let active = lumen.lines();
            let mut numbers = pools::numbers(subscription);
            numbers
                .retain(|number| active.contains_key(number) && !lines::is_leaving(lumen, *number));
            numbers.into_iter().map(pools::e164).collect()
        }
    }
}
