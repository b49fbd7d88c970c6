//! Reservations of telephone numbers as users write them, and their results.

use std::collections::BTreeSet;

use lumen_simulator::VoiceOrder;
use serde_json::Value;

use crate::connection::PROVIDER;
use crate::terraform::Outcome;
use crate::world::World;

/// The address of the reservation in most tests.
const ADDRESS: &str = "lumen_voice_tn_reservation.test";

/// A `lumen_voice_tn_reservation.test` resource.
pub(crate) struct Reservation<'a> {
    pub(crate) rate_center: &'a str,
    pub(crate) quantity: u32,
    /// Additional lines in the block.
    pub(crate) more: &'a str,
}

impl Default for Reservation<'_> {
    fn default() -> Self {
        Self { rate_center: "DENVER", quantity: 10, more: "" }
    }
}

impl Reservation<'_> {
    fn to_resource(&self) -> String {
        let Self { rate_center, quantity, more } = self;
        format!(
            r#"
resource "lumen_voice_tn_reservation" "test" {{
  product     = "local_inbound"
  rate_center = "{rate_center}"
  state       = "CO"
  quantity    = {quantity}
  {more}
}}
"#
        )
    }
}

impl World {
    /// Writes a configuration with a provider block and one reservation.
    pub(crate) fn reserves(&self, reservation: &Reservation<'_>) {
        self.terraform.write("main.tf", &[PROVIDER, &reservation.to_resource()].concat());
    }

    /// The orders for numbers that Lumen has accepted, oldest first.
    pub(crate) fn voice_orders(&self) -> Vec<VoiceOrder> {
        self.lumen.ledger().voice_orders
    }

    /// The only order for numbers.
    #[track_caller]
    pub(crate) fn voice_order(&self) -> VoiceOrder {
        let mut orders = self.voice_orders();
        assert_eq!(orders.len(), 1, "{orders:?}");
        orders.remove(0)
    }

    /// The numbers in Terraform's state.
    pub(crate) fn numbers(&self) -> BTreeSet<u64> {
        numbers_in(&self.state())
    }

    pub(crate) fn refreshes(&self) -> Outcome {
        self.terraform.apply(&["-refresh-only"])
    }

    pub(crate) fn imports_numbers(&self, voice_order_id: &str) -> Outcome {
        self.terraform.run(&["import", "-no-color", ADDRESS, voice_order_id])
    }
}

/// The numbers of a reservation in a state, without the leading plus.
pub(crate) fn numbers_in(attributes: &Value) -> BTreeSet<u64> {
    let numbers = attributes["telephone_numbers"].as_array().into_iter().flatten();
    numbers.map(|number| number.as_str().unwrap().trim_matches('+').parse().unwrap()).collect()
}
