//! Deterministic simulation: the real provider (gRPC in, HTTP out), the simulator of Lumen and the
//! stand-in for Terraform Core in one process and one thread, with virtual time and without a socket.
//!
//! A *history* is a sequence of what people and the world do, made from a seed. Every effect of a
//! process (a request, a file that is written) can fail, and the process can die before or after it.
//! After each step the invariants must hold, and in the end, when nothing fails any more, doing what
//! the messages say must end all trouble. The same seed makes the same history, down to the last
//! request.

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
mod shrink;
mod simpler;
mod storage;
mod story;
mod trial;
mod violation;
mod words;
mod world;

pub use campaign::{Arguments, run};
pub use regression::{Regression, files};
pub use trial::Verdict;
