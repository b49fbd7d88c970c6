//! What each RPC does: decode, delegate to the [`Registry`](crate::framework::Registry), encode. A
//! file for each kind of object.

pub(super) mod action;
pub(super) mod data_source;
pub(super) mod ephemeral;
pub(super) mod function;
pub(super) mod list;
pub(super) mod provider;
pub(super) mod resource;
