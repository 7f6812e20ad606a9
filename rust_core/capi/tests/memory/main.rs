//! Memory may be refused at any moment: that is a status, and nothing that was there is lost.

mod analyzers;
mod matrices;
mod words;

#[path = "../support/mod.rs"]
mod support;
