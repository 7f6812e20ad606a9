//! The time of a step of indexing, divided between tokenizing and merging.

use std::time::{Duration, Instant};

/// The part of a step that is spent on tokenizing and not on merging shards, which cannot be stopped. The last step
/// predicts the time of merging.
pub struct Pace(f64);

impl Default for Pace {
    fn default() -> Self {
        Self(0.5)
    }
}

impl Pace {
    /// Returns when to stop tokenizing in a step that begins at `begin` and should end at `deadline`.
    pub fn tokenize_until(&self, begin: Instant, deadline: Instant) -> Instant {
        begin + deadline.saturating_duration_since(begin).mul_f64(self.0)
    }

    /// Learns from a step: the time that tokenizing took, and the time of tokenizing and merging.
    pub fn learn(&mut self, tokenizing: Duration, all: Duration) {
        self.0 = (tokenizing.as_secs_f64() / all.as_secs_f64().max(1e-9)).clamp(0.02, 0.95);
    }
}
