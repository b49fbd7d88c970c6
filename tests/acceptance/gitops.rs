//! The pipeline in `examples/gitops`: its scripts, in the order in which its workflows call them.

mod pipeline;
mod postgres;
mod workflows;

use std::time::Duration;

use lumen_simulator::Action::{Add, Modify};

use self::pipeline::given;

#[test]
fn the_pipeline_orders_what_was_reviewed_and_the_policy_accepts() {
    let mut pipeline = given();

    // A pull request exceeds the budget.
    pipeline.commit("50 Mbps", "1 Gbps");
    pipeline.check_out("a dear pull request");
    pipeline.run("check.sh").succeeds().says("PASS: 13/13");
    pipeline.run("plan.sh").succeeds().says("2 to add");
    pipeline
        .run("comment.sh")
        .succeeds()
        .says(r#"| `lumen_iod_connection.this["branch"]` | 1 Gbps | create | 1.65 |"#);
    let refused = pipeline.run("policy.sh").fails();
    refused
        .says(r#"lumen_iod_connection.this["branch"]: 1.65 USD an hour"#)
        .says("refused: 2.11 USD an hour are 1.11 more than the budget of 1.00");
    pipeline.run("apply.sh").fails().says("refused: 2.11 USD");
    assert!(pipeline.orders().is_empty());

    // It is reduced and merged. Another runner applies the plan.
    pipeline.commit("1 Gbps", "50 Mbps");
    pipeline.check_out("a pull request");
    pipeline.run("plan.sh").succeeds().says("2 to add");
    let accepted = pipeline.run("policy.sh").succeeds();
    accepted.says("accepted: 0.77 USD an hour, the budget is 1.00");
    assert!(pipeline.orders().is_empty());
    let plan = pipeline.saved_plan();
    pipeline.check_out("merged");
    pipeline.take(&plan);
    pipeline.run("apply.sh").succeeds().says("2 added");
    assert!(!pipeline.has_state_of_its_own());
    assert_eq!(pipeline.orders(), [Add, Add]);

    // A runner without any files of the others finds everything in the database.
    pipeline.check_out("at night");
    pipeline.run("drift.sh").succeeds().says("No drift");
    pipeline.run("plan.sh").succeeds().says("No changes");
    pipeline.run("policy.sh").succeeds().says("accepted: 0.77 USD");
    pipeline.run("journal.sh").succeeds().says("No order is open");
    pipeline.check_out("with the plan of before");
    pipeline.take(&plan);
    pipeline.run("apply.sh").fails().says("Saved plan is stale");

    // A service is changed outside the pipeline.
    pipeline.lumen_changes("branch", 500);
    pipeline.check_out("the night after");
    let drift = pipeline.run("drift.sh").finds_changes();
    drift.says(r#""500 Mbps" -> "50 Mbps""#).says("Drift: the plan above would undo it.");
    assert_eq!(pipeline.orders(), [Add, Add]);

    // The drift is corrected once: the lock refuses an apply that starts in the meantime.
    pipeline.run("plan.sh").succeeds();
    pipeline.run("policy.sh").succeeds();
    let plan = pipeline.saved_plan();
    pipeline.lumen_takes(Duration::from_hours(1));
    let mut applying = pipeline.start("apply.sh");
    applying.until("Lumen has accepted the change", || pipeline.accepted_orders() == 3);
    pipeline.check_out("at the same time");
    pipeline.take(&plan);
    let locked = pipeline.run("apply.sh").fails();
    locked.says("Error acquiring the state lock").says("already locked");
    pipeline.lumen_is_done();
    applying.finish().succeeds().says("1 changed");
    pipeline.run("drift.sh").succeeds().says("No drift");
    assert_eq!(pipeline.orders(), [Add, Add, Modify]);

    pipeline.loses_its_database();
    let unknown = pipeline.run("drift.sh").fails();
    unknown.says("Whether there is drift is not known");
}

#[test]
fn a_pipeline_that_is_cut_off_orders_nothing_twice() {
    let mut pipeline = given();
    pipeline.check_out("a pull request");
    pipeline.run("plan.sh").succeeds();
    let plan = pipeline.saved_plan();
    pipeline.lumen_takes(Duration::from_hours(1));

    pipeline.check_out("merged");
    pipeline.take(&plan);
    let mut applying = pipeline.start("apply.sh");
    applying.until("Lumen has accepted both", || pipeline.accepted_orders() == 2);

    // Another runner does not wait, because its plan would be stale by the time it has the lock.
    pipeline.check_out("merged twice");
    pipeline.take(&plan);
    pipeline.run("apply.sh").fails().says("Error acquiring the state lock");

    // The lock is released with the session. The orders are in no state, but they are in the journal.
    applying.kill();
    applying.finish();
    let open = pipeline.run("journal.sh").finds_changes();
    open.says("accepted").says("`branch`").says("`headquarters`").says("The run resumes the order");
    pipeline.lumen_is_done();
    pipeline.check_out("once more");
    pipeline.take(&plan);
    pipeline.run("apply.sh").succeeds().says("2 added");
    assert_eq!(pipeline.orders(), [Add, Add]);
    pipeline.run("drift.sh").succeeds().says("No drift");
    pipeline.run("journal.sh").succeeds().says("No order is open");
}

#[test]
fn a_price_that_moves_after_the_plan_is_told_in_plain_words() {
    let mut pipeline = given();
    pipeline.check_out("a pull request");
    pipeline.run("plan.sh").succeeds().says("2 to add");
    let plan = pipeline.saved_plan();
    pipeline.lumen.set(|lumen| lumen.price_factor = 1.1);

    pipeline.check_out("merged");
    pipeline.take(&plan);
    let moved = "The price has moved: 0.46 to 0.51 USD an hour. Nothing was ordered. Plan again.";
    let moved = format!(r#"lumen_iod_connection.this["headquarters"]: {moved}"#);
    let refused = pipeline.start("apply.sh").finish_saying(&moved).fails();

    refused.says("Provider produced inconsistent final plan").says("should be reported");
    assert!(pipeline.orders().is_empty());
    pipeline.log_has("planned the price of a connection, in USD: ", "hourly_price=0.46");
    pipeline.log_has("planned the price of a connection, in USD: ", "hourly_price=0.51");

    // A new plan orders at the new price.
    pipeline.check_out("another pull request");
    pipeline.run("plan.sh").succeeds();
    pipeline.run("apply.sh").succeeds().says("2 added");
    assert_eq!(pipeline.orders(), [Add, Add]);
}

#[test]
fn the_tests_of_the_example_pass() {
    let mut pipeline = given();
    pipeline.check_out("tested");
    pipeline.tests_find_lumen();

    pipeline.run("test.sh").succeeds().says("6 passed, 0 failed");

    assert!(pipeline.connections().is_empty(), "what a test orders, it ends");
}
