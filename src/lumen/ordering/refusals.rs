//! Refusals of the Internet On-Demand API that are recognized by their words.
//!
//! Lumen has no codes of its own for them.

use crate::lumen::Problem;

impl Problem {
    /// Whether Lumen does not sell at the site. Public reports from 2026 show that this is permanent at
    /// some sites and temporary at others.
    #[must_use]
    pub fn is_about_enablement(&self) -> bool {
        self.says("Not a NaaS Enabled Location")
    }

    /// Whether another change of the service is in progress. The sentence is known from public clients, but
    /// its HTTP status is not.
    #[must_use]
    pub fn is_about_running_change(&self) -> bool {
        self.says("cannot be modified since the current status is") && self.says("pending")
    }

    /// Whether the quote is no longer valid. ASSUMED: the words.
    #[must_use]
    pub fn is_about_expired_quote(&self) -> bool {
        let is_over = ["expired", "not valid", "invalid"].iter().any(|word| self.says(word));
        self.says("quote") && is_over && !self.is_about_used_quote()
    }

    /// Whether the quote was ordered before. A quote is sent only once, so the request must have arrived
    /// twice, and Lumen accepted the first copy. ASSUMED: the words.
    #[must_use]
    pub fn is_about_used_quote(&self) -> bool {
        self.says("quote") && self.says("already been used")
    }

    /// Whether the change requests that Lumen allows in a day are used up.
    pub(in crate::lumen) fn is_daily_quota(&self) -> bool {
        self.says("change requests in a day")
    }
}
