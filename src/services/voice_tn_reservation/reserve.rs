//! Ordering numbers: sent once, followed, called off.

use tracing::info;

use super::model::TnBlock;
use super::{TnReservation, diagnostics};
use crate::framework::{Context, Diagnostic, Stored, Unfinished};
use crate::lumen::Client;
use crate::lumen::operation::Followed;
use crate::lumen::voice::{Pbx, Reservation, ReservationRequest, Reserved};
use crate::services::ordered::{self, NotOrdered};

/// How many more numbers are planned than there were ordered.
pub(super) fn growth(now: &TnBlock, planned: &TnBlock) -> i64 {
    let quantity = |block: &TnBlock| block.quantity.known().copied().unwrap_or_default();
    quantity(planned) - quantity(now)
}

/// Orders so many numbers. Whatever may have been accepted is looked for, and never sent again.
pub(super) async fn order(
    lumen: &Client,
    wanted: &TnBlock,
    quantity: i64,
    context: &Context,
) -> Result<Reservation, NotOrdered> {
    let object = wanted.object();
    let missing = |name: &str| {
        NotOrdered::Nothing(Diagnostic::bug(format!("`{name}` is not known at apply")).at(name))
    };
    let is_first = wanted.id.known().is_none();
    let external_order_id = match wanted.external_order_id.known().filter(|_| is_first) {
        Some(given) => given.clone(),
        None => ordered::fresh_reference()?,
    };
    let byte = |number: &i64| u8::try_from(*number).ok();
    let pbx = match (wanted.pbx_index.known(), wanted.pbx_value.known()) {
        (Some(index), Some(value)) => byte(index).zip(byte(value)),
        _ => None,
    };
    let request = ReservationRequest {
        product: *wanted.product.known().ok_or_else(|| missing("product"))?,
        external_order_id: &external_order_id,
        rate_center: wanted.rate_center.known().ok_or_else(|| missing("rate_center"))?,
        state: wanted.state.known().ok_or_else(|| missing("state"))?,
        quantity: u32::try_from(quantity).map_err(|_| missing("quantity"))?,
        sequential: wanted.sequential.known().is_some_and(|sequential| *sequential),
        pbx: pbx.map(|(index, value)| Pbx { index, value }),
        customer_service_name: wanted.customer_service_name.known().map(String::as_str),
    };
    if context.stop.is_cancelled() {
        return Err(NotOrdered::Nothing(ordered::interrupted(&object)));
    }
    let on_shortage = wanted.on_shortage();
    match lumen.reserve(&request).await {
        Ok(id) => {
            info!(voice_order_id = %id, order.external_id = %external_order_id, "Lumen accepted an order of numbers");
            Ok(Reservation::new(Some(id), &request, on_shortage))
        }
        Err(error) if error.may_have_arrived() => {
            let order = Reservation::new(None, &request, on_shortage);
            let order = ordered::look_for(lumen, order, context).await.map_err(|search| {
                NotOrdered::Unsure(diagnostics::unsure(
                    &object,
                    &external_order_id,
                    &error,
                    &search,
                ))
            })?;
            context.warn(ordered::found(&object, &error));
            Ok(order)
        }
        Err(error) => Err(NotOrdered::Nothing(diagnostics::refused(&object, &error))),
    }
}

/// Tells that fewer numbers were reserved than ordered, as `on_shortage` allows.
pub(super) fn tell_of_shortage(object: &str, ordered: i64, reserved: &Reserved, context: &Context) {
    if i64::from(reserved.reserved_quantity) < ordered {
        context.warn(diagnostics::short(object, ordered, reserved));
    }
}

/// Calls off the numbers that are still to come.
pub(super) async fn call_off_backorder(
    lumen: &Client,
    order: &Reservation,
    object: &str,
    context: &Context,
) {
    let Some(id) = &order.voice_order_id else { return };
    if let Err(error) = lumen.cancel_voice_order(id).await {
        context.warn(diagnostics::backorder_stands(object, order, &error));
    }
}

/// Calls an order off that has not ended. What it has reserved by then stays reserved.
pub(super) async fn call_off(
    lumen: &Client,
    mut order: Reservation,
    prior: Stored<TnReservation>,
    object: &str,
    context: &Context,
) -> Result<(), Unfinished<TnReservation>> {
    let called_off = match &order.voice_order_id {
        Some(id) => lumen.cancel_voice_order(id).await,
        None => Ok(()),
    };
    let followed = ordered::follow(lumen, object, &mut order, context).await;
    let mut now = prior.model.clone();
    match (followed, called_off) {
        (Followed::Failed(_), _) => {
            now.forget(&order);
            if !now.orders().is_empty() {
                context.warn(diagnostics::retained(object, &now));
            }
            Ok(())
        }
        (Followed::Done(reserved), _) => {
            now.note_order(&order);
            now.note_numbers(&reserved);
            context.warn(diagnostics::retained(object, &now));
            Ok(())
        }
        (Followed::StillPending(why), called_off) => {
            let mut open = prior;
            open.model.leave_open();
            let why = diagnostics::not_called_off(object, &order, &why, called_off.err().as_ref());
            Err(Unfinished::Kept(Box::new(open.pending(order, &now)), why))
        }
    }
}
