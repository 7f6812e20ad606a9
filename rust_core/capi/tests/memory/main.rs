//! If the system refuses memory at any moment, the call fails with a status, and earlier data is unchanged.

mod analyzers;
mod collocations;
mod concordances;
mod matrices;
mod saved;
mod tables;
mod words;

#[path = "../support/mod.rs"]
mod support;
