//! `lumen_iod_connection`: an Internet On-Demand connection.
//!
//! Creating one buys it. This file tells its life: `order.rs` places orders and follows them,
//! `review.rs` checks and prices a plan, `model.rs` is what Terraform sees, `diagnostics.rs` what
//! users are told.

mod diagnostics;
mod model;
mod order;
mod review;
mod wanted;

use std::sync::Arc;

use async_trait::async_trait;

use self::model::{Connection, Identity, Private, schema};
use self::wanted::{Change, Wanted};
use super::{Session, explain, ordered};
use crate::framework::{
    Context, Diagnostic, Field, IdentityAttribute, ImportKey, Plan, Resource, Schema, Stored, Type,
    Unfinished,
};
use crate::lumen::operation::{Followed, Operation as _, Progress, Why};
use crate::lumen::ordering::{Goal, Order, Service, ServiceStatus};
use crate::lumen::{Client, ServiceId};

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
        let wanted = Wanted::new(&self.0, &planned.model).await.map_err(Unfinished::Nothing)?;
        let bought = order::buy(lumen, &wanted, &Change::Add, context).await?;
        self.0.pass_on_notices(context);

        // What the plan noted was about the connection that this one replaces.
        planned.private = Private::default();
        planned.keep_lower_price(&bought, context);
        let object = wanted.object();
        let mut now = wanted.bought(&bought);
        let mut order = bought.order;
        if planned.model.waits_only_for_acceptance() {
            return Ok(planned.pending(order, &now));
        }
        match ordered::follow(lumen, &object, &mut order, context).await {
            Followed::Done(outcome) => {
                now.finish(&outcome);
                Ok(planned.settled(&now))
            }
            Followed::StillPending(why) => {
                context.warn(ordered::still_pending(
                    &diagnostics::subject(&object, &order),
                    &order,
                    &why,
                    "create",
                ));
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
        current.show_lower_price();
        let found = match current.private.pending.take() {
            Some(order) => self.look_at_order(lumen, current, order, context).await,
            None => self.look_at_service(lumen, current, context).await,
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
        let (name, object) = (prior.model.title(), prior.model.object());
        let mut now = prior.model;

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

        let private = Private { imported: planned.private.imported, ..Private::default() };
        let kept = |now: &Connection, why: Diagnostic| {
            let stored = Stored { model: now.clone(), private: private.clone() };
            Unfinished::Kept(Box::new(stored), why)
        };
        for change in now.changes_towards(&planned.model) {
            let wanted =
                Wanted::new(&self.0, &planned.model).await.map_err(|why| kept(&now, why))?;
            let bought = order::buy(lumen, &wanted, &change, context)
                .await
                .map_err(|not| kept(&now, not.into_diagnostic()))?;
            let before = now.clone();
            if let Some(quote) = &bought.quote {
                now.hourly_price = Field::Known(quote.hourly);
                now.monthly_price = Field::Known(quote.monthly);
            }
            planned.keep_lower_price(&bought, context);
            let mut order = bought.order;
            match ordered::follow(lumen, &object, &mut order, context).await {
                Followed::Done(outcome) => now.finish(&outcome),
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
                    return Err(kept(&before, diagnostics::failed(&object, &order, &refusal)));
                }
            }
        }
        self.0.pass_on_notices(context);
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
        let kept = |prior: Stored<Self>, order: Order, why: &Why| {
            let now = prior.model.clone();
            let diagnostic = diagnostics::not_disconnected(&name, &order, why);
            Unfinished::Kept(Box::new(prior.pending(order, &now)), diagnostic)
        };

        if let Some(mut order) = prior.private.pending.take() {
            match ordered::follow(lumen, &object, &mut order, context).await {
                Followed::Done(outcome) if outcome.service.is_some() => {
                    prior.model.finish(&outcome);
                }
                Followed::Done(_) => return Ok(()),
                Followed::StillPending(why) => return Err(kept(prior, order, &why)),
                Followed::Failed(_) if matches!(order.goal, Goal::Built { .. }) => return Ok(()),
                // Whatever was to be done to it was not: it is there, and can be disconnected.
                Followed::Failed(_) => {}
            }
        }

        let service_id = prior.model.service_id.known().cloned();
        let service_id = service_id.ok_or_else(|| Unfinished::Nothing(diagnostics::lost(&name)))?;
        let wanted = Wanted::new(&self.0, &prior.model).await.map_err(Unfinished::Nothing)?;
        let bought = order::buy(lumen, &wanted, &Change::Disconnect(service_id), context).await?;
        self.0.pass_on_notices(context);
        let mut order = bought.order;
        match ordered::follow(lumen, &object, &mut order, context).await {
            Followed::Done(_) => Ok(()),
            Followed::StillPending(why) => Err(kept(prior, order, &why)),
            Followed::Failed(refusal) => {
                Err(Unfinished::Nothing(diagnostics::failed(&object, &order, &refusal)))
            }
        }
    }

    async fn import(
        &self,
        key: ImportKey<Identity>,
        context: &Context,
    ) -> Result<Stored<Self>, Diagnostic> {
        let lumen = self.0.lumen()?;
        let service_id = self.imported_id(key)?;
        let service = lumen.service(&service_id).await;
        self.0.pass_on_notices(context);
        let service = service.map_err(|error| {
            explain::error(format!("Service `{service_id}` can't be imported"), &error)
        })?;
        let service =
            service.filter(|service| !matches!(service.status, ServiceStatus::Terminated(_)));
        let Some(service) = service else {
            return Err(diagnostics::nothing_to_import(&service_id));
        };

        let mut model = Connection::default();
        model.take_over(&service);
        model.assume_defaults();
        model.price_at_list(lumen).await;
        let private = Private { imported: true, ..Private::default() };
        Ok(Stored { model, private })
    }
}

