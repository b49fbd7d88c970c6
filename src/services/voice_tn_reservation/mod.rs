//! `lumen_voice_tn_reservation`: telephone numbers reserved in a rate center.
//!
//! This file tells their life: `reserve.rs` orders them, `review.rs` checks a plan, `model.rs` is
//! what Terraform sees, `diagnostics.rs` what users are told.

mod diagnostics;
mod model;
mod reserve;
mod review;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use self::model::{Backorder, Identity, Private, TnBlock, schema};
use super::{Session, explain, ordered};
use crate::framework::{
    Context, Diagnostic, Field, IdentityAttribute, ImportKey, Plan, Resource, Schema, Stored, Type,
    Unfinished,
};
use crate::lumen::operation::{Followed, Operation as _, Progress};
use crate::lumen::voice::{
    Notification, NotificationClass, NumberQuery, Reservation, ReservedNumber, ShortageAnswer,
};
use crate::lumen::{Client, Error, VoiceOrderId};

/// `lumen_voice_tn_reservation`
pub struct TnReservation(Arc<Session>);

#[async_trait]
impl Resource for TnReservation {
    const NAME: &'static str = "voice_tn_reservation";
    type Session = Session;
    type Model = TnBlock;
    type Private = Private;
    type Identity = Identity;

    fn schema() -> Schema {
        schema()
    }

    fn identity() -> Vec<IdentityAttribute> {
        vec![
            IdentityAttribute {
                name: "customer_number",
                kind: Type::String,
                required_for_import: false,
                about: "The Lumen customer number; the provider's where it is left out.",
            },
            IdentityAttribute {
                name: "voice_order_id",
                kind: Type::String,
                required_for_import: true,
                about: "The first voice order.",
            },
        ]
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &TnBlock) -> Vec<Diagnostic> {
        review::validate(config)
    }

    fn identify(&self, reservation: &TnBlock) -> Option<Identity> {
        let identity = Identity {
            customer_number: self.0.customer_number.clone(),
            voice_order_id: reservation.id.clone(),
        };
        (identity.customer_number.known().is_some() && identity.voice_order_id.known().is_some())
            .then_some(identity)
    }

    async fn review(
        &self,
        plan: &mut Plan<Self>,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        let reviewed = review::review(&self.0, plan, context).await;
        self.0.pass_on_notices(context);
        reviewed
    }

