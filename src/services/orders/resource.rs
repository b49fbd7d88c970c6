//! Every ordered object as a Terraform resource.

use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;

use super::notes::NotesOf;
use super::object::OrderedObject;
use super::vocabulary::During;
use super::{apply, destroy, refresh, review};
use crate::framework::{
    Context, Diagnostic, IdentityAttribute, ImportKey, Intent, Plan, Resource, Schema, Stored,
    Unfinished,
};
use crate::services::Session;
use crate::services::identity::ObjectIdentity as _;

/// A resource whose objects all exist because of an order at Lumen.
pub(crate) struct Ordered<T: OrderedObject> {
    session: Arc<Session>,
    object: PhantomData<T>,
}

#[async_trait]
impl<T: OrderedObject> Resource for Ordered<T> {
    const NAME: &'static str = T::NAME;
    type Session = Session;
    type Model = T::Model;
    type Private = NotesOf<T>;
    type Identity = T::Identity;

    fn schema() -> Schema {
        T::schema()
    }

    fn identity() -> Vec<IdentityAttribute> {
        T::Identity::attributes()
    }

    fn new(session: Arc<Session>) -> Self {
        Self { session, object: PhantomData }
    }

    fn validate(config: &T::Model) -> Vec<Diagnostic> {
        T::validate(config)
    }

    fn identify(&self, model: &T::Model) -> Option<T::Identity> {
        T::Identity::of(&self.session, T::id(model))
    }

    async fn review(
        &self,
        plan: &mut Plan<Self>,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        let _call = self.session.sightings.begin();
        let reviewed = review::review::<T>(&self.session, plan, context).await;
        reviewed.map_err(|errors| errors.into_iter().map(|why| untouched(why, plan)).collect())
    }

    async fn create(
        &self,
        planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>> {
        let _call = self.session.sightings.begin();
        apply::create::<T>(&self.session, planned, context).await
    }

    async fn read(
        &self,
        current: Stored<Self>,
        context: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic> {
        let _call = self.session.sightings.begin();
        refresh::read::<T>(&self.session, current, context).await
    }

    async fn update(
        &self,
        prior: Stored<Self>,
        planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>> {
        let _call = self.session.sightings.begin();
        apply::update::<T>(&self.session, prior, planned, context).await
    }

    async fn delete(&self, prior: Stored<Self>, context: &Context) -> Result<(), Unfinished<Self>> {
        let _call = self.session.sightings.begin();
        destroy::delete::<T>(&self.session, prior, context).await
    }

    async fn import(
        &self,
        key: ImportKey<T::Identity>,
        context: &Context,
    ) -> Result<Stored<Self>, Diagnostic> {
        let _call = self.session.sightings.begin();
        refresh::import::<T>(&self.session, key, context).await
    }
}

/// Adds what is still billed to the reason why a plan can't be made: a plan orders nothing, and the plan of
/// a destroy leaves the object as it is.
fn untouched<T: OrderedObject>(why: Diagnostic, plan: &Plan<Ordered<T>>) -> Diagnostic {
    why.outcome_unless_told(|| match &plan.intent {
        Intent::Destroy(prior) => T::untouched(&prior.model, During::Delete),
        Intent::Create | Intent::Update(_) => T::untouched(&plan.planned, During::Create),
    })
}
