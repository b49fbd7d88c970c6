//! Messages, servers and clients, generated from `proto/` by `build.rs`.
//!
//! The clients are for tests, which stand in for Terraform.

#![expect(
    missing_docs,
    clippy::pedantic,
    clippy::allow_attributes,
    reason = "generated code: `proto/` documents it, and style is the generator's"
)]

/// Terraform's protocol, version 6.
pub mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

/// The services that every plugin offers next to its own.
pub mod plugin {
    tonic::include_proto!("plugin");
}
