//! Lumen, offline.
