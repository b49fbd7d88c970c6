//! How a tool of this workspace reports: on the screen, in an error, in a page of the documentation.
#![expect(clippy::print_stdout, reason = "people follow a tool on the screen")]

pub mod failure;
pub mod narration;
pub mod page;
