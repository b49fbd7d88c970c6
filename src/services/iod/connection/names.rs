//! Names of services. For an order, the inventory shows only a name at a site, so a name must identify one
//! connection at a site.

use super::diagnostics;
use super::model::Connection;
use crate::framework::{Context, Diagnostic};
use crate::lumen::ordering::{Service, ServiceStatus};
use crate::lumen::{Client, ObjectId};
use crate::services::explain;
use crate::services::orders::ReplacedObjects;

/// Refuses a new connection if a service of its name already exists at its site. If Lumen can't be reached
/// now, the name is checked again before the order.
pub(super) async fn check(
    lumen: &Client,
    planned: &Connection,
    replaced: ReplacedObjects<'_>,
    context: &Context,
) -> Result<(), Diagnostic> {
    let (Some(name), Some(site)) = (planned.name.known(), planned.master_site_id.known()) else {
        return Ok(());
    };
    let services = match lumen.services_named(site, name).await {
        Ok(services) => services,
        Err(error) if error.is_passing() => {
            context.warn(diagnostics::name_unchecked(name, &error));
            return Ok(());
        }
        Err(error) => {
            let summary = format!("The name of connection `{name}` can't be checked");
            return Err(explain::error(summary, &error).outcome("Nothing was ordered."));
        }
    };
    let there = services.iter().filter(|service| is_there(service));
    let mut rivals: Vec<ObjectId> = there.map(|service| (&service.service_id).into()).collect();
    replaced.remove_from(&mut rivals).await;
    if rivals.is_empty() { Ok(()) } else { Err(diagnostics::exists(name, &rivals)) }
}

/// Whether the inventory shows the service of a connection under its name and at its site.
pub(super) async fn is_shown(lumen: &Client, connection: &Connection) -> Result<bool, Diagnostic> {
    let Some(service_id) = connection.service_id.known() else { return Ok(false) };
    let service = lumen.service(service_id).await.map_err(|error| {
        let name = connection.title();
        explain::error(format!("Connection `{name}` (service {service_id}) can't be read"), &error)
            .outcome("It stays in the state as it was.")
    })?;
    Ok(service.is_some_and(|service| {
        is_there(&service)
            && service.name.as_ref() == connection.name.known()
            && service.master_site_id.as_ref() == connection.master_site_id.known()
    }))
}

pub(super) fn is_there(service: &Service) -> bool {
    !matches!(service.status, ServiceStatus::Terminated(_))
}
