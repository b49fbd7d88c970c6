//! Reading an ordered object: its order as long as that has not ended, and then the object itself.
//! Importing one.

use super::apply::pending;
use super::diagnostics as words;
use super::follow::pass_on_unexpected;
use super::notes::in_time;
use super::object::{During, Left, OrderedObject, StoredObject};
use super::purchase::{Order as _, Purchase, Receipt as _};
use crate::framework::{Context, Diagnostic, ImportKey};
use crate::journal::{EntryKey, LatestOrder};
use crate::lumen::Client;
use crate::lumen::long_running::{Operation as _, Progress};
use crate::services::Session;
use crate::services::identity::ObjectIdentity as _;

pub(super) async fn read<T: OrderedObject>(
    session: &Session,
    mut current: StoredObject<T>,
    context: &Context,
) -> Result<Option<StoredObject<T>>, Diagnostic> {
    let lumen = session.lumen()?;
    T::reveal(&mut current);
    current.private.confirm_read(&session.journal).await;
    let target = T::target(lumen, &current.model);
    session.replacements.was_read(target, T::object_id(&current.model));
    match current.private.pending.take() {
        Some(order) => read_order::<T>(session, lumen, current, order, context).await,
        None => T::refresh(session, current, context).await,
    }
}

/// Looks at an order once.
async fn read_order<T: OrderedObject>(
    session: &Session,
    lumen: &Client,
    mut current: StoredObject<T>,
    mut order: T::Order,
    context: &Context,
) -> Result<Option<StoredObject<T>>, Diagnostic> {
    let object = T::object(&current.model);
    let progress = order.check(lumen).await.map_err(|error| words::unseen(&object, &error))?;
    pass_on_unexpected(&object, &mut order, context);
    match progress {
        Progress::Done(outcome) => {
            let StoredObject::<T> { model, private } = &mut current;
            match T::finish(model, &mut private.own, &object, order, outcome, During::Read, context)
            {
                Left::Object => T::refresh_finished(session, current, context).await,
                Left::Nothing => Ok(None),
            }
        }
        Progress::Running { .. } => {
            T::review_pending(&object, &order, context);
            Ok(Some(still_pending::<T>(current, order)))
        }
        Progress::Ambiguous(candidates) => {
            context.warn(words::ambiguous(&object, &candidates));
            Ok(Some(still_pending::<T>(current, order)))
        }
        Progress::Failed(refusal) => {
            context.warn(words::failed_meanwhile::<T>(&object, &order, &refusal));
            match T::undo(&mut current.model, &order) {
                Left::Object => T::refresh(session, current, context).await,
                Left::Nothing => Ok(None),
            }
        }
    }
}

fn still_pending<T: OrderedObject>(current: StoredObject<T>, order: T::Order) -> StoredObject<T> {
    let now = current.model.clone();
    pending::<T>(current, order, &now)
}

pub(super) async fn import<T: OrderedObject>(
    session: &Session,
    key: ImportKey<T::Identity>,
) -> Result<StoredObject<T>, Diagnostic> {
    let id = T::Identity::imported(session, key)?;
    let mut found = T::find(session, &id).await?;
    // An order that never came into a state is settled by the import. Where inventory does not show
    // what the order was about, it may show its reference.
    let entry = match entry_of::<T>(session, &found.model).await {
        Some(entry) => Some(entry),
        None => match T::reference(&mut found.model).known() {
            Some(reference) => in_time(session.journal.open_order(reference)).await.flatten(),
            None => None,
        },
    };
    if let Some(key) = entry {
        found.private.ordered_as = Some(key.clone());
        found.private.unconfirmed.add(key);
        found.private.imported_by = Some(session.journal.run().to_owned());
    }
    Ok(found)
}

/// Where the order is written down that made an object, if the journal still holds it open.
pub(super) async fn entry_of<T: OrderedObject>(
    session: &Session,
    model: &T::Model,
) -> Option<EntryKey> {
    let lumen = session.lumen.as_ref()?;
    let target = T::target(lumen, model)?;
    let latest = session.journal.latest_order::<<T::Purchase as Purchase>::Receipt>(&target);
    let Some(LatestOrder::Accepted(mut open)) = in_time(latest).await else { return None };
    let order = open.receipt.order();
    if order.object_id().is_none() {
        // Checking tells which object the order makes. Whether it has ended does not matter here.
        drop(order.check(lumen).await);
    }
    let is_it = order.object_id().is_some() && order.object_id() == T::object_id(model);
    is_it.then(|| open.entry.key().clone())
}
