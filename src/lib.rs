//! Terraform provider for Lumen's on-demand network and voice services.
//!
//! Four parts, each of which may use only what the arrows say; `tests/tidy.rs` defends that.
//!
//! ```text
//!             main.rs -- provider.rs              builds everything, once
//!                |            |                   (command.rs: what people run themselves)
//!    Terraform <-> plugin   services --> lumen <-> Lumen
//!                \--> framework <--/
//! ```
//!
//! - [`plugin`] knows Terraform's wire, and is the only part that sees protobuf. It uses `framework`.
//! - [`framework`] knows Terraform's ideas, without gRPC and without Lumen: values, schemas, planning,
//!   applying, and the traits of what a provider offers. It uses nothing of ours.
//! - [`lumen`] knows Lumen's API, without Terraform. It uses nothing of ours.
//! - [`services`] is what users write in a `.tf` file. It uses `framework` and `lumen`.

pub mod command;
pub mod framework;
pub mod journal;
pub mod lumen;
pub mod plugin;
pub mod provider;
pub mod services;
