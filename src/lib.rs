//! Terraform provider for Lumen's on-demand network and voice services.
//!
//! Six parts, each of which may use only what the arrows say; `tests/tidy.rs` checks that.
//! `design/architecture.md` has the whole tree, and the functions that a plan and an apply pass through.
//!
//! ```text
//!             main.rs -- provider.rs               builds everything, once
//!                |           |                     (command.rs: what people run themselves)
//! Terraform <-> plugin    services --> journal
//!                   \      /     \        |
//!                    v    v       v       v
//!                  framework        lumen <-> Lumen
//!                                     |
//!                                     v
//!                                  machine           clock, environment, network, disk
//! ```
//!
//! - [`plugin`] knows Terraform's wire, and is the only part that sees protobuf. It uses `framework`.
//! - [`framework`] knows Terraform's concepts, without gRPC and without Lumen: values, schemas, planning,
//!   applying, and the traits of what a provider offers. It uses nothing of ours.
//! - [`lumen`] knows Lumen's API, without Terraform. It uses `machine`.
//! - [`journal`] knows the orders that were written down before they were sent. It uses `lumen` and
//!   `machine`.
//! - [`machine`] knows what the process runs on. It uses nothing of ours.
//! - [`services`] is what users write in a `.tf` file. It uses `framework`, `journal` and `lumen`.

pub mod command;
pub mod framework;
pub mod journal;
pub mod lumen;
pub mod machine;
pub mod plugin;
pub mod provider;
pub mod services;
