//! The guides to subscriptions and to ports, from their first command to their last, at the simulator.

use std::time::Duration;

use lumen_simulator::LineOrderKind::{Change, Disconnect, Install, PortIn};
use lumen_simulator::VoiceStatus;

use crate::guides::arguments;
use crate::pages::{Block, blocks};
use crate::subscription::{impatient, needs_newer, with_current_dates};
use crate::world::{World, given_a_mirror};

pub(crate) const SUBSCRIPTIONS: &str = "docs/guides/subscriptions.md";
pub(crate) const PORTING: &str = "docs/guides/porting.md";

const DAY: Duration = Duration::from_hours(24);

/// Polls often.
const POLL: &str = "provider \"lumen\" {\n  poll_interval = \"100ms\"\n}\n";

#[test]
fn the_guide_to_subscriptions_works_from_its_first_command_to_its_last() {
    let mut world = given_a_mirror();

    let commands = world.follows(&blocks(SUBSCRIPTIONS));

    assert_eq!(commands.last().map(String::as_str), Some("terraform destroy"));
    assert_eq!(world.line_order_kinds(), [Install, Change, Disconnect]);
    assert!(world.lumen.lines().is_empty());
}

#[test]
fn the_guide_to_ports_works_from_its_first_command_to_its_last() {
    let mut world = given_a_mirror();
    let blocks = blocks(PORTING);
    if blocks.iter().any(|block| needs_newer(&world.terraform, &block.text)) {
        return;
    }
    world.lumen.set(|lumen| lumen.voice.foc_seconds = DAY.as_secs_f64() * 3.0);

    let commands = world.follows(&blocks);

    assert_eq!(commands.last().map(String::as_str), Some("terraform destroy"));
    assert_eq!(world.line_order_kinds(), [PortIn]);
    let port = world.line_orders().remove(0);
    let supplements: Vec<_> = port.supplements.iter().map(|it| it.sent.join(" ")).collect();
    // After the losing carrier has agreed to a date, a supplement changes only the date.
    assert_eq!(supplements, ["customerRequestDate externalOrderID"]);
    assert_eq!(port.status, VoiceStatus::Cancelled);
}

impl World {
    /// Does what the blocks of a guide say, and returns the commands. A block with a `terraform` block replaces
    /// the configuration, and the arguments in any other block are changed. A refresh is some days later.
    fn follows(&mut self, blocks: &[Block]) -> Vec<String> {
        self.lumen.set(|lumen| lumen.voice.report.lag_seconds = 0.1);
        let mut commands = Vec::new();
        for block in blocks {
            let text = with_current_dates(&block.text);
            match block.language.as_str() {
                "terraform" if text.starts_with("terraform {") => {
                    self.terraform.write("main.tf", &text);
                    self.terraform
                        .write("test_override.tf", &[POLL, &impatient(&text, "")].concat());
                }
                "terraform" => {
                    let name = format!("block{}_override.tf", commands.len());
                    self.terraform.write(&name, &text);
                }
                "shell" => commands.extend(block.commands().map(|command| {
                    self.carries_out(command);
                    command.to_owned()
                })),
                _ => {}
            }
        }
        commands
    }

    fn carries_out(&mut self, command: &str) {
        if let Some((name, value)) =
            command.strip_prefix("export ").and_then(|it| it.split_once('='))
        {
            self.terraform.set(name.to_owned().leak(), value);
            return;
        }
        if command.ends_with("-refresh-only") {
            self.lumen.advance(DAY * 4);
        }
        self.hurries(self.terraform.start(&arguments(command))).succeeds();
    }
}
