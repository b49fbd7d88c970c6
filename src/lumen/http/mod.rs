//! How requests reach Lumen: one client with its tokens, limits, repetition and errors, and the two
//! ways to share answers.
//!
//! Every request leaves through `Client::send` in `client`. `retry` decides what may be repeated,
//! `limit` when a request may leave, `auth` keeps the token, and `error` and `problem` say what went
//! wrong. Answers are shared by `single_flight` (one request for one question) and by `list_cache`
//! (many objects from the pages of one list).

pub(super) mod auth;
pub(super) mod client;
pub(super) mod error;
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
