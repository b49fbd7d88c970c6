//! `voice_paths`: the paths of the voice requests that Lumen's guide does not document.

use crate::framework::schema::{object, string};
use crate::framework::{Attribute, Field, Rule};
use crate::lumen::voice::{InvalidVoicePath, VoicePath, VoicePaths};
use crate::model;

model! {
    /// The paths that users can set.
    pub(super) struct VoicePathsBlock {
        cancel: Field<String>,
        change: Field<String>,
        disconnect: Field<String>,
        inventory_details: Field<String>,
    }
}

/// Reads the path of one of the requests.
type Read = fn(&str) -> Result<VoicePath, InvalidVoicePath>;

/// The attribute `voice_paths`, without its description.
pub(super) fn voice_paths() -> Attribute {
    object([
        (
            "cancel",
            path(VoicePath::of_cancellation)
                .documented_default("POST Voice/v1/Numbers/order/{id}/cancel")
                .about("Cancels an order. `{id}` stands for the voice order ID. Without it, the ID is sent in the body."),
        ),
        (
            "change",
            path(VoicePath::of_order)
                .documented_default("POST Voice/v1/Numbers/order/change")
                .about("Changes numbers that are in service."),
        ),
        (
            "disconnect",
            path(VoicePath::of_order)
                .documented_default("POST Voice/v1/Numbers/order/disconnect")
                .about("Takes numbers out of service."),
        ),
        (
            "inventory_details",
            path(VoicePath::of_list)
                .documented_default("GET Voice/v1/Numbers/inventory/details")
                .about("Lists the numbers that are in service. The method is `GET` or `POST`."),
        ),
    ])
}

fn path(read: Read) -> Attribute {
    let allowed = "a path, or a method and a path, such as `PUT Voice/v1/Numbers/order/change`";
    string().rule(Rule::new(allowed, move |value| match value.as_str().map(read) {
        Some(Err(why)) => Err(why.to_string()),
        _ => Ok(()),
    }))
}

/// The configured paths, or `None` while one of them is unknown. The rules of the schema have checked them.
pub(super) fn configured(block: &Field<VoicePathsBlock>) -> Option<VoicePaths> {
    let defaults = VoicePaths::default();
    let block = match block {
        Field::Null => return Some(defaults),
        Field::Unknown => return None,
        Field::Known(block) => block,
    };
    let read = |field: &Field<String>, read: Read, default: VoicePath| match field {
        Field::Null => Some(default),
        field => field.known().and_then(|text| read(text).ok()),
    };
    Some(VoicePaths {
        cancel: read(&block.cancel, VoicePath::of_cancellation, defaults.cancel)?,
        change: read(&block.change, VoicePath::of_order, defaults.change)?,
        disconnect: read(&block.disconnect, VoicePath::of_order, defaults.disconnect)?,
        inventory_details: read(
            &block.inventory_details,
            VoicePath::of_list,
            defaults.inventory_details,
        )?,
    })
}
