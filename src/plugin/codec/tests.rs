use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::json;

use crate::framework::{Number, Refinement};

use super::*;

fn bytes_of(value: &Value, kind: &Type) -> Result<Vec<u8>, String> {
    msgpack::encode(value, kind).map_err(|error| error.to_string())
}

fn value_of(bytes: &[u8], kind: &Type) -> Result<Value, String> {
    msgpack::decode(bytes, kind).map_err(|error| error.to_string())
}

fn number(digits: &str) -> Value {
    Number::parse(digits).map_or(Value::Null, Value::Number)
}

fn list_of(kind: Type) -> Type {
    Type::List(Box::new(kind))
}

#[test]
fn an_object_is_written_as_terraform_writes_it() {
    let kind = Type::object([
        ("a", Type::String),
        ("b", Type::Number),
        ("c", Type::Bool),
        ("d", list_of(Type::Bool)),
    ]);
    let value = Value::object([
        ("a", Value::text("x")),
        ("b", Value::unknown()),
        ("c", Value::Null),
        ("d", Value::List(vec![Value::Bool(true)])),
    ]);
    let bytes = b"\x84\xa1a\xa1x\xa1b\xd4\x00\x00\xa1c\xc0\xa1d\x91\xc3";

    assert_eq!(bytes_of(&value, &kind), Ok(bytes.to_vec()));
    assert_eq!(value_of(bytes, &kind), Ok(value));
}

