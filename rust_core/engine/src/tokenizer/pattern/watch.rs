//! Watches the time of searches. The `regex` crate does not say how many bytes a search has read: it may read the rest of
//! the text before it finds that a match is short.

use std::time::{Duration, Instant};

use crate::checkpoint::Steps;
use crate::error::Result;

/// Watches the searches in a text.
#[derive(Debug)]
pub struct Watch {
    /// The most bytes that the searches may have read since the clock was read.
    bytes: usize,
    /// The clock is read after this number of bytes.
    limit: usize,
    looked: Instant,
    /// The place of the search at that time.
    at: usize,
    /// The number of times in a row that the clock showed slow searches. Once may mean that another program worked.
    slow_looks: u32,
}

const FIRST_LIMIT: usize = if cfg!(test) { 1 << 10 } else { 2 << 20 };
const MIN_LIMIT: usize = FIRST_LIMIT / 32;
/// The slowest searches read about this much in 0.1 seconds. In a text of 20 MB, the clock is read after six searches: after
/// each one, it would take a quarter of the time.
const MAX_LIMIT: usize = FIRST_LIMIT * 64;

/// If the time between two looks at the clock is longer, the clock is read more often.
const LONG: Duration = Duration::from_millis(4);
/// If it is shorter, the clock is read less often.
const SHORT: Duration = Duration::from_millis(1);

/// Slow searches take at least this time,
const MIN_SLOW_TIME: Duration = Duration::from_micros(200);
/// and this time for each byte that they advance, which is a hundred times as long as usual.
const SLOW: Duration = Duration::from_micros(1);
const SLOW_LOOKS: u32 = 4;

impl Watch {
    /// Begins to watch.
    pub fn begin() -> Self {
        Self { bytes: 0, limit: FIRST_LIMIT, looked: Instant::now(), at: 0, slow_looks: 0 }
    }

    /// Counts a search that ended at `at`, with `rest` bytes after it. Returns whether the searches are slow.
    ///
    /// # Errors
    /// [`Stopped`](crate::Error::Stopped).
    #[inline]
    pub fn searched(&mut self, at: usize, rest: usize, steps: &mut Steps) -> Result<bool> {
        self.bytes += rest + 1;
        if self.bytes < self.limit { Ok(false) } else { self.look(at, steps) }
    }

    #[cold]
    fn look(&mut self, at: usize, steps: &mut Steps) -> Result<bool> {
        let now = Instant::now();
        steps.look_at(now)?;
        let time = now - std::mem::replace(&mut self.looked, now);
        let advanced = u32::try_from(at - std::mem::replace(&mut self.at, at)).unwrap_or(u32::MAX);
        self.bytes = 0;
        if time > LONG {
            self.limit = (self.limit / 4).max(MIN_LIMIT);
        } else if time < SHORT {
            self.limit = (self.limit * 2).min(MAX_LIMIT);
        }
        let is_slow = time >= MIN_SLOW_TIME && time > advanced * SLOW;
        self.slow_looks = if is_slow { self.slow_looks + 1 } else { 0 };
        Ok(self.slow_looks >= SLOW_LOOKS)
    }
}
