//! Reads the service of a connection.

use super::model::Connection;
use super::order::Bought;
use super::{IodConnection, StoredConnection, diagnostics, order_terms};
use crate::framework::{Context, Diagnostic};
use crate::lumen::ordering::{Goal, Service, ServiceQuery, ServiceStatus};
use crate::lumen::{Client, ServiceId};
use crate::services::orders::{OrderNotes, OrderedObject as _};
use crate::services::{Session, explain};

/// The kind of object under which this run counts the connections that it has seen.
const KIND: &str = IodConnection::NAME;

/// Updates the connection from the inventory. The connection is considered gone only if Lumen clearly does
/// not have its service.
pub(super) async fn service(
    session: &Session,
    mut current: StoredConnection,
    context: &Context,
) -> Result<Option<StoredConnection>, Diagnostic> {
    let lumen = session.lumen()?;
    let name = current.model.title();
    let Some(service_id) = current.model.service_id.known().cloned() else {
        return Err(diagnostics::lost(&name));
    };
    let unreadable = |error| {
        explain::error(format!("Connection `{name}` (service {service_id}) can't be read"), &error)
            .outcome("It stays in the state as it was.")
    };
    let mut service = lumen.service_among_many(&service_id).await.map_err(unreadable)?;
    let mut gone = None;
    if service.is_none() {
        // A service counts as gone only if the inventory shows others: an empty inventory proves nothing.
        let all = lumen.recent_services(&ServiceQuery::default()).await.map_err(unreadable)?;
        service = all.iter().find(|service| service.service_id == service_id).cloned();
        let is_ours = was_disconnected_by_us(session, &service_id).await;
        if all.is_empty() && !is_ours {
            let why = "Lumen's inventory shows no service at all";
            return Err(diagnostics::nothing_shown(&name, &service_id, why));
        }
        gone = service.is_none().then_some(is_ours);
    }
    if let Some(Service { status: ServiceStatus::Terminated(word), .. }) = &service {
        context.warn(diagnostics::gone(
            &current.model,
            &service_id,
            &format!("it was removed outside Terraform: Lumen reports it as \"{word}\""),
        ));
        return Ok(None);
    }
    if let Some(is_ours) = gone {
        if !is_ours && !session.sightings.is_gone(KIND).await {
            let why =
                "Lumen's inventory shows other services, but none of the connections in the state";
            return Err(diagnostics::nothing_shown(&name, &service_id, why));
        }
        let why = if is_ours {
            "an earlier run ordered its disconnection, and Lumen's inventory no longer has it"
        } else {
            "it was removed outside Terraform: Lumen's inventory shows other services, but not this one"
        };
        context.warn(diagnostics::gone(&current.model, &service_id, why));
        return Ok(None);
    }
    session.sightings.is_shown(KIND);
    if service.as_ref().is_some_and(|service| service.status == ServiceStatus::Suspended) {
        context.warn(diagnostics::suspended(&name, &service_id));
    }
    let bandwidth = current.model.bandwidth.clone();
    if let Some(service) = &service {
        current.model.take_over(service);
    }
    if current.model.bandwidth != bandwidth {
        current.model.price_at_list(lumen).await;
    }
    Ok(Some(current))
}

/// Whether an earlier run, which may have been cut off, ordered the disconnection of the service. That
/// explains why it is gone.
async fn was_disconnected_by_us(session: &Session, service_id: &ServiceId) -> bool {
    let Some(lumen) = &session.lumen else { return false };
    let target = order_terms::target_of_changes(lumen, service_id);
    match session.journal.latest_receipt::<Bought>(&target).await {
        Ok(latest) => latest.is_some_and(|bought| matches!(bought.order.goal, Goal::Gone { .. })),
        Err(_) => false,
    }
}

/// Returns the connection of an existing service.
pub(super) async fn found(
    lumen: &Client,
    service_id: &ServiceId,
) -> Result<StoredConnection, Diagnostic> {
    let service = lumen.service_among_many(service_id).await.map_err(|error| {
        explain::error(format!("Service `{service_id}` can't be imported"), &error)
    })?;
    let exists = |service: &Service| !matches!(service.status, ServiceStatus::Terminated(_));
    let Some(service) = service.filter(exists) else {
        return Err(diagnostics::nothing_to_import(service_id));
    };
    let mut model = Connection::found(&service);
    model.price_at_list(lumen).await;
    Ok(StoredConnection { model, private: OrderNotes::of_imported() })
}
