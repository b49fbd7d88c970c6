//! `lumen_iod_connection`: an Internet On-Demand connection.
//!
//! Creating one buys it. This file tells its life: `order.rs` places orders, `read.rs` looks at what
//! became of them, `review.rs` checks and prices a plan, `model.rs` is what Terraform sees,
//! `diagnostics.rs` what users are told.

pub mod data_sources;
mod diagnostics;
mod list;
mod model;
mod order;
mod order_terms;
mod read;
mod review;

use std::sync::Arc;

use async_trait::async_trait;

pub use self::list::ConnectionList;

pub(in crate::services) use self::model::Connection;
use self::model::{Identity, Private, schema};
use self::order::Bought;
use self::order_terms::{Change, OrderInput};
use crate::framework::{
    Context, Diagnostic, IdentityAttribute, ImportKey, Plan, Resource, Schema, Stored, Type,
    Unfinished,
};
use crate::journal::{Ending, EntryKey, LatestOrder};
use crate::lumen::ServiceId;
use crate::lumen::long_running::{Followed, Operation as _, PendingReason};
use crate::lumen::ordering::{Goal, PendingOrder, ServiceStatus};
use crate::services::orders as at_most_once;
use crate::services::orders::follow as ordered;
use crate::services::orders::{record_best_effort, replacements as replaced};
use crate::services::{Session, explain};

/// `lumen_iod_connection`
pub struct IodConnection(Arc<Session>);

