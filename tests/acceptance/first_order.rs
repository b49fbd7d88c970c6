//! The guide to the first order, from its first command to its last, at the simulator.

use lumen_simulator::Action;

use crate::guides::runs;
use crate::pages::blocks;
use crate::world::given_a_mirror;

pub(crate) const PAGE: &str = "docs/guides/first-order.md";

#[test]
fn the_guide_to_the_first_order_works_from_its_first_command_to_its_last() {
    let world = given_a_mirror();

    let mut commands = Vec::new();
    for block in blocks(PAGE) {
        match block.language.as_str() {
            "terraform" => world.terraform.write("main.tf", &block.text),
            "shell" => {
                for command in block.commands() {
                    runs(&world.terraform, command);
                    commands.push(command.to_owned());
                }
            }
            _ => {}
        }
    }

    assert_eq!(commands.last().map(String::as_str), Some("terraform destroy"));
    assert_eq!(world.orders(), [Action::Add, Action::Delete]);
}
