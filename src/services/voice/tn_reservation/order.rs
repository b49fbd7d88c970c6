//! An order of a reservation: its target, how it is requested, and how it differs from other orders.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::model::TnBlock;
use super::{TnReservation, diagnostics};
use crate::framework::{Context, Diagnostic};
use crate::journal::{Likeness, OrderTarget, Promise, Slot};
use crate::lumen::long_running::Refusal;
use crate::lumen::voice::{NumberQuery, Pbx, Product, Reservation, ReservationRequest};
use crate::lumen::{Client, Error, ExternalId, ObjectId, VoiceOrderId};
use crate::services::orders::{
    Doubt, OrderedObject as _, Purchase, Receipt, Relation, Unsent, failed,
};

/// What an order does to a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReservationChange {
    /// It reserves the first numbers.
    First {
        /// The number of telephone numbers.
        quantity: i64,
    },
    /// It reserves more numbers.
    More {
        /// The number of additional telephone numbers.
        quantity: i64,
    },
}

/// An order of numbers that is about to be placed.
pub(crate) struct Reserving {
    lumen: Client,
    wanted: TnBlock,
    /// The order that the numbers are added to.
    first: Option<VoiceOrderId>,
    /// The orders that the state has. Their numbers are expected, regardless of their reference.
    known: Vec<VoiceOrderId>,
    /// The reference that the plan promised.
    promise: Option<Promise>,
    product: Product,
    rate_center: String,
    state: String,
    quantity: u32,
}

impl Receipt for Reservation {
    type Order = Self;

    fn order(&mut self) -> &mut Self {
        self
    }

    fn into_order(self) -> Self {
        self
    }
}

impl Reserving {
    pub(super) fn new(
        lumen: Client,
        change: ReservationChange,
        now: &TnBlock,
        wanted: &TnBlock,
        promise: Option<Promise>,
    ) -> Result<Self, Diagnostic> {
        let missing =
            |name: &str| Diagnostic::bug(format!("`{name}` is not known at apply")).at(name);
        let (quantity, first) = match change {
            ReservationChange::First { quantity } => (quantity, None),
            ReservationChange::More { quantity } => {
                let first = now.id.known().cloned();
                (quantity, Some(first.ok_or_else(|| missing("id"))?))
            }
        };
        Ok(Self {
            lumen,
            first,
            known: now.orders(),
            promise,
            product: *wanted.product.known().ok_or_else(|| missing("product"))?,
            rate_center: wanted
                .rate_center
                .known()
                .cloned()
                .ok_or_else(|| missing("rate_center"))?,
            state: wanted.state.known().cloned().ok_or_else(|| missing("state"))?,
            quantity: u32::try_from(quantity).map_err(|_| missing("quantity"))?,
            wanted: wanted.clone(),
        })
    }

    /// How many numbers the reservation has without this order.
    fn held(&self) -> i64 {
        let wanted = self.wanted.quantity.known().copied().unwrap_or_default();
        wanted - i64::from(self.quantity)
    }

    fn request<'a>(&'a self, reference: &'a ExternalId) -> ReservationRequest<'a> {
        let Self { wanted, product, rate_center, state, quantity, .. } = self;
        let byte = |number: &i64| u8::try_from(*number).ok();
        let pbx = match (wanted.pbx_index.known(), wanted.pbx_value.known()) {
            (Some(index), Some(value)) => byte(index).zip(byte(value)),
            _ => None,
        };
        ReservationRequest {
            product: *product,
            external_order_id: reference,
            rate_center,
            state,
            quantity: *quantity,
            sequential: wanted.sequential.known().is_some_and(|sequential| *sequential),
            pbx: pbx.map(|(index, value)| Pbx { index, value }),
            customer_service_name: wanted.customer_service_name.known().map(String::as_str),
        }
    }
}

impl Purchase for Reserving {
    type Receipt = Reservation;

    fn object(&self) -> String {
        self.wanted.object()
    }

    fn description(&self) -> String {
        let Self { quantity, rate_center, state, product, .. } = self;
        let whose = self.first.as_ref().map(|first| format!(" in addition to voice order {first}"));
        let whose = whose.unwrap_or_default();
        format!("{quantity} numbers in {rate_center}, {state}, for `{product}`{whose}")
    }

    fn target(&self, lumen: &Client) -> Result<OrderTarget, Diagnostic> {
        match &self.first {
            Some(first) => Ok(target_of_growth(lumen, first)),
            None => target(lumen, &self.wanted)
                .ok_or_else(|| Diagnostic::bug("what is ordered is not known at apply")),
        }
    }

    fn likeness(&self, lumen: &Client) -> Option<Likeness> {
        likeness(lumen, &self.wanted).filter(|_| self.creates_object())
    }

    fn given_reference(&self) -> Option<&ExternalId> {
        self.wanted.external_order_id.known().filter(|_| self.creates_object())
    }

    fn promise(&self) -> Option<&Promise> {
        self.promise.as_ref()
    }

    fn creates_object(&self) -> bool {
        self.first.is_none()
    }

    /// The inventory does not distinguish the first numbers of a reservation from those that were added
    /// later.
    fn shows_when_done(&self) -> bool {
        false
    }

    /// The inventory shows nothing that identifies an order except its reference.
    fn known_orders(&self) -> Option<BTreeSet<ObjectId>> {
        Some(self.known.iter().map(Into::into).collect())
    }

