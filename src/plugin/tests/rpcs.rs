//! The RPCs, called without a process around them.

use tonic::Request;

use super::super::proto::tfplugin6::{
    DynamicValue, RawState, apply_resource_change, configure_provider, diagnostic::Severity,
    get_resource_identity_schemas, import_resource_state, move_resource_state,
    plan_resource_change, read_resource, stop_provider, upgrade_resource_state,
    validate_resource_config,
};
use super::super::{codec, service};
use super::toy::{self, CURSED, ENDLESS};
use super::*;
use crate::framework::{Type, Value};

pub(super) type Client<P> = ProviderClient<ProviderServer<P>>;

fn kind() -> Type {
    Type::object(["id", "name", "secret"].map(|name| (name, Type::String)))
}

fn wire(value: &Value) -> Option<DynamicValue> {
    codec::encode(value, &kind()).ok()
}

fn read(wire: Option<&DynamicValue>) -> Value {
    codec::decode(wire, &kind()).unwrap_or_else(|error| Value::text(error.to_string()))
}

pub(super) fn thing(id: Value, name: &str) -> Value {
    Value::object([("id", id), ("name", Value::text(name)), ("secret", Value::Null)])
}

async fn terraform() -> Result<Client<impl Provider>> {
    let mut terraform = ProviderClient::new(service(toy::registry()));
    configure(&mut terraform).await?;
    Ok(terraform)
}

/// What Terraform does before anything else.
pub(super) async fn configure<P: Provider>(terraform: &mut Client<P>) -> Result {
    let block = b"\x81\xa5token\xc0".as_slice();
    let config = configure_provider::Request {
        config: Some(DynamicValue { msgpack: block.into(), ..DynamicValue::default() }),
        ..configure_provider::Request::default()
    };
    let configured = terraform.configure_provider(config).await?.into_inner();
    assert_eq!(configured.diagnostics, []);
    Ok(())
}

pub(super) fn create(planned: &Value, name: &str) -> apply_resource_change::Request {
    apply_resource_change::Request {
        type_name: "toy_thing".to_owned(),
        prior_state: wire(&Value::Null),
        planned_state: wire(planned),
        config: wire(&thing(Value::Null, name)),
        ..apply_resource_change::Request::default()
    }
}

#[tokio::test]
async fn a_thing_is_planned_made_read_and_removed() -> Result {
    let mut terraform = terraform().await?;

    let plan = plan_resource_change::Request {
        type_name: "toy_thing".to_owned(),
        prior_state: wire(&Value::Null),
        proposed_new_state: wire(&thing(Value::Null, "ball")),
        config: wire(&thing(Value::Null, "ball")),
        ..plan_resource_change::Request::default()
    };
    let planned = terraform.plan_resource_change(plan).await?.into_inner();
    assert_eq!(planned.diagnostics, []);
    assert!(!planned.legacy_type_system);
    assert_eq!(read(planned.planned_state.as_ref()), thing(Value::unknown(), "ball"));

    let apply = apply_resource_change::Request {
        planned_private: planned.planned_private,
        ..create(&read(planned.planned_state.as_ref()), "ball")
    };
    let made = terraform.apply_resource_change(apply).await?.into_inner();
    assert_eq!(made.diagnostics, []);
    assert_eq!(read(made.new_state.as_ref()), thing(Value::text("id of ball"), "ball"));
    assert!(made.new_identity.is_some());

    let refresh = read_resource::Request {
        type_name: "toy_thing".to_owned(),
        current_state: made.new_state.clone(),
        current_identity: made.new_identity.clone(),
        private: made.private.clone(),
        ..read_resource::Request::default()
    };
    let found = terraform.read_resource(refresh).await?.into_inner();
    assert_eq!(found.diagnostics, []);
    assert_eq!(found.new_state, made.new_state);
    assert_eq!(found.private, made.private);
    assert_eq!(found.new_identity, made.new_identity);

    let destroy = apply_resource_change::Request {
        type_name: "toy_thing".to_owned(),
        prior_state: made.new_state,
        planned_state: wire(&Value::Null),
        config: wire(&Value::Null),
        planned_private: made.private,
        ..apply_resource_change::Request::default()
    };
    let removed = terraform.apply_resource_change(destroy).await?.into_inner();
    assert_eq!(removed.diagnostics, []);
    assert_eq!(read(removed.new_state.as_ref()), Value::Null);
    Ok(())
}

