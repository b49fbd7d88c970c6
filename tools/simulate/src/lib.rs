//! Deterministic simulation: the real provider (gRPC in, HTTP out), the simulator of Lumen and the
//! stand-in for Terraform Core in one process and one thread, with virtual time and without a socket.
//!
//! A *history* is a sequence of actions by people and the world, generated from a seed. Every effect of a
//! process (a request, a file that is written) can fail, and the process can die before or after it.
//! The invariants must hold after each step. At the end, when nothing fails anymore, following the
//! messages must resolve every problem. The same seed produces the same history, down to the last
//! request.
//!
//! - `generate` makes a `history` with its `fault`s from a seed. `trial` carries it out, and `campaign` tries
//!   many histories.
//! - `world` contains everything: `ground` is the part that outlives all processes (Lumen, `disk`, `bucket`,
//!   time), and a `pipeline` is a state and the runs that work on it. A run has `process`es, which reach the
//!   world only through `network` and `storage`. `trace` records what they do with the bucket, for the
//!   monitor in `tools/model`. `configuration` is the content of the `.tf` files.
//! - `invariants` checks what must hold. `operator` does what the messages ask people to do, and `portal`
//!   is what people see at Lumen.
//! - `shrink` makes a violated history smaller, with the variants from `simpler`. `violation` decides whether
//!   it is still violated in the same way. `story` and `words` describe it in English. `regression` is a
//!   history in a file. The histories in `histories/` must hold.
//! - `settling` settles an order, as a person would.
//! - `subscribing` adds subscriptions to some histories. Their numbers are in `pools`, their invariants in `lines`,
//!   and `reconfiguring` is what the operator does with their configuration.
//! - `bite` plants faults, and checks that they are found.
//! - [`soak`] runs three pipelines with thousands of objects for a day.
//!
//! `design/simulation.md` explains how to read a failure, and what the simulation can't show.

mod bite;
mod bucket;
mod campaign;
mod configuration;
mod disk;
mod fault;
mod generate;
mod ground;
mod history;
mod invariants;
mod lines;
mod network;
mod operator;
mod pipeline;
mod pools;
mod portal;
mod process;
mod reconfiguring;
mod regression;
mod settling;
mod shrink;
mod simpler;
pub mod soak;
mod storage;
mod story;
mod subscribing;
mod trace;
mod trial;
mod violation;
mod words;
mod world;

pub use campaign::{Arguments, run};
pub use regression::{Regression, files};
pub use trial::Verdict;
