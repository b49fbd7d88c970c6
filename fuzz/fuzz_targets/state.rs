//! States, private data and import ids from another program, from another version, or made up: they are
//! refused with a message, or read unambiguously. Data that can't be read is not lost, and files outside of
//! the journal stay unchanged.

#![no_main]

use std::fs;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use lumen_fuzz::provider::{is_refused, null, plain};
use serde_json::Value as Json;
use terraform_provider_lumen::framework::{IdentityAttribute, Type, Value};
use terraform_provider_lumen::plugin::codec;
use terraform_provider_lumen::plugin::proto::tfplugin6::provider_client::ProviderClient;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    DynamicValue, RawState, configure_provider, import_resource_state, move_resource_state,
    plan_resource_change, read_resource, upgrade_resource_identity, upgrade_resource_state,
    validate_resource_config,
};
use terraform_provider_lumen::{plugin, provider};
use tokio::runtime::Builder;

const RESOURCES: [&str; 2] = ["lumen_iod_connection", "lumen_voice_tn_reservation"];

const NAMES: [&str; 52] = [
    "id",
    "service_id",
    "order_id",
    "order_request_id",
    "quote_id",
    "name",
    "master_site_id",
    "partner_id",
    "port_service_id",
    "bandwidth",
    "ipv4_block_size",
    "vlan_assignment",
    "routing",
    "billing_account_id",
    "external_id",
    "wait_for",
    "status",
    "hourly_price",
    "monthly_price",
    "deletion_protection",
    "location",
    "contact",
    "timeouts",
    "create",
    "rate_center",
    "state",
    "quantity",
    "product",
    "telephone_numbers",
    "on_shortage",
    "sequential",
    "pbx",
    "customer_number",
    "voice_order_id",
    "external_order_id",
    "customer_service_name",
    "owner",
    "pending",
    "pending_entry",
    "promised",
    "imported",
    "unsaved",
    "own",
    "quoted",
    "backorders",
    "key",
    "thing",
    "generation",
    "reference",
    "since",
    "order",
    "looked_up",
];

/// The attributes of a valid state of each resource.
const SOUND: [(&str, &str); 16] = [
    ("name", "edge-1"),
    ("master_site_id", "PL0001247634"),
    ("bandwidth", "100 Mbps"),
    ("partner_id", "43558"),
    ("ipv4_block_size", "/29"),
    ("vlan_assignment", "Auto Assign"),
    ("routing", "Static"),
    ("wait_for", "active"),
    ("id", "77133831778"),
    ("service_id", "77133831778"),
    ("status", "active"),
    ("rate_center", "DENVER"),
    ("state", "CO"),
    ("product", "local_inbound"),
    ("on_shortage", "reject"),
    ("on_destroy", "retain"),
];

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    is_voice: bool,
    call: Call,
    json: &'a [u8],
}

/// The call that receives the JSON of the input.
#[derive(Arbitrary, Debug)]
enum Call {
    Upgrade {
        version: i8,
        as_flatmap: bool,
    },
    Identity,
    Move {
        is_ours: bool,
    },
    /// As an id, or as an identity if it is an object.
    Import,
    /// As private data.
    Plan,
    /// As private data.
    Read,
    /// As a configuration.
    Validate,
}

thread_local! {
    static RUN: Box<dyn Fn(&Input<'_>, &Json)> = Box::new(runner());
}

fuzz_target!(|input: Input<'_>| {
    if let Some(json) = lumen_fuzz::input(input.json, &NAMES) {
        RUN.with(|run| run(&input, &json));
    }
});

