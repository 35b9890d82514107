//! An HTTP/1 service: health, configuration, reload, and who is asking.

pub mod app;
pub mod audit;
pub mod config;
pub mod directory;
pub mod http;
