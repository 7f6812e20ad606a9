//! The number of threads of an object whose options do not set it.

use std::env;
use std::num::NonZero;

use engine::workers::processors;

use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT};

const VARIABLE: &str = "TEXT_PROCESSOR_NUM_THREADS";
const MAX_THREADS: usize = u16::MAX as usize;

/// The number in the environment variable; without it, one thread for each processor.
pub(crate) fn default_threads() -> Result<NonZero<usize>, Failure> {
    let Some(value) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) else {
        return Ok(processors());
    };
    let number = value.to_str().and_then(|value| value.trim().parse::<NonZero<usize>>().ok());
    number.filter(|number| number.get() <= MAX_THREADS).ok_or_else(|| {
        let message =
            format!("the environment variable {VARIABLE} must be a number from 1 to {MAX_THREADS}, not {value:?}");
        Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn tp_default_threads() -> u32 {
    let threads = default_threads().unwrap_or_else(|_| processors());
    u32::try_from(threads.get()).unwrap_or(u32::MAX)
}
