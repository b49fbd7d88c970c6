//! Plans a change of the resource instance.

use terraform_provider_lumen::framework::{Attribute, Schema, Value};
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    ClientCapabilities, Diagnostic, ResourceIdentityData, plan_resource_change,
};

use super::state::Status;
use super::wire::answered;
use super::{Core, rules, show, wire};

/// A plan as it is shown to the user and passed to an apply.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The planned action.
    pub action: Action,
    /// The object before, or null.
    pub prior: Value,
    /// The configuration, or null.
    pub config: Value,
    /// The object afterwards, or null.
    pub planned: Value,
    /// The private data that the provider passes to the apply.
    pub private: Vec<u8>,
    /// The identity of the object.
    pub identity: Option<ResourceIdentityData>,
    /// The attributes that force a replacement.
    pub replaces: Vec<String>,
    /// The diagnostics that the user saw.
    pub diagnostics: Vec<Diagnostic>,
}

/// A planned action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    Nothing,
    /// Create an object that does not exist.
    Create,
    /// Change the object.
    Update,
    /// Destroy the object, and create another one.
    Replace,
    /// Destroy the object.
    Destroy,
}

impl Plan {
    /// No plan. The diagnostics explain why.
    #[must_use]
    pub fn failed(diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            action: Action::Nothing,
            prior: Value::Null,
            config: Value::Null,
            planned: Value::Null,
            private: Vec::new(),
            identity: None,
            replaces: Vec::new(),
            diagnostics,
        }
    }

    /// The diagnostics that the user sees, as text.
    #[must_use]
    pub fn shown(&self) -> String {
        show::diagnostics(&self.diagnostics)
    }

    /// The changes, one attribute per line.
    #[must_use]
    pub fn changes(&self) -> String {
        show::changes(&self.prior, &self.planned)
    }

    /// The text planned for an attribute. It is empty if the value is not a text, or not known yet.
    #[must_use]
    pub fn text(&self, attribute: &str) -> &str {
        self.planned.get(attribute).as_str().unwrap_or_default()
    }

    /// The first half of a replacement. Terraform passes it the private data of the whole plan.
    #[must_use]
    pub fn destroying(&self) -> Self {
        Self {
            action: Action::Destroy,
            config: Value::Null,
            planned: Value::Null,
            identity: None,
            ..self.clone()
        }
    }

    fn is_sound(&self) -> bool {
        !wire::has_errors(&self.diagnostics)
    }
}

/// A part of a run. Each part has its own provider process.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Plan,
    Apply,
}

/// The parameters of one call of `PlanResourceChange`.
struct Question<'a> {
    /// The part of the run whose process is called.
    phase: Phase,
    prior: &'a Value,
    config: &'a Value,
    private: &'a [u8],
    identity: Option<ResourceIdentityData>,
    /// The private data of an earlier plan of the same change. It is not sent before protocol 6.11.
    left: &'a [u8],
}

impl Core {
    /// Plans the changes from the object in the state to the configuration, without a refresh.
    pub async fn plan_change(&mut self, config: &Value) -> Plan {
        self.plan_after(Phase::Plan, config, &[]).await
    }

    /// The same, after an earlier plan with this private data.
    pub(super) async fn plan_after(&mut self, phase: Phase, config: &Value, left: &[u8]) -> Plan {
        let null = Value::Null;
        let object = self.state.clone();
        let nothing = Question { phase, prior: &null, config, private: &[], identity: None, left };
        let Some(object) = object else {
            return self.ask(nothing, Action::Create).await;
        };
        if object.status == Status::Tainted {
            let plan = self.ask(nothing, Action::Replace).await;
            return Plan { prior: object.value, ..plan };
        }
        let prior = &object.value;
        let identity = object.identity.clone();
        let update = Question { phase, prior, config, private: &object.private, identity, left };
        let mut plan = self.ask(update, Action::Update).await;
        if !plan.is_sound() {
            return plan;
        }
        if plan.planned == *prior && plan.replaces.is_empty() {
            rules::nothing_forgotten(&object.private, &plan.private);
            plan.action = Action::Nothing;
        }
        if plan.replaces.is_empty() && !self.replace_on_demand {
            return plan;
        }
        // A replacement is planned a second time, as a create, with the private data of the first plan.
        let create = Question { private: &plan.private, ..nothing };
        let created = self.ask(create, Action::Replace).await;
        let mut diagnostics = plan.diagnostics;
        diagnostics.extend(created.diagnostics);
        Plan { prior: object.value, replaces: plan.replaces, diagnostics, ..created }
    }

