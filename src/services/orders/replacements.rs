//! Which connections a plan replaces: what is ordered in their place must be told from them.
//!
//! Terraform tells of most replacements. It does not of a tainted connection: its plan is that of a
//! new one, and all there is to know is that a connection of the same description was just read, and
//! that no plan keeps it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::record_best_effort;
use crate::journal::OrderTarget;
use crate::lumen::ServiceId;
use crate::services::Session;
use crate::services::iod::connection::Connection;

/// What this run has seen of the connections in Terraform's state.
#[derive(Debug, Default)]
pub struct Replacements(Mutex<Services>);

#[derive(Debug, Default)]
struct Services {
    read: BTreeMap<OrderTarget, BTreeSet<ServiceId>>,
    kept: BTreeSet<ServiceId>,
    /// Noted in the journal as replaced, for want of a plan that keeps them.
    taken_for_replaced: BTreeMap<ServiceId, OrderTarget>,
    /// Built by an order of an earlier run, and now those of a new object.
    adopted: BTreeSet<ServiceId>,
}

impl Replacements {
    fn services(&self) -> MutexGuard<'_, Services> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection of the state was read.
pub(in crate::services) fn was_read(session: &Session, connection: &Connection) {
    let thing = session.lumen.as_ref().and_then(|lumen| connection.thing(lumen));
    if let (Some(thing), Some(service)) = (thing, connection.service_id.known()) {
        let mut services = session.replacements.services();
        services.adopted.remove(service);
        services.kept.remove(service);
        services.read.entry(thing).or_default().insert(service.clone());
    }
}

/// A new object has taken over a service that an earlier run ordered.
pub(in crate::services) fn was_adopted(session: &Session, service: Option<&ServiceId>) {
    session.replacements.services().adopted.extend(service.cloned());
}

/// Whether a new object has taken a service over in this run: then its old object, which the new
/// one was to replace, must not end it.
pub(in crate::services) fn is_adopted(session: &Session, connection: &Connection) -> bool {
    let service = connection.service_id.known();
    service.is_some_and(|service| session.replacements.services().adopted.contains(service))
}

/// A plan keeps a connection of the state.
pub(in crate::services) async fn is_kept(session: &Session, connection: &Connection) {
    let Some(service) = connection.service_id.known() else { return };
    let mistaken = {
        let mut services = session.replacements.services();
        services.kept.insert(service.clone());
        services.taken_for_replaced.remove(service)
    };
    if let Some(thing) = mistaken {
        session.journal.does_not_replace(&thing, service).await;
    }
}

/// A new connection is planned; `told` is the one that it replaces, if Terraform says so. Where that
/// can't be written down, the order stops and says so.
pub(in crate::services) async fn is_planned(
    session: &Session,
    planned: &Connection,
    told: Option<ServiceId>,
) {
    let Some(lumen) = &session.lumen else { return };
    let Some(thing) = planned.thing(lumen).filter(|_| planned.external_id.known().is_none()) else {
        return;
    };
    let mut replaced: BTreeSet<ServiceId> = told.into_iter().collect();
    if replaced.is_empty() {
        let mut services = session.replacements.services();
        let read = services.read.get(&thing).cloned().unwrap_or_default();
        replaced = read.difference(&services.kept).cloned().collect();
        let taken = replaced.iter().map(|service| (service.clone(), thing.clone()));
        services.taken_for_replaced.extend(taken);
    }
    for service in &replaced {
        record_best_effort(session.journal.replaces(&thing, service)).await;
    }
}