#[test]
fn numbers_take_the_smallest_exact_form() {
    let forms: [(&str, &[u8]); 13] = [
        ("0", b"\x00"),
        ("127", b"\x7f"),
        ("128", b"\xcc\x80"),
        ("300", b"\xcd\x01\x2c"),
        ("-1", b"\xff"),
        ("-33", b"\xd0\xdf"),
        ("9223372036854775807", b"\xcf\x7f\xff\xff\xff\xff\xff\xff\xff"),
        ("-9223372036854775808", b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00"),
        ("9223372036854775808", b"\xb39223372036854775808"),
        ("0.5", b"\xcb\x3f\xe0\x00\x00\x00\x00\x00\x00"),
        ("0.1", b"\xa30.1"),
        ("1e30", b"\xbf1000000000000000000000000000000"),
        ("1e-30", b"\xd9\x200.000000000000000000000000000001"),
    ];
    for (digits, bytes) in forms {
        assert_eq!(bytes_of(&number(digits), &Type::Number), Ok(bytes.to_vec()), "{digits}");
        assert_eq!(value_of(bytes, &Type::Number), Ok(number(digits)), "{digits}");
    }
}

#[test]
fn numbers_are_read_in_every_form() {
    let forms: [(&[u8], &str); 6] = [
        (b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"),
        (b"\xcb\x43\xe0\x00\x00\x00\x00\x00\x00", "9223372036854775808"),
        (b"\xca\x3f\x00\x00\x00", "0.5"),
        (b"\xd3\x00\x00\x00\x00\x00\x00\x00\x05", "5"),
        (b"\xa15", "5"),
        (b"\xa51e400", "1e400"),
    ];
    for (bytes, digits) in forms {
        assert_eq!(value_of(bytes, &Type::Number), Ok(number(digits)), "{digits}");
    }
    assert!(value_of(b"\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00", &Type::Number).is_err(), "infinity");
}

#[test]
fn what_is_known_of_an_unknown_value_comes_back_as_it_came() {
    let not_null = b"\xc7\x03\x0c\x81\x01\xc2";

    let unknown = value_of(not_null, &Type::String);

    assert_eq!(unknown, Ok(Value::Unknown(Refinement(b"\x81\x01\xc2".to_vec()))));
    assert_eq!(unknown.and_then(|value| bytes_of(&value, &Type::String)), Ok(not_null.to_vec()));
    assert_eq!(value_of(b"\xd4\x00\x00", &Type::Bool), Ok(Value::unknown()));
}

#[test]
fn a_value_of_any_type_carries_its_type() {
    let value = Value::Dynamic(Box::new((Type::String, Value::text("hi"))));
    let bytes = b"\x92\xc4\x08\"string\"\xa2hi";

    assert_eq!(bytes_of(&value, &Type::Dynamic), Ok(bytes.to_vec()));
    assert_eq!(value_of(bytes, &Type::Dynamic), Ok(value.clone()));
    let json = decode_json(&json!({ "type": "string", "value": "hi" }), &Type::Dynamic);
    assert_eq!(json.ok(), Some(value));
}

#[test]
fn sets_have_no_order_and_text_has_one_form() {
    let kind = Type::Set(Box::new(Type::String));

    let one = value_of(b"\x93\xa1b\xa1a\xa1b", &kind);

    assert_eq!(one, value_of(b"\x92\xa1a\xa1b", &kind));
    assert_eq!(value_of(b"\xa3e\xcc\x81", &Type::String), Ok(Value::text("\u{e9}")));
}

#[test]
fn null_is_told_from_a_value_without_reading_it() {
    let msgpack =
        |bytes: &'static [u8]| DynamicValue { msgpack: bytes.into(), ..Default::default() };
    let json = |text: &'static str| DynamicValue { json: text.into(), ..Default::default() };

    for null in [None, Some(DynamicValue::default()), Some(msgpack(b"\xc0")), Some(json(" null "))]
    {
        assert!(is_null(null.as_ref()), "{null:?}");
        assert_eq!(decode(null.as_ref(), &Type::Bool).ok(), Some(Value::Null));
    }
    for value in
        [msgpack(b"\xc2"), msgpack(b"\x80"), msgpack(b"\xd4\0\0"), json("false"), json("{}")]
    {
        assert!(!is_null(Some(&value)), "{value:?}");
    }
}

#[test]
fn an_error_says_where() {
    let kind = Type::object([("tags", list_of(Type::String))]);

    let refused = value_of(b"\x81\xa4tags\x92\xa1a\x05", &kind).err().unwrap_or_default();
    let unknown = value_of(b"\x81\xa1x\xc0", &kind).err().unwrap_or_default();

    assert!(refused.starts_with("tags[1]: "), "{refused}");
    assert_eq!(unknown, "the schema has no attribute \"x\"");
}

#[test]
fn hostile_lengths_and_depths_are_refused() {
    assert!(value_of(b"\xdd\xff\xff\xff\xff", &list_of(Type::Bool)).is_err());
    assert!(value_of(b"\xdb\xff\xff\xff\xff", &Type::String).is_err());
    assert!(value_of(b"\xc9\xff\xff\xff\xff\x0c", &Type::String).is_err());

    let deep = b"\x92\xc4\x09\"dynamic\"".repeat(100_000);
    let refused = value_of(&deep, &Type::Dynamic).err().unwrap_or_default();
    assert!(refused.contains("too deeply"), "{refused}");
}

#[test]
fn a_state_of_an_earlier_schema_can_be_read() {
    let kind = Type::object([("new", Type::String), ("price", Type::Number)]);

    let json = json::parse(br#"{"old": true, "price": 12345678901234567890.123}"#);
    let state = json.and_then(|json| decode_json(&json, &kind));

    let expected =
        Value::object([("new", Value::Null), ("price", number("12345678901234567890.123"))]);
    assert_eq!(state.ok(), Some(expected));
}

proptest! {
    #[test]
    fn every_value_survives_the_wire((kind, value) in typed(Knowledge::Partial)) {
        let bytes = bytes_of(&value, &kind);

        prop_assert_eq!(bytes.and_then(|bytes| value_of(&bytes, &kind)), Ok(value));
    }

    #[test]
    fn every_known_value_survives_json((kind, value) in typed(Knowledge::Whole)) {
        let text = to_json(&value).to_string();

        let read = json::parse(text.as_bytes()).and_then(|json| decode_json(&json, &kind));

        prop_assert_eq!(read.map_err(|error| error.to_string()), Ok(value));
    }

    #[test]
    fn no_bytes_are_too_strange(kind in a_type(), bytes in vec(any::<u8>(), 0..64)) {
        if let Ok(value) = value_of(&bytes, &kind) {
            let again = bytes_of(&value, &kind).and_then(|bytes| value_of(&bytes, &kind));
            prop_assert_eq!(again, Ok(value));
        }
    }

    #[test]
    fn a_damaged_value_is_an_error_or_another_value(
        (kind, value) in typed(Knowledge::Partial),
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = bytes_of(&value, &kind).unwrap_or_default();
        let position = position.index(bytes.len());
        if let Some(damaged) = bytes.get_mut(position) {
            *damaged = byte;
        }
        if let Ok(value) = value_of(&bytes, &kind) {
            let again = bytes_of(&value, &kind).and_then(|bytes| value_of(&bytes, &kind));
            prop_assert_eq!(again, Ok(value));
        }
    }
}

/// How much of a generated value is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Knowledge {
    Whole,
    Partial,
}

fn typed(knowledge: Knowledge) -> impl Strategy<Value = (Type, Value)> {
    a_type().prop_flat_map(move |kind| (Just(kind.clone()), a_value(&kind, knowledge)))
}

fn a_type() -> impl Strategy<Value = Type> {
    let leaf =
        prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Dynamic),];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(list_of),
            inner.clone().prop_map(|kind| Type::Set(Box::new(kind))),
            inner.clone().prop_map(|kind| Type::Map(Box::new(kind))),
            btree_map("[a-z]{1,4}", inner.clone(), 0..4).prop_map(Type::object),
            vec(inner, 0..4).prop_map(Type::Tuple),
        ]
    })
}

