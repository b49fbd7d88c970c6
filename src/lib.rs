//! Terraform provider for Lumen's on-demand network and voice services.

pub mod framework;
pub mod lumen;
pub mod plugin;
pub mod provider;
pub mod services;