/// A provider whose credentials are not known yet, so that it makes no request.
fn runner() -> impl Fn(&Input<'_>, &Json) {
    let folder = tempfile::Builder::new().prefix("lumen-fuzz-").tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("orders/beside")).expect("a folder");
    fs::write(folder.path().join("orders/beside/0-intent.json"), "{}").expect("a file");
    let journal = folder.path().join("orders/journal").to_str().expect("text").to_owned();
    let registry = provider::registry();
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = ProviderClient::new(plugin::service(provider::registry()));
    let client = client.max_decoding_message_size(usize::MAX);
    macro_rules! ask {
        ($rpc:ident($request:expr)) => {
            runtime.block_on(client.clone().$rpc($request)).expect("an answer").into_inner()
        };
    }

    let kind = registry.provider_schema().implied_type();
    let settings = with(
        null(kind),
        &[("customer_number", Value::text("1-ABCDE")), ("order_journal", Value::text(journal))],
    );
    let secrets = ["client_id", "client_secret"].map(|name| (name, Value::unknown()));
    let config = Some(codec::encode(&with(settings, &secrets), kind).expect("settings"));
    let configured =
        ask!(configure_provider(configure_provider::Request { config, ..Default::default() }));
    assert_eq!(configured.diagnostics, []);

    move |input, json| {
        let type_name = RESOURCES[usize::from(input.is_voice)].to_owned();
        let kind = registry.resource_schema(&type_name).expect("a resource").implied_type();
        let identity =
            IdentityAttribute::object_type(registry.identity(&type_name).expect("a resource"));
        let raw = RawState { json: json.to_string().into_bytes(), ..Default::default() };
        let sound = SOUND.map(|(name, text)| (name, Value::text(text)));
        let sound = codec::encode(&with(null(kind), &sound), kind).expect("a state");
        let private = json.to_string().into_bytes();
        match input.call {
            Call::Upgrade { version, as_flatmap } => {
                let flatmap = [("id".to_owned(), "1".to_owned())].into_iter().collect();
                let raw =
                    if as_flatmap { RawState { json: Vec::new().into(), flatmap } } else { raw };
                let request = upgrade_resource_state::Request {
                    type_name: type_name.clone(),
                    version: version.into(),
                    raw_state: Some(raw),
                };
                let answer = ask!(upgrade_resource_state(request));
                let is_refused_before = is_refused(&answer.diagnostics);
                assert!(is_refused_before || !as_flatmap, "a state of Terraform 0.11 is not read");
                one_way(is_refused_before, answer.upgraded_state.as_ref(), kind);
                if is_refused_before {
                    return;
                }
                // As Terraform does next, read the object and plan it without changes.
                let state = answer.upgraded_state;
                let request = read_resource::Request {
                    type_name: type_name.clone(),
                    current_state: state.clone(),
                    ..Default::default()
                };
                let answer = ask!(read_resource(request));
                one_way(is_refused(&answer.diagnostics), answer.new_state.as_ref(), kind);
                let request = plan_resource_change::Request {
                    type_name,
                    prior_state: state.clone(),
                    proposed_new_state: state.clone(),
                    config: state,
                    ..Default::default()
                };
                let answer = ask!(plan_resource_change(request));
                one_way(is_refused(&answer.diagnostics), answer.planned_state.as_ref(), kind);
            }
            Call::Identity => {
                let request = upgrade_resource_identity::Request {
                    type_name,
                    raw_identity: Some(raw),
                    version: 0,
                };
                let answer = ask!(upgrade_resource_identity(request));
                let data = answer.upgraded_identity.and_then(|identity| identity.identity_data);
                if !is_refused(&answer.diagnostics) && data.is_some() {
                    one_way(false, data.as_ref(), &identity);
                }
            }
            Call::Move { is_ours } => {
                let source = if is_ours { type_name.clone() } else { "lumen_other".to_owned() };
                let request = move_resource_state::Request {
                    source_type_name: source,
                    source_state: Some(raw),
                    source_private: private.clone().into(),
                    target_type_name: type_name,
                    ..Default::default()
                };
                let answer = ask!(move_resource_state(request));
                let is_refused = is_refused(&answer.diagnostics);
                assert!(is_refused || is_ours);
                one_way(is_refused, answer.target_state.as_ref(), kind);
                assert!(
                    is_refused || answer.target_private == private,
                    "private data is moved unchanged"
                );
            }
            Call::Import => {
                let id = json.as_str().unwrap_or_default().to_owned();
                let identity = if id.is_empty() { encoded(json, &identity) } else { None };
                let identity = identity.map(|data| {
                    terraform_provider_lumen::plugin::proto::tfplugin6::ResourceIdentityData {
                        identity_data: Some(data),
                    }
                });
                let request = import_resource_state::Request {
                    type_name,
                    id,
                    identity,
                    ..Default::default()
                };
                let answer = ask!(import_resource_state(request));
                let is_refused = is_refused(&answer.diagnostics);
                assert!(is_refused || !answer.imported_resources.is_empty());
            }
            Call::Plan => {
                let request = plan_resource_change::Request {
                    type_name,
                    prior_state: Some(sound.clone()),
                    proposed_new_state: Some(sound.clone()),
                    config: Some(sound),
                    prior_private: private.into(),
                    ..Default::default()
                };
                let answer = ask!(plan_resource_change(request));
                one_way(is_refused(&answer.diagnostics), answer.planned_state.as_ref(), kind);
            }
            Call::Read => {
                let request = read_resource::Request {
                    type_name,
                    current_state: Some(sound.clone()),
                    private: private.clone().into(),
                    ..Default::default()
                };
                let answer = ask!(read_resource(request));
                if is_refused(&answer.diagnostics) {
                    let state = codec::decode(answer.new_state.as_ref(), kind).ok();
                    let before = codec::decode(Some(&sound), kind).ok();
                    assert_eq!(state, before, "unreadable data is kept");
                    assert_eq!(answer.private, private, "unreadable data is kept");
                }
            }
            Call::Validate => {
                let Some(config) = encoded(json, kind) else { return };
                let request = validate_resource_config::Request {
                    type_name: type_name.clone(),
                    config: Some(config.clone()),
                    ..Default::default()
                };
                let is_refused_before =
                    is_refused(&ask!(validate_resource_config(request)).diagnostics);
                let request = plan_resource_change::Request {
                    type_name,
                    proposed_new_state: Some(config.clone()),
                    config: Some(config),
                    ..Default::default()
                };
                let answer = ask!(plan_resource_change(request));
                let is_refused = is_refused(&answer.diagnostics);
                assert!(is_refused || !is_refused_before, "an invalid configuration has no plan");
                one_way(is_refused, answer.planned_state.as_ref(), kind);
            }
        }
        let beside = fs::read_dir(folder.path().join("orders/beside")).expect("a folder");
        assert_eq!(beside.count(), 1, "nothing is written outside of the journal");
    }
}

