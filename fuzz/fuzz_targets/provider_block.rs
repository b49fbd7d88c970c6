//! A provider block with arbitrary values. A valid block can be configured or is refused with a message, and
//! no message contains a secret.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use lumen_fuzz::provider::{is_refused, null};
use terraform_provider_lumen::framework::{Number, Type, Value};
use terraform_provider_lumen::plugin::codec;
use terraform_provider_lumen::plugin::proto::tfplugin6::provider_client::ProviderClient;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    configure_provider, validate_provider_config,
};
use terraform_provider_lumen::{plugin, provider};
use tokio::runtime::Builder;

const SECRET: &str = "hush-6e1f";

/// An address without a server, which refuses connections at once.
const NOWHERE: &str = "http://127.0.0.1:9";

#[derive(Arbitrary, Debug)]
struct Argument<'a> {
    name: u8,
    value: Given<'a>,
}

#[derive(Arbitrary, Debug)]
enum Given<'a> {
    Unknown,
    Flag(bool),
    Whole(i64),
    Decimal(f64),
    Text(&'a str),
    /// One of the texts that have a meaning somewhere.
    Word(u8),
    /// The members of a block.
    Texts(Vec<&'a str>),
}

const WORDS: [&str; 12] = [
    "sandbox",
    "https://api.lumen.com",
    "http://localhost:1",
    "https://u:hush-6e1f@api.lumen.com",
    "s3://bucket/prefix",
    "az://u:hush-6e1f@container",
    "connections",
    "inventory",
    "1ms",
    "292y",
    "0.46",
    "/tmp",
];

thread_local! {
    static RUN: Box<dyn Fn(&[Argument<'_>])> = Box::new(runner());
}

fuzz_target!(|arguments: Vec<Argument<'_>>| RUN.with(|run| run(&arguments)));

fn runner() -> impl Fn(&[Argument<'_>]) {
    let registry = provider::registry();
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    move |arguments| {
        let kind = registry.provider_schema().implied_type();
        let (Type::Object(kinds), Value::Map(mut block)) = (kind, null(kind)) else { return };
        for (name, text) in [
            ("client_id", "id"),
            ("client_secret", SECRET),
            ("customer_number", "1-ABCDE"),
            ("token_url", NOWHERE),
        ] {
            block.insert(name.into(), Value::text(text));
        }
        for Argument { name, value } in arguments {
            let Some((name, kind)) = kinds.iter().nth(usize::from(*name) % kinds.len()) else {
                return;
            };
            // The messages are searched for the secret, and no token is requested from a real address.
            if name != "client_secret" && name != "token_url" {
                block.insert(name.clone(), read(value, kind));
            }
        }
        let Ok(config) = codec::encode(&Value::Map(block), kind) else { return };
        let client = ProviderClient::new(plugin::service(provider::registry()));
        let mut client = client.max_decoding_message_size(usize::MAX);
        let request = validate_provider_config::Request { config: Some(config.clone()) };
        let valid = runtime.block_on(client.validate_provider_config(request)).expect("an answer");
        let request = configure_provider::Request { config: Some(config), ..Default::default() };
        let configured = runtime.block_on(client.configure_provider(request)).expect("an answer");
        let (valid, configured) =
            (valid.into_inner().diagnostics, configured.into_inner().diagnostics);

        assert!(
            !is_refused(&valid) || is_refused(&configured),
            "an invalid block is not configured"
        );
        let told = format!("{valid:?} {configured:?}");
        assert!(!told.contains(SECRET), "{told}");
    }
}

fn read(given: &Given<'_>, kind: &Type) -> Value {
    match (given, kind) {
        (Given::Unknown, _) => Value::unknown(),
        (Given::Flag(flag), Type::Bool) => Value::Bool(*flag),
        (Given::Whole(whole), Type::Number) => Value::Number(Number::from(*whole)),
        (Given::Decimal(number), Type::Number) => {
            Number::from_f64(*number).map_or(Value::Null, Value::Number)
        }
        (Given::Text(text), Type::String) => Value::text(*text),
        (Given::Word(word), Type::String) => Value::text(WORDS[usize::from(*word) % WORDS.len()]),
        (Given::Texts(texts), Type::Object(kinds)) => {
            let mut texts = texts.iter();
            let member = |kind: &Type| match (kind, texts.next()) {
                (Type::String, Some(text)) => Value::text(*text),
                _ => Value::Null,
            };
            let mut member = member;
            Value::Map(kinds.iter().map(|(name, kind)| (name.clone(), member(kind))).collect())
        }
        _ => Value::Null,
    }
}
