//! Tests of the provider between Terraform and Lumen.
//!
//! On one side, `tools/core` stands in for Terraform Core, and checks in every test that the provider
//! follows Terraform's rules. On the other side is the simulated Lumen. Both run on the test's own runtime,
//! whose time is paused: it jumps from timer to timer, so a build of ten minutes takes milliseconds.

#![expect(clippy::unwrap_used, reason = "a test that can't continue fails by panicking")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes its snapshots so")]

mod abandoned;
mod access_token;
mod arguments;
mod body;
mod create;
mod credentials;
mod data_sources;
mod destroy;
mod doubt;
mod drift;
mod endless;
mod errors;
mod failed;
mod functions;
mod import;
mod journal;
mod list;
mod needs;
mod ordered;
mod owner;
mod pending;
mod price;
mod promised;
mod provider_block;
mod remains;
mod replace;
mod scale;
mod schema;
mod site;
mod stored;
mod unknown;
mod update;
mod voice;
mod world;
