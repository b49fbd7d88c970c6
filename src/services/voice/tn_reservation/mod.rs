//! `lumen_voice_tn_reservation`: telephone numbers reserved in a rate center.
//!
//! This file tells their life: `reserve.rs` orders them, `read.rs` looks at what became of that,
//! `review.rs` checks a plan, `model.rs` is what Terraform sees, `diagnostics.rs` what users are told.

mod diagnostics;
mod list;
mod model;
mod order;
mod read;
mod review;

use std::sync::Arc;

use async_trait::async_trait;

pub use self::list::ReservationList;

use self::model::{Backorder, Identity, Private, TnBlock, schema};
use crate::framework::{
    Context, Diagnostic, IdentityAttribute, ImportKey, Plan, Resource, Schema, Stored, Type,
    Unfinished,
};
use crate::journal::{Ending, LatestOrder};
use crate::lumen::VoiceOrderId;
use crate::lumen::long_running::Followed;
use crate::lumen::voice::Reservation;
use crate::services::orders as at_most_once;
use crate::services::orders::follow as ordered;
use crate::services::{Session, explain};

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
        review::review(&self.0, plan, context).await
    }

    async fn create(
        &self,
        mut planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>> {
        let lumen = self.0.lumen().map_err(Unfinished::Nothing)?;
        let object = planned.model.object();
        let quantity = planned.model.quantity.known().copied().unwrap_or_default();
        let placed = order::order_first(&self.0, &mut planned, quantity, context).await?;

        // What the plan noted was about the reservation that this one replaces.
        planned.private = Private { ordered_as: Some(placed.key.clone()), ..Private::default() };
        planned.private.unsaved.add(placed.key.clone());
        let mut order = placed.receipt;

        let mut now = TnBlock::default();
        match ordered::follow(lumen, &object, &mut order, context).await {
            Followed::Done(reserved) => {
                now.note_order(&order);
                now.note_numbers(&reserved);
                order::tell_of_shortage(&object, quantity, &reserved, context);
                let backorders: Vec<_> = Backorder::of(order, &reserved).into_iter().collect();
                Ok(planned.settled(&now, &backorders))
            }
            Followed::StillPending(why) => {
                let subject = diagnostics::subject(&object);
                context.warn(ordered::still_pending(&subject, &order, &why, "create"));
                Ok(planned.pending(order, &now))
            }
            Followed::Failed(refusal) => {
                at_most_once::close(&self.0.journal, &placed.key, Ending::Failed, context).await;
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
        current.private.unsaved.close(&self.0.journal).await;

        match current.private.pending.take() {
            Some(order) => self.look_at_order(lumen, current, order, context).await,
            None => self.look_at_numbers(lumen, current, context).await.map(Some),
        }
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
        planned.private.unsaved.close(&self.0.journal).await;
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

        let grows = order::growth(&now, &planned.model);
        if 0 < grows {
            let first = now.id.known().cloned();
            let placed =
                order::order_more(&self.0, &planned.model, first.as_ref(), grows, context).await;
            let placed = placed.map_err(|not| kept(&planned, &now, not.into_diagnostic()))?;
            planned.private.unsaved.add(placed.key.clone());
            let mut order = placed.receipt;
            match ordered::follow(lumen, &object, &mut order, context).await {
                Followed::Done(reserved) => {
                    now.note_order(&order);
                    now.note_numbers(&reserved);
                    order::tell_of_shortage(&object, grows, &reserved, context);
                    backorders.extend(Backorder::of(order, &reserved));
                }
                Followed::StillPending(why) => {
                    let subject = diagnostics::subject(&object);
                    context.warn(ordered::still_pending(&subject, &order, &why, "update"));
                    return Ok(planned.pending(order, &now));
                }
                Followed::Failed(refusal) => {
                    let journal = &self.0.journal;
                    at_most_once::close(journal, &placed.key, Ending::Failed, context).await;
                    return Err(kept(
                        &planned,
                        &now,
                        diagnostics::failed(&object, &order, &refusal),
                    ));
                }
            }
        }
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
        prior.private.unsaved.close(&self.0.journal).await;
        let gone = prior.clone();
        for backorder in std::mem::take(&mut prior.private.backorders) {
            order::call_off_backorder(lumen, &backorder, &object, context).await;
        }
        match prior.private.pending.take() {
            Some(order) => order::call_off(lumen, order, prior, &object, context).await?,
            None => context.warn(diagnostics::retained(&object, &prior.model)),
        }
        self.forget(&gone, context).await;
        Ok(())
    }

    async fn import(
        &self,
        key: ImportKey<Identity>,
        _: &Context,
    ) -> Result<Stored<Self>, Diagnostic> {
        let lumen = self.0.lumen()?;
        let id = self.imported_id(key)?;
        let found = read::numbers_of(lumen, &id).await;
        let found = found.map_err(|error| {
            explain::error(format!("Voice order `{id}` can't be imported"), &error)
        })?;
        read::found(&id, &found).ok_or_else(|| diagnostics::nothing_to_import(&id))
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

impl TnReservation {
    /// The reservation is no more: what is ordered in its place is another one.
    async fn forget(&self, gone: &Stored<Self>, context: &Context) {
        let journal = &self.0.journal;
        if let Some(key) = &gone.private.ordered_as {
            return at_most_once::close(journal, key, Ending::Gone, context).await;
        }
        // Terraform keeps a tainted one's notes from us.
        let Some(lumen) = &self.0.lumen else { return };
        let Some(thing) = order::thing(lumen, &gone.model) else { return };
        if let Ok(LatestOrder::Accepted { entry, receipt, .. }) =
            journal.standing::<Reservation>(&thing).await
            && receipt.voice_order_id.as_ref() == gone.model.id.known()
        {
            at_most_once::close(journal, entry.key(), Ending::Gone, context).await;
        }
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
