//! How far an observed count is from an expected one.

/// Returns O ln(O/E) - (O - E), which is never negative; `difference` is O - E. No digits are lost near O = E: the series is
/// that of Loader, "Fast and accurate computation of binomial probabilities" (2000).
pub fn of_cell(observed: f64, expected: f64, difference: f64) -> f64 {
    if observed == 0.0 {
        return expected;
    }
    if difference.abs() >= 0.1 * (observed + expected) {
        return observed * (observed / expected).ln() - difference;
    }
    let part = difference / (observed + expected);
    let (mut sum, mut power, mut odd) = (difference * part, 2.0 * observed * part, 3.0);
    loop {
        power *= part * part;
        let more = sum + power / odd;
        if more == sum || more.is_nan() {
            return more;
        }
        (sum, odd) = (more, odd + 2.0);
    }
}