#[async_trait]
impl Resource for IodConnection {
    const NAME: &'static str = "iod_connection";
    type Session = Session;
    type Model = Connection;
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
                name: "service_id",
                kind: Type::String,
                required_for_import: true,
                about: "The service id, such as `77133831778`.",
            },
        ]
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &Connection) -> Vec<Diagnostic> {
        review::validate(config)
    }

    fn identify(&self, connection: &Connection) -> Option<Identity> {
        let identity = Identity {
            customer_number: self.0.customer_number.clone(),
            service_id: connection.service_id.clone(),
        };
        (identity.customer_number.known().is_some() && identity.service_id.known().is_some())
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
        let wanted = OrderInput::new(&self.0, &planned.model).await.map_err(Unfinished::Nothing)?;
        let wanted = wanted.promised_by_plan(planned.private.promised.take());
        let placed = order::buy(&self.0, &wanted, &Change::Add, context).await?;

        // What the plan noted was about the connection that this one replaces.
        planned.private = Private { ordered_as: Some(placed.key.clone()), ..Private::default() };
        planned.private.unsaved.add(placed.key.clone());
        planned.keep_real_price(&placed.receipt, context);
        let object = wanted.object();
        let mut now = wanted.bought(&placed);
        let mut order = placed.receipt.order;
        let adopted = |service: Option<&ServiceId>| {
            if placed.by_another_run {
                replaced::was_adopted(&self.0, service);
            }
        };
        if planned.model.waits_only_for_acceptance() {
            return Ok(planned.pending(order, &now));
        }
        match ordered::follow(lumen, &object, &mut order, context).await {
            Followed::Done(outcome) => {
                adopted(order.service_id());
                now.finish(&outcome);
                Ok(planned.settled(&now))
            }
            Followed::StillPending(why) => {
                adopted(order.service_id());
                context.warn(ordered::still_pending(
                    &diagnostics::subject(&object, &order),
                    &order,
                    &why,
                    "create",
                ));
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
        current.show_real_price();
        current.private.unsaved.close(&self.0.journal).await;
        replaced::was_read(&self.0, &current.model);

        match current.private.pending.take() {
            Some(order) => self.look_at_order(lumen, current, order, context).await,
            None => self.look_at_service(lumen, current, context).await,
        }
    }

    async fn update(
        &self,
        prior: Stored<Self>,
        mut planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>> {
        let lumen = self.0.lumen().map_err(Unfinished::Nothing)?;
        let (name, object) = (prior.model.title(), prior.model.object());
        let mut now = prior.model;
        planned.private.unsaved.close(&self.0.journal).await;
        planned.private.promised = None;

        // A plan that leaves the status as it is does not wait, as `wait_for` says.
        let pending = planned.private.pending.take_if(|_| planned.model.status.is_unknown());
        if let Some(mut order) = pending {
            match ordered::follow(lumen, &object, &mut order, context).await {
                Followed::Done(outcome) if outcome.service.is_some() => now.finish(&outcome),
                Followed::Done(_) => {
                    return Err(Unfinished::Nothing(diagnostics::gone_meanwhile(&name)));
                }
                Followed::StillPending(why) => {
                    context.warn(ordered::still_pending(
                        &diagnostics::subject(&object, &order),
                        &order,
                        &why,
                        "update",
                    ));
                    return Ok(planned.pending(order, &now));
                }
                Followed::Failed(refusal) => {
                    return Err(Unfinished::Nothing(diagnostics::failed(
                        &object, &order, &refusal,
                    )));
                }
            }
        }

        let private = planned.private.lasting();
        let kept = |now: &Connection, why: Diagnostic| {
            let stored = Stored { model: now.clone(), private: private.clone() };
            Unfinished::Kept(Box::new(stored), why)
        };
        for change in now.changes_towards(&planned.model) {
            let wanted =
                OrderInput::new(&self.0, &planned.model).await.map_err(|why| kept(&now, why))?;
            let placed = order::buy(&self.0, &wanted, &change, context)
                .await
                .map_err(|not| kept(&now, not.into_diagnostic()))?;
            let before = now.clone();
            now.note_price(&placed.receipt);
            planned.keep_real_price(&placed.receipt, context);
            let mut order = placed.receipt.order;
            let close = |ending| at_most_once::close(&self.0.journal, &placed.key, ending, context);
            match ordered::follow(lumen, &object, &mut order, context).await {
                Followed::Done(outcome) => {
                    close(Ending::Reached).await;
                    now.finish(&outcome);
                }
                Followed::StillPending(why) => {
                    planned.private.unsaved.add(placed.key.clone());
                    context.warn(ordered::still_pending(
                        &diagnostics::subject(&object, &order),
                        &order,
                        &why,
                        "update",
                    ));
                    return Ok(planned.pending(order, &now));
                }
                Followed::Failed(refusal) => {
                    close(Ending::Failed).await;
                    return Err(kept(&before, diagnostics::failed(&object, &order, &refusal)));
                }
            }
        }
        // What inventory does not tell has now been told by the configuration, once and for all.
        planned.private.imported = false;
        Ok(planned.settled(&now))
    }

    async fn delete(
        &self,
        mut prior: Stored<Self>,
        context: &Context,
    ) -> Result<(), Unfinished<Self>> {
        let lumen = self.0.lumen().map_err(Unfinished::Nothing)?;
        let (name, object) = (prior.model.title(), prior.model.object());
        if replaced::is_adopted(&self.0, &prior.model) {
            context.warn(diagnostics::not_replaced(&name));
            return Ok(());
        }
        prior.private.unsaved.close(&self.0.journal).await;
        let gone = prior.clone();
        let kept = |prior: Stored<Self>, order: PendingOrder, why: &PendingReason| {
            let now = prior.model.clone();
            let diagnostic = diagnostics::not_disconnected(&name, &order, why);
            Unfinished::Kept(Box::new(prior.pending(order, &now)), diagnostic)
        };

        if let Some(mut order) = prior.private.pending.take() {
            match ordered::follow(lumen, &object, &mut order, context).await {
                Followed::Done(outcome) if outcome.service.is_some() => {
                    prior.model.finish(&outcome);
                }
                Followed::Done(_) => {
                    self.forget(&gone, context).await;
                    return Ok(());
                }
                Followed::StillPending(why) => return Err(kept(prior, order, &why)),
                Followed::Failed(_) if matches!(order.goal, Goal::Built { .. }) => {
                    self.forget(&gone, context).await;
                    return Ok(());
                }
                // Whatever was to be done to it was not: it is there, and can be disconnected.
                Followed::Failed(_) => {}
            }
        }

        let service_id = prior.model.service_id.known().cloned();
        let service_id = service_id.ok_or_else(|| Unfinished::Nothing(diagnostics::lost(&name)))?;
        let wanted = OrderInput::new(&self.0, &prior.model).await.map_err(Unfinished::Nothing)?;
        let placed = order::buy(&self.0, &wanted, &Change::Disconnect(service_id), context).await?;
        let mut order = placed.receipt.order;
        let close = |ending| at_most_once::close(&self.0.journal, &placed.key, ending, context);
        match ordered::follow(lumen, &object, &mut order, context).await {
            Followed::Done(_) => {
                close(Ending::Reached).await;
                self.forget(&gone, context).await;
                Ok(())
            }
            Followed::StillPending(why) => {
                prior.private.unsaved.add(placed.key.clone());
                Err(kept(prior, order, &why))
            }
            Followed::Failed(refusal) => {
                close(Ending::Failed).await;
                Err(Unfinished::Nothing(diagnostics::failed(&object, &order, &refusal)))
            }
        }
    }

    async fn import(
        &self,
        key: ImportKey<Identity>,
        _: &Context,
    ) -> Result<Stored<Self>, Diagnostic> {
        let lumen = self.0.lumen()?;
        let service_id = self.imported_id(key)?;
        let service = lumen.service_among_many(&service_id).await;
        let service = service.map_err(|error| {
            explain::error(format!("Service `{service_id}` can't be imported"), &error)
        })?;
        let service =
            service.filter(|service| !matches!(service.status, ServiceStatus::Terminated(_)));
        let Some(service) = service else {
            return Err(diagnostics::nothing_to_import(&service_id));
        };

        let mut model = Connection::found(&service);
        model.price_at_list(lumen).await;
        let mut private = Private { imported: true, ..Private::default() };
        // Whoever ordered it and could not tell Terraform need not be asked any more.
        if let Some(key) = self.order_of(&model).await {
            private.ordered_as = Some(key.clone());
            private.unsaved.add(key);
        }
        Ok(Stored { model, private })
    }
}

impl IodConnection {
    /// The connection is no more: what is ordered in its place is another one, whatever its name.
    async fn forget(&self, gone: &Stored<Self>, context: &Context) {
        let journal = &self.0.journal;
        if let Some(key) = &gone.private.ordered_as {
            return at_most_once::close(journal, key, Ending::Gone, context).await;
        }
        // An imported one was never written down, and Terraform keeps a tainted one's notes from us.
        if let Some(key) = self.order_of(&gone.model).await {
            return at_most_once::close(journal, &key, Ending::Gone, context).await;
        }
        let thing = self.0.lumen.as_ref().and_then(|lumen| gone.model.thing(lumen));
        if let (Some(thing), Some(service)) = (thing, gone.model.service_id.known()) {
            record_best_effort(journal.replaces(&thing, service)).await;
        }
    }

    /// Where the order is written down that built a connection, if the journal still holds it open.
    async fn order_of(&self, connection: &Connection) -> Option<EntryKey> {
        let lumen = self.0.lumen.as_ref()?;
        let standing = self.0.journal.standing::<Bought>(&connection.thing(lumen)?).await;
        let Ok(LatestOrder::Accepted { entry, mut receipt, .. }) = standing else { return None };
        if receipt.order.service_id().is_none() {
            // The order learns which service it builds; whether it has ended does not matter.
            drop(receipt.order.check(lumen).await);
        }
        let is_it = receipt.order.service_id() == connection.service_id.known();
        is_it.then(|| entry.key().clone())
    }

    fn imported_id(&self, key: ImportKey<Identity>) -> Result<ServiceId, Diagnostic> {
        let identity = match key {
            ImportKey::Id(id) => {
                return id.parse().map_err(|_| diagnostics::not_an_id(&id));
            }
            ImportKey::Identity(identity) => identity,
        };
        let ours = self.0.customer_number.known();
        match identity.customer_number.known() {
            Some(theirs) if Some(theirs) != ours => Err(diagnostics::another_customer(theirs)),
            _ => identity.service_id.known().cloned().ok_or_else(|| diagnostics::not_an_id("")),
        }
    }
}