    fn how_to_tell_apart(&self) -> &'static str {
        TnReservation::TELL_APART
    }

    /// Numbers show the reference that they were ordered under, so existing numbers are excluded from the
    /// result of this order. This also refuses to order numbers again that were already ordered before the
    /// journal was lost.
    async fn prepare(
        &mut self,
        _: &Slot,
        reference: &ExternalId,
        _: &Context,
    ) -> Result<Reservation, Diagnostic> {
        let query =
            NumberQuery { external_order_id: Some(reference.clone()), ..NumberQuery::default() };
        let numbers = self.lumen.reserved_numbers(&query).await;
        let numbers = numbers.map_err(|error| diagnostics::unsearchable(&self.object(), &error))?;
        let is_ours = |told: Option<&ExternalId>| told == Some(reference);
        let ours = numbers.into_iter().filter(|number| is_ours(number.external_order_id.as_ref()));
        let existing: BTreeSet<_> = ours.filter_map(|number| number.voice_order_id).collect();
        let unknown = existing.iter().find(|id| !self.known.contains(id));
        if let Some(id) = unknown.filter(|_| self.given_reference().is_none()) {
            return Err(match &self.first {
                None => diagnostics::exists(&self.object(), reference, id),
                Some(_) => diagnostics::grown_before(&self.object(), reference, id, self.held()),
            });
        }
        let mut order = Reservation::new(&self.request(reference), self.wanted.on_shortage());
        order.existing = existing;
        Ok(order)
    }

    async fn send(
        &mut self,
        reference: &ExternalId,
        order: &mut Reservation,
        until: Timestamp,
        _: &Context,
    ) -> Result<(), Unsent> {
        match self.lumen.reserve(&self.request(reference), until).await {
            Ok(id) => {
                order.voice_order_id = Some(id);
                Ok(())
            }
            Err(Error::HeldUp { .. }) => Err(Unsent::HeldUp),
            Err(error) if error.may_have_arrived() => Err(Unsent::Lost(error)),
            Err(error) => Err(Unsent::Refused(diagnostics::refused(&self.object(), &error))),
        }
    }

    fn relation(&self, found: &Reservation, reference: &ExternalId) -> Relation {
        let Self { rate_center, state, quantity, .. } = self;
        let place = (rate_center.to_ascii_uppercase(), state.to_ascii_uppercase());
        let mut differences = Vec::new();
        if found.quantity != *quantity {
            let now = self.held() + i64::from(*quantity);
            let then = self.held() + i64::from(found.quantity);
            differences.push(format!("`quantity` was {then} and is {now}"));
        }
        if (found.rate_center.to_ascii_uppercase(), found.state.to_ascii_uppercase()) != place {
            let ordered = format!("{}, {}", found.rate_center, found.state);
            differences
                .push(format!("the rate center was {ordered}, and is {rate_center}, {state}"));
        }
        if let Some(given) = self.given_reference().filter(|given| *given != reference) {
            differences.push(format!("`external_order_id` was `{reference}` and is `{given}`"));
        }
        if differences.is_empty() { Relation::Same } else { Relation::Differs(differences) }
    }

    fn failed(&self, found: &Reservation, refusal: &Refusal) -> Diagnostic {
        failed::<TnReservation>(&self.object(), found, refusal)
    }

    fn doubt(&self, _: &Reservation, reference: &ExternalId) -> Doubt {
        diagnostics::doubt(&self.object(), reference)
    }
}

/// The target of an order of a reservation: the reference that the user set, or else every argument that
/// can't change.
pub(super) fn target(lumen: &Client, wanted: &TnBlock) -> Option<OrderTarget> {
    let kind = "voice_tn_reservation";
    if let Some(reference) =
        wanted.external_order_id.known().filter(|_| wanted.id.known().is_none())
    {
        return Some(OrderTarget::of(lumen, kind, &["reference", reference.as_str()]));
    }
    let text = |value: Option<String>| value.unwrap_or_default();
    let number = |value: Option<&i64>| text(value.map(ToString::to_string));
    let parts = [
        wanted.product.known()?.to_string(),
        wanted.rate_center.known()?.to_ascii_uppercase(),
        wanted.state.known()?.to_ascii_uppercase(),
        text(wanted.customer_service_name.known().cloned()),
        wanted.sequential.known().is_some_and(|sequential| *sequential).to_string(),
        number(wanted.pbx_index.known()),
        number(wanted.pbx_value.known()),
    ];
    Some(OrderTarget::of(lumen, kind, &parts.each_ref().map(String::as_str)))
}

/// The target of the orders that add numbers to a reservation.
pub(super) fn target_of_growth(lumen: &Client, first: &VoiceOrderId) -> OrderTarget {
    OrderTarget::of(lumen, "voice_growth", &[first.as_str()])
}

/// The likeness of a new reservation in a rate center, regardless of its reference.
pub(super) fn likeness(lumen: &Client, wanted: &TnBlock) -> Option<Likeness> {
    let product = wanted.product.known()?.to_string();
    let place = [wanted.rate_center.known()?, wanted.state.known()?];
    let [rate_center, state] = place.map(|name| name.to_ascii_uppercase());
    Some(Likeness::of(lumen, &["voice_tn_reservation", &product, &rate_center, &state]))
}

/// Cancels the numbers on backorder.
pub(super) async fn cancel_backorder(
    lumen: &Client,
    order: &Reservation,
    object: &str,
    context: &Context,
) {
    let Some(id) = &order.voice_order_id else { return };
    context.warn(match lumen.cancel_voice_order(id).await {
        Ok(()) => diagnostics::backorder_cancelled(object, order),
        Err(error) => diagnostics::backorder_stands(object, order, &error),
    });
}
