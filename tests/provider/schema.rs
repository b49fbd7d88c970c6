//! The schemas, as Terraform receives them.

use std::collections::BTreeSet;

use terraform_provider_lumen::framework::Schema;
use terraform_provider_lumen::framework::schema::{Attributes, Kind};
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    get_provider_schema, get_resource_identity_schemas,
};
use terraform_provider_lumen::provider;

use crate::world::started;

#[test]
fn terraform_has_nothing_against_the_schemas() {
    assert_eq!(provider::registry().schema_errors(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_listed_has_a_schema() {
    let mut client = started().client;

    let schemas =
        client.get_provider_schema(get_provider_schema::Request {}).await.unwrap().into_inner();
    let identities = client
        .get_resource_identity_schemas(get_resource_identity_schemas::Request {})
        .await
        .unwrap()
        .into_inner();

    assert_eq!((schemas.diagnostics.len(), identities.diagnostics.len()), (0, 0));
    assert!(schemas.provider.is_some());
    let resources: BTreeSet<&String> = schemas.resource_schemas.keys().collect();
    let identified: BTreeSet<&String> = identities.identity_schemas.keys().collect();
    assert!(identified.is_subset(&resources), "{identified:?}");
    assert!(identified.contains(&"lumen_iod_connection".to_owned()), "{identified:?}");
    assert!(schemas.resource_schemas.contains_key("lumen_iod_connection"));
    for name in [
        "lumen_provider",
        "lumen_providers",
        "lumen_location",
        "lumen_locations",
        "lumen_billing_account",
        "lumen_billing_accounts",
        "lumen_iod_price",
        "lumen_iod_connection",
        "lumen_iod_connections",
        "lumen_iod_order",
    ] {
        assert!(schemas.data_source_schemas.contains_key(name), "{name}");
    }
}

#[test]
fn every_attribute_is_documented() {
    let registry = provider::registry();
    let mut missing = Vec::new();
    check("provider", registry.provider_schema(), &mut missing);
    let schemas = registry
        .resource_schemas()
        .chain(registry.data_source_schemas())
        .chain(registry.ephemeral_schemas())
        .chain(registry.list_schemas())
        .chain(registry.action_schemas());
    for (name, schema) in schemas {
        check(name, schema, &mut missing);
    }
    for (name, identity) in registry.identities() {
        let silent = identity.iter().filter(|attribute| !is_sentence(attribute.about));
        missing.extend(silent.map(|attribute| format!("{name}: identity {}", attribute.name)));
    }
    assert_eq!(missing, Vec::<String>::new());
}

fn check(name: &str, schema: &Schema, missing: &mut Vec<String>) {
    if !is_sentence(&schema.about) {
        missing.push(name.to_owned());
    }
    check_attributes(name, &schema.attributes, missing);
}

fn check_attributes(name: &str, attributes: &Attributes, missing: &mut Vec<String>) {
    for (attribute, described) in attributes {
        let name = format!("{name}.{attribute}");
        if let Kind::Nested(_, nested) = &described.kind {
            check_attributes(&name, nested, missing);
        }
        if !is_sentence(described.about) {
            missing.push(name);
        }
    }
}

fn is_sentence(text: &str) -> bool {
    text.ends_with('.')
}
