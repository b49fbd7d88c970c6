//! Terraform Core's side of the protocol, in process: it drives the provider as `terraform plan`,
//! `apply`, `destroy` and `import` do, keeps one resource instance in its state, and checks that the
//! provider follows Terraform's rules.
//!
//! As in Terraform, an apply plans again before it changes anything, and the second plan must agree with
//! the plan that was shown.
//!
//! - **A broken rule panics**. The message begins with `rule broken:` and names the rule.
//! - **A call that ends with a status** instead of an answer is an error of the operation, as in
//!   Terraform: a diagnostic with the summary [`NO_ANSWER`]. The object stays as it was. Only calls
//!   that can't return diagnostics (functions, `GenerateResourceConfig`) panic.
//! - **An operation can be abandoned**: dropping its future simulates the death of Terraform's process.
//!   [`Core::state`] then has the content of the state file. Terraform writes the file after each object
//!   and at the end, so the state is the one from before the operation, or, in a replacement, the one
//!   that the completed half has left. The provider's processes do not notice. To kill them too, start
//!   new ones with [`Provider::start`].
//!
//! It does no I/O and spawns no tasks, so it runs wherever the provider's own calls can run.

#![expect(clippy::missing_panics_doc, reason = "every broken rule panics, wherever it is detected")]

mod action;
mod apply;
mod block;
mod ephemeral;
mod function;
mod list;
mod plan;
mod provider;
mod rules;
mod run;
mod show;
mod state;
mod unsaved;
mod walk;
mod wire;

use std::cell::Cell;
use std::rc::Rc;

use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    Diagnostic, import_resource_state, read_data_source, read_resource,
};

pub use action::Invocation;
pub use block::{Block, Literal};
pub use ephemeral::Lease;
pub use list::{Listed, Wish};
pub use plan::{Action, Plan};
pub use provider::{Death, Process, Program, Provider};
pub use rules::broken_promises;
pub use run::Run;
pub use show::{diagnostics, object, value};
pub use state::{Object, Status};
pub use walk::{PARALLELISM, walk};
pub use wire::{NO_ANSWER, has_errors};

use unsaved::Saved;
use wire::answered;

/// One resource instance: its state, and the provider that manages it.
pub struct Core {
    /// Its type, such as `lumen_iod_connection`.
    resource: &'static str,
    /// The provider that manages it.
    pub provider: Provider,
    /// The object in the state.
    pub state: Option<Object>,
    /// The content of the state file while an operation is in progress.
    saved: Option<Saved>,
    /// Whether plans replace the object even if nothing else requires it, as with `-replace`.
    pub replace_on_demand: bool,
    /// Whether plans leave out to look at what exists, as `-refresh=false` asks.
    pub skips_refresh: bool,
    /// Whether it shares its run with other instances. Otherwise each plan and each apply begins one.
    pub shares_run: Rc<Cell<bool>>,
    /// Whether a plan's private data is passed to the second plan, as it is since protocol 6.11.
    pub keeps_planned_private: bool,
}

impl Core {
    /// An instance that does not exist yet.
    #[must_use]
    pub fn new(resource: &'static str, provider: Provider) -> Self {
        Self {
            resource,
            provider,
            state: None,
            saved: None,
            replace_on_demand: false,
            skips_refresh: false,
            shares_run: Rc::default(),
            keeps_planned_private: false,
        }
    }

    /// Another instance of the same resource, which the same provider manages.
    #[must_use]
    pub fn another(&self) -> Self {
        self.shares_run.set(true);
        let (keeps_planned_private, shares_run) =
            (self.keeps_planned_private, Rc::clone(&self.shares_run));
        let new = Self::new(self.resource, self.provider.clone());
        Self { shares_run, keeps_planned_private, ..new }
    }

