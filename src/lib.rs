//! Terraform provider for Lumen's on-demand network and voice services.
//!
//! It has six parts. Each may use only the parts that its arrows point to, which `tests/tidy.rs` checks.
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
//! - [`plugin`] knows Terraform's wire protocol, and is the only part that sees protobuf. It uses
//!   `framework`.
//! - [`framework`] knows Terraform's concepts, without gRPC and without Lumen: values, schemas, planning,
//!   applying, and the traits of what a provider offers. It uses no other part.
//! - [`lumen`] knows Lumen's API, without Terraform. It uses `machine`.
//! - [`journal`] has the orders, which are written down before they are sent. It uses `lumen` and `machine`.
//! - [`machine`] knows the machine that the process runs on. It uses no other part.
//! - [`services`] has the objects that users write in `.tf` files. It uses `framework`, `journal` and
//!   `lumen`.

pub mod command;
pub mod framework;
pub mod journal;
pub mod lumen;
pub mod machine;
pub mod plugin;
pub mod provider;
pub mod services;
