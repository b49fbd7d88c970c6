//! The calls in the life of one resource, as Terraform makes them.

use super::plugin::tfplugin6::schema::Block;
use super::plugin::tfplugin6::{
    DynamicValue, Schema, apply_resource_change, configure_provider, get_provider_schema,
    plan_resource_change, read_resource, validate_resource_config,
};
use super::plugin::{Plugin, check};
use super::value::Value;
use lumen_report::failure::Failure;

/// A resource type.
pub(crate) struct Kind {
    name: &'static str,
    /// The names of all attributes and blocks.
    members: Vec<String>,
    /// The null value, for a resource that does not exist.
    nothing: DynamicValue,
}

/// A resource that is planned to be created.
pub(crate) struct Planned {
    state: Option<DynamicValue>,
    private: Vec<u8>,
}

/// A resource that was created.
pub(crate) struct Created {
    state: Option<DynamicValue>,
    private: Vec<u8>,
    config: DynamicValue,
}

impl Kind {
    /// Finds a resource type in a provider's schemas.
    pub(crate) fn of(
        name: &'static str,
        schemas: &get_provider_schema::Response,
    ) -> Result<Self, Failure> {
        let members = members(schemas.resource_schemas.get(name));
        Ok(Self { name, members, nothing: Value::Null.to_wire()? })
    }

    /// A value of this type. Members that are not set are null.
    pub(crate) fn value(&self, set: &[(&str, Value<'_>)]) -> Result<DynamicValue, Failure> {
        object(&self.members, set)
    }

    pub(crate) async fn validate(
        &self,
        plugin: &Plugin,
        config: &DynamicValue,
    ) -> Result<(), Failure> {
        let request = validate_resource_config::Request {
            type_name: self.name.to_owned(),
            config: Some(config.clone()),
            ..validate_resource_config::Request::default()
        };
        let method = plugin.protocol().validate();
        let answer: validate_resource_config::Response = plugin.call(method, request).await?;
        check(&answer.diagnostics)
    }

    /// Plans to create a resource.
    pub(crate) async fn plan(
        &self,
        plugin: &Plugin,
        config: &DynamicValue,
    ) -> Result<Planned, Failure> {
        let request = plan_resource_change::Request {
            prior_state: Some(self.nothing.clone()),
            proposed_new_state: Some(config.clone()),
            config: Some(config.clone()),
            ..plan_resource_change::Request::default()
        };
        self.planned(plugin, request).await
    }

    /// Plans an existing resource without changes.
    pub(crate) async fn plan_nothing(
        &self,
        plugin: &Plugin,
        created: &Created,
    ) -> Result<(), Failure> {
        let request = plan_resource_change::Request {
            prior_state: created.state.clone(),
            proposed_new_state: created.state.clone(),
            config: Some(created.config.clone()),
            prior_private: created.private.clone(),
            ..plan_resource_change::Request::default()
        };
        self.planned(plugin, request).await.map(drop)
    }

    async fn planned(
        &self,
        plugin: &Plugin,
        request: plan_resource_change::Request,
    ) -> Result<Planned, Failure> {
        let request = plan_resource_change::Request { type_name: self.name.to_owned(), ..request };
        let answer: plan_resource_change::Response =
            plugin.call("PlanResourceChange", request).await?;
        check(&answer.diagnostics)?;
        Ok(Planned { state: answer.planned_state, private: answer.planned_private })
    }

    /// Creates a planned resource.
    pub(crate) async fn create(
        &self,
        plugin: &Plugin,
        config: &DynamicValue,
        planned: &Planned,
    ) -> Result<Created, Failure> {
        let request = apply_resource_change::Request {
            type_name: self.name.to_owned(),
            prior_state: Some(self.nothing.clone()),
            planned_state: planned.state.clone(),
            config: Some(config.clone()),
            planned_private: planned.private.clone(),
            ..apply_resource_change::Request::default()
        };
        let answer: apply_resource_change::Response =
            plugin.call("ApplyResourceChange", request).await?;
        check(&answer.diagnostics)?;
        Ok(Created { state: answer.new_state, private: answer.private, config: config.clone() })
    }

    pub(crate) async fn read(&self, plugin: &Plugin, created: &Created) -> Result<(), Failure> {
        let request = read_resource::Request {
            type_name: self.name.to_owned(),
            current_state: created.state.clone(),
            private: created.private.clone(),
            ..read_resource::Request::default()
        };
        let answer: read_resource::Response = plugin.call("ReadResource", request).await?;
        check(&answer.diagnostics)?;
        if answer.new_state.is_none_or(|state| state == self.nothing) {
            return Err(Failure::new("The provider can't find the resource that it created."));
        }
        Ok(())
    }
}

/// Configures the provider. Arguments that are not set are null.
pub(crate) async fn configure(
    plugin: &Plugin,
    schemas: &get_provider_schema::Response,
    set: &[(&str, Value<'_>)],
) -> Result<(), Failure> {
    let request = configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: Some(object(&members(schemas.provider.as_ref()), set)?),
        ..configure_provider::Request::default()
    };
    let method = plugin.protocol().configure();
    let answer: configure_provider::Response = plugin.call(method, request).await?;
    check(&answer.diagnostics)
}

/// The names of a schema's attributes and blocks.
fn members(schema: Option<&Schema>) -> Vec<String> {
    let Some(Block { attributes, block_types, .. }) = schema.and_then(|it| it.block.as_ref())
    else {
        return Vec::new();
    };
    let attributes = attributes.iter().map(|it| it.name.clone());
    attributes.chain(block_types.iter().map(|it| it.type_name.clone())).collect()
}

fn object(members: &[String], set: &[(&str, Value<'_>)]) -> Result<DynamicValue, Failure> {
    let find = |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, value)| value);
    let members =
        members.iter().map(|name| (name.as_str(), find(name).cloned().unwrap_or(Value::Null)));
    Value::Object(members.collect()).to_wire()
}
