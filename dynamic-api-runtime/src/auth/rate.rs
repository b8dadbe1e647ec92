//! How often the account routes may be called, as a program states it.

use std::{num::NonZeroU32, time::Duration};

use governor::Quota;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// At most so many calls within a time: all of them at once, or evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many calls.
    pub calls: u32,
    /// Within how long a time.
    pub per: Duration,
}

impl RateLimit {
    /// At most `calls` within `per`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use dynamic_api_runtime::auth::RateLimit;
    ///
    /// let ten_a_minute = RateLimit::new(10, Duration::from_secs(60));
    /// assert_eq!(ten_a_minute.calls, 10);
    /// ```
    pub const fn new(calls: u32, per: Duration) -> Self {
        Self { calls, per }
    }

    const fn of_seconds(calls: u32, seconds: u64) -> Self {
        Self::new(calls, Duration::from_secs(seconds))
    }

    pub(super) fn quota(self) -> Option<Quota> {
        let calls = NonZeroU32::new(self.calls)?;
        Some(Quota::with_period(self.per / self.calls)?.allow_burst(calls))
    }
}

/// The account routes that share a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Throttled {
    /// Login, and the second factor.
    Login,
    /// Registration.
    Register,
    /// Asking for a password reset, and doing it.
    Reset,
    /// Asking for a one-time code, and sending it back.
    Code,
    /// Refreshing tokens.
    Refresh,
}

impl Throttled {
    pub(super) const ALL: [Self; 5] = [Self::Login, Self::Register, Self::Reset, Self::Code, Self::Refresh];
}

/// The limits of routes of one kind; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RouteLimits {
    /// For each account that is named, whether there is one or not, from all addresses together.
    pub account: Option<RateLimit>,
    /// For each client address, for all accounts together. An IPv6 network of 64 bits counts as one address.
    pub address: Option<RateLimit>,
}

impl RouteLimits {
    /// These limits.
    pub const fn new(account: Option<RateLimit>, address: Option<RateLimit>) -> Self {
        Self { account, address }
    }

    const fn both(account: RateLimit, address: RateLimit) -> Self {
        Self::new(Some(account), Some(address))
    }
}

/// The limits of all account routes. The defaults let a person mistype, and an office share an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimits {
    /// Default 10 an account and 100 an address, in 15 minutes.
    pub login: RouteLimits,
    /// Default 5 an account and 20 an address, in an hour.
    pub register: RouteLimits,
    /// Default 5 an account and 20 an address, in an hour.
    pub reset: RouteLimits,
    /// Default 10 an account and 50 an address, in 15 minutes.
    pub code: RouteLimits,
    /// Default 30 an account and 300 an address, in a minute.
    pub refresh: RouteLimits,
}

impl Default for RateLimits {
    fn default() -> Self {
        let within = RateLimit::of_seconds;
        Self {
            login: RouteLimits::both(within(10, 15 * MINUTE), within(100, 15 * MINUTE)),
            register: RouteLimits::both(within(5, HOUR), within(20, HOUR)),
            reset: RouteLimits::both(within(5, HOUR), within(20, HOUR)),
            code: RouteLimits::both(within(10, 15 * MINUTE), within(50, 15 * MINUTE)),
            refresh: RouteLimits::both(within(30, MINUTE), within(300, MINUTE)),
        }
    }
}

impl RateLimits {
    /// No limits, for an application behind a gateway that has its own.
    pub const fn none() -> Self {
        const NONE: RouteLimits = RouteLimits::new(None, None);
        Self { login: NONE, register: NONE, reset: NONE, code: NONE, refresh: NONE }
    }

    /// Sets the limits of routes of one kind.
    #[must_use]
    pub const fn route(mut self, throttled: Throttled, limits: RouteLimits) -> Self {
        match throttled {
            Throttled::Login => self.login = limits,
            Throttled::Register => self.register = limits,
            Throttled::Reset => self.reset = limits,
            Throttled::Code => self.code = limits,
            Throttled::Refresh => self.refresh = limits,
        }
        self
    }

    pub(super) const fn of(&self, throttled: Throttled) -> RouteLimits {
        match throttled {
            Throttled::Login => self.login,
            Throttled::Register => self.register,
            Throttled::Reset => self.reset,
            Throttled::Code => self.code,
            Throttled::Refresh => self.refresh,
        }
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let limits = Throttled::ALL.into_iter().flat_map(|throttled| {
            let RouteLimits { account, address } = self.of(throttled);
            [(throttled, account), (throttled, address)]
        });
        let impossible = limits.filter(|(_, limit)| limit.is_some_and(|limit| limit.quota().is_none()));
        let mut problems: Vec<String> = impossible
            .map(|(throttled, _)| {
                format!(
                    "auth: the rate limit of {throttled:?} must allow a call, within a time that is not zero"
                )
            })
            .collect();
        problems.dedup();
        problems
    }
}
