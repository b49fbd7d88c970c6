//! The rate limit of the gateway in front of Lumen's services.

use std::time::Duration;

/// Counts the requests in the current second of the simulated time.
#[derive(Default)]
pub(crate) struct RateLimit {
    second: u64,
    requests: u32,
}

impl RateLimit {
    /// Whether one more request in this second is within the limit.
    pub(crate) fn admits(&mut self, now: Duration, per_second: Option<u32>) -> bool {
        if self.second != now.as_secs() {
            self.second = now.as_secs();
            self.requests = 0;
        }
        self.requests = self.requests.saturating_add(1);
        per_second.is_none_or(|limit| self.requests <= limit)
    }
}
