//! The RPCs of list resources.

use tokio::sync::mpsc;

use crate::framework::{Detail, Diagnostic, ListRequest, Listing, Registry, Value};

use super::super::proto::tfplugin6::{list_resource, validate_list_resource_config};
use super::super::state::{encode_identity, encode_state};
use super::super::{codec, convert};

/// How many objects may wait until Terraform reads them. A page of most APIs fits, so that a search doesn't
/// have to pause in the middle of a page.
const LISTING_BUFFER: usize = 100;

pub(in super::super) fn validate(
    registry: &Registry,
    request: &validate_list_resource_config::Request,
) -> Result<validate_list_resource_config::Response, Diagnostic> {
    let name = &request.type_name;
    let kind = registry.list_schema(name)?.implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let diagnostics = convert::diagnostics(registry.validate_list(name, &config));
    Ok(validate_list_resource_config::Response { diagnostics })
}

/// Sends an event for each object as it is found, and one for each diagnostic at the end.
pub(in super::super) async fn list(
    registry: &Registry,
    request: list_resource::Request,
    events: mpsc::Sender<list_resource::Event>,
) -> Result<(), Diagnostic> {
    let name = &request.type_name;
    let kind = registry.list_schema(name)?.implied_type();
    let search = ListRequest {
        config: codec::decode(request.config.as_ref(), kind)?,
        detail: if request.include_resource_object { Detail::Object } else { Detail::Identity },
        limit: u64::try_from(request.limit).ok().filter(|limit| *limit != 0).unwrap_or(u64::MAX),
    };
    let (listings, mut found) = mpsc::channel(LISTING_BUFFER);
    let pass_on = async {
        while let Some(listing) = found.recv().await {
            // If Terraform has gone away, dropping the receiver ends the search.
            if events.send(event(registry, name, listing)?).await.is_err() {
                break;
            }
        }
        drop(found);
        Ok::<(), Diagnostic>(())
    };
    let (diagnostics, passed_on) = tokio::join!(registry.list(name, search, listings), pass_on);
    for diagnostic in convert::diagnostics(diagnostics?) {
        let event = list_resource::Event { diagnostic: vec![diagnostic], ..Default::default() };
        drop(events.send(event).await);
    }
    passed_on
}

fn event(
    registry: &Registry,
    name: &str,
    listing: Listing,
) -> Result<list_resource::Event, Diagnostic> {
    let Listing { identity, display_name, object } = listing;
    let schema = registry.resource_schema(name)?;
    let encode = |object: Value| encode_state(object, schema);
    Ok(list_resource::Event {
        identity: encode_identity(Some(&identity), registry.identity(name)?)?,
        display_name,
        resource_object: object.map(encode).transpose()?,
        diagnostic: Vec::new(),
    })
}
