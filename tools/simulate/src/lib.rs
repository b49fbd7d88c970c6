//! Deterministic simulation: the real provider (gRPC in, HTTP out), the simulator of Lumen and the
//! stand-in for Terraform Core in one process and one thread, with virtual time and without a socket.
//!
//! A *history* is a sequence of what people and the world do, made from a seed. Every effect of a
//! process (a request, a file that is written) can fail, and the process can die before or after it.
//! After each step the invariants must hold, and in the end, when nothing fails any more, doing what
//! the messages say must end all trouble. The same seed makes the same history, down to the last
//! request.
//!
//! - `generate` makes a `history` from a seed, with its `fault`s. `trial` carries it out, `campaign` tries
//!   many.
//! - `world` is everything that there is: `ground` is what outlives all processes (Lumen, `disk`,
//!   `bucket`, time), and a `pipeline` is a state and the runs that work on it. A run has `process`es,
//!   which reach the world through `network` and `storage` only; `trace` is what they did with the bucket, for
//!   the monitor of `tools/model`. `configuration` is what is in `.tf` files.
//! - `invariants` are what must hold. `operator` is the people who do what the messages ask for, and
//!   `portal` is what they see at Lumen.
//! - `shrink` makes a violated history smaller, by what `simpler` offers; `violation` says whether it is
//!   still violated in the same way; `story` and `words` tell it in English; `regression` is a history in a
//!   file, of which those in `histories/` must hold.
//! - `settling` is a person who settles an order.
//! - `bite` plants faults, and demands that they are found.
//! - [`soak`] runs three pipelines with thousands of objects for a day.
//!
//! `design/simulation.md` says how to read a failure, and what the simulation can't show.

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
mod network;
mod operator;
mod pipeline;
mod portal;
mod process;
mod regression;
mod settling;
mod shrink;
mod simpler;
pub mod soak;
mod storage;
mod story;
mod trace;
mod trial;
mod violation;
mod words;
mod world;

pub use campaign::{Arguments, run};
pub use regression::{Regression, files};
pub use trial::Verdict;