fn a_value(kind: &Type, knowledge: Knowledge) -> BoxedStrategy<Value> {
    let known = known(kind, knowledge);
    match knowledge {
        Knowledge::Whole => prop_oneof![1 => Just(Value::Null), 8 => known].boxed(),
        Knowledge::Partial => {
            let unknown =
                vec(any::<u8>(), 0..20).prop_map(|known| Value::Unknown(Refinement(known)));
            prop_oneof![1 => Just(Value::Null), 1 => unknown, 8 => known].boxed()
        }
    }
}

fn known(kind: &Type, knowledge: Knowledge) -> BoxedStrategy<Value> {
    let inner = |kind: &Type| a_value(kind, knowledge);
    match kind {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => a_number().prop_map(Value::Number).boxed(),
        Type::String => any::<String>().prop_map(Value::text).boxed(),
        Type::List(kind) => vec(inner(kind), 0..4).prop_map(Value::List).boxed(),
        Type::Set(kind) => vec(inner(kind), 0..4).prop_map(Value::set).boxed(),
        Type::Map(kind) => {
            btree_map("[a-zé€]{0,4}", inner(kind), 0..4).prop_map(Value::object).boxed()
        }
        Type::Object(kinds) => {
            let attributes: Vec<_> =
                kinds.iter().map(|(name, kind)| (Just(name.clone()), inner(kind))).collect();
            attributes.prop_map(|attributes| Value::Map(attributes.into_iter().collect())).boxed()
        }
        Type::Tuple(kinds) => {
            kinds.iter().map(inner).collect::<Vec<_>>().prop_map(Value::List).boxed()
        }
        Type::Dynamic => prop_oneof![Just(Type::String), Just(list_of(Type::Number))]
            .prop_flat_map(move |kind| (Just(kind.clone()), a_value(&kind, knowledge)))
            .prop_map(|typed| Value::Dynamic(Box::new(typed)))
            .boxed(),
    }
}

fn a_number() -> impl Strategy<Value = Number> {
    let special = prop::sample::select(vec![
        "0.1",
        "1e30",
        "1e-30",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551615",
    ]);
    let decimal =
        (any::<i64>(), -40_i32..40).prop_map(|(digits, exponent)| format!("{digits}e{exponent}"));
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", Number::from_f64),
        special.prop_filter_map("a number", Number::parse),
        decimal.prop_filter_map("a number", |digits| Number::parse(&digits)),
    ]
}

/// What Terraform stores.
fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::Unknown(_) => json!(null),
        Value::Bool(truth) => json!(truth),
        Value::Number(number) => number.to_string().parse().unwrap_or_default(),
        Value::String(text) => json!(text),
        Value::List(elements) | Value::Set(elements) => elements.iter().map(to_json).collect(),
        Value::Map(values) => {
            values.iter().map(|(key, value)| (key.clone(), to_json(value))).collect()
        }
        Value::Dynamic(typed) => json!({ "type": typed.0.to_json(), "value": to_json(&typed.1) }),
    }
}
