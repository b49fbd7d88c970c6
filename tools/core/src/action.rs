//! Runs an action as `terraform apply -invoke` does: it is validated, planned, and invoked.

use terraform_provider_lumen::framework::{Type, Value};
use terraform_provider_lumen::plugin::proto::tfplugin6::invoke_action::event::Type as Event;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    ClientCapabilities, Diagnostic, invoke_action, plan_action, validate_action_config,
};

use tonic::Response;

use super::provider::known;
use super::wire::answered;
use super::{Block, Provider, rules, show, wire};

/// The result of an action, with everything that the user saw.
#[derive(Debug, Default)]
pub struct Invocation {
    /// The progress messages.
    pub progress: Vec<String>,
    /// The diagnostics that the user saw.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the plan succeeded, so that the action began.
    pub began: bool,
}

impl Invocation {
    /// Everything that the user saw, as text.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut shown = self.progress.join("\n");
        if !shown.is_empty() {
            shown.push('\n');
        }
        shown + &show::diagnostics(&self.diagnostics)
    }

    /// Whether it ended in an error.
    #[must_use]
    pub fn failed(&self) -> bool {
        wire::has_errors(&self.diagnostics)
    }
}

impl Provider {
    /// `terraform apply -invoke=action.NAME…`
    pub async fn act(&mut self, name: &str, block: &Block) -> Invocation {
        let config = block.complete(&self.action_type(name));
        let mut diagnostics = self.plan_act(name, block).await;
        if wire::has_errors(&diagnostics) {
            return Invocation { diagnostics, ..Invocation::default() };
        }
        let done = self.invoke(name, &config).await;
        diagnostics.extend(done.diagnostics);
        Invocation { diagnostics, ..done }
    }

    /// Validates an action and plans it, as `terraform plan` does.
    pub async fn plan_act(&mut self, name: &str, block: &Block) -> Vec<Diagnostic> {
        let kind = self.action_type(name);
        let config = Some(wire::encode(&block.complete(&kind), &kind));
        let request =
            validate_action_config::Request { type_name: name.to_owned(), config: config.clone() };
        let answer = self.client.validate_action_config(request).await;
        let answer = match answered("ValidateActionConfig", answer) {
            Ok(answer) => answer,
            Err(why) => return vec![why],
        };
        rules::diagnostics(&answer.diagnostics);
        let mut told = answer.diagnostics;
        if wire::has_errors(&told) {
            return told;
        }
        let client_capabilities = Some(ClientCapabilities::default());
        let request =
            plan_action::Request { action_type: name.to_owned(), config, client_capabilities };
        let answer = match answered("PlanAction", self.client.plan_action(request).await) {
            Ok(answer) => answer,
            Err(why) => return vec![why],
        };
        rules::diagnostics(&answer.diagnostics);
        assert_eq!(
            answer.deferred, None,
            "rule broken: nothing is deferred without client support"
        );
        told.extend(answer.diagnostics);
        told
    }

    /// `InvokeAction`, with Terraform's handling of its events.
    async fn invoke(&mut self, name: &str, config: &Value) -> Invocation {
        assert!(
            config.is_wholly_known(),
            "Terraform invokes actions only with wholly known arguments"
        );
        let request = invoke_action::Request {
            action_type: name.to_owned(),
            config: Some(wire::encode(config, &self.action_type(name))),
            client_capabilities: Some(ClientCapabilities::default()),
        };
        let (mut progress, mut end) = (Vec::new(), None);
        let mut events = match answered("InvokeAction", self.client.invoke_action(request).await) {
            Ok(events) => events,
            Err(why) => return Invocation { progress, diagnostics: vec![why], began: true },
        };
        loop {
            let event = match answered("InvokeAction", events.message().await.map(Response::new)) {
                Ok(Some(event)) => event,
                Ok(None) => break,
                Err(why) => return Invocation { progress, diagnostics: vec![why], began: true },
            };
            assert!(end.is_none(), "rule broken: no event follows the completion");
            match event.r#type {
                None => panic!("rule broken: every event has a type"),
                Some(Event::Progress(told)) => {
                    rules::no_secrets("progress", &told.message);
                    assert!(!told.message.trim().is_empty(), "rule broken: progress is not empty");
                    assert!(!told.message.contains('\n'), "rule broken: progress is one line");
                    assert!(
                        !progress.contains(&told.message),
                        "rule broken: no progress is repeated"
                    );
                    progress.push(told.message);
                }
                Some(Event::Completed(completed)) => end = Some(completed),
            }
        }
        let Some(end) = end else { panic!("rule broken: an action ends with a completion") };
        rules::diagnostics(&end.diagnostics);
        Invocation { progress, diagnostics: end.diagnostics, began: true }
    }

    fn action_type(&self, name: &str) -> Type {
        known(self.registry().action_schema(name), name).implied_type().clone()
    }
}