#[tokio::test]
async fn things_are_imported_by_id_and_by_identity() -> Result {
    let mut terraform = terraform().await?;
    let by_id = import_resource_state::Request {
        type_name: "toy_thing".to_owned(),
        id: "7".to_owned(),
        ..import_resource_state::Request::default()
    };

    let found = terraform.import_resource_state(by_id.clone()).await?.into_inner();
    let [imported] = found.imported_resources.as_slice() else { return Err("one thing".into()) };
    assert_eq!(read(imported.state.as_ref()), thing(Value::text("7"), "found"));

    let by_identity = import_resource_state::Request {
        id: String::new(),
        identity: imported.identity.clone(),
        ..by_id
    };
    let again = terraform.import_resource_state(by_identity).await?.into_inner();
    assert_eq!(again.imported_resources, found.imported_resources);
    Ok(())
}

pub(super) fn stored(state: &str) -> RawState {
    RawState { json: state.as_bytes().to_vec(), ..RawState::default() }
}

#[tokio::test]
async fn a_stored_state_of_any_version_is_read_with_the_present_schema() -> Result {
    let mut terraform = terraform().await?;
    for (version, state) in [
        (0, r#"{"id": "7", "title": "BALL", "colour": "red"}"#),
        (1, r#"{"id": "7", "name": "BALL"}"#),
        (2, r#"{"id": "7", "name": "ball", "secret": null}"#),
    ] {
        let request = upgrade_resource_state::Request {
            type_name: "toy_thing".to_owned(),
            version,
            raw_state: Some(stored(state)),
        };

        let upgraded = terraform.upgrade_resource_state(request).await?.into_inner();

        assert_eq!(upgraded.diagnostics, []);
        assert_eq!(read(upgraded.upgraded_state.as_ref()), thing(Value::text("7"), "ball"));
    }
    Ok(())
}

#[tokio::test]
async fn a_state_of_a_later_version_is_refused() -> Result {
    let mut terraform = terraform().await?;
    let request = upgrade_resource_state::Request {
        type_name: "toy_thing".to_owned(),
        version: 3,
        raw_state: Some(stored(r#"{"id": "7"}"#)),
    };

    let refused = terraform.upgrade_resource_state(request).await?.into_inner();

    let [why] = refused.diagnostics.as_slice() else { return Err("one diagnostic".into()) };
    assert!(why.detail.contains("terraform init -upgrade"), "{}", why.detail);
    Ok(())
}

#[tokio::test]
async fn a_thing_by_its_former_name_becomes_a_thing() -> Result {
    let mut terraform = terraform().await?;
    let request = move_resource_state::Request {
        source_provider_address: "registry.terraform.io/example/toy".to_owned(),
        source_type_name: "toy_gadget".to_owned(),
        source_schema_version: 0,
        source_state: Some(stored(r#"{"id": "7", "title": "BALL"}"#)),
        source_private: b"null".to_vec(),
        source_identity: Some(stored(r#"{"id": "7"}"#)),
        target_type_name: "toy_thing".to_owned(),
        ..move_resource_state::Request::default()
    };

    let moved = terraform.move_resource_state(request.clone()).await?.into_inner();

    assert_eq!(moved.diagnostics, []);
    assert_eq!(read(moved.target_state.as_ref()), thing(Value::text("7"), "ball"));
    assert_eq!(moved.target_private, b"null");
    assert!(moved.target_identity.is_some());

    let foreign =
        move_resource_state::Request { source_type_name: "other_thing".to_owned(), ..request };
    let refused = terraform.move_resource_state(foreign).await?.into_inner();
    let [why] = refused.diagnostics.as_slice() else { return Err("one diagnostic".into()) };
    assert_eq!(why.summary, "A `other_thing` can't become a `toy_thing`");
    Ok(())
}

#[tokio::test]
async fn what_is_write_only_is_used_and_kept_nowhere() -> Result {
    let mut terraform = terraform().await?;
    let config = Value::object([
        ("id", Value::Null),
        ("name", Value::text("ball")),
        ("secret", Value::text("1234")),
    ]);
    let plan = plan_resource_change::Request {
        type_name: "toy_thing".to_owned(),
        prior_state: wire(&Value::Null),
        proposed_new_state: wire(&config),
        config: wire(&config),
        ..plan_resource_change::Request::default()
    };
    let planned = terraform.plan_resource_change(plan).await?.into_inner();
    assert_eq!(planned.diagnostics, []);
    assert_eq!(read(planned.planned_state.as_ref()), thing(Value::unknown(), "ball"));

    let apply = apply_resource_change::Request {
        config: wire(&config),
        planned_private: planned.planned_private,
        ..create(&read(planned.planned_state.as_ref()), "ball")
    };
    let made = terraform.apply_resource_change(apply).await?.into_inner();

    assert_eq!(made.diagnostics, []);
    let id = Value::text("id of ball with a secret of 4");
    assert_eq!(read(made.new_state.as_ref()), thing(id, "ball"));
    Ok(())
}

#[tokio::test]
async fn identities_are_described() -> Result {
    let mut terraform = terraform().await?;

    let request = Request::new(get_resource_identity_schemas::Request {});
    let answer = terraform.get_resource_identity_schemas(request).await?.into_inner();

    let identity = answer.identity_schemas.get("toy_thing").ok_or("no identity")?;
    let attributes = identity.identity_attributes.as_slice();
    assert!(matches!(attributes, [id] if id.name == "id" && id.r#type == b"\"string\""));
    Ok(())
}

#[tokio::test]
async fn a_panic_is_told_as_our_bug() -> Result {
    let mut terraform = terraform().await?;

    let request = create(&thing(Value::unknown(), CURSED), CURSED);
    let failed = terraform.apply_resource_change(request).await?.into_inner();

    let [bug] = failed.diagnostics.as_slice() else { return Err("one diagnostic".into()) };
    assert_eq!(bug.severity(), Severity::Error);
    assert!(bug.detail.contains("cursed") && bug.detail.contains("report"), "{}", bug.detail);
    assert_eq!(read(failed.new_state.as_ref()), Value::Null);
    Ok(())
}

#[tokio::test]
async fn stopping_lets_a_running_change_say_what_exists() -> Result {
    let mut terraform = terraform().await?;
    let request = create(&thing(Value::unknown(), ENDLESS), ENDLESS);
    let mut other = terraform.clone();

    let stop = async {
        tokio::task::yield_now().await;
        terraform.stop_provider(stop_provider::Request {}).await
    };
    let (made, stopped) = tokio::join!(other.apply_resource_change(request), stop);

    stopped?;
    let made = made?.into_inner();
    assert_eq!(made.diagnostics, []);
    assert_eq!(read(made.new_state.as_ref()), thing(Value::text("id of endless"), ENDLESS));
    Ok(())
}

#[tokio::test]
async fn a_state_that_makes_no_sense_is_an_error_and_stays() -> Result {
    let mut terraform = terraform().await?;
    let nonsense = DynamicValue { msgpack: b"\x93".as_slice().into(), ..DynamicValue::default() };
    let request = read_resource::Request {
        type_name: "toy_thing".to_owned(),
        current_state: Some(nonsense.clone()),
        private: b"{}".to_vec(),
        ..read_resource::Request::default()
    };

    let kept = terraform.read_resource(request).await?.into_inner();

    assert_eq!(kept.diagnostics.len(), 1);
    assert_eq!(kept.new_state, Some(nonsense));
    assert_eq!(kept.private, b"{}");
    Ok(())
}

#[tokio::test]
async fn an_object_that_does_not_exist_is_named() -> Result {
    let mut terraform = terraform().await?;
    let request = validate_resource_config::Request {
        type_name: "toy_train".to_owned(),
        ..validate_resource_config::Request::default()
    };

    let refused = terraform.validate_resource_config(request).await?.into_inner();

    assert!(matches!(refused.diagnostics.as_slice(), [one] if one.summary.contains("toy_train")));
    Ok(())
}
