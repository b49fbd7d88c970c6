//! How the tools in this workspace report: on the screen, in errors, and in pages of the documentation.
#![expect(clippy::print_stdout, reason = "the tools print their progress")]

pub mod failure;
pub mod narration;
pub mod page;
