//! A stand-in for Terraform Core: it drives the provider as `terraform plan`, `apply`, `destroy` and
//! `import` do, keeps one resource instance in its state, and holds the provider to the rules.
//!
//! As in Terraform, an apply plans again before it changes anything, and what it plans then must
//! agree with the plan that was shown.

mod action;
mod block;
mod ephemeral;
mod function;
mod list;
mod plan;
mod rules;
mod show;
mod state;
mod wire;

use std::cell::Cell;
use std::rc::Rc;

use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    Diagnostic, apply_resource_change, import_resource_state, read_data_source, read_resource,
};

pub(crate) use action::Invocation;
pub(crate) use block::{Block, Literal};
pub(crate) use list::Wish;
use plan::Phase;
pub(crate) use plan::{Action, Plan};
pub(crate) use rules::broken_promises;
pub(crate) use show::{diagnostics, object, value};
pub(crate) use state::{Object, Status};
pub(crate) use wire::Provider;

/// One resource instance: its state, and the provider that looks after it.
pub(crate) struct Core {
    /// Its type, such as `lumen_iod_connection`.
    resource: &'static str,
    pub(crate) provider: Provider,
    pub(crate) state: Option<Object>,
    /// Whether plans replace the object even where nothing else would, as `-replace` asks.
    pub(crate) replace_on_demand: bool,
    /// Whether it shares its run with other instances. Otherwise each plan and each apply begins one.
    pub(crate) shares_run: Rc<Cell<bool>>,
    /// Whether a plan's private data come back when it is planned again: since protocol 6.11.
    pub(crate) keeps_planned_private: bool,
}

/// What a command did, and what it told the user.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) action: Action,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Run {
    /// What the user reads.
    pub(crate) fn shown(&self) -> String {
        show::diagnostics(&self.diagnostics)
    }

    pub(crate) fn failed(&self) -> bool {
        wire::has_errors(&self.diagnostics)
    }

    /// The run, without a warning that is expected, whose summary begins with this.
    #[track_caller]
    pub(crate) fn expecting(mut self, warning: &str) -> Self {
        assert!(!self.failed(), "{}", self.shown());
        self.diagnostics.retain(|diagnostic| !diagnostic.summary.starts_with(warning));
        self
    }

    /// The run, which must have gone well without a word.
    #[track_caller]
    pub(crate) fn quietly(self) -> Self {
        assert!(self.diagnostics.is_empty(), "{}", self.shown());
        self
    }
}

impl Core {
    pub(crate) fn new(resource: &'static str, provider: Provider) -> Self {
        Self {
            resource,
            provider,
            state: None,
            replace_on_demand: false,
            shares_run: Rc::default(),
            keeps_planned_private: false,
        }
    }

    /// Another instance of the same resource, which the same provider looks after.
    pub(crate) fn another(&self) -> Self {
        self.shares_run.set(true);
        let (keeps_planned_private, shares_run) =
            (self.keeps_planned_private, Rc::clone(&self.shares_run));
        let new = Self::new(self.resource, self.provider.clone());
        Self { shares_run, keeps_planned_private, ..new }
    }

