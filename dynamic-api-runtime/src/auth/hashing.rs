//! What a password's hash costs, as a program states it.

use std::{ops::RangeInclusive, thread};

use argon2::Params;

use crate::types::PASSWORD_CHARS;

/// The least that OWASP's password storage cheat sheet recommends for argon2id at two passes, in KiB.
const MIN_MEMORY: u32 = 19 * 1024;
const MIN_PASSES: u32 = 2;
const MIN_LANES: u32 = 1;

/// How passwords are hashed (argon2id, RFC 9106), and which are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PasswordHashing {
    /// Memory of one hash, in KiB. Default and least 19456.
    pub memory: u32,
    /// Passes over the memory. Default and least 2.
    pub passes: u32,
    /// Lanes. Default and least 1.
    pub lanes: u32,
    /// How many hashes are computed at a time. By default one processor is left to everything else, where there are several.
    pub at_a_time: usize,
    /// How many more may wait; calls beyond are answered with a 503. Default 256.
    pub waiting: usize,
    /// Whether other work goes first. Default so.
    pub priority: HashPriority,
    /// How many characters a new password may have. Default 8 to 128, which are the widest bounds too.
    pub chars: RangeInclusive<usize>,
}

/// Whether the threads that hash get a processor as others do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HashPriority {
    /// After others: a tenth of what one of the usual priority gets beside it, so that many logins don't hold up other calls.
    #[default]
    BehindOthers,
    /// As others: for a machine whose processors are busy with other programs, where logins would wait for too long.
    Usual,
}

impl Default for PasswordHashing {
    fn default() -> Self {
        Self {
            memory: MIN_MEMORY,
            passes: MIN_PASSES,
            lanes: MIN_LANES,
            at_a_time: thread::available_parallelism()
                .map_or(1, |all| usize::from(all).saturating_sub(1).max(1)),
            waiting: 256,
            priority: HashPriority::default(),
            chars: PASSWORD_CHARS,
        }
    }
}

impl PasswordHashing {
    /// Sets the cost of a hash: memory in KiB, passes, lanes. Hashes of lower cost are renewed as their users log in.
    #[must_use]
    pub fn cost(mut self, memory: u32, passes: u32, lanes: u32) -> Self {
        (self.memory, self.passes, self.lanes) = (memory, passes, lanes);
        self
    }

    /// Sets how many hashes are computed at a time, and how many more may wait.
    #[must_use]
    pub fn load(mut self, at_a_time: usize, waiting: usize) -> Self {
        (self.at_a_time, self.waiting) = (at_a_time, waiting);
        self
    }

    /// Sets whether other work goes first.
    #[must_use]
    pub fn priority(mut self, priority: HashPriority) -> Self {
        self.priority = priority;
        self
    }

    /// Sets how many characters a new password may have.
    #[must_use]
    pub fn chars(mut self, chars: RangeInclusive<usize>) -> Self {
        self.chars = chars;
        self
    }

    pub(super) fn params(&self) -> Option<Params> {
        Params::new(self.memory, self.passes, self.lanes, None).ok()
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let (least, most) = (*PASSWORD_CHARS.start(), *PASSWORD_CHARS.end());
        let (from, to) = (*self.chars.start(), *self.chars.end());
        let rules = [
            (self.memory >= MIN_MEMORY, format!("memory must be at least {MIN_MEMORY} KiB")),
            (self.passes >= MIN_PASSES, format!("passes must be at least {MIN_PASSES}")),
            (self.lanes >= MIN_LANES, format!("lanes must be at least {MIN_LANES}")),
            (self.params().is_some(), "argon2 has no such parameters".to_owned()),
            (self.at_a_time > 0, "at_a_time must be at least 1".to_owned()),
            (
                self.at_a_time.saturating_add(self.waiting) <= tokio::sync::Semaphore::MAX_PERMITS,
                "waiting is beyond what can be counted".to_owned(),
            ),
            (
                least <= from && from <= to && to <= most,
                format!("chars must lie within {least} and {most}, the smaller first"),
            ),
        ];
        let broken = rules.into_iter().filter(|(kept, _)| !kept);
        broken.map(|(_, rule)| format!("auth: password hashing: {rule}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_least_and_what_is_less_is_told() {
        assert_eq!(PasswordHashing::default().problems(), Vec::<String>::new());
        assert_eq!(PasswordHashing::default().cost(65_536, 3, 4).problems(), Vec::<String>::new());
        for (weak, word) in [
            (PasswordHashing::default().cost(19_455, 2, 1), "memory"),
            (PasswordHashing::default().cost(19_456, 1, 1), "passes"),
            (PasswordHashing::default().cost(19_456, 2, 0), "lanes"),
            (PasswordHashing::default().load(0, 1), "at_a_time"),
            (PasswordHashing::default().load(1, usize::MAX), "waiting"),
            (PasswordHashing::default().chars(7..=128), "chars"),
            (PasswordHashing::default().chars(8..=129), "chars"),
            (PasswordHashing::default().chars(RangeInclusive::new(20, 10)), "chars"),
        ] {
            assert!(weak.problems().iter().any(|problem| problem.contains(word)), "{weak:?}");
        }
    }
}
