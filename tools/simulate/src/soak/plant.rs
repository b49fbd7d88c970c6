//! Losses that are planted after a successful soak. The audit must detect each of them.

use lumen_core::Status;

use super::Day;
use super::lane::State;
use crate::history::Resource;

/// A loss that the provider does not know about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Plant {
    /// A connection is removed from its state and its configuration, but still exists at Lumen.
    Loss,
    /// The same with a reservation.
    LostNumbers,
    /// Lumen builds another service with the same name.
    Twin,
    /// A service has another bandwidth.
    Drift,
    /// A service is gone.
    End,
    /// An object stays in a state without being configured.
    Leftover,
    /// A reservation has fewer numbers than are configured.
    Shortage,
    /// An object is tainted.
    Taint,
    /// The journal contains the client secret.
    Secret,
}

impl Plant {
    pub(super) const ALL: [Self; 9] = [
        Self::Loss,
        Self::LostNumbers,
        Self::Twin,
        Self::Drift,
        Self::End,
        Self::Leftover,
        Self::Shortage,
        Self::Taint,
        Self::Secret,
    ];

    /// Plants it. Each loss affects a different object.
    pub(super) fn plant(self, day: &Day, states: &mut [&mut State]) {
        let is_used = |resource: &Resource| match self {
            Self::LostNumbers | Self::Shortage => matches!(resource, Resource::Numbers(_)),
            _ => matches!(resource, Resource::Connection(_)),
        };
        let slots = states.iter_mut().flat_map(|state| &mut state.pipeline.slots);
        let mut slots = slots
            .filter(|slot| slot.core.state.is_some() && slot.config.as_ref().is_some_and(is_used));
        let Some(slot) = slots.nth(self as usize) else { return };
        let object = slot.core.state.as_mut();
        let id = object.as_ref().map(|object| object.text("service_id").to_owned());
        let id = id.unwrap_or_default();
        match self {
            Self::Loss | Self::LostNumbers => {
                slot.config = None;
                slot.core.state = None;
            }
            Self::Twin => {
                let services = day.lumen().services();
                if let Some(it) = services.iter().find(|service| service.service_id == id) {
                    let _ =
                        day.lumen().add_service(&it.name, &it.master_site_id, it.bandwidth_mbps);
                }
            }
            Self::Drift => day.lumen().change_service(&id, |service| service.bandwidth_mbps += 1),
            Self::End => {
                day.lumen().change_service(&id, |it| "Disconnected".clone_into(&mut it.status));
            }
            Self::Leftover => slot.config = None,
            Self::Shortage => {
                if let Some(Resource::Numbers(numbers)) = &mut slot.config {
                    numbers.quantity += 1;
                }
            }
            Self::Taint => {
                if let Some(object) = object {
                    object.status = Status::Tainted;
                }
            }
            Self::Secret => {
                let mut bucket = day.ground.bucket();
                if let Some(object) = bucket.objects.values_mut().next() {
                    object.text.extend_from_slice(b"simulator-secret");
                }
            }
        }
    }
}
