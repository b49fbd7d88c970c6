//! Actions that answer or cancel voice orders, while Terraform shows the progress.

use std::path::Path;
use std::time::Duration;

use lumen_simulator::{Approval, VoiceStatus};

use crate::connection::PROVIDER;
use crate::reservation::Reservation;
use crate::terraform::Feature;
use crate::world::{World, given_lumen};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/actions");

/// Orders take longer than any timeout, until the test advances the clock.
const AGES: f64 = 3600.0;

/// A timeout that ends before the numbers are reserved.
const IMPATIENT: &str = "timeouts {\n create = \"1s\"\n }";

/// Twenty numbers were ordered in Boulder, which has twelve, and the apply did not wait for them.
fn given_order() -> World {
    let world = given_lumen(|lumen| lumen.voice.order_seconds = AGES);
    let more = format!("on_shortage = \"accept_with_backorder\"\n {IMPATIENT}");
    world.reserves(&Reservation { rate_center: "BOULDER", quantity: 20, more: &more });
    world.terraform.apply(&[]).succeeds().says("is not complete yet");
    world
}

impl World {
    /// Changes to the example of an action, which is invoked for the existing order.
    fn enters_action(&mut self, name: &str) {
        self.enters(&Path::new(EXAMPLES).join(name), |_| true);
        let order = self.voice_order().voice_order_id;
        self.terraform.set("TF_VAR_voice_order_id", order);
    }

    fn knows_actions(&self) -> bool {
        self.terraform.supports(Feature::Actions)
    }
}

#[test]
fn an_order_that_asks_is_answered_and_followed() {
    let mut world = given_order();
    if !world.knows_actions() {
        return;
    }
    world.enters_action("lumen_voice_order_approval");
    let action = "-invoke=action.lumen_voice_order_approval.shortage";
    world.terraform.plan(&[action]).fails().says("is not waiting for an answer");
    world.lumen.advance(Duration::from_secs_f64(AGES / 2.0));

    let invoke = ["apply", "-auto-approve", "-no-color", action];
    let mut invoking = world.terraform.start(&invoke);
    invoking.until("the order is answered", || !world.voice_order().approvals.is_empty());
    world.lumen.advance(Duration::from_secs_f64(AGES));

    invoking
        .finish()
        .succeeds()
        .says("exceeds the 12 telephone numbers available")
        .says("in BOULDER, CO is answered: accept_available")
        .says("has reserved 12 numbers");
    let order = world.voice_order();
    assert_eq!((order.approvals, order.telephone_numbers), (vec![Approval::AcceptAvailable], 12));
    world.terraform.apply(&[action]).succeeds().says("was already answered");
}

#[test]
fn an_order_in_flight_is_called_off() {
    let mut world = given_order();
    if !world.knows_actions() {
        return;
    }
    world.enters_action("lumen_voice_order_cancel");
    let action = "-invoke=action.lumen_voice_order_cancel.unwanted";

    let cancelled = world.terraform.apply(&[action]).succeeds();

    cancelled.says("is being canceled").says("is cancelled");
    assert_eq!(world.voice_order().status, VoiceStatus::Cancelled);
    world.terraform.apply(&[action]).succeeds().says("was already canceled");
}

#[test]
fn an_order_that_can_t_be_called_off_is_told_by_the_plan() {
    let mut world = given_order();
    if !world.knows_actions() {
        return;
    }
    world.lumen.advance(Duration::from_hours(5));
    world.enters_action("lumen_voice_order_cancel");

    let planned = world.terraform.plan(&["-invoke=action.lumen_voice_order_cancel.unwanted"]);

    planned.fails().says("has already ended").says("It is rejected").says("Remove the action");
}

#[test]
fn ctrl_c_says_what_stands() {
    let mut world = given_order();
    if !world.knows_actions() {
        return;
    }
    world.lumen.advance(Duration::from_secs_f64(AGES / 2.0));
    world.enters_action("lumen_voice_order_approval");
    let action = "-invoke=action.lumen_voice_order_approval.shortage";

    let mut invoking = world.terraform.start(&["apply", "-auto-approve", "-no-color", action]);
    // Terraform itself crashes if it receives progress after Ctrl-C. The provider can send it until it
    // receives the interrupt.
    invoking.until_it_says("is answered: accept_available");
    invoking.interrupt();

    invoking.finish().says("The run was interrupted").says("Lumen has the answer");
}

#[test]
fn a_resource_triggers_an_action_with_an_id_that_no_plan_knows() {
    let world = given_lumen(|lumen| lumen.voice.order_seconds = AGES);
    if !world.knows_actions() {
        return;
    }
    let module = r#"
resource "lumen_voice_tn_reservation" "test" {
  product     = "local_inbound"
  rate_center = "DENVER"
  state       = "CO"
  quantity    = 10

  timeouts {
    create = "1s"
  }
}

resource "terraform_data" "change_of_mind" {
  input = lumen_voice_tn_reservation.test.id

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.lumen_voice_order_cancel.unwanted]
    }
  }
}

action "lumen_voice_order_cancel" "unwanted" {
  config {
    voice_order_id = terraform_data.change_of_mind.output
  }
}
"#;
    world.terraform.write("main.tf", &[PROVIDER, module].concat());

    world.terraform.apply(&[]).succeeds().says("is being canceled").says("is cancelled");

    assert_eq!(world.voice_order().status, VoiceStatus::Cancelled);
}
