//! The subscriber in a request: the customer type and its names.

use super::members::Members;
use super::record::Subscriber;
use crate::voice::error::VoiceError;

/// The subscriber of a new order. A customer type is required, with the names that belong to it.
pub(crate) fn of_new(members: Members) -> Result<Subscriber, VoiceError> {
    let given = Names::read(members);
    match members.text("customerType").as_deref() {
        Some("B") => given.business(),
        Some("R") => given.residence(),
        _ => Err(VoiceError::new(20_001)),
    }
}

/// Whether a request names a subscriber at all.
pub(crate) fn is_given(members: Members) -> bool {
    members.has("customerType") || Names::read(members).any()
}

/// The subscriber of a change order, or of a supplement. `None` if it has no name.
pub(crate) fn of_change(members: Members) -> Result<Option<Subscriber>, VoiceError> {
    let given = Names::read(members);
    let customer_type = members.text("customerType");
    let is_business = match customer_type.as_deref() {
        None if given.any() => return Err(VoiceError::new(20_043)),
        None => return Ok(None),
        Some("B") => true,
        Some("R") => false,
        Some(_) => return Err(VoiceError::new(20_001)),
    };
    if !given.any() {
        return Ok(None);
    }
    match (is_business, given.business_name.is_some(), given.any_personal()) {
        (true, false, _) => Err(VoiceError::new(20_045)),
        (false, true, false) => Err(VoiceError::new(20_044)),
        (true, true, _) => given.business().map(Some),
        (false, ..) if given.first_name.is_none() || given.last_name.is_none() => {
            Err(VoiceError::new(20_046))
        }
        (false, ..) => given.residence().map(Some),
    }
}

/// The names in a request.
struct Names {
    business_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    middle_initial: Option<String>,
}

impl Names {
    fn read(members: Members) -> Names {
        Names {
            business_name: members.text("businessName"),
            first_name: members.text("firstName"),
            last_name: members.text("lastName"),
            middle_initial: members.text("middleInitial"),
        }
    }

    fn any(&self) -> bool {
        self.business_name.is_some() || self.any_personal()
    }

    fn any_personal(&self) -> bool {
        self.first_name.is_some() || self.last_name.is_some() || self.middle_initial.is_some()
    }

    fn business(self) -> Result<Subscriber, VoiceError> {
        if self.any_personal() {
            return Err(VoiceError::new(20_006));
        }
        let business_name = self.business_name.ok_or_else(|| VoiceError::new(20_004))?;
        Ok(Subscriber::Business { business_name })
    }

    fn residence(self) -> Result<Subscriber, VoiceError> {
        let Names { business_name, first_name, last_name, middle_initial } = self;
        let (Some(first_name), Some(last_name)) = (first_name, last_name) else {
            return Err(VoiceError::new(20_003));
        };
        if business_name.is_some() {
            return Err(VoiceError::new(20_005));
        }
        for (name, code) in [(&first_name, 20_210), (&last_name, 20_211)] {
            if !name.chars().all(is_accepted) {
                return Err(VoiceError::new(code).detail(name));
            }
        }
        Ok(Subscriber::Residence { first_name, last_name, middle_initial })
    }
}

/// Whether a personal name may contain this character. Lumen documents only that special characters
/// are not accepted.
fn is_accepted(letter: char) -> bool {
    letter.is_ascii_alphabetic() || matches!(letter, ' ' | '-' | '\'' | '.')
}
