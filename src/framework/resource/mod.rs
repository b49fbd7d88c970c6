//! The trait of a resource, and the results of its operations.

pub(super) mod adapter;
pub mod apply;
pub mod plan;
pub mod requests;
pub mod validate;

use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Context, Diagnostic, Model, Path, Schema, Session, Type, Value};

/// A resource: a kind of object that Terraform plans, creates, reads, updates, deletes and imports.
///
/// A plain resource needs only `schema`, `new`, `create`, `read`, `update` and `delete`, with `()`
/// as `Private` and `Identity`; everything else has a default. `src/plugin/tests/plain.rs` is a
/// template to copy.
#[async_trait]
pub trait Resource: Send + Sync + Sized + 'static {
    /// The name without the provider's prefix, such as `thing`.
    const NAME: &'static str;
    /// The session that configuring the provider creates.
    type Session: Session;
    /// The attributes of an object.
    type Model: Model;
    /// The private data: Terraform stores them with the state, and users don't see them. `()`
    /// stores nothing.
    type Private: Private;
    /// The identity, which distinguishes an object from every other one of its kind. `()` means
    /// that the resource has no identity, and Terraform then expects none.
    type Identity: Model;

    /// The attributes: arguments that users may set, and results.
    fn schema() -> Schema;

    /// The attributes of the identity. By default there are none, and the resource has no identity.
    #[must_use]
    fn identity() -> Vec<IdentityAttribute> {
        Vec::new()
    }

    /// The names, with the provider's prefix, that the resource had in earlier versions. `moved`
    /// blocks may take states from there.
    const FORMER_NAMES: &'static [&'static str] = &[];

    /// Upgrades a stored state from an earlier version of the schema to the current one.
    ///
    /// # Errors
    ///
    /// The state is not one of that version.
    fn upgrade(version: i64, state: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        let _ = version;
        Ok(state)
    }

    /// Creates the resource for a configured provider.
    fn new(session: Arc<Self::Session>) -> Self;

    /// Checks rules that span several attributes. It runs offline, before the provider is
    /// configured, and values may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// The identity of an object; `None` while it has none. A resource with an identity must return
    /// it for every object that exists, because Terraform 1.12 and later refuse a state without it.
    fn identify(&self, model: &Self::Model) -> Option<Self::Identity> {
        let _ = model;
        None
    }

    /// Completes and checks a plan, for example with a price or with protection against a destroy.
    /// It may set only computed values that users did not set. By default the plan stays as the
    /// schema makes it.
    ///
    /// # Errors
    ///
    /// The reasons that stop the plan.
    async fn review(
        &self,
        plan: &mut Plan<Self>,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        let _ = (plan, context);
        Ok(())
    }

    /// Creates the object.
    ///
    /// # Errors
    ///
    /// The error says what exists now.
    async fn create(
        &self,
        planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>>;

    /// Reads the object. Returns `None` if it certainly no longer exists.
    ///
    /// # Errors
    ///
    /// The state of the object can't be determined. The stored state is then kept.
    async fn read(
        &self,
        current: Stored<Self>,
        context: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic>;

    /// Updates the object in place. `planned` has the private data of the plan.
    ///
    /// # Errors
    ///
    /// The error says what exists now. [`Unfinished::Nothing`] means the prior object.
    async fn update(
        &self,
        prior: Stored<Self>,
        planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>>;

    /// Deletes the object.
    ///
    /// # Errors
    ///
    /// The error says what exists now. [`Unfinished::Nothing`] means the prior object. A deletion
    /// that is still in progress is [`Unfinished::Kept`], because Terraform reports an object that
    /// a destroy leaves without an error as a bug of the provider.
    async fn delete(&self, prior: Stored<Self>, context: &Context) -> Result<(), Unfinished<Self>>;

    /// Imports an existing object. By default it is refused: the framework can't know which
    /// attribute the id names and whether `read` then finds the other arguments. If it does not,
    /// the next plan would change or replace the object.
    ///
    /// # Errors
    ///
    /// There is no such object, or objects of this kind can't be imported.
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
            .remedy("Remove the `import` block, or do not run `terraform import`. Let Terraform create a new object, and then delete the existing one yourself."))
    }
}

/// Private data, which Terraform stores with the state of an object.
pub trait Private: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static {}
impl<T: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static> Private for T {}

/// An object with its private data.
pub struct Stored<R: Resource> {
    /// The attributes.
    pub model: R::Model,
    /// The private data.
    pub private: R::Private,
}

/// A plan under review.
pub struct Plan<R: Resource> {
    /// The current object, and what the plan does with it.
    pub intent: Intent<R>,
    /// The configuration.
    pub config: R::Model,
    /// The object as it will be.
    pub planned: R::Model,
    /// The private data that the apply receives, and that are stored with its result.
    pub private: R::Private,
    /// The private data that an earlier plan of the same change left.
    pub planned_private: PlannedPrivate<R::Private>,
    /// The changed attributes that force a replacement. If there is one, this plan is the first
    /// half of the replacement, and Terraform then plans the create.
    pub replaces: Vec<Path>,
}

/// The private data of an earlier plan of the same change. Terraform plans a change a second time
/// before it applies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedPrivate<Private> {
    /// Terraform before protocol 6.11 does not store a plan's private data: the second plan starts
    /// from nothing.
    NotStored,
    /// This is the first plan. The second one receives the private data that this one leaves.
    First,
    /// This is the second plan, and these are the private data of the first one.
    Stored(Private),
}

impl<Private> PlannedPrivate<Private> {
    /// The private data that the first plan left.
    pub fn from_first_plan(&self) -> Option<&Private> {
        if let Self::Stored(private) = self { Some(private) } else { None }
    }

    /// Whether Terraform passes the private data of a plan to the next plan of the same change.
    pub fn is_stored(&self) -> bool {
        !matches!(self, Self::NotStored)
    }
}

/// What a plan does with an object.
pub enum Intent<R: Resource> {
    /// It creates a new object. If the object replaces another one, `private` of the [`Plan`] has
    /// the private data that the review of the replacement left.
    Create,
    /// It updates the object, leaves it as it is, or replaces it.
    Update(Stored<R>),
    /// It destroys the object. `planned` of the [`Plan`] is empty.
    Destroy(Stored<R>),
}

/// The error of an operation, by what exists now.
///
/// There is deliberately no conversion from a [`Diagnostic`]: after money is spent, code that does
/// not say what exists must not compile.
pub enum Unfinished<R: Resource> {
    /// Nothing was created or changed. Applying again is safe.
    Nothing(Diagnostic),
    /// Something may have been created. The diagnostic says how to find out.
    Unsure(Diagnostic),
    /// This object exists, perhaps unfinished, and is stored in the state.
    Kept(Box<Stored<R>>, Diagnostic),
}

/// The way in which users name an object to import.
pub enum ImportKey<Identity> {
    /// The text that users gave to `terraform import` or to `id` of an `import` block.
    Id(String),
    /// The `identity` of an `import` block.
    Identity(Identity),
}

/// One attribute of an identity.
#[derive(Clone, Debug)]
pub struct IdentityAttribute {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub kind: Type,
    /// Whether an `import` block must set it.
    pub required_for_import: bool,
    /// The description.
    pub about: &'static str,
}

impl IdentityAttribute {
    /// The type of an identity with these attributes.
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

/// A [`Stored`] object with its types erased: values and bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredValue {
    /// The attributes.
    pub value: Value,
    /// The private data: JSON, or nothing.
    pub private: Vec<u8>,
    /// The identity, if the object has one.
    pub identity: Option<Value>,
}