    /// The type of the resource.
    pub(crate) fn resource(&self) -> &'static str {
        self.resource
    }

    /// The object in the state, or null.
    pub(crate) fn object(&self) -> Value {
        self.state.as_ref().map_or(Value::Null, |object| object.value.clone())
    }

    /// `terraform plan`: looks at what exists, then plans.
    pub(crate) async fn plan(&mut self, block: &Block) -> Plan {
        if !self.shares_run.get() {
            self.provider.restart_planning().await;
        }
        let config = block.complete(&self.provider.resource_type(self.resource));
        let mut told = self.provider.validate_resource(self.resource, &config).await;
        if wire::has_errors(&told) {
            return Plan::failed(told);
        }
        told.extend(self.refresh().await.diagnostics);
        if wire::has_errors(&told) {
            return Plan::failed(told);
        }
        let mut plan = self.plan_change(&config).await;
        plan.diagnostics.splice(0..0, told);
        plan
    }

    /// `terraform refresh`: looks at what exists.
    pub(crate) async fn refresh(&mut self) -> Run {
        let Some(before) = self.state.take() else {
            return Run { action: Action::Nothing, diagnostics: Vec::new() };
        };
        self.provider.check_stored(self.resource, &before).await;
        let answer = self
            .provider
            .client
            .read_resource(read_resource::Request {
                type_name: self.resource.to_owned(),
                current_state: Some(self.provider.encode_resource(self.resource, &before.value)),
                private: before.private.clone(),
                current_identity: before.identity.clone(),
                ..read_resource::Request::default()
            })
            .await
            .unwrap()
            .into_inner();
        rules::diagnostics(&answer.diagnostics);
        rules::private(&answer.private);
        let value = self.provider.decode_resource(self.resource, answer.new_state.as_ref());
        assert!(value.is_wholly_known(), "rule broken: a state is wholly known: {value:?}");
        if wire::has_errors(&answer.diagnostics) {
            assert_eq!(value, before.value, "rule broken: an error while reading changes nothing");
            assert_eq!(
                rules::private(&answer.private),
                rules::private(&before.private),
                "rule broken: an error while reading changes nothing"
            );
        }
        if !value.is_null() {
            self.state = Some(Object {
                value,
                private: answer.private,
                identity: answer.new_identity,
                status: before.status,
            });
            self.check_identity();
        }
        Run { action: Action::Nothing, diagnostics: answer.diagnostics }
    }

    /// `terraform apply`. When it went well, planning again must find nothing to do.
    pub(crate) async fn apply(&mut self, block: &Block) -> Run {
        let run = self.apply_unfinished(block).await;
        if !run.failed() {
            self.check_nothing_to_do(block).await;
        }
        run
    }

    /// `terraform apply` that may leave something to be done by a later one.
    pub(crate) async fn apply_unfinished(&mut self, block: &Block) -> Run {
        let plan = self.plan(block).await;
        if wire::has_errors(&plan.diagnostics) {
            return Run { action: plan.action, diagnostics: plan.diagnostics };
        }
        let shown = plan.diagnostics.clone();
        let mut run = self.apply_plan(plan).await;
        // What the plan has told is told once.
        run.diagnostics.retain(|diagnostic| !shown.contains(diagnostic));
        run.diagnostics.splice(0..0, shown);
        run
    }

    /// `terraform apply PLAN`: changes what was planned, and nothing else.
    pub(crate) async fn apply_plan(&mut self, plan: Plan) -> Run {
        self.begin_apply().await;
        let action = plan.action;
        let mut told = Vec::new();
        if action == Action::Replace {
            let run = self.carry_out(&plan.destroying()).await;
            told = run.diagnostics;
            if wire::has_errors(&told) {
                return Run { action, diagnostics: told };
            }
            assert!(
                self.state.is_none(),
                "rule broken: what is replaced is gone, or there is an error"
            );
        }
        if matches!(action, Action::Create | Action::Update | Action::Replace) {
            let (broken, again) = self.plan_again(&plan).await;
            assert!(broken.is_empty(), "rule broken: the final plan is the plan: {broken:?}");
            let run = if wire::has_errors(&again.diagnostics) {
                Run { action, diagnostics: again.diagnostics }
            } else {
                self.carry_out(&again).await
            };
            told.extend(run.diagnostics);
        }
        if action == Action::Destroy {
            told.extend(self.carry_out(&plan).await.diagnostics);
        }
        Run { action, diagnostics: told }
    }

    /// `terraform apply` of a replacement under `create_before_destroy`.
    pub(crate) async fn apply_create_first(&mut self, block: &Block) -> Run {
        let plan = self.plan(block).await;
        if wire::has_errors(&plan.diagnostics) {
            return Run { action: plan.action, diagnostics: plan.diagnostics };
        }
        self.replace_create_first(&plan).await
    }

    /// The new object comes first, then the end of the old one.
    pub(crate) async fn replace_create_first(&mut self, plan: &Plan) -> Run {
        let old = self.state.clone();
        let mut run = self.create_first(plan).await;
        if !run.failed() {
            let new = std::mem::replace(&mut self.state, old);
            let end = self.plan_destroy().await;
            let destroyed = self.carry_out(&end).await;
            let is_gone = self.state.is_none() || destroyed.failed();
            assert!(is_gone, "rule broken: what is destroyed is gone");
            self.state = new;
            run.diagnostics.extend(destroyed.diagnostics);
        }
        run
    }

    /// The first half of that: the new object is in the state, and the old one is set aside. Where
    /// the new one fails, the old one comes back.
    pub(crate) async fn create_first(&mut self, plan: &Plan) -> Run {
        let action = plan.action;
        assert_eq!(action, Action::Replace);
        self.begin_apply().await;
        let old = self.state.take();
        let (broken, again) = self.plan_again(plan).await;
        assert!(broken.is_empty(), "rule broken: the final plan is the plan: {broken:?}");
        let run = if wire::has_errors(&again.diagnostics) {
            Run { action, diagnostics: again.diagnostics }
        } else {
            self.carry_out(&again).await
        };
        if self.state.is_none() {
            self.state = old;
        }
        run
    }

    async fn begin_apply(&mut self) {
        if !self.shares_run.get() {
            self.provider.restart_applying().await;
        }
    }

    /// Plans again, as every apply does before it changes something; and where that breaks a promise
    /// of the plan that was shown.
    pub(crate) async fn plan_again(&mut self, plan: &Plan) -> (Vec<String>, Plan) {
        let again = self.plan_after(Phase::Apply, &plan.config, &plan.private).await;
        let broken = if wire::has_errors(&again.diagnostics) {
            Vec::new()
        } else {
            rules::broken_promises(&plan.planned, &again.planned)
        };
        (broken, again)
    }

    /// `terraform destroy`
    pub(crate) async fn destroy(&mut self) -> Run {
        if !self.shares_run.get() {
            self.provider.restart_planning().await;
        }
        let mut told = self.refresh().await.diagnostics;
        if wire::has_errors(&told) || self.state.is_none() {
            return Run { action: Action::Nothing, diagnostics: told };
        }
        let mut plan = self.plan_destroy().await;
        let run = if wire::has_errors(&plan.diagnostics) {
            Run { action: Action::Destroy, diagnostics: plan.diagnostics }
        } else {
            told.append(&mut plan.diagnostics);
            self.begin_apply().await;
            self.carry_out(&plan).await
        };
        told.extend(run.diagnostics);
        Run { action: Action::Destroy, diagnostics: told }
    }

    /// `ApplyResourceChange`, and what Terraform makes of its answer.
    pub(crate) async fn carry_out(&mut self, plan: &Plan) -> Run {
        let destroys = plan.planned.is_null();
        let answer = self
            .provider
            .applying
            .apply_resource_change(apply_resource_change::Request {
                type_name: self.resource.to_owned(),
                prior_state: Some(self.provider.encode_resource(self.resource, &plan.prior)),
                planned_state: Some(self.provider.encode_resource(self.resource, &plan.planned)),
                config: Some(self.provider.encode_resource(self.resource, &plan.config)),
                planned_private: plan.private.clone(),
                planned_identity: plan.identity.clone(),
                ..apply_resource_change::Request::default()
            })
            .await
            .unwrap()
            .into_inner();
        rules::diagnostics(&answer.diagnostics);
        rules::private(&answer.private);
        if destroys {
            rules::destroyed(&answer.diagnostics);
        }
        let failed = wire::has_errors(&answer.diagnostics);
        let value = self.provider.decode_resource(self.resource, answer.new_state.as_ref());
        if !failed && !destroys {
            rules::applied(&plan.planned, &value);
        }
        assert!(value.is_wholly_known(), "rule broken: a state is wholly known: {value:?}");
        let status = if failed && plan.prior.is_null() { Status::Tainted } else { Status::Ready };
        self.state = (!value.is_null()).then_some(Object {
            value,
            private: answer.private,
            identity: answer.new_identity,
            status,
        });
        self.check_identity();
        Run { action: plan.action, diagnostics: answer.diagnostics }
    }

    /// `terraform import ADDRESS ID`
    pub(crate) async fn import(&mut self, id: &str) -> Run {
        let request = import_resource_state::Request { id: id.to_owned(), ..Default::default() };
        self.import_by(request).await
    }

    /// An `import` block with an `identity`.
    pub(crate) async fn import_identity(&mut self, identity: &Block) -> Run {
        let identity = Some(self.provider.encode_identity(self.resource, identity));
        self.import_by(import_resource_state::Request { identity, ..Default::default() }).await
    }

    async fn import_by(&mut self, request: import_resource_state::Request) -> Run {
        assert!(self.state.is_none(), "Terraform imports only what is not in the state");
        let request =
            import_resource_state::Request { type_name: self.resource.to_owned(), ..request };
        let answer =
            self.provider.client.import_resource_state(request).await.unwrap().into_inner();
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
            assert!(wire::has_errors(&told), "rule broken: an import finds something or says why");
        }
        Run { action: Action::Nothing, diagnostics: told }
    }

    /// Reads a data source, as a plan does; null where that failed.
    pub(crate) async fn read_data(&mut self, name: &str, block: &Block) -> (Value, String) {
        let kind = self.provider.data_source_type(name);
        let config = block.complete(&kind);
        let told = self.provider.validate_data_source(name, &config).await;
        if wire::has_errors(&told) {
            return (Value::Null, show::diagnostics(&told));
        }
        let request = read_data_source::Request {
            type_name: name.to_owned(),
            config: Some(wire::encode(&config, &kind)),
            ..read_data_source::Request::default()
        };
        let answer = self.provider.client.read_data_source(request).await.unwrap().into_inner();
        rules::diagnostics(&answer.diagnostics);
        let value = wire::decode(answer.state.as_ref(), &kind);
        assert!(value.is_wholly_known(), "rule broken: what was read is wholly known: {value:?}");
        (value, show::diagnostics(&answer.diagnostics))
    }

    /// After an apply that went well, refreshing and planning again finds nothing to do.
    async fn check_nothing_to_do(&mut self, block: &Block) {
        let state = self.state.clone();
        let shares_run = std::mem::take(&mut self.shares_run);
        let plan = self.plan(block).await;
        self.shares_run = shares_run;
        assert!(
            !wire::has_errors(&plan.diagnostics),
            "rule broken: planning again goes well\n\n{}",
            show::diagnostics(&plan.diagnostics)
        );
        assert_eq!(
            (plan.action, plan.changes().as_str()),
            (Action::Nothing, ""),
            "rule broken: after an apply there is nothing to do"
        );
        self.state = state;
    }

    /// What Lumen knows by a number is told apart by it.
    fn check_identity(&self) {
        let Some(object) = &self.state else { return };
        let has_number = !object.value.get("id").is_null();
        assert!(
            !has_number || object.identity.is_some(),
            "rule broken: what exists has an identity"
        );
    }
}
