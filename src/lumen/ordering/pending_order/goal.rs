//! The goal of an order, and whether inventory shows that it is reached.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::super::{Service, ServiceQuery, ServiceStatus};
use crate::lumen::long_running::unknown_word;
use crate::lumen::{Bandwidth, ServiceId, SiteId};

/// The goal of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Goal {
    /// A new service.
    Built {
        /// The customer's name for it.
        name: String,
        /// The site at which it will be.
        site: SiteId,
        /// Its bandwidth.
        bandwidth: Bandwidth,
        /// The services that were active before the order was placed. None of them is the new one.
        existing: BTreeSet<ServiceId>,
        /// The ID of the new service, once known.
        service_id: Option<ServiceId>,
    },
    /// A service with another bandwidth, another name, or both.
    Changed {
        /// The service.
        service_id: ServiceId,
        /// The new bandwidth, if it changes.
        bandwidth: Option<Bandwidth>,
        /// The new name, if it changes.
        name: Option<String>,
    },
    /// A service that is disconnected.
    Gone {
        /// The service.
        service_id: ServiceId,
    },
}

/// What to search for in inventory.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Known(ServiceId),
    /// A new service whose ID is not known yet.
    Unknown(ServiceQuery),
}

/// What inventory shows about a goal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Reached,
    /// It is not reached yet. Holds what was unexpected, if anything.
    NotYet(Option<String>),
    /// It can no longer be reached, because the service is gone.
    Lost(String),
}

impl Goal {
    pub(super) fn service_id(&self) -> Option<&ServiceId> {
        match self {
            Self::Built { service_id, .. } => service_id.as_ref(),
            Self::Changed { service_id, .. } | Self::Gone { service_id } => Some(service_id),
        }
    }

    /// What to search for in inventory.
    pub(super) fn target(&self) -> Target {
        match self {
            Self::Built { service_id: None, name, site, .. } => Target::Unknown(ServiceQuery {
                master_site_id: Some(site.clone()),
                name: Some(name.trim().to_owned()),
            }),
            Self::Built { service_id: Some(service_id), .. }
            | Self::Changed { service_id, .. }
            | Self::Gone { service_id } => Target::Known(service_id.clone()),
        }
    }

    /// Records which service was built. The ID of a changed or disconnected service was known before its
    /// order. A service that existed before can't be the new one, whatever an answer says.
    pub(super) fn fill_service_id(&mut self, found: &ServiceId) {
        if let Self::Built { service_id, existing, .. } = self
            && !existing.contains(found)
        {
            *service_id = Some(found.clone());
        }
    }

    /// Records that none of these services is the new one.
    pub fn exclude(&mut self, services: impl IntoIterator<Item = ServiceId>) {
        if let Self::Built { existing, .. } = self {
            existing.extend(services);
        }
    }

    /// Returns the services with this name at this site that may be the new one.
    pub(super) fn pick(&self, found: Vec<Service>) -> Vec<ServiceId> {
        let Self::Built { bandwidth, existing, .. } = self else { return Vec::new() };
        // A list may include disconnected services, none of which is the new one.
        let fits = |service: &Service| {
            service.bandwidth == Some(*bandwidth)
                && !existing.contains(&service.service_id)
                && !matches!(service.status, ServiceStatus::Terminated(_))
        };
        found.into_iter().filter(fits).map(|service| service.service_id).collect()
    }

    /// Compares the goal with the service that inventory shows.
    pub(super) fn judge(&self, service: Option<&Service>) -> Verdict {
        match (self, service.map(|service| (service, &service.status))) {
            (Self::Gone { .. }, None | Some((_, ServiceStatus::Terminated(_)))) => Verdict::Reached,
            (
                Self::Built { .. } | Self::Changed { .. },
                Some((service, ServiceStatus::Terminated(word))),
            ) => Verdict::Lost(format!(
                "Lumen reports the service {} as \"{word}\"",
                service.service_id
            )),
            (_, Some((service, ServiceStatus::Unrecognized(word)))) => {
                let what = format!("the service {}", service.service_id);
                Verdict::NotYet(Some(unknown_word(&what, word)))
            }
            (Self::Built { .. }, Some((_, status))) if status.is_settled() => Verdict::Reached,
            (Self::Changed { bandwidth, name, .. }, Some((service, status)))
                if status.is_settled()
                    && bandwidth.is_none_or(|target| service.bandwidth == Some(target))
                    && name
                        .as_deref()
                        .is_none_or(|target| service.name.as_deref() == Some(target.trim())) =>
            {
                Verdict::Reached
            }
            _ => Verdict::NotYet(None),
        }
    }

    /// The service that exists when the goal is reached.
    pub(super) fn keep(&self, service: Option<Service>) -> Option<Service> {
        if matches!(self, Self::Gone { .. }) { None } else { service }
    }
}