    /// Plans to destroy the object in the state.
    pub async fn plan_destroy(&mut self) -> Plan {
        let Some(object) = self.state.clone() else {
            panic!("only an object in the state can be destroyed")
        };
        let end = Question {
            phase: Phase::Plan,
            prior: &object.value,
            config: &Value::Null,
            private: &object.private,
            identity: object.identity.clone(),
            left: &[],
        };
        let plan = self.ask(end, Action::Destroy).await;
        assert!(plan.planned.is_null(), "rule broken: a planned destroy leaves nothing");
        plan
    }

    async fn ask(&mut self, question: Question<'_>, action: Action) -> Plan {
        let Question { phase, prior, config, private, identity, left } = question;
        let client_capabilities = ClientCapabilities {
            store_planned_private: self.keeps_planned_private,
            ..ClientCapabilities::default()
        };
        let program = self.provider.program().clone();
        let schema = program.resource_schema(self.resource);
        let proposed = if config.is_null() { Value::Null } else { propose(schema, prior, config) };
        let request = plan_resource_change::Request {
            type_name: self.resource.to_owned(),
            prior_state: Some(self.provider.encode_resource(self.resource, prior)),
            proposed_new_state: Some(self.provider.encode_resource(self.resource, &proposed)),
            config: Some(self.provider.encode_resource(self.resource, config)),
            prior_private: private.to_vec(),
            prior_identity: identity,
            client_capabilities: Some(client_capabilities),
            planned_private: if self.keeps_planned_private { left.to_vec() } else { Vec::new() },
            ..plan_resource_change::Request::default()
        };
        let process = match phase {
            Phase::Plan => &mut self.provider.client,
            Phase::Apply => &mut self.provider.applying,
        };
        let answer =
            match answered("PlanResourceChange", process.plan_resource_change(request).await) {
                Ok(answer) => answer,
                Err(why) => return Plan { action, ..Plan::failed(vec![why]) },
            };
        rules::diagnostics(&answer.diagnostics);
        if action == Action::Destroy {
            rules::destroyed(&answer.diagnostics);
        }
        rules::private(&answer.planned_private);
        if wire::has_errors(&answer.diagnostics) {
            return Plan { action, ..Plan::failed(answer.diagnostics) };
        }
        let planned = self.provider.decode_resource(self.resource, answer.planned_state.as_ref());
        if !config.is_null() {
            rules::plan(schema, config, prior, &planned);
        }
        let replaces: Vec<String> = answer.requires_replace.iter().map(show::path).collect();
        for path in &replaces {
            assert!(schema.find(path).is_some(), "rule broken: `{path}` forces a replacement");
        }
        Plan {
            action,
            prior: prior.clone(),
            config: config.clone(),
            planned,
            private: answer.planned_private,
            identity: answer.planned_identity,
            replaces,
            diagnostics: answer.diagnostics,
        }
    }
}

/// Terraform's proposed state: the configured values, and the prior computed values where none is
/// configured.
fn propose(schema: &Schema, prior: &Value, config: &Value) -> Value {
    let attributes = config.as_map().into_iter().flatten().map(|(name, config)| {
        let computed = schema.find(name).is_some_and(Attribute::is_computed);
        let value = match config {
            Value::Null if computed && prior.is_null() => Value::unknown(),
            Value::Null if computed => prior.get(name).clone(),
            config => config.clone(),
        };
        (name.clone(), value)
    });
    Value::object(attributes)
}