/// A value with these members, except for members that its type does not have.
fn with(value: Value, members: &[(&'static str, Value)]) -> Value {
    let Value::Map(mut all) = value else { return value };
    for (name, member) in members {
        if all.contains_key(*name) {
            all.insert((*name).into(), member.clone());
        }
    }
    Value::Map(all)
}

/// JSON as a value of this type: members that the type doesn't have are dropped, and missing ones are null.
fn encoded(json: &Json, kind: &Type) -> Option<DynamicValue> {
    let Type::Object(kinds) = kind else { return None };
    let members = json.as_object()?;
    let found = kinds.iter().map(|(name, kind)| {
        let read = members.get(&**name).and_then(|json| plain(json, kind));
        (name.clone(), read.unwrap_or_else(|| Value::Null))
    });
    codec::encode(&Value::Map(found.collect()), kind).ok()
}

/// Checks that the value that was read can be written, and that it reads as the same value again.
fn one_way(is_refused: bool, state: Option<&DynamicValue>, kind: &Type) {
    if is_refused {
        return;
    }
    let value = codec::decode(state, kind).expect("an answer of its type");
    let again = codec::encode(&value, kind).expect("what was read can be written");
    assert_eq!(codec::decode(Some(&again), kind).ok().as_ref(), Some(&value));
}
