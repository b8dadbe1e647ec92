//! How often the account routes may be called: for each account and for each client address, by governor's GCRA. It is held in
//! memory, within bounds that no client can move.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{StateStore, keyed::ShrinkableKeyedStateStore},
};

use super::rate::{RateLimit, RateLimits, Throttled};
use crate::error::Error;

/// How many accounts or addresses a limit tells apart at a time.
const CAPACITY: usize = 100_000;
/// Among how many places those share that come when there are so many already.
const SHARED: u64 = 1024;
/// After how many calls what is no longer of use is thrown away.
const SWEEP: u32 = 4096;

/// The limits of an application.
pub(crate) struct Limiter<C: Clock = DefaultClock> {
    /// Keys are hashed by a secret of the process, so that nobody can choose two of one place.
    hasher: RandomState,
    routes: Vec<Route<C>>,
}

/// The tables of routes of one kind; none where there is no limit.
struct Route<C: Clock> {
    throttled: Throttled,
    accounts: Option<Table<C>>,
    addresses: Option<Table<C>>,
}

impl Limiter {
    /// The limits of the settings.
    pub(crate) fn new(limits: &RateLimits) -> Self {
        Self::with_clock(limits, &DefaultClock::default())
    }
}

impl<C: Clock + Clone> Limiter<C> {
    pub(crate) fn with_clock(limits: &RateLimits, clock: &C) -> Self {
        let table = |limit: Option<RateLimit>| limit.and_then(|limit| Table::new(limit, clock.clone()));
        let route = |throttled: Throttled| {
            let limits = limits.of(throttled);
            Route { throttled, accounts: table(limits.account), addresses: table(limits.address) }
        };
        Self { hasher: RandomState::new(), routes: Throttled::ALL.into_iter().map(route).collect() }
    }

    /// Counts a call. The address goes first: who is refused by it can't use up the calls of an account.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`], and the call is not counted.
    pub(crate) fn check(
        &self,
        throttled: Throttled,
        account: Option<&str>,
        address: Option<IpAddr>,
    ) -> Result<(), Error> {
        let Some(route) = self.routes.iter().find(|route| route.throttled == throttled) else {
            return Ok(());
        };
        if let (Some(table), Some(address)) = (&route.addresses, address) {
            table.check(self.hasher.hash_one(network(address)))?;
        }
        if let (Some(table), Some(account)) = (&route.accounts, account) {
            // The same account for every store and every client, however it is written.
            table.check(self.hasher.hash_one(account.trim().to_lowercase()))?;
        }
        Ok(())
    }
}

impl<C: Clock> fmt::Debug for Limiter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Limiter(..)")
    }
}

/// What counts as one address: a household or a server has a whole IPv6 network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

struct Table<C: Clock> {
    limiter: RateLimiter<u64, Places, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    quota: Quota,
    calls: AtomicU32,
}

impl<C: Clock + Clone> Table<C> {
    fn new(limit: RateLimit, clock: C) -> Option<Self> {
        let quota = limit.quota()?;
        let limiter = RateLimiter::new(quota, Places::default(), clock.clone());
        Some(Self { limiter, clock, quota, calls: AtomicU32::new(0) })
    }

    fn check(&self, key: u64) -> Result<(), Error> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            let burst = self.quota.burst_size().get();
            let whole = wait.saturating_add(self.quota.replenish_interval().saturating_mul(burst - 1));
            Error::TooManyRequests {
                retry_after: seconds(wait).max(1),
                limit: burst,
                remaining: 0,
                reset: seconds(whole).max(1),
            }
        })
    }
}

/// Whole seconds, rounded up.
fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_nanos().div_ceil(1_000_000_000)).unwrap_or(u32::MAX)
}

/// The state of each key, for so many keys and no more.
#[derive(Default)]
struct Places(Mutex<HashMap<u64, Nanos>>);

