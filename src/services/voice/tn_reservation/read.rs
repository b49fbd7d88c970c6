//! Reading a reservation: the orders that add numbers later, and the numbers themselves.

use std::collections::BTreeSet;

use super::model::TnBlock;
use super::{StoredReservation, diagnostics};
use crate::framework::{Context, Diagnostic, Field};
use crate::lumen::long_running::{Operation as _, Progress};
use crate::lumen::voice::{
    Notification, NotificationClass, NumberQuery, Reservation, ReservedNumber, ShortageAnswer,
    TelephoneNumber,
};
use crate::lumen::{Client, Error, VoiceOrderId};
use crate::services::explain;
use crate::services::orders::OrderNotes;

/// Updates the reserved numbers. A reservation never leaves the state by itself: numbers that are assigned
/// leave the inventory, but still belong to the customer.
pub(super) async fn numbers(
    lumen: &Client,
    mut current: StoredReservation,
    context: &Context,
) -> Result<StoredReservation, Diagnostic> {
    let object = current.model.object();
    let now = &mut current.model;
    let outstanding = check_backorders(lumen, &mut current.private.own, now, context).await;
    // The inventory is read after the orders were checked, so that it shows at least the numbers that they
    // have added.
    now.show(numbers_of_all(lumen, now).await?);
    for (title, quantity) in outstanding {
        context.warn(diagnostics::backordered(&object, &title, quantity));
    }
    now.note_settled(&current.private.own);
    Ok(current)
}

/// Checks the orders that add numbers later, and returns how many each of them will still add. Orders that
/// can't be checked now are kept, and share the remainder of the total.
pub(super) async fn check_backorders(
    lumen: &Client,
    orders: &mut Vec<Reservation>,
    now: &mut TnBlock,
    context: &Context,
) -> Vec<(String, i64)> {
    let object = now.object();
    let before = now.backordered_quantity.known().copied().unwrap_or_default();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for mut order in std::mem::take(orders) {
        match order.check(lumen).await {
            Ok(Progress::Done(reserved)) => {
                now.note_order(&order);
                now.note_numbers(&reserved);
                warn_of_end(&object, &order, context);
                if 0 < reserved.backordered_quantity {
                    known.push((order.title(), i64::from(reserved.backordered_quantity)));
                    orders.push(order);
                }
            }
            Ok(Progress::Failed(_)) => {
                now.note_order(&order);
                warn_of_end(&object, &order, context);
            }
            Ok(Progress::Running { .. } | Progress::Ambiguous(_)) | Err(_) => {
                unknown.push(order.title());
                orders.push(order);
            }
        }
    }
    let mut total: i64 = known.iter().map(|(_, left)| left).sum();
    if !unknown.is_empty() {
        let left = (before - total).max(0);
        known.push((unknown.join(" and "), left));
        total += left;
    }
    now.backordered_quantity = Field::Known(total);
    known
}

/// Warns about a backorder that ended without all of its numbers, if Lumen reports that.
fn warn_of_end(object: &str, order: &Reservation, context: &Context) {
    let failed = |told: &&Notification| told.code.class() == Some(NotificationClass::Failed);
    if let Some(told) = order.notifications.last().filter(failed) {
        context.warn(diagnostics::backorder_ended(object, &order.title(), told));
    }
}

/// Whether the inventory has numbers of the reservation in its rate center.
pub(super) async fn is_shown(lumen: &Client, reservation: &TnBlock) -> Result<bool, Diagnostic> {
    let Some(id) = reservation.id.known() else { return Ok(false) };
    let numbers =
        numbers_of(lumen, id).await.map_err(|error| unreadable(reservation, id, &error))?;
    let wanted = reservation.rate_center.known();
    Ok(numbers.iter().any(|found| {
        wanted.zip(found.rate_center.as_ref()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
    }))
}

fn unreadable(reservation: &TnBlock, id: &VoiceOrderId, error: &Error) -> Diagnostic {
    let object = reservation.object();
    explain::error(format!("The numbers of {object} (voice order {id}) can't be read"), error)
        .outcome("The reservation stays in the state as it was.")
}

/// Returns the reservation of an existing order.
pub(super) async fn imported(
    lumen: &Client,
    id: &VoiceOrderId,
) -> Result<StoredReservation, Diagnostic> {
    let numbers = numbers_of(lumen, id)
        .await
        .map_err(|error| explain::error(format!("Voice order `{id}` can't be imported"), &error))?;
    let model = found(id, &numbers).ok_or_else(|| diagnostics::nothing_to_import(id))?;
    Ok(StoredReservation { model, private: OrderNotes::of_imported() })
}

/// Returns the reservation that an order made, as far as its numbers show it, or `None` if there are no
/// numbers.
pub(super) fn found(id: &VoiceOrderId, numbers: &[ReservedNumber]) -> Option<TnBlock> {
    let first = numbers.first()?;
    let quantity = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
    let mut model = TnBlock {
        rate_center: first.rate_center.clone().into(),
        state: first.state.clone().into(),
        quantity: Field::Known(quantity),
        on_shortage: Field::Known(ShortageAnswer::default()),
        external_order_id: first.external_order_id.clone().into(),
        check_utilization: Field::Known(true),
        on_destroy: Field::Known("retain".to_owned()),
        id: Field::Known(id.clone()),
        voice_order_ids: Field::Known(vec![id.clone()]),
        notifications: Field::Known(Vec::new()),
        ..TnBlock::default()
    };
    model.show(numbers.iter().map(|found| found.number).collect());
    model.note_settled(&[]);
    Some(model)
}

/// Returns the numbers of all orders of a reservation. Separate requests are needed only if the listing of
/// many reservations does not show all ordered numbers.
async fn numbers_of_all(
    lumen: &Client,
    reservation: &TnBlock,
) -> Result<BTreeSet<TelephoneNumber>, Diagnostic> {
    let orders = reservation.orders();
    let quantity = reservation.quantity.known().copied().unwrap_or_default();
    let quantity = usize::try_from(quantity).unwrap_or_default().max(1);
    if let Some(numbers) = lumen.numbers_among_many(&orders, quantity).await {
        return Ok(numbers);
    }
    let mut numbers = BTreeSet::new();
    for id in orders {
        let found = numbers_of(lumen, &id).await;
        let found = found.map_err(|error| unreadable(reservation, &id, &error))?;
        numbers.extend(found.into_iter().map(|found| found.number));
    }
    Ok(numbers)
}

pub(super) async fn numbers_of(
    lumen: &Client,
    id: &VoiceOrderId,
) -> Result<Vec<ReservedNumber>, Error> {
    let query = NumberQuery { voice_order_id: Some(id.clone()), ..NumberQuery::default() };
    lumen.reserved_numbers(&query).await
}
