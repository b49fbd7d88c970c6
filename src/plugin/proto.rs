//! Messages, servers and clients that `build.rs` generates from `proto/`.
//!
//! The clients are for tests, which take the place of Terraform.

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

/// The services of the library `go-plugin`, which every plugin offers.
pub mod plugin {
    tonic::include_proto!("plugin");
}
