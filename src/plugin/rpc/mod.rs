//! The implementation of each RPC, with a file for each kind of object. It decodes the request,
//! calls the [`Registry`](crate::framework::Registry), and encodes the response.

pub(super) mod action;
pub(super) mod data_source;
pub(super) mod ephemeral;
pub(super) mod function;
pub(super) mod list;
pub(super) mod provider;
pub(super) mod resource;
