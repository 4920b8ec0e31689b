//! Which bodies a steering member can sit in.

use crate::values::BodyType;

/// The code of the steering group of KIM (Lenkungsgruppe) in the list of kinds of bodies.
const CODE: &str = "STEERING_GROUP";

/// Whether a body of this kind is a steering group: the only kind a role opens.
#[must_use]
pub fn is_steering_group(body_type: BodyType) -> bool {
    body_type.as_str() == CODE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_such_a_kind_and_others_are_none() {
        assert!(is_steering_group(BodyType::parse(CODE).unwrap()));
        let circle = BodyType::parse("WORKING_CIRCLE").unwrap();
        assert!(!is_steering_group(circle));
    }
}
