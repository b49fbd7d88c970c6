//! Decoding arbitrary bytes returns either an error or a value that survives a round trip.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use terraform_provider_lumen::framework::Type;
use terraform_provider_lumen::plugin::codec;
use terraform_provider_lumen::plugin::proto::tfplugin6::DynamicValue;

/// Every kind of type, alone and nested. The first byte of the input selects one.
static TYPES: LazyLock<[Type; 8]> = LazyLock::new(|| {
    let list = Type::List(Box::new(Type::String));
    let object = Type::object([
        ("any", Type::Dynamic),
        ("count", Type::Number),
        ("names", Type::Set(Box::new(Type::String))),
        ("on", Type::Bool),
    ]);
    [
        Type::Bool,
        Type::Number,
        Type::String,
        Type::Dynamic,
        Type::Tuple(vec![Type::Number, list.clone()]),
        Type::Map(Box::new(object.clone())),
        Type::Set(Box::new(object.clone())),
        object,
    ]
});

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (choice, as_json, bytes) = input;
    let kind = &TYPES[usize::from(choice) % TYPES.len()];
    let bytes = bytes.to_vec().into();
    let wire = if as_json {
        DynamicValue { json: bytes, ..DynamicValue::default() }
    } else {
        DynamicValue { msgpack: bytes, ..DynamicValue::default() }
    };
    let Ok(value) = codec::decode(Some(&wire), kind) else { return };

    let again = codec::encode(&value, kind).expect("what was read can be written");

    let read = codec::decode(Some(&again), kind).expect("what was written can be read");
    assert_eq!(read, value);
});
