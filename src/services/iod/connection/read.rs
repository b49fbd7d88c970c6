//! Looking at the service of a connection.

use super::model::Connection;
use super::{StoredConnection, diagnostics};
use crate::framework::{Context, Diagnostic};
use crate::lumen::ordering::{Service, ServiceStatus};
use crate::lumen::{Client, ServiceId};
use crate::services::explain;
use crate::services::orders::OrderNotes;

/// Takes over what inventory shows. Only a service that Lumen clearly does not have is gone.
pub(super) async fn service(
    lumen: &Client,
    mut current: StoredConnection,
    context: &Context,
) -> Result<Option<StoredConnection>, Diagnostic> {
    let name = current.model.title();
    let Some(service_id) = current.model.service_id.known().cloned() else {
        return Err(diagnostics::lost(&name));
    };
    let service = lumen.service_among_many(&service_id).await.map_err(|error| {
        explain::error(format!("Connection `{name}` (service {service_id}) can't be read"), &error)
            .outcome("It stays in the state as it was.")
    })?;
    let gone = match &service {
        None => Some("Lumen's inventory does not have it".to_owned()),
        Some(Service { status: ServiceStatus::Terminated(word), .. }) => {
            Some(format!("Lumen says that it is \"{word}\""))
        }
        Some(_) => None,
    };
    if let Some(why) = gone {
        context.warn(diagnostics::gone(&name, &service_id, &why));
        return Ok(None);
    }
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

/// The connection of an existing service.
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
