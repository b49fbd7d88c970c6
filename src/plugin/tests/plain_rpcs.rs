//! The life of a plain resource, RPC by RPC.

use super::super::proto::tfplugin6::{
    apply_resource_change, get_provider_schema, get_resource_identity_schemas,
    import_resource_state, move_resource_state, plan_resource_change, read_resource,
    upgrade_resource_identity,
};
use super::super::{codec, service};
use super::rpcs::{Client, configure, stored};
use super::*;
use crate::framework::{Number, Schema, Type};
use crate::plugin::proto::tfplugin6::{Diagnostic, DynamicValue};

const NAME: &str = "toy_webhook";
const URL: &str = "https://example.com/called";

/// The configuration that users write: a URL, a secret, and the version of the secret.
fn config(url: &str, secret: &str, version: i64) -> Value {
    Value::object([
        ("url", Value::text(url)),
        ("secret_wo", Value::text(secret)),
        ("secret_wo_version", Value::Number(Number::from(version))),
        ("id", Value::Null),
        ("secret_hint", Value::Null),
    ])
}

/// The state that Terraform stores: everything except the secret.
fn state(url: &str, version: i64, id: Value, hint: Value) -> Value {
    Value::object([
        ("url", Value::text(url)),
        ("secret_wo", Value::Null),
        ("secret_wo_version", Value::Number(Number::from(version))),
        ("id", id),
        ("secret_hint", hint),
    ])
}

/// What Terraform knows about the webhook.
struct Terraform<P> {
    client: Client<P>,
    kind: Type,
    state: Value,
}

async fn terraform() -> Result<Terraform<impl Provider>> {
    let registry = toy::registry();
    let kind = registry.resource_schema(NAME).map(Schema::implied_type).cloned();
    let mut client = ProviderClient::new(service(registry));
    configure(&mut client).await?;
    Ok(Terraform { client, kind: kind.map_err(|why| why.summary)?, state: Value::Null })
}

impl<P: Provider> Terraform<P> {
    fn wire(&self, value: &Value) -> Result<Option<DynamicValue>> {
        Ok(Some(codec::encode(value, &self.kind)?))
    }

    fn value(&self, wire: Option<&DynamicValue>) -> Result<Value> {
        Ok(codec::decode(wire, &self.kind)?)
    }

    async fn plan(&mut self, config: &Value) -> Result<Value> {
        let request = plan_resource_change::Request {
            type_name: NAME.to_owned(),
            prior_state: self.wire(&self.state)?,
            proposed_new_state: self.wire(config)?,
            config: self.wire(config)?,
            ..plan_resource_change::Request::default()
        };
        let planned = self.client.plan_resource_change(request).await?.into_inner();
        assert_eq!(planned.diagnostics, []);
        assert_eq!((planned.planned_identity, planned.requires_replace.len()), (None, 0));
        self.value(planned.planned_state.as_ref())
    }

    /// Plans and applies; a null configuration destroys.
    async fn apply(&mut self, config: &Value) -> Result<Vec<Diagnostic>> {
        let planned = self.plan(config).await?;
        let request = apply_resource_change::Request {
            type_name: NAME.to_owned(),
            prior_state: self.wire(&self.state)?,
            planned_state: self.wire(&planned)?,
            config: self.wire(config)?,
            ..apply_resource_change::Request::default()
        };
        let applied = self.client.apply_resource_change(request).await?.into_inner();
        assert_eq!(applied.new_identity, None);
        self.state = self.value(applied.new_state.as_ref())?;
        Ok(applied.diagnostics)
    }

    async fn refresh(&mut self) -> Result {
        let request = read_resource::Request {
            type_name: NAME.to_owned(),
            current_state: self.wire(&self.state)?,
            ..read_resource::Request::default()
        };
        let found = self.client.read_resource(request).await?.into_inner();
        assert_eq!((found.diagnostics, found.new_identity), (Vec::new(), None));
        self.state = self.value(found.new_state.as_ref())?;
        Ok(())
    }
}

#[tokio::test]
async fn a_plain_resource_is_offered_without_an_identity() -> Result {
    let Terraform { mut client, .. } = terraform().await?;

    let request = get_provider_schema::Request {};
    let schemas = client.get_provider_schema(request).await?.into_inner();
    let request = get_resource_identity_schemas::Request {};
    let identities = client.get_resource_identity_schemas(request).await?.into_inner();

    assert_eq!(toy::registry().schema_errors(), Vec::<String>::new());
    let schema = schemas.resource_schemas.get(NAME).and_then(|schema| schema.block.as_ref());
    let attributes = &schema.ok_or("no webhook")?.attributes;
    let secret = attributes.iter().find(|attribute| attribute.name == "secret_wo");
    assert!(secret.is_some_and(|secret| secret.write_only && secret.optional && !secret.computed));
    assert_eq!(identities.identity_schemas.keys().collect::<Vec<_>>(), ["toy_thing"]);
    Ok(())
}

