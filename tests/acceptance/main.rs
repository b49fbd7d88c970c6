//! Real Terraform runs the real provider against the simulated Lumen.
//!
//! A test gets a [`World`](world::World): an offline Lumen, and a folder in which Terraform runs. It writes
//! a configuration, runs Terraform, and compares the result with what Lumen recorded. Every command logs as
//! much as it can, and at the end of a test nothing that Terraform left behind may contain a secret.
//! `TERRAFORM` names the program if it is not `terraform` on the `PATH`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that surprises ends")]

mod actions;
mod chaos;
mod connection;
mod demo;
mod elsewhere;
mod ephemeral;
mod examples;
mod faults;
mod first_order;
mod functions;
mod getting_started;
mod gitops;
mod guides;
mod identity;
mod import;
mod journal;
mod lifecycle;
mod lines;
mod number_guides;
mod package;
mod pages;
mod plan;
mod process;
mod query;
mod release;
mod replacement;
mod reservation;
#[expect(dead_code, reason = "the journal's own tests use the rest")]
mod s3;
mod scale;
mod secrets;
mod subscription;
mod terraform;
mod voice;
mod waiting;
mod world;
