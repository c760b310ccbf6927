//! How long to wait before connecting again.

/// The longest wait before the first attempt, in milliseconds.
const FIRST_MILLISECONDS: f64 = 500.0;

/// The longest wait of all.
pub const LONGEST_MILLISECONDS: f64 = 30_000.0;

/// The wait before attempt number `attempt` (from 0), in milliseconds.
///
/// The bound doubles with each attempt up to half a minute. Half of it is drawn
/// by `random` (0 to 1), so that a thousand consoles whose server restarts do
/// not all come back in the same instant.
pub fn milliseconds(attempt: u32, random: f64) -> f64 {
    let doublings = attempt.min(16) as i32;
    let bound = (FIRST_MILLISECONDS * 2f64.powi(doublings)).min(LONGEST_MILLISECONDS);
    bound / 2.0 * (1.0 + random.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_half_a_minute_and_never_ends() {
        for (attempt, least, most) in [
            (0, 250.0, 500.0),
            (1, 500.0, 1_000.0),
            (5, 8_000.0, 16_000.0),
            (6, 15_000.0, 30_000.0),
            (u32::MAX, 15_000.0, 30_000.0),
        ] {
            assert_eq!(milliseconds(attempt, 0.0), least, "{attempt}");
            assert_eq!(milliseconds(attempt, 1.0), most, "{attempt}");
            let middle = milliseconds(attempt, 0.5);
            assert!(least < middle && middle < most, "{attempt}: {middle}");
        }
    }
}
