//! The rate limit of the gateway in front of Lumen's services.

use std::time::Duration;

/// Counts the requests in the current second of the simulated time.
#[derive(Default)]
pub(crate) struct RateLimit {
    second: u64,
    requests: u32,
    traffic: Traffic,
}

/// What has arrived at the gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The number of requests, including those over the limit.
    pub requests: u64,
    /// The number of requests over the limit, which were answered with 429.
    pub refused: u64,
    /// The largest number of requests in a second of the simulated time, including those over the limit.
    pub most_in_a_second: u32,
}

impl RateLimit {
    /// Whether one more request in this second is within the limit.
    pub(crate) fn admits(&mut self, now: Duration, per_second: Option<u32>) -> bool {
        if self.second != now.as_secs() {
            self.second = now.as_secs();
            self.requests = 0;
        }
        self.requests = self.requests.saturating_add(1);
        let is_admitted = per_second.is_none_or(|limit| self.requests <= limit);
        self.traffic.requests += 1;
        self.traffic.refused += u64::from(!is_admitted);
        self.traffic.most_in_a_second = self.traffic.most_in_a_second.max(self.requests);
        is_admitted
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.traffic
    }
}
