//! The cost of a call from Terraform, from the message to the answer, without TLS and without Lumen: the
//! provider's settings are not known yet, so plans request no price. `cases/mod.rs` explains how to
//! measure it.
#![expect(clippy::expect_used, reason = "a bench that can't run has no result")]

mod cases;
#[path = "cases/connection.rs"]
mod connection;

use terraform_provider_lumen::framework::{Type, Value};
use terraform_provider_lumen::plugin::codec;
use terraform_provider_lumen::plugin::proto::tfplugin6::provider_client::ProviderClient;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    DynamicValue, configure_provider, get_provider_schema, plan_resource_change, stop_provider,
    validate_resource_config,
};
use terraform_provider_lumen::{plugin, provider};
use tokio::runtime::Builder;

use connection::CONNECTION;

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let registry = provider::registry();
    let kind = &connection::kind(&registry);
    let client = ProviderClient::new(plugin::service(provider::registry()));
    let mut client = client.max_decoding_message_size(usize::MAX);

    let config = Some(settings(registry.provider_schema().implied_type()));
    let request = configure_provider::Request { config, ..Default::default() };
    let told = runtime.block_on(client.configure_provider(request)).expect("an answer");
    assert_eq!(told.into_inner().diagnostics, [], "the provider is configured");

    let (config, state) = (connection::config(kind, "edge-1"), connection::state(kind, "edge-1"));
    let renamed = connection::config(kind, "edge-2");
    let valid = validate_resource_config::Request {
        type_name: CONNECTION.to_owned(),
        config: Some(encode(&config, kind)),
        ..Default::default()
    };
    let create = plan(&Value::Null, &config, kind);
    let update = plan(&state, &renamed, kind);
    let same = plan(&state, &config, kind);
    let (runtime, client) = (&runtime, &client);
    let planning = |request: plan_resource_change::Request| -> Box<dyn FnMut() + '_> {
        let mut client = client.clone();
        Box::new(move || {
            let call = client.plan_resource_change(request.clone());
            let planned = runtime.block_on(call).expect("an answer").into_inner();
            assert_eq!(planned.diagnostics, [], "the plan has no diagnostics");
        })
    };
    let (mut idle, mut offers, mut validates) = (client.clone(), client.clone(), client.clone());
    cases::measure(
        "call",
        vec![
            (
                "StopProvider, which does nothing",
                Box::new(move || {
                    let call = idle.stop_provider(stop_provider::Request {});
                    runtime.block_on(call).expect("an answer");
                }),
            ),
            (
                "GetProviderSchema",
                Box::new(move || {
                    let call = offers.get_provider_schema(get_provider_schema::Request {});
                    runtime.block_on(call).expect("an answer");
                }),
            ),
            (
                "ValidateResourceConfig",
                Box::new(move || {
                    let call = validates.validate_resource_config(valid.clone());
                    runtime.block_on(call).expect("an answer");
                }),
            ),
            ("PlanResourceChange of a create", planning(create)),
            ("PlanResourceChange of an update", planning(update)),
            ("PlanResourceChange of nothing", planning(same)),
        ],
    );
}

/// Settings with credentials that are known only at apply, so that Lumen is not contacted, and with the
/// settings that every order needs.
fn settings(kind: &Type) -> DynamicValue {
    let known = [("customer_number", "1-ABCDE"), ("billing_account_id", "5-RHQBGCGK")];
    let mut settings = connection::object(kind, known);
    if let (Value::Map(settings), Type::Object(kinds)) = (&mut settings, kind) {
        for name in ["client_id", "client_secret"] {
            settings.insert(name.into(), Value::unknown());
        }
        let contact = [("name", "Ada Lovelace"), ("email", "noc@example.com"), ("phone", "+1615")];
        let contact = kinds.get("contact").map(|kind| connection::object(kind, contact));
        settings.insert("contact".into(), contact.unwrap_or_default());
    }
    encode(&settings, kind)
}

fn plan(prior: &Value, config: &Value, kind: &Type) -> plan_resource_change::Request {
    plan_resource_change::Request {
        type_name: CONNECTION.to_owned(),
        prior_state: Some(encode(prior, kind)),
        proposed_new_state: Some(encode(config, kind)),
        config: Some(encode(config, kind)),
        ..Default::default()
    }
}

fn encode(value: &Value, kind: &Type) -> DynamicValue {
    codec::encode(value, kind).expect("a value of its type")
}
