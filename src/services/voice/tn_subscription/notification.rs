//! Lumen's notifications about the orders of a subscription.

use crate::framework::schema::string;
use crate::framework::{Attribute, Field};
use crate::lumen::voice::{self, Date};
use crate::model;

model! {
    /// A notification about an order.
    pub(crate) struct DatedNotification {
        code: Field<String>,
        message: Field<String>,
        date: Field<Date>,
    }
}

/// The attributes of a notification.
pub(super) fn notification() -> [(&'static str, Attribute); 3] {
    [
        ("code", string().computed().about("Notification code, such as `902`.")),
        ("message", string().computed().about("Text of the notification.")),
        (
            "date",
            string()
                .computed()
                .about("Date in UTC when Lumen sent the notification. Null if unknown."),
        ),
    ]
}

impl From<&voice::Notification> for DatedNotification {
    fn from(told: &voice::Notification) -> Self {
        Self {
            code: Field::Known(told.code.to_string()),
            message: Field::Known(told.message.clone()),
            date: told.at.map(Date::from).into(),
        }
    }
}

impl DatedNotification {
    /// Whether it is the same notification as another one. One of them may have no date: Lumen may leave it out
    /// of one of its answers.
    fn is(&self, other: &Self) -> bool {
        let has_no_date = self.date.is_null() || other.date.is_null();
        self.code == other.code
            && self.message == other.message
            && (has_no_date || self.date == other.date)
    }
}

/// Adds notifications to those that are known, each once.
pub(super) fn note(all: &mut Vec<DatedNotification>, told: &[voice::Notification]) {
    for told in told.iter().map(DatedNotification::from) {
        match all.iter_mut().find(|known| known.is(&told)) {
            None => all.push(told),
            Some(known) if known.date.is_null() => known.date = told.date,
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(date: Option<&str>) -> Option<voice::Notification> {
        Some(voice::Notification {
            code: "904".parse().ok()?,
            message: "The port was updated.".to_owned(),
            rate_center: None,
            state: None,
            at: date.and_then(|date| date.parse().ok()),
            foc_date: None,
        })
    }

    fn dates(all: &[DatedNotification]) -> Vec<Option<String>> {
        all.iter().map(|known| known.date.known().map(ToString::to_string)).collect()
    }

    #[test]
    fn the_date_tells_two_updates_apart() {
        let (first, second) = ("2026-12-07T17:00:00Z", "2026-12-08T17:00:00Z");
        let mut all = Vec::new();
        for date in [None, Some(first), Some(first), Some(second), None] {
            note(&mut all, told(date).as_slice());
        }
        assert_eq!(dates(&all), [Some(first.to_owned()), Some(second.to_owned())]);
    }
}
