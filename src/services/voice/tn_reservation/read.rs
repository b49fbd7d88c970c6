//! Looking at a reservation: at its order as long as that has not ended, at its numbers, and at the
//! orders that bring numbers later.

use std::collections::BTreeSet;

use super::model::{Backorder, Private, TnBlock};
use super::{TnReservation, diagnostics};
use crate::framework::{Context, Diagnostic, Field, Stored};
use crate::lumen::long_running::{Operation as _, Progress};
use crate::lumen::voice::{
    Notification, NotificationClass, NumberQuery, Reservation, ReservedNumber, ShortageAnswer,
    TelephoneNumber,
};
use crate::lumen::{Client, Error, VoiceOrderId};
use crate::services::explain;
use crate::services::orders::follow as ordered;

impl TnReservation {
    /// Follows up an order once.
    pub(super) async fn look_at_order(
        &self,
        lumen: &Client,
        mut current: Stored<Self>,
        mut order: Reservation,
        context: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic> {
        let object = current.model.object();
        let progress = order.check(lumen).await;
        let progress = progress.map_err(|error| ordered::unseen(&object, &error))?;
        for oddity in std::mem::take(order.oddities()) {
            context.warn(ordered::odd(&object, &oddity));
        }
        match progress {
            Progress::Done(reserved) => {
                current.model.note_order(&order);
                current.model.note_numbers(&reserved);
                current
                    .private
                    .backorders
                    .extend(Backorder::of(order, &reserved).map(|open| open.order));
                self.look_at_numbers(lumen, current, context).await.map(Some)
            }
            Progress::Running { .. } | Progress::Ambiguous(_) => {
                let now = current.model.clone();
                current.model.leave_open();
                Ok(Some(current.pending(order, &now)))
            }
            Progress::Failed(refusal) => {
                context.warn(diagnostics::failed_meanwhile(&object, &order, &refusal));
                if current.model.is_first(&order) {
                    return Ok(None);
                }
                current.model.forget(&order);
                self.look_at_numbers(lumen, current, context).await.map(Some)
            }
        }
    }

    /// Takes over which numbers are reserved now. A reservation never leaves the state by itself:
    /// numbers that are assigned leave the inventory, and are the customer's all the same.
    pub(super) async fn look_at_numbers(
        &self,
        lumen: &Client,
        mut current: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Diagnostic> {
        let object = current.model.object();
        let numbers = numbers_of_all(lumen, &current.model).await?;
        let mut now = current.model.clone();
        let backorders = self.backorders(lumen, &mut current.private, &mut now, context).await;
        now.show(numbers);
        for backorder in &backorders {
            context.warn(diagnostics::backordered(
                &object,
                &backorder.title(),
                backorder.outstanding,
            ));
        }
        current.model.leave_open();
        Ok(current.settled(&now, &backorders))
    }

    /// Looks again at orders that bring numbers later. What can't be asked now stays as it was.
    pub(super) async fn backorders(
        &self,
        lumen: &Client,
        private: &mut Private,
        now: &mut TnBlock,
        context: &Context,
    ) -> Vec<Backorder> {
        let object = now.object();
        let mut open = Vec::new();
        for mut order in std::mem::take(&mut private.backorders) {
            match order.check(lumen).await {
                Ok(Progress::Done(reserved)) => {
                    now.note_order(&order);
                    now.note_numbers(&reserved);
                    tell_of_end(&object, &order, context);
                    open.extend(Backorder::of(order, &reserved));
                }
                Ok(Progress::Failed(_)) => {
                    now.note_order(&order);
                    tell_of_end(&object, &order, context);
                }
                Ok(Progress::Running { .. } | Progress::Ambiguous(_)) | Err(_) => {
                    let outstanding = now.backordered_quantity.known().copied().unwrap_or_default();
                    open.push(Backorder { order, outstanding });
                }
            }
        }
        private.keep_open(&open);
        open
    }
}

/// Tells that a backorder has ended without all of its numbers, if Lumen says so.
fn tell_of_end(object: &str, order: &Reservation, context: &Context) {
    let failed = |told: &&Notification| told.code.class() == Some(NotificationClass::Failed);
    if let Some(told) = order.notifications.last().filter(failed) {
        context.warn(diagnostics::backorder_ended(object, &order.title(), told));
    }
}

/// The reservation that an order made, whoever placed it, as far as its numbers show it; `None` where
/// there are none.
pub(super) fn found(
    id: &VoiceOrderId,
    numbers: &[ReservedNumber],
) -> Option<Stored<TnReservation>> {
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
        status: Field::Unknown,
        backordered_quantity: Field::Unknown,
        ..TnBlock::default()
    };
    model.show(numbers.iter().map(|found| found.number).collect());
    let now = model.clone();
    let private = Private { imported: true, ..Private::default() };
    Some(Stored { model, private }.settled(&now, &[]))
}

/// The numbers of all orders of a reservation. Only if all that were ordered are seen among those of
/// many reservations, none of them has to be asked for.
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
        let found = numbers_of(lumen, &id).await.map_err(|error| {
            let object = reservation.object();
            explain::error(
                format!("The numbers of {object} (voice order {id}) can't be read"),
                &error,
            )
            .outcome("The reservation stays in the state as it was.")
        })?;
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