    /// The type of the resource.
    #[must_use]
    pub fn resource(&self) -> &'static str {
        self.resource
    }

    /// The object in the state, or null.
    #[must_use]
    pub fn object(&self) -> Value {
        self.state.as_ref().map_or(Value::Null, |object| object.value.clone())
    }

    /// `terraform plan`: refreshes, and then plans.
    pub async fn plan(&mut self, block: &Block) -> Plan {
        let mut core = self.begin();
        let begins_run = !core.shares_run.get();
        let plan = core.plan_in_run(begins_run, block).await;
        core.end();
        plan
    }

    /// The same, in a run that is in progress or that it begins.
    async fn plan_in_run(&mut self, begins_run: bool, block: &Block) -> Plan {
        let mut told = Vec::new();
        if begins_run {
            told = self.provider.restart_planning().await;
            if has_errors(&told) {
                return Plan::failed(told);
            }
        }
        let config = block.complete(&self.provider.resource_type(self.resource));
        told.extend(self.provider.validate_resource(self.resource, &config).await);
        if has_errors(&told) {
            return Plan::failed(told);
        }
        if !self.skips_refresh {
            told.extend(self.refresh().await.diagnostics);
        }
        if has_errors(&told) {
            return Plan::failed(told);
        }
        let mut plan = self.plan_change(&config).await;
        plan.diagnostics.splice(0..0, told);
        plan
    }

    /// `terraform refresh`: reads the object that exists.
    pub async fn refresh(&mut self) -> Run {
        let Some(before) = self.state.clone() else { return Run::without_change(Vec::new()) };
        if let Err(why) = self.provider.check_stored(self.resource, &before).await {
            return Run::without_change(vec![why]);
        }
        let request = read_resource::Request {
            type_name: self.resource.to_owned(),
            current_state: Some(self.provider.encode_resource(self.resource, &before.value)),
            private: before.private.clone(),
            current_identity: before.identity.clone(),
            ..read_resource::Request::default()
        };
        let answer = self.provider.client.read_resource(request).await;
        let answer = match answered("ReadResource", answer) {
            Ok(answer) => answer,
            Err(why) => return Run::without_change(vec![why]),
        };
        rules::diagnostics(&answer.diagnostics);
        rules::private(&answer.private);
        let value = self.provider.decode_resource(self.resource, answer.new_state.as_ref());
        assert!(value.is_wholly_known(), "rule broken: a state is wholly known: {value:?}");
        if has_errors(&answer.diagnostics) {
            assert_eq!(value, before.value, "rule broken: an error while reading changes nothing");
            assert_eq!(
                rules::private(&answer.private),
                rules::private(&before.private),
                "rule broken: an error while reading changes nothing"
            );
        }
        self.state = (!value.is_null()).then_some(Object {
            value,
            private: answer.private,
            identity: answer.new_identity,
            status: before.status,
        });
        self.check_identity();
        Run::without_change(answer.diagnostics)
    }

    /// `terraform destroy`
    pub async fn destroy(&mut self) -> Run {
        let mut core = self.begin();
        let run = core.destroy_now().await;
        core.end();
        run
    }

    async fn destroy_now(&mut self) -> Run {
        let mut told = Vec::new();
        if !self.shares_run.get() {
            told = self.provider.restart_planning().await;
            if has_errors(&told) {
                return Run::without_change(told);
            }
        }
        if !self.skips_refresh {
            told.extend(self.refresh().await.diagnostics);
        }
        if has_errors(&told) || self.state.is_none() {
            return Run::without_change(told);
        }
        let plan = self.plan_destroy().await;
        told.extend(plan.diagnostics.iter().cloned());
        if !has_errors(&told) {
            told.extend(self.begin_apply().await);
        }
        if !has_errors(&told) {
            told.extend(self.carry_out(&plan).await.diagnostics);
        }
        Run { action: Action::Destroy, diagnostics: told }
    }

    /// `terraform import ADDRESS ID`
    pub async fn import(&mut self, id: &str) -> Run {
        let request = import_resource_state::Request { id: id.to_owned(), ..Default::default() };
        self.import_by(request).await
    }

    /// An `import` block with an `identity`.
    pub async fn import_identity(&mut self, identity: &Block) -> Run {
        let identity = Some(self.provider.encode_identity(self.resource, identity));
        self.import_by(import_resource_state::Request { identity, ..Default::default() }).await
    }

    async fn import_by(&mut self, request: import_resource_state::Request) -> Run {
        assert!(self.state.is_none(), "Terraform imports only objects that are not in the state");
        let mut core = self.begin();
        let told = match core.import_now(request).await {
            Ok(told) => told,
            Err(why) => vec![why],
        };
        core.end();
        Run::without_change(told)
    }

    async fn import_now(
        &mut self,
        request: import_resource_state::Request,
    ) -> Result<Vec<Diagnostic>, Diagnostic> {
        let request =
            import_resource_state::Request { type_name: self.resource.to_owned(), ..request };
        let answer = self.provider.client.import_resource_state(request).await;
        let answer = answered("ImportResourceState", answer)?;
        rules::diagnostics(&answer.diagnostics);
        let mut told = answer.diagnostics;
        if let [imported] = answer.imported_resources.as_slice() {
            self.state = Some(Object {
                value: self.provider.decode_resource(self.resource, imported.state.as_ref()),
                private: imported.private.clone(),
                identity: imported.identity.clone(),
                status: Status::Ready,
            });
            told.extend(self.refresh().await.diagnostics);
        } else {
            assert!(
                has_errors(&told),
                "rule broken: an import finds an object or reports an error"
            );
        }
        Ok(told)
    }

    /// Reads a data source as a plan does. The value is null if that fails.
    pub async fn read_data(&mut self, name: &str, block: &Block) -> (Value, String) {
        let kind = self.provider.data_source_type(name);
        let config = block.complete(&kind);
        let told = self.provider.validate_data_source(name, &config).await;
        if has_errors(&told) {
            return (Value::Null, show::diagnostics(&told));
        }
        let request = read_data_source::Request {
            type_name: name.to_owned(),
            config: Some(wire::encode(&config, &kind)),
            ..read_data_source::Request::default()
        };
        let answer = self.provider.client.read_data_source(request).await;
        let answer = match answered("ReadDataSource", answer) {
            Ok(answer) => answer,
            Err(why) => return (Value::Null, show::diagnostics(&[why])),
        };
        rules::diagnostics(&answer.diagnostics);
        let value = wire::decode(answer.state.as_ref(), &kind);
        assert!(
            value.is_wholly_known(),
            "rule broken: a value that was read is wholly known: {value:?}"
        );
        (value, show::diagnostics(&answer.diagnostics))
    }

    /// Checks that every object with an id from Lumen has an identity.
    fn check_identity(&self) {
        let Some(object) = &self.state else { return };
        let has_number = !object.value.get("id").is_null();
        assert!(
            !has_number || object.identity.is_some(),
            "rule broken: an existing object has an identity"
        );
        if let (Some(id), Some(identity)) = (object.value.get("id").as_str(), &object.identity) {
            let kind = self.provider.identity_type(self.resource);
            let identity = wire::decode(identity.identity_data.as_ref(), &kind);
            let names_it = match &identity {
                Value::Map(parts) => parts.values().any(|part| part.as_str() == Some(id)),
                _ => false,
            };
            assert!(names_it, "rule broken: an identity names its object {id}: {identity:?}");
        }
    }
}