impl IodConnection {
    /// Follows up an order once.
    async fn look_at_order(
        &self,
        lumen: &Client,
        mut current: Stored<Self>,
        mut order: Order,
        context: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic> {
        let (name, object) = (current.model.title(), current.model.object());
        let progress =
            order.check(lumen).await.map_err(|error| ordered::unseen(&object, &error))?;
        match progress {
            Progress::Done(outcome) if outcome.service.is_some() => {
                current.model.finish(&outcome);
                Ok(Some(current))
            }
            Progress::Done(_) => Ok(None),
            Progress::Running { .. } => {
                let now = current.model.clone();
                Ok(Some(current.pending(order, &now)))
            }
            Progress::Ambiguous(services) => {
                context.warn(diagnostics::ambiguous(&name, &services));
                let now = current.model.clone();
                Ok(Some(current.pending(order, &now)))
            }
            Progress::Failed(refusal) => {
                context.warn(diagnostics::failed_meanwhile(&object, &order, &refusal));
                if matches!(order.goal, Goal::Built { .. }) {
                    return Ok(None);
                }
                self.look_at_service(lumen, current, context).await
            }
        }
    }

    /// Takes over what inventory shows. Only a service that Lumen clearly does not have is gone.
    async fn look_at_service(
        &self,
        lumen: &Client,
        mut current: Stored<Self>,
        context: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic> {
        let name = current.model.title();
        let Some(service_id) = current.model.service_id.known().cloned() else {
            return Err(diagnostics::lost(&name));
        };
        let service = lumen.service(&service_id).await.map_err(|error| {
            explain::error(
                format!("Connection `{name}` (service {service_id}) can't be read"),
                &error,
            )
            .outcome("It stays in the state as it was.")
        })?;
        let gone = match &service {
            None => Some("Lumen's inventory does not have it".to_owned()),
            Some(Service { status: ServiceStatus::Terminated(word), .. }) => {
                Some(format!("Lumen says that it is \"{word}\""))
            }
            Some(_) => None,
        };
        if let Some(why) = gone {
            context.warn(diagnostics::gone(&name, &service_id, &why));
            return Ok(None);
        }
        let bandwidth = current.model.bandwidth.clone();
        if let Some(service) = &service {
            current.model.take_over(service);
        }
        if current.model.bandwidth != bandwidth {
            current.model.price_at_list(lumen).await;
        }
        Ok(Some(current))
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
