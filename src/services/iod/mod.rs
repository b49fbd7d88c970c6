//! Internet On-Demand: the connection, and the data sources that are needed to order one.

pub mod billing_accounts;
pub mod connection;
pub mod locations;
pub mod order;
pub mod price;
