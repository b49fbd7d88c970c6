//! The cost of reading and writing the state of a connection. `cases/mod.rs` explains how to measure it.
#![expect(clippy::expect_used, reason = "a bench that can't run has no result")]

mod cases;
#[path = "cases/connection.rs"]
mod connection;

use std::hint::black_box;

use terraform_provider_lumen::plugin::codec;
use terraform_provider_lumen::provider;

fn main() {
    let kind = connection::kind(&provider::registry());
    let state = connection::state(&kind, "edge-1");
    let wire = codec::encode(&state, &kind).expect("a state of its type");
    let (kind, wire) = (&kind, &wire);
    let decode = || drop(black_box(codec::decode(Some(wire), kind).expect("a state")));
    let encode = || drop(black_box(codec::encode(&state, kind).expect("a state")));
    cases::measure(
        "codec",
        vec![("decode a state", Box::new(decode)), ("encode a state", Box::new(encode))],
    );
}
