//! Estimates that are not scored, since they are of no leg.

/// How many estimates are of no leg, by why that is.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unmatched {
    /// Estimates of which the leg was open already.
    repeated: u64,
    /// Estimates of which nobody else knows the leg.
    unknown: u64,
}

impl Unmatched {
    /// Counts an estimate; `is_repeated` where its leg was open already.
    pub fn add(&mut self, is_repeated: bool) {
        if is_repeated {
            self.repeated += 1;
        } else {
            self.unknown += 1;
        }
    }

    /// What is said of these estimates, a sentence for each kind of which there are any.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let line = |number, one: &str, several: &str| match number {
            0 => None,
            1 => Some(format!("1 estimate is {one}; it is not scored")),
            _ => Some(format!(
                "{number} estimates are {several}; they are not scored"
            )),
        };
        let repeated = line(
            self.repeated,
            "of a call that waited in that queue already",
            "of calls that waited in that queue already",
        );
        let unknown = line(
            self.unknown,
            "of a call that is not known to have queued then",
            "of calls that are not known to have queued then",
        );
        repeated.into_iter().chain(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_an_estimate_is_of_no_leg_is_told() {
        let lines = |repeated, unknown| -> Vec<String> {
            let unmatched = Unmatched { repeated, unknown };
            unmatched.lines().collect()
        };
        assert!(lines(0, 0).is_empty());
        assert_eq!(
            lines(2, 1),
            [
                "2 estimates are of calls that waited in that queue already; they are not scored",
                "1 estimate is of a call that is not known to have queued then; it is not scored",
            ]
        );
        let one = "1 estimate is of a call that waited in that queue already; it is not scored";
        assert_eq!(lines(1, 0), [one]);
    }
}