#[tokio::test]
async fn a_plain_resource_is_created_read_changed_and_removed() -> Result {
    let mut terraform = terraform().await?;

    let planned = terraform.plan(&config(URL, "abcdef", 1)).await?;
    assert_eq!(planned, state(URL, 1, Value::unknown(), Value::unknown()));

    assert_eq!(terraform.apply(&config(URL, "abcdef", 1)).await?, []);
    let created = state(URL, 1, Value::text("hook-1"), Value::text("ef"));
    assert_eq!(terraform.state, created);

    terraform.refresh().await?;
    assert_eq!(terraform.state, created);
    assert_eq!(terraform.plan(&config(URL, "abcdef", 1)).await?, created, "nothing changes");

    let elsewhere = "https://example.org/";
    assert_eq!(terraform.apply(&config(elsewhere, "uvwxyz", 1)).await?, []);
    let moved = state(elsewhere, 1, Value::text("hook-1"), Value::text("ef"));
    assert_eq!(terraform.state, moved, "the version, not the secret, says that it is a new one");

    assert_eq!(terraform.apply(&config(elsewhere, "uvwxyz", 2)).await?, []);
    let resigned = state(elsewhere, 2, Value::text("hook-1"), Value::text("yz"));
    assert_eq!(terraform.state, resigned);

    assert_eq!(terraform.apply(&Value::Null).await?, []);
    assert_eq!(terraform.state, Value::Null);
    Ok(())
}

#[tokio::test]
async fn a_plain_resource_that_is_gone_leaves_the_state() -> Result {
    let mut terraform = terraform().await?;
    terraform.apply(&config(URL, "abcdef", 1)).await?;
    let created = terraform.state.clone();
    terraform.apply(&Value::Null).await?;
    terraform.state = created;

    terraform.refresh().await?;

    assert_eq!(terraform.state, Value::Null);
    Ok(())
}

#[tokio::test]
async fn a_change_that_is_refused_leaves_the_plain_resource_as_it_was() -> Result {
    let mut terraform = terraform().await?;

    let [refused] = <[_; 1]>::try_from(terraform.apply(&config("http://a", "abcdef", 1)).await?)
        .map_err(|told| format!("{told:?}"))?;
    assert_eq!(refused.summary, "The webhook could not be created");
    assert_eq!(terraform.state, Value::Null);

    terraform.apply(&config(URL, "abcdef", 1)).await?;
    let created = terraform.state.clone();
    let [refused] = <[_; 1]>::try_from(terraform.apply(&config("http://a", "abcdef", 1)).await?)
        .map_err(|told| format!("{told:?}"))?;
    assert_eq!(refused.summary, "The webhook could not be changed");
    assert_eq!(terraform.state, created);
    Ok(())
}

#[tokio::test]
async fn a_plain_resource_refuses_to_be_imported() -> Result {
    let Terraform { mut client, .. } = terraform().await?;
    let request = import_resource_state::Request {
        type_name: NAME.to_owned(),
        id: "hook-1".to_owned(),
        ..import_resource_state::Request::default()
    };

    let refused = client.import_resource_state(request).await?.into_inner();

    assert_eq!(refused.imported_resources, []);
    let [why] = refused.diagnostics.as_slice() else { return Err("one diagnostic".into()) };
    assert_eq!(why.summary, "A `webhook` can't be imported");
    assert!(why.detail.contains("`import` block"), "{}", why.detail);
    Ok(())
}

#[tokio::test]
async fn an_identity_from_elsewhere_is_dropped() -> Result {
    let Terraform { mut client, .. } = terraform().await?;
    let identity = stored(r#"{"id": "hook-1"}"#);

    let upgrade = upgrade_resource_identity::Request {
        type_name: NAME.to_owned(),
        version: 0,
        raw_identity: Some(identity.clone()),
    };
    let upgraded = client.upgrade_resource_identity(upgrade).await?.into_inner();
    let relocate = move_resource_state::Request {
        source_type_name: NAME.to_owned(),
        source_state: Some(stored(r#"{"id": "hook-1", "url": "https://example.com/"}"#)),
        source_identity: Some(identity),
        target_type_name: NAME.to_owned(),
        ..move_resource_state::Request::default()
    };
    let moved = client.move_resource_state(relocate).await?.into_inner();

    assert_eq!((upgraded.upgraded_identity, upgraded.diagnostics), (None, Vec::new()));
    assert_eq!((moved.target_identity, moved.diagnostics), (None, Vec::new()));
    assert!(moved.target_state.is_some());
    Ok(())
}
