//! The owner of an object: a customer at an address of Lumen's API. The object does not exist for any other
//! owner.

use serde::{Deserialize, Serialize};

use super::diagnostics as words;
use super::object::{OrderedObject, StoredObject};
use crate::framework::Diagnostic;
use crate::lumen::{CustomerNumber, SameApi};
use crate::services::Session;

/// A customer at an address of Lumen's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(super) customer_number: CustomerNumber,
    /// The address of the API, as `ApiUrl::canonical` spells it.
    pub(super) api: String,
}

impl Owner {
    /// Returns the owner that the provider is configured for, if it is known.
    pub(super) fn configured<T: OrderedObject>(session: &Session) -> Option<Self> {
        let settings = session.lumen.as_ref()?.settings();
        let customer_number = settings.customer_number.clone();
        Some(Self { customer_number, api: T::api(settings).canonical() })
    }

    fn is(&self, other: &Self) -> SameApi {
        if self.customer_number == other.customer_number {
            SameApi::of(&self.api, &other.api)
        } else {
            SameApi::No
        }
    }
}

/// Refuses to change or end an object of another owner.
pub(super) fn check<T: OrderedObject>(
    session: &Session,
    stored: &StoredObject<T>,
) -> Result<(), Diagnostic> {
    let Some(configured) = Owner::configured::<T>(session) else { return Ok(()) };
    match &stored.private.owner {
        Some(owner) if owner.is(&configured) != SameApi::Yes => {
            Err(words::another_owner(&T::object(&stored.model), owner, &configured))
        }
        _ => Ok(()),
    }
}

/// Refuses to read an object of another owner. If it is unclear whether two addresses lead to the same API,
/// they do if Lumen shows the object.
pub(super) async fn check_read<T: OrderedObject>(
    session: &Session,
    current: &StoredObject<T>,
) -> Result<(), Diagnostic> {
    let refused = check::<T>(session, current);
    let (Some(owner), Some(configured)) = (&current.private.owner, Owner::configured::<T>(session))
    else {
        return refused;
    };
    if owner.is(&configured) == SameApi::Unclear && T::is_shown(session, &current.model).await? {
        return Ok(());
    }
    refused
}
