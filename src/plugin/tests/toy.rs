//! A small provider: a thing that uses everything that a resource can have, and the plain webhook
//! of `plain.rs`.

use std::sync::Arc;

use crate::framework::schema::string;
use crate::framework::{
    Context, Diagnostic, Field, IdentityAttribute, ImportKey, Plan, Provider, Registry, Resource,
    Schema, Stored, Type, Unfinished,
};
use crate::model;

use super::plain::{Api, Webhook};

/// A thing with this name makes the provider panic.
pub(super) const CURSED: &str = "cursed";

/// A thing with this name is finished only when the provider is stopped.
pub(super) const ENDLESS: &str = "endless";

pub(super) fn registry() -> Registry {
    Registry::of(Toy).resource::<Thing>().resource::<Webhook>().build()
}

model! {
    /// The provider block.
    pub(super) struct Settings {
        token: Field<String>,
    }
}

model! {
    /// A thing.
    pub(super) struct ThingModel {
        id: Field<String>,
        name: Field<String>,
        secret: Field<String>,
    }
}

model! {
    /// The identity of a thing.
    pub(super) struct ThingIdentity {
        id: Field<String>,
    }
}

struct Toy;

#[tonic::async_trait]
impl Provider for Toy {
    const NAME: &'static str = "toy";
    type Session = Api;
    type Model = Settings;

    fn schema() -> Schema {
        Schema::new("Toys.").attribute("token", string().optional().sensitive().about("A secret."))
    }

    async fn configure(&self, _: Settings, _: &Context) -> Result<Api, Vec<Diagnostic>> {
        Ok(Api::default())
    }
}

struct Thing;

#[tonic::async_trait]
impl Resource for Thing {
    const NAME: &'static str = "thing";
    type Session = Api;
    type Model = ThingModel;
    type Private = ();
    type Identity = ThingIdentity;

    const FORMER_NAMES: &'static [&'static str] = &["toy_gadget"];

    /// Version 0 called the name `title`, version 1 wrote it in capitals.
    fn upgrade(
        version: i64,
        mut state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        if version < 1 {
            state["name"] = state["title"].take();
        }
        if version < 2 {
            state["name"] = state["name"].as_str().unwrap_or_default().to_lowercase().into();
        }
        Ok(state)
    }

    fn schema() -> Schema {
        let mut schema = Schema::new("A thing.")
            .attribute("id", string().computed().stable().about("Its id."))
            .attribute("name", string().required().replaces().about("Its name."))
            .attribute("secret", string().write_only().about("A secret that is never stored."));
        schema.version = 2;
        schema
    }

    fn identity() -> Vec<IdentityAttribute> {
        vec![IdentityAttribute {
            name: "id",
            kind: Type::String,
            required_for_import: true,
            about: "Its id.",
        }]
    }

    fn new(_: Arc<Api>) -> Self {
        Self
    }

    fn identify(&self, model: &ThingModel) -> Option<ThingIdentity> {
        model.id.known().map(|id| ThingIdentity { id: Field::Known(id.clone()) })
    }

    async fn review(&self, _: &mut Plan<Self>, _: &Context) -> Result<(), Vec<Diagnostic>> {
        Ok(())
    }

    async fn create(
        &self,
        mut planned: Stored<Self>,
        context: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>> {
        let name = planned.model.name.known().cloned().unwrap_or_default();
        assert_ne!(name, CURSED, "this thing is cursed");
        if name == ENDLESS {
            context.stop.cancelled().await;
        }
        let secret = planned.model.secret.known().map_or(0, String::len);
        planned.model.id = Field::Known(match secret {
            0 => format!("id of {name}"),
            length => format!("id of {name} with a secret of {length}"),
        });
        Ok(planned)
    }

    async fn read(
        &self,
        current: Stored<Self>,
        _: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic> {
        Ok(Some(current))
    }

    async fn update(
        &self,
        _: Stored<Self>,
        planned: Stored<Self>,
        _: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>> {
        Ok(planned)
    }

    async fn delete(&self, _: Stored<Self>, _: &Context) -> Result<(), Unfinished<Self>> {
        Ok(())
    }

    async fn import(
        &self,
        key: ImportKey<ThingIdentity>,
        _: &Context,
    ) -> Result<Stored<Self>, Diagnostic> {
        let id = match key {
            ImportKey::Id(id) => Field::Known(id),
            ImportKey::Identity(identity) => identity.id,
        };
        let name = Field::Known("found".to_owned());
        Ok(Stored { model: ThingModel { id, name, secret: Field::Null }, private: () })
    }
}
