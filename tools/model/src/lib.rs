//! A model.
mod act;
mod calm;
mod check;
mod event;
mod looking;
mod model;
mod program;
mod reference;
mod rules;
mod setting;
mod state;
mod steps;
mod surroundings;
mod story;
mod symmetry;
mod trace;

pub use act::Rule;
pub use event::{Event, LumenOp, Outcome, RunOp, StoreOp, What};
pub use trace::{Divergence, conforms};

#[cfg(test)]
mod tests;
