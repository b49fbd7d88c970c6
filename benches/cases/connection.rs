//! A connection as Terraform holds it.

use terraform_provider_lumen::framework::{Members, Registry, Type, Value};

/// The resource that the benches measure.
pub(crate) const CONNECTION: &str = "lumen_iod_connection";

/// The type of its values.
pub(crate) fn kind(registry: &Registry) -> Type {
    registry.resource_schema(CONNECTION).expect("a connection").implied_type().clone()
}

/// The configuration that a user writes: a name, a site, a partner, and a bandwidth.
pub(crate) fn config(kind: &Type, name: &str) -> Value {
    object(
        kind,
        [
            ("name", name),
            ("master_site_id", "PL0001247634"),
            ("bandwidth", "100 Mbps"),
            ("partner_id", "43558"),
        ],
    )
}

/// The same connection in the state, once it is active.
pub(crate) fn state(kind: &Type, name: &str) -> Value {
    let Value::Map(mut state) = config(kind, name) else { return Value::Null };
    let known = [
        ("ipv4_block_size", "/29"),
        ("vlan_assignment", "Auto Assign"),
        ("routing", "Static"),
        ("billing_account_id", "5-RHQBGCGK"),
        ("external_id", "tf-5be0c3a19d7e42f86"),
        ("wait_for", "active"),
        ("id", "77133831778"),
        ("service_id", "77133831778"),
        ("order_id", "559182736"),
        ("order_request_id", "8c1c4b5e-0c3f-4a53-9d2b-2c9f6f0e7a11"),
        ("quote_id", "Q-2026-000123"),
        ("status", "active"),
        ("hourly_price", "0.46"),
        ("monthly_price", "331.20"),
        ("billing_account_name", "Example, Inc."),
    ];
    state.extend(known.map(|(name, text)| (name.into(), Value::text(text))));
    state.insert("deletion_protection".into(), Value::Bool(false));
    if let Type::Object(kinds) = kind {
        let address = [
            ("street_address", "1905 LUNT AVE"),
            ("city", "ELK GROVE VILLAGE"),
            ("state", "IL"),
            ("country", "US"),
            ("post_code", "60007"),
        ];
        let location = kinds.get("location").map(|kind| object(kind, address));
        state.insert("location".into(), location.unwrap_or_default());
    }
    Value::Map(state)
}

/// An object with every attribute of its type. Attributes that are not among these are null.
pub(crate) fn object<const N: usize>(kind: &Type, texts: [(&'static str, &str); N]) -> Value {
    let Type::Object(kinds) = kind else { return Value::Null };
    let mut values: Members = kinds.keys().map(|name| (name.clone(), Value::Null)).collect();
    values.extend(texts.map(|(name, text)| (name.into(), Value::text(text))));
    Value::Map(values)
}