impl Places {
    fn with<T>(&self, f: impl FnOnce(&mut HashMap<u64, Nanos>) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl StateStore for Places {
    type Key = u64;

    /// Who is known keeps the place. When all are taken, the others share some: they are limited together.
    fn measure_and_replace<T, F, E>(&self, key: &u64, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.with(|places| {
            let is_own = places.len() < CAPACITY || places.contains_key(key);
            let place = if is_own { *key } else { key % SHARED };
            let (outcome, next) = measure(places.get(&place).copied())?;
            places.insert(place, next);
            Ok(outcome)
        })
    }
}

impl ShrinkableKeyedStateStore<u64> for Places {
    fn retain_recent(&self, drop_below: Nanos) {
        self.with(|places| places.retain(|_, state| *state > drop_below));
    }

    fn shrink_to_fit(&self) {
        self.with(HashMap::shrink_to_fit);
    }

    fn len(&self) -> usize {
        self.with(|places| places.len())
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use governor::clock::FakeRelativeClock;

    use super::*;
    use crate::auth::rate::RouteLimits;

    const MINUTE: Duration = Duration::from_secs(60);

    fn limited(
        account: Option<u32>,
        address: Option<u32>,
    ) -> (Limiter<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let limit = |calls: Option<u32>| calls.map(|calls| RateLimit::new(calls, MINUTE));
        let limits =
            RateLimits::none().route(Throttled::Login, RouteLimits::new(limit(account), limit(address)));
        (Limiter::with_clock(&limits, &clock), clock)
    }

    fn from(address: &str) -> Option<IpAddr> {
        Some(address.parse().unwrap())
    }

    #[test]
    fn an_account_is_limited_from_all_addresses_together() {
        let (limiter, clock) = limited(Some(3), None);
        for address in ["1.1.1.1", "2.2.2.2", "3.3.3.3"] {
            limiter.check(Throttled::Login, Some("ada@example.org"), from(address)).unwrap();
        }
        let refused = limiter.check(Throttled::Login, Some(" ADA@example.org"), from("4.4.4.4")).unwrap_err();
        let Error::TooManyRequests { retry_after, limit, remaining, reset } = refused else {
            panic!("{refused}")
        };
        assert_eq!((retry_after, limit, remaining, reset), (20, 3, 0, 60));
        limiter.check(Throttled::Login, Some("bob@example.org"), from("4.4.4.4")).unwrap();

        clock.advance(Duration::from_millis(19_999));
        assert!(limiter.check(Throttled::Login, Some("ada@example.org"), None).is_err());
        clock.advance(Duration::from_millis(1));
        limiter.check(Throttled::Login, Some("ada@example.org"), None).unwrap();
        assert!(limiter.check(Throttled::Login, Some("ada@example.org"), None).is_err());
        clock.advance(MINUTE);
        for _ in 0..3 {
            limiter.check(Throttled::Login, Some("ada@example.org"), None).unwrap();
        }
    }

    #[test]
    fn an_address_is_limited_for_all_accounts_together() {
        let (limiter, _) = limited(None, Some(2));
        let call = |account, address: &str| limiter.check(Throttled::Login, Some(account), from(address));
        call("a", "1.1.1.1").unwrap();
        call("b", "::ffff:1.1.1.1").unwrap();
        assert!(call("c", "1.1.1.1").is_err());
        call("c", "1.1.1.2").unwrap();
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let (limiter, _) = limited(None, Some(1));
        let call = |address: &str| limiter.check(Throttled::Login, None, from(address));
        call("2001:db8:1:2::1").unwrap();
        assert!(call("2001:db8:1:2:ffff::9").is_err());
        call("2001:db8:1:3::1").unwrap();
    }

    #[test]
    fn who_is_refused_by_the_address_uses_up_no_account() {
        let (limiter, _) = limited(Some(2), Some(1));
        let call = |address: &str| limiter.check(Throttled::Login, Some("ada"), from(address));
        call("6.6.6.6").unwrap();
        for _ in 0..10 {
            assert!(call("6.6.6.6").is_err());
        }
        call("1.1.1.1").unwrap();
    }

    #[test]
    fn routes_are_limited_apart_and_none_is_no_limit() {
        let (limiter, _) = limited(Some(1), None);
        limiter.check(Throttled::Login, Some("ada"), None).unwrap();
        assert!(limiter.check(Throttled::Login, Some("ada"), None).is_err());
        for throttled in [Throttled::Register, Throttled::Reset, Throttled::Code, Throttled::Refresh] {
            for _ in 0..100 {
                limiter.check(throttled, Some("ada"), from("1.1.1.1")).unwrap();
            }
        }
    }

    #[test]
    fn the_defaults_let_ten_logins_through() {
        let limiter = Limiter::new(&RateLimits::default());
        let call = || limiter.check(Throttled::Login, Some("ada"), from("1.1.1.1"));
        assert!((0..10).all(|_| call().is_ok()));
        assert!(call().is_err());
    }

    #[test]
    fn memory_is_bounded_and_known_clients_keep_their_place() {
        let (limiter, clock) = limited(Some(2), None);
        let places = || limiter.routes[0].accounts.as_ref().unwrap().limiter.len();
        let call = |account: &str| limiter.check(Throttled::Login, Some(account), None);
        call("ada").unwrap();
        call("ada").unwrap();
        let most = CAPACITY + usize::try_from(SHARED).unwrap();
        for stranger in 0..most + 20_000 {
            let _ = call(&stranger.to_string());
        }
        assert!((CAPACITY..=most).contains(&places()), "{}", places());
        assert!(call("ada").is_err(), "a flood does not let a known client off");

        clock.advance(2 * MINUTE);
        for _ in 0..SWEEP {
            let _ = call("bob");
        }
        assert!(places() < 10, "{}", places());
    }

    #[test]
    fn a_limit_of_nothing_is_told_at_the_start() {
        let limits = |calls, per| {
            let limits = RouteLimits::new(Some(RateLimit::new(calls, per)), None);
            RateLimits::default().route(Throttled::Code, limits).problems()
        };
        assert_eq!(limits(1, MINUTE), Vec::<String>::new());
        assert_eq!(limits(0, MINUTE).len(), 1);
        assert_eq!(limits(1, Duration::ZERO).len(), 1);
    }
}
