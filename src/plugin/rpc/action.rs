//! The RPCs of actions.

use tokio::sync::mpsc;

use crate::framework::{Diagnostic, Progress, Registry};

use super::super::proto::tfplugin6::{invoke_action, plan_action, validate_action_config};
use super::super::{codec, convert};
use invoke_action::event::{self, Type};

pub(in super::super) fn validate(
    registry: &Registry,
    request: &validate_action_config::Request,
) -> Result<validate_action_config::Response, Diagnostic> {
    let name = &request.type_name;
    let kind = registry.action_schema(name)?.implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let diagnostics = convert::diagnostics(registry.validate_action(name, &config));
    Ok(validate_action_config::Response { diagnostics })
}

pub(in super::super) async fn plan(
    registry: &Registry,
    request: plan_action::Request,
) -> Result<plan_action::Response, Diagnostic> {
    let name = &request.action_type;
    let kind = registry.action_schema(name)?.implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let diagnostics = convert::diagnostics(registry.plan_action(name, config).await?);
    Ok(plan_action::Response { diagnostics, deferred: None })
}

/// Sends an event for each progress message, and one at the end.
pub(in super::super) async fn invoke(
    registry: &Registry,
    request: invoke_action::Request,
    events: mpsc::Sender<invoke_action::Event>,
) -> Result<(), Diagnostic> {
    let name = &request.action_type;
    let kind = registry.action_schema(name)?.implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let (progress, mut messages) = mpsc::unbounded_channel::<String>();
    let pass_on = async {
        while let Some(message) = messages.recv().await {
            let message = convert::text(message);
            drop(events.send(event(Type::Progress(event::Progress { message }))).await);
        }
    };
    let invoked = registry.invoke(name, config, Progress::new(progress));
    let (diagnostics, ()) = tokio::join!(invoked, pass_on);
    let diagnostics = convert::diagnostics(diagnostics?);
    drop(events.send(event(Type::Completed(event::Completed { diagnostics }))).await);
    Ok(())
}

fn event(happened: Type) -> invoke_action::Event {
    invoke_action::Event { r#type: Some(happened) }
}
