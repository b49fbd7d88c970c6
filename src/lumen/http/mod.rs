//! How requests reach Lumen: one client with its tokens, limits, retries and errors, and two ways to share
//! answers.
//!
//! `Client::send` in `client` sends every request. `retry` decides what may be repeated, `limit` decides
//! when a request may be sent, `auth` keeps the token, and `error` and `problem` describe what went wrong.
//! Answers are shared by `single_flight` (one call for each key) and by `list_cache` (many objects from the
//! pages of one list).

pub(super) mod auth;
pub(super) mod client;
pub(super) mod error;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub(super) mod limit;
pub(super) mod list_cache;
pub(super) mod notices;
pub(super) mod page;
pub(super) mod problem;
pub(super) mod request;
pub(super) mod retry;
pub(super) mod settings;
pub(super) mod single_flight;
#[cfg(test)]
pub(super) mod stub_server;
#[cfg(test)]
mod tests;
pub(super) mod url;
