//! Real Terraform drives the real provider against the simulated Lumen.
//!
//! A story is given a [`World`](world::World): Lumen, offline, and a folder in which Terraform runs.
//! It says what is wanted, lets Terraform work, and asks Lumen's books what came of it. Every
//! command logs all that it can, and when a story ends, nothing that Terraform left behind may hold
//! a secret. `TERRAFORM` names the program, if it is not `terraform` on the `PATH`.
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
mod functions;
mod getting_started;
mod gitops;
mod guides;
mod identity;
mod import;
mod journal;
mod lifecycle;
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
mod terraform;
mod voice;
mod waiting;
mod world;