    async fn create(
        &self,
        mut planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>> {
        let lumen = self.0.lumen().map_err(Unfinished::Nothing)?;
        // What the plan noted was about the reservation that this one replaces.
        planned.private = Private::default();
        let object = planned.model.object();
        let quantity = planned.model.quantity.known().copied().unwrap_or_default();
        let mut order = reserve::order(lumen, &planned.model, quantity, context).await?;
        self.0.pass_on_notices(context);

        let mut now = TnBlock::default();
        match ordered::follow(lumen, &object, &mut order, context).await {
            Followed::Done(reserved) => {
                now.note_order(&order);
                now.note_numbers(&reserved);
                reserve::tell_of_shortage(&object, quantity, &reserved, context);
                let backorders: Vec<_> = Backorder::of(order, &reserved).into_iter().collect();
                Ok(planned.settled(&now, &backorders))
            }
            Followed::StillPending(why) => {
                let subject = diagnostics::subject(&object);
                context.warn(ordered::still_pending(&subject, &order, &why, "create"));
                Ok(planned.pending(order, &now))
            }
            Followed::Failed(refusal) => {
                Err(Unfinished::Nothing(diagnostics::failed(&object, &order, &refusal)))
            }
        }
    }

    async fn read(
        &self,
        mut current: Stored<Self>,
        context: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic> {
        let lumen = self.0.lumen()?;
        let found = match current.private.pending.take() {
            Some(order) => self.look_at_order(lumen, current, order, context).await,
            None => self.look_at_numbers(lumen, current, context).await.map(Some),
        };
        self.0.pass_on_notices(context);
        found
    }

    async fn update(
        &self,
        prior: Stored<Self>,
        mut planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>> {
        let lumen = self.0.lumen().map_err(Unfinished::Nothing)?;
        let object = prior.model.object();
        let mut now = prior.model;
        let mut backorders = self.backorders(lumen, &mut planned.private, &mut now, context).await;

        if let Some(mut order) = planned.private.pending.take() {
            match ordered::follow(lumen, &object, &mut order, context).await {
                Followed::Done(reserved) => {
                    now.note_order(&order);
                    now.note_numbers(&reserved);
                    backorders.extend(Backorder::of(order, &reserved));
                    planned.private.keep_open(&backorders);
                }
                Followed::StillPending(why) => {
                    let subject = diagnostics::subject(&object);
                    context.warn(ordered::still_pending(&subject, &order, &why, "update"));
                    return Ok(planned.pending(order, &now));
                }
                Followed::Failed(refusal) => {
                    return Err(Unfinished::Nothing(diagnostics::failed(
                        &object, &order, &refusal,
                    )));
                }
            }
        }

        let grows = reserve::growth(&now, &planned.model);
        if 0 < grows {
            let ordered = reserve::order(lumen, &planned.model, grows, context).await;
            let mut order = ordered.map_err(|not| kept(&planned, &now, not.into_diagnostic()))?;
            match ordered::follow(lumen, &object, &mut order, context).await {
                Followed::Done(reserved) => {
                    now.note_order(&order);
                    now.note_numbers(&reserved);
                    reserve::tell_of_shortage(&object, grows, &reserved, context);
                    backorders.extend(Backorder::of(order, &reserved));
                }
                Followed::StillPending(why) => {
                    let subject = diagnostics::subject(&object);
                    context.warn(ordered::still_pending(&subject, &order, &why, "update"));
                    return Ok(planned.pending(order, &now));
                }
                Followed::Failed(refusal) => {
                    return Err(kept(
                        &planned,
                        &now,
                        diagnostics::failed(&object, &order, &refusal),
                    ));
                }
            }
        }
        self.0.pass_on_notices(context);
        planned.private.imported = false;
        Ok(planned.settled(&now, &backorders))
    }

    async fn delete(
        &self,
        mut prior: Stored<Self>,
        context: &Context,
    ) -> Result<(), Unfinished<Self>> {
        let lumen = self.0.lumen().map_err(Unfinished::Nothing)?;
        let object = prior.model.object();
        for backorder in std::mem::take(&mut prior.private.backorders) {
            reserve::call_off_backorder(lumen, &backorder, &object, context).await;
        }
        match prior.private.pending.take() {
            Some(order) => reserve::call_off(lumen, order, prior, &object, context).await?,
            None => context.warn(diagnostics::retained(&object, &prior.model)),
        }
        self.0.pass_on_notices(context);
        Ok(())
    }

    async fn import(
        &self,
        key: ImportKey<Identity>,
        context: &Context,
    ) -> Result<Stored<Self>, Diagnostic> {
        let lumen = self.0.lumen()?;
        let id = self.imported_id(key)?;
        let found = numbers_of(lumen, &id).await;
        self.0.pass_on_notices(context);
        let found = found.map_err(|error| {
            explain::error(format!("Voice order `{id}` can't be imported"), &error)
        })?;
        let Some(first) = found.first() else { return Err(diagnostics::nothing_to_import(&id)) };

        let quantity = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let mut model = TnBlock {
            rate_center: first.rate_center.clone().into(),
            state: first.state.clone().into(),
            quantity: Field::Known(quantity),
            on_shortage: Field::Known(ShortageAnswer::default()),
            external_order_id: first.external_order_id.clone().into(),
            check_utilization: Field::Known(true),
            on_destroy: Field::Known("retain".to_owned()),
            id: Field::Known(id.clone()),
            voice_order_ids: Field::Known(vec![id]),
            notifications: Field::Known(Vec::new()),
            status: Field::Unknown,
            backordered_quantity: Field::Unknown,
            ..TnBlock::default()
        };
        model.show(found.into_iter().map(|found| found.number).collect());
        let now = model.clone();
        let private = Private { imported: true, ..Private::default() };
        Ok(Stored { model, private }.settled(&now, &[]))
    }
}

/// What exists by now goes into the state, with why the rest does not.
fn kept(
    planned: &Stored<TnReservation>,
    now: &TnBlock,
    why: Diagnostic,
) -> Unfinished<TnReservation> {
    let private = Private { pending: None, ..planned.private.clone() };
    Unfinished::Kept(Box::new(Stored { model: now.clone(), private }), why)
}

/// Tells that a backorder has ended without all of its numbers, if Lumen says so.
fn tell_of_end(object: &str, order: &Reservation, context: &Context) {
    let failed = |told: &&Notification| told.code.class() == Some(NotificationClass::Failed);
    if let Some(told) = order.notifications.last().filter(failed) {
        context.warn(diagnostics::backorder_ended(object, &order.title(), told));
    }
}

async fn numbers_of(lumen: &Client, id: &VoiceOrderId) -> Result<Vec<ReservedNumber>, Error> {
    let query = NumberQuery { voice_order_id: Some(id.clone()), ..NumberQuery::default() };
    lumen.reserved_numbers(&query).await
}

impl TnReservation {
    /// Follows up an order once.
    async fn look_at_order(
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
    async fn look_at_numbers(
        &self,
        lumen: &Client,
        mut current: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Diagnostic> {
        let object = current.model.object();
        let mut numbers = BTreeSet::new();
        for id in current.model.orders() {
            let found = numbers_of(lumen, &id).await.map_err(|error| {
                explain::error(
                    format!("The numbers of {object} (voice order {id}) can't be read"),
                    &error,
                )
                .outcome("The reservation stays in the state as it was.")
            })?;
            numbers.extend(found.into_iter().map(|found| found.number));
        }
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
    async fn backorders(
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

    fn imported_id(&self, key: ImportKey<Identity>) -> Result<VoiceOrderId, Diagnostic> {
        let identity = match key {
            ImportKey::Id(id) => return id.parse().map_err(|_| diagnostics::not_an_id(&id)),
            ImportKey::Identity(identity) => identity,
        };
        match identity.customer_number.known() {
            Some(theirs) if Some(theirs) != self.0.customer_number.known() => {
                Err(diagnostics::another_customer(theirs))
            }
            _ => identity.voice_order_id.known().cloned().ok_or_else(|| diagnostics::not_an_id("")),
        }
    }
}
