//! Applies a plan to the resource instance.

use terraform_provider_lumen::plugin::proto::tfplugin6::{Diagnostic, apply_resource_change};

use super::plan::Phase;
use super::wire::{answered, has_errors};
use super::{Action, Block, Core, Object, Plan, Run, Status, rules, show};

impl Core {
    /// `terraform apply`. If it succeeds, another plan must find nothing to do.
    pub async fn apply(&mut self, block: &Block) -> Run {
        let run = self.apply_unfinished(block).await;
        if !run.failed() {
            self.check_nothing_to_do(block).await;
        }
        run
    }

    /// `terraform apply` that may leave changes for a later apply.
    pub async fn apply_unfinished(&mut self, block: &Block) -> Run {
        let mut core = self.begin();
        let plan = core.plan(block).await;
        let shown = plan.diagnostics.clone();
        let mut run = if has_errors(&shown) {
            Run { action: plan.action, diagnostics: Vec::new() }
        } else {
            core.apply_plan(plan).await
        };
        core.end();
        // Diagnostics of the plan are shown only once.
        run.diagnostics.retain(|diagnostic| !shown.contains(diagnostic));
        run.diagnostics.splice(0..0, shown);
        run
    }

    /// `terraform apply PLAN`: makes the planned changes only.
    pub async fn apply_plan(&mut self, plan: Plan) -> Run {
        let action = plan.action;
        let mut told = self.begin_apply().await;
        if has_errors(&told) {
            return Run { action, diagnostics: told };
        }
        if action == Action::Replace {
            let run = self.carry_out(&plan.destroying()).await;
            told.extend(run.diagnostics);
            if has_errors(&told) {
                return Run { action, diagnostics: told };
            }
            assert!(
                self.state.is_none(),
                "rule broken: the replaced object is gone, or there is an error"
            );
        }
        if matches!(action, Action::Create | Action::Update | Action::Replace) {
            let (broken, again) = self.plan_again(&plan).await;
            assert!(broken.is_empty(), "rule broken: the final plan matches the plan: {broken:?}");
            let run = if has_errors(&again.diagnostics) {
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
    pub async fn apply_create_first(&mut self, block: &Block) -> Run {
        let mut core = self.begin();
        let plan = core.plan(block).await;
        let run = if has_errors(&plan.diagnostics) {
            Run { action: plan.action, diagnostics: plan.diagnostics }
        } else {
            core.replace_create_first(&plan).await
        };
        core.end();
        run
    }

    /// Creates the new object first, and then destroys the old one.
    pub async fn replace_create_first(&mut self, plan: &Plan) -> Run {
        let old = self.state.clone();
        let mut run = self.create_first(plan).await;
        if !run.failed() {
            // The old object is no longer the current object in the state, whatever happens to it.
            let mut core = self.begin();
            let new = std::mem::replace(&mut core.state, old);
            let end = core.plan_destroy().await;
            let destroyed = core.carry_out(&end).await;
            let is_gone = core.state.is_none() || destroyed.failed();
            assert!(is_gone, "rule broken: a destroyed object is gone");
            core.save(new);
            run.diagnostics.extend(destroyed.diagnostics);
        }
        run
    }

    /// The first half of that: the old object is set aside, and the new one takes its place in the state.
    /// If creating the new one fails, the old one is restored.
    pub async fn create_first(&mut self, plan: &Plan) -> Run {
        let action = plan.action;
        assert_eq!(action, Action::Replace);
        let mut told = self.begin_apply().await;
        if has_errors(&told) {
            return Run { action, diagnostics: told };
        }
        let mut core = self.begin();
        let old = core.state.take();
        let (broken, again) = core.plan_again(plan).await;
        assert!(broken.is_empty(), "rule broken: the final plan matches the plan: {broken:?}");
        told.extend(if has_errors(&again.diagnostics) {
            again.diagnostics
        } else {
            core.carry_out(&again).await.diagnostics
        });
        if core.state.is_none() {
            core.state = old;
        }
        core.end();
        Run { action, diagnostics: told }
    }

    /// Starts the process that applies if a run begins. Returns the diagnostics of its configuration.
    pub(crate) async fn begin_apply(&mut self) -> Vec<Diagnostic> {
        if self.shares_run.get() { Vec::new() } else { self.provider.restart_applying().await }
    }

    /// Plans again, as every apply does before it changes something. Also returns where the new plan
    /// breaks a promise of the plan that was shown.
    pub async fn plan_again(&mut self, plan: &Plan) -> (Vec<String>, Plan) {
        let again = self.plan_after(Phase::Apply, &plan.config, &plan.private).await;
        let broken = if has_errors(&again.diagnostics) {
            Vec::new()
        } else {
            rules::broken_promises(&plan.planned, &again.planned)
        };
        (broken, again)
    }

    /// `ApplyResourceChange`, with Terraform's handling of its answer.
    pub async fn carry_out(&mut self, plan: &Plan) -> Run {
        let destroys = plan.planned.is_null();
        let request = apply_resource_change::Request {
            type_name: self.resource.to_owned(),
            prior_state: Some(self.provider.encode_resource(self.resource, &plan.prior)),
            planned_state: Some(self.provider.encode_resource(self.resource, &plan.planned)),
            config: Some(self.provider.encode_resource(self.resource, &plan.config)),
            planned_private: plan.private.clone(),
            planned_identity: plan.identity.clone(),
            ..apply_resource_change::Request::default()
        };
        let answer = self.provider.applying.apply_resource_change(request).await;
        let answer = match answered("ApplyResourceChange", answer) {
            Ok(answer) => answer,
            Err(why) => {
                let state = self.state.take();
                self.save(state);
                return Run { action: plan.action, diagnostics: vec![why] };
            }
        };
        rules::diagnostics(&answer.diagnostics);
        rules::private(&answer.private);
        if destroys {
            rules::destroyed(&answer.diagnostics);
        }
        let failed = has_errors(&answer.diagnostics);
        let value = self.provider.decode_resource(self.resource, answer.new_state.as_ref());
        if !failed && !destroys {
            rules::applied(&plan.planned, &value);
        }
        assert!(value.is_wholly_known(), "rule broken: a state is wholly known: {value:?}");
        let status = match &self.state {
            _ if !failed => Status::Ready,
            _ if plan.prior.is_null() => Status::Tainted,
            // A tainted object stays tainted until it is gone.
            before => before.as_ref().map_or(Status::Ready, |object| object.status),
        };
        let object = (!value.is_null()).then_some(Object {
            value,
            private: answer.private,
            identity: answer.new_identity,
            status,
        });
        // An error without an object changes nothing: Terraform keeps the prior object.
        let before = self.state.take().filter(|_| failed);
        self.save(object.or(before));
        self.check_identity();
        Run { action: plan.action, diagnostics: answer.diagnostics }
    }

    /// Checks that refreshing and planning again finds nothing to do after a successful apply.
    async fn check_nothing_to_do(&mut self, block: &Block) {
        // Nothing of this plan is saved.
        let mut core = self.begin();
        let plan = core.plan_in_run(true, block).await;
        assert!(
            !has_errors(&plan.diagnostics),
            "rule broken: planning again succeeds\n\n{}",
            show::diagnostics(&plan.diagnostics)
        );
        assert_eq!(
            (plan.action, plan.changes().as_str()),
            (Action::Nothing, ""),
            "rule broken: after an apply there is nothing to do"
        );
    }
}
