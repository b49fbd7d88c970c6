//! Looking at a connection: at its order as long as that has not ended, and then at its service.

use super::{IodConnection, diagnostics};
use crate::framework::{Context, Diagnostic, Stored};
use crate::lumen::Client;
use crate::lumen::long_running::{Operation as _, Progress};
use crate::lumen::ordering::{Goal, PendingOrder, Service, ServiceStatus};
use crate::services::explain;
use crate::services::orders::follow as ordered;

impl IodConnection {
    /// Follows up an order once.
    pub(super) async fn look_at_order(
        &self,
        lumen: &Client,
        mut current: Stored<Self>,
        mut order: PendingOrder,
        context: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic> {
        let (name, object) = (current.model.title(), current.model.object());
        let progress =
            order.check(lumen).await.map_err(|error| ordered::unseen(&object, &error))?;
        match progress {
            Progress::Done(outcome) if outcome.service.is_some() => {
                current.model.finish(&outcome);
                Ok(Some(current))
            }
            Progress::Done(_) => Ok(None),
            Progress::Running { .. } => {
                let now = current.model.clone();
                Ok(Some(current.pending(order, &now)))
            }
            Progress::Ambiguous(services) => {
                context.warn(diagnostics::ambiguous(&name, &services));
                let now = current.model.clone();
                Ok(Some(current.pending(order, &now)))
            }
            Progress::Failed(refusal) => {
                context.warn(diagnostics::failed_meanwhile(&object, &order, &refusal));
                if matches!(order.goal, Goal::Built { .. }) {
                    return Ok(None);
                }
                self.look_at_service(lumen, current, context).await
            }
        }
    }

    /// Takes over what inventory shows. Only a service that Lumen clearly does not have is gone.
    pub(super) async fn look_at_service(
        &self,
        lumen: &Client,
        mut current: Stored<Self>,
        context: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic> {
        let name = current.model.title();
        let Some(service_id) = current.model.service_id.known().cloned() else {
            return Err(diagnostics::lost(&name));
        };
        let service = lumen.service_among_many(&service_id).await.map_err(|error| {
            explain::error(
                format!("Connection `{name}` (service {service_id}) can't be read"),
                &error,
            )
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
        let bandwidth = current.model.bandwidth.clone();
        if let Some(service) = &service {
            current.model.take_over(service);
        }
        if current.model.bandwidth != bandwidth {
            current.model.price_at_list(lumen).await;
        }
        Ok(Some(current))
    }
}
