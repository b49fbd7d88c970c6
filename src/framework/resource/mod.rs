//! The trait of a managed object, and what its operations may end in.

pub(super) mod adapter;
pub mod apply;
pub mod plan;
pub mod requests;

use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Context, Diagnostic, Model, Path, Schema, Session, Type, Value};

/// A managed object: planned, created, read, updated, deleted, imported.
///
/// A plain resource needs only `schema`, `new`, `create`, `read`, `update` and `delete`, with `()` as
/// `Private` and `Identity`; everything else has a default. `src/plugin/tests/plain.rs` is a template
/// to copy.
#[async_trait]
pub trait Resource: Send + Sync + Sized + 'static {
    /// Its name without the provider's: `iod_connection`.
    const NAME: &'static str;
    /// What configuring the provider yields.
    type Session: Session;
    /// The object as users see it.
    type Model: Model;
    /// What is stored beside it, unseen by users. `()` stores nothing.
    type Private: Private;
    /// What tells one object from every other, wherever it is. `()` means that the resource has no
    /// identity: Terraform is then offered none.
    type Identity: Model;

    /// What users may write and what they get.
    fn schema() -> Schema;

    /// The attributes of the identity. None by default: the resource then has no identity.
    fn identity() -> Vec<IdentityAttribute> {
        Vec::new()
    }

    /// By which names, with the provider's, earlier versions knew it: `moved` blocks bring states
    /// from there.
    const FORMER_NAMES: &'static [&'static str] = &[];

    /// Brings a stored state from an earlier version of the schema to the present one.
    ///
    /// # Errors
    ///
    /// Where the state is not one of that version.
    fn upgrade(version: i64, state: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        let _ = version;
        Ok(state)
    }

    /// The resource of a configured provider.
    fn new(session: Arc<Self::Session>) -> Self;

    /// Checks that no single attribute can: offline, before the provider is configured, with values
    /// that may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// The identity of an object; `None` as long as it has none. A resource with an identity must
    /// say it for every object that exists, because Terraform 1.12 and later insist on it.
    fn identify(&self, model: &Self::Model) -> Option<Self::Identity> {
        let _ = model;
        None
    }

    /// Completes a plan and checks it: prices, guards, what exists. May set computed values that
    /// users left open, and nothing else. By default the plan stays as the schema makes it.
    ///
    /// # Errors
    ///
    /// What stops the plan.
    async fn review(
        &self,
        plan: &mut Plan<Self>,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        let _ = (plan, context);
        Ok(())
    }

    /// Makes the object.
    ///
    /// # Errors
    ///
    /// Says what exists by now.
    async fn create(
        &self,
        planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>>;

    /// Looks at the object; `None` where it certainly is gone.
    ///
    /// # Errors
    ///
    /// Where that can't be told: the stored object is kept.
    async fn read(
        &self,
        current: Stored<Self>,
        context: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic>;

    /// Changes the object in place. `planned` carries the private data of the plan.
    ///
    /// # Errors
    ///
    /// Says what exists by now; [`Unfinished::Nothing`] means the prior object.
    async fn update(
        &self,
        prior: Stored<Self>,
        planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>>;

    /// Removes the object.
    ///
    /// # Errors
    ///
    /// Says what exists by now; [`Unfinished::Nothing`] means the prior object. A removal that is
    /// under way but not done is [`Unfinished::Kept`]: whatever a destroy leaves without an error,
    /// Terraform reports as a bug of the provider.
    async fn delete(&self, prior: Stored<Self>, context: &Context) -> Result<(), Unfinished<Self>>;

    /// Finds an object that exists already. Refused by default: nothing says that users know an id
    /// by which `read` could fill in the rest, and an import that leaves arguments empty would make
    /// the next plan change or replace the object.
    ///
    /// # Errors
    ///
    /// Where there is no such object, or objects of this kind can't be imported.
    async fn import(
        &self,
        key: ImportKey<Self::Identity>,
        context: &Context,
    ) -> Result<Stored<Self>, Diagnostic> {
        let _ = (key, context);
        let name = Self::NAME;
        Err(Diagnostic::error(format!("A `{name}` can't be imported"))
            .because(format!("the provider has no way to find an existing `{name}`"))
            .outcome("Nothing was imported, and the existing object was not changed.")
            .remedy("Remove the `import` block, or do without `terraform import`: let Terraform create a new object, then remove the old one where it was made."))
    }
}

/// Data stored beside an object.
pub trait Private: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static {}
impl<T: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static> Private for T {}

/// An object with what is stored beside it.
pub struct Stored<R: Resource> {
    /// What users see.
    pub model: R::Model,
    /// What they don't.
    pub private: R::Private,
}

/// A plan under review.
pub struct Plan<R: Resource> {
    /// What is there now, and what is to be done to it.
    pub intent: Intent<R>,
    /// What users wrote.
    pub config: R::Model,
    /// What is going to be.
    pub planned: R::Model,
    /// What is handed to apply, and stored with its result.
    pub private: R::Private,
    /// What an earlier plan of the same change left in `private`.
    pub memory: PlannedPrivate<R::Private>,
    /// Changed attributes that an existing object can't take over. As long as there is one, this is
    /// the first half of a replacement: a second review, of the create, follows.
    pub replaces: Vec<Path>,
}

/// What Terraform keeps of a plan when it plans the same change again, as it does before it applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedPrivate<Private> {
    /// Nothing: what is decided now must be decided again. So before protocol 6.11.
    NotStored,
    /// What this plan leaves in its private data.
    First,
    /// This is what the first plan left.
    Stored(Private),
}

impl<Private> PlannedPrivate<Private> {
    /// What the first plan left.
    pub fn kept(&self) -> Option<&Private> {
        if let Self::Stored(private) = self { Some(private) } else { None }
    }

    /// Whether what this plan leaves comes back when the change is planned again.
    pub fn is_lasting(&self) -> bool {
        !matches!(self, Self::NotStored)
    }
}

/// What a plan is about to do.
pub enum Intent<R: Resource> {
    /// Make a new object. Where it takes the place of another one, `private` of the [`Plan`] is
    /// what the review of that replacement left there.
    Create,
    /// Change the object, keep it as it is, or make a new one in its place.
    Update(Stored<R>),
    /// Remove the object. `planned` is empty.
    Destroy(Stored<R>),
}

/// An operation that did not reach its end, by what exists now.
///
/// There is no conversion from a [`Diagnostic`]: after money is spent, forgetting to say what
/// exists must not compile.
pub enum Unfinished<R: Resource> {
    /// Nothing was ordered or changed; applying again is safe.
    Nothing(Diagnostic),
    /// Something may have been ordered; the diagnostic says how to find out.
    Unsure(Diagnostic),
    /// This much exists, and goes into state.
    Kept(Box<Stored<R>>, Diagnostic),
}

/// How users name an object to import.
pub enum ImportKey<Identity> {
    /// By the text given to `terraform import` or to `id` of an `import` block.
    Id(String),
    /// By `identity` of an `import` block.
    Identity(Identity),
}

/// One attribute of an identity.
#[derive(Clone, Debug)]
pub struct IdentityAttribute {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// Whether an `import` block must give it.
    pub required_for_import: bool,
    /// The sentence that users read.
    pub about: &'static str,
}

impl IdentityAttribute {
    /// The type of an identity of these attributes.
    #[must_use]
    pub fn object_type(attributes: &[Self]) -> Type {
        Type::object(attributes.iter().map(|attribute| (attribute.name, attribute.kind.clone())))
    }
}

impl<R: Resource> Clone for Stored<R> {
    fn clone(&self) -> Self {
        Self { model: self.model.clone(), private: self.private.clone() }
    }
}

/// An object as the plugin hands it over: values and bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredValue {
    /// What users see.
    pub value: Value,
    /// What they don't: JSON, or nothing.
    pub private: Vec<u8>,
    /// What tells it from every other object.
    pub identity: Option<Value>,
}
