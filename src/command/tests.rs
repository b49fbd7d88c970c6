//! What the commands print, and their exit codes.

use std::fs;
use std::sync::Arc;

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::journal::{Author, Ending, Entry, LatestOrder, OrderTarget, Origin, Progress, Survey};
use crate::lumen::ApiUrl;
use crate::machine::ThisMachine;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// A journal that Terraform writes to for the state `net`.
struct World {
    folder: TempDir,
}

fn given() -> Result<World, Box<dyn std::error::Error>> {
    Ok(World { folder: tempfile::tempdir()? })
}

fn target(name: &str) -> Result<OrderTarget, Box<dyn std::error::Error>> {
    let api: ApiUrl = "https://api.example.com".parse()?;
    Ok(OrderTarget::new(&api, &"1-ABC".parse()?, "iod_connection", &[name]))
}

impl World {
    fn location(&self) -> JournalLocation {
        JournalLocation::Folder(self.folder.path().join("orders"))
    }

    /// The journal as a run of Terraform opens it.
    fn journal(&self) -> Journal {
        let origin = Origin::new("blue", "s3 bucket=example key=net");
        let author = Author::new(Some(origin), None);
        Journal::of(Some(self.location()), author, Arc::new(ThisMachine))
    }

    fn subject(&self) -> Subject {
        let location = self.location();
        let journal = Journal::new(location.clone());
        Subject { journal, location, program: NAME.to_owned() }
    }

    /// An order that is about to be sent.
    async fn ordered(&self, name: &str) -> Result<Entry, Box<dyn std::error::Error>> {
        let journal = self.journal();
        let LatestOrder::None(slot) = journal.latest_order::<Value>(&target(name)?).await? else {
            return Err("an order is open".into());
        };
        let what = format!("connection `{name}` of 100 Mbps at site PL0001247634");
        let written = slot.write_down(&name.parse()?, &what, None, &json!({})).await?;
        written.ok_or_else(|| "another process was faster".into())
    }

    /// An order that Lumen has accepted.
    async fn accepted(&self, name: &str) -> Result<Entry, Box<dyn std::error::Error>> {
        let entry = self.ordered(name).await?;
        let built = json!({ "site": "PL0001247634", "service_id": null, "existing": ["1"] });
        let order =
            json!({ "order_request_id": "1ec0b2a0", "order_id": null, "goal": { "Built": built } });
        let notifications = [json!({ "message": "Ask jane@example.com" })];
        entry.accept(&json!({ "order": order, "notifications": notifications })).await?;
        Ok(entry)
    }

    /// An accepted order that was returned to Terraform.
    async fn returned(&self, name: &str) -> Result<Entry, Box<dyn std::error::Error>> {
        let entry = self.accepted(name).await?;
        self.journal().returned(entry.key()).await?;
        Ok(entry)
    }

    async fn settle(&self, name: &str) -> Result<String, Box<dyn std::error::Error>> {
        let settled = settle::run(&self.subject(), &name.parse()?).await;
        settled.map(|report| self.masked(&report.text)).map_err(Into::into)
    }

    async fn survey(&self) -> Result<Survey, Box<dyn std::error::Error>> {
        let mut survey = self.journal().survey().await?;
        for (order, written_at) in survey.open.iter_mut().zip(1..) {
            order.written_at = format!("2026-05-0{written_at}T12:00:00Z").parse()?;
        }
        Ok(survey)
    }

    /// The text without what differs from run to run.
    fn masked(&self, text: &str) -> String {
        let folder = self.folder.path().display().to_string();
        let text = text.replace(&folder, "/journal");
        let words = text.split_inclusive([' ', '\n']).map(|word| {
            if word.starts_with("iod_connection-") { "iod_connection-…\n" } else { word }
        });
        words.collect()
    }

    #[track_caller]
    fn shows(&self, text: &str, expected: &Expect) {
        expected.assert_eq(&self.masked(text));
        let is_long = |line: &&str| [NAME, "/tmp", "-accepted"].iter().any(|it| line.contains(it));
        for line in text.lines().filter(|line| !is_long(line)) {
            assert!(line.chars().count() <= 110, "{line}");
        }
    }
}

#[tokio::test]
async fn a_list_says_what_to_do_for_each_state() -> Tested {
    let world = given()?;
    world.ordered("a").await?;
    world.accepted("b").await?;
    world.returned("c").await?;

    let report = list::report(&world.subject(), &world.survey().await?, false)?;

    world.shows(&report.text, &expect![[r#"
        3 orders are open in /journal/orders:

        REFERENCE             STATE       RECORDED              ORDER
        a                     unanswered  2026-05-01T12:00:00Z  connection `a` of 100 Mbps at site PL0001247634
                              for workspace `blue` of s3 bucket=example key=net
        b                     accepted    2026-05-02T12:00:00Z  connection `b` of 100 Mbps at site PL0001247634
                              for workspace `blue` of s3 bucket=example key=net
        c                     returned    2026-05-03T12:00:00Z  connection `c` of 100 Mbps at site PL0001247634
                              for workspace `blue` of s3 bucket=example key=net

        While a run of Terraform is in progress, its orders are listed too: wait until it ends.

        unanswered: Lumen's answer is not known. Lumen may have the order, and may complete it.
          1. Run the same Terraform command again for the same state. The run searches for the
             order, and adopts it if Lumen has it. Nothing is ordered twice.
          2. If the run does not find the order, ask Lumen about the reference.
          3. Only if Lumen has no such order, close the entry. The next apply then orders again:
             terraform-provider-lumen journal settle REFERENCE --journal /journal/orders

        accepted: Lumen has the order and processes it. Terraform was not informed. A new service is billed.
          1. Run the same Terraform command again for the same state. The run resumes the order.
             Nothing is ordered twice.
          2. If the entry is still open after that run, or the order is no longer wanted: look in
             Lumen's portal for what the order built, import it or have it disconnected if necessary,
             and close the entry:
             terraform-provider-lumen journal settle REFERENCE --journal /journal/orders

        returned: Terraform was informed of the order, and saved it unless it was killed at that moment.
          Nothing to do: the next plan or apply that reads the object closes the entry. If the
          entry stays open, run `terraform apply` again for the same state, without `-target`.
    "#]]);
    assert!(report.needs_attention);
    Ok(())
}

#[tokio::test]
async fn orders_that_terraform_was_told_of_need_no_attention() -> Tested {
    let world = given()?;
    world.returned("a").await?;

    let survey = world.survey().await?;
    let report = list::report(&world.subject(), &survey, false)?;

    assert!(report.text.contains("returned") && !report.needs_attention, "{}", report.text);
    for progress in [Progress::Unanswered, Progress::Accepted] {
        let mut survey = world.survey().await?;
        survey.open.iter_mut().for_each(|order| order.progress = progress);
        assert!(list::report(&world.subject(), &survey, false)?.needs_attention, "{progress}");
    }
    Ok(())
}

#[tokio::test]
async fn files_that_can_t_be_read_are_listed_and_need_attention() -> Tested {
    let world = given()?;
    let place = world.folder.path().join("orders");
    let answered = world.returned("a").await?.key().target().as_str().to_owned();
    fs::write(place.join(answered).join("0-accepted.json"), "{")?;
    for folder in 0..22 {
        let folder = place.join(format!("x-{folder:02}"));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("0-intent.json"), "{")?;
    }
    fs::write(place.join("x-00").join("notes.txt"), "Hello")?;
    let report = list::run(&world.subject(), false, false).await?;
    let unreadable = report.text.split_once("Files that").map(|(_, rest)| rest).ok_or("none")?;
    world.shows(unreadable, &expect![[r#"
         can't be read:
          `iod_connection-88a8053e0ca4dfbcd681b16249df499d/0-accepted.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-00/notes.txt` is not an entry of this journal
          `x-00/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-01/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-02/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-03/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-04/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-05/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-06/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-07/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-08/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-09/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-10/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-11/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-12/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-13/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-14/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-15/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-16/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          `x-17/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1
          and 4 more
        Nothing is ordered for the objects of these files until they can be read.
          - A newer version of the provider wrote the file: use that version.
          - The file is damaged: restore it. If you know what happened to all orders in its folder, you
            can move the folder out of the journal instead.
          - The file does not belong to this journal: move it out. If there are many, check the place.
          Don't delete the journal.
    "#]]);
    assert!(report.needs_attention);
    Ok(())
}

#[tokio::test]
async fn a_place_that_does_not_exist_is_an_error_unless_it_may_be_missing() -> Tested {
    let world = given()?;

    let missing = list::run(&world.subject(), false, false).await.err().ok_or("it is there")?;
    let shown = show::run(&world.subject(), &"a".parse()?, false).await.err();
    let settled = settle::run(&world.subject(), &"a".parse()?).await.err();
    let accepted = list::run(&world.subject(), false, true).await?;

    world.shows(
        &missing,
        &expect![[r#"
        There is no order journal in /journal/orders: the folder does not exist.

        - If the journal is elsewhere, set its place with `--journal` or LUMEN_ORDER_JOURNAL.
        - If the place is the default, or a path relative to the configuration, run this
          command in the folder of the configuration.
        - If the folder is on a shared disk, check that the disk is mounted.
        - If nothing was ordered with this journal yet, no order is open: the first order
          creates the folder. `journal list --missing-ok` then succeeds."#]],
    );
    assert_eq!((shown.as_ref(), settled.as_ref()), (Some(&missing), Some(&missing)));
    assert!(accepted.text.starts_with("No order is open in ") && !accepted.needs_attention);
    assert!(!world.folder.path().join("orders").exists(), "looking creates nothing");
    Ok(())
}

#[tokio::test]
async fn json_has_what_the_guide_describes_and_nothing_of_the_receipt_but_ids() -> Tested {
    let world = given()?;
    world.accepted("a").await?;
    let folder = world.folder.path().join("orders/x-1");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("0-intent.json"), "{")?;

    let listed = list::report(&world.subject(), &world.survey().await?, true)?;
    let shown = show::run(&world.subject(), &"a".parse()?, true).await?;

    let mut list: Value = serde_json::from_str(&listed.text)?;
    list["orders"][0]["target"] = "…".into();
    world.shows(&format!("{list:#}"), &expect![[r#"
        {
          "journal": "/journal/orders",
          "orders": [
            {
              "origin": "workspace `blue` of s3 bucket=example key=net",
              "reference": "a",
              "state": "accepted",
              "target": "…",
              "what": "connection `a` of 100 Mbps at site PL0001247634",
              "workspace": "blue",
              "written_at": "2026-05-01T12:00:00Z"
            }
          ],
          "unreadable": [
            {
              "file": "x-1/0-intent.json",
              "problem": "`x-1/0-intent.json` is damaged: EOF while parsing an object at line 1 column 1"
            }
          ]
        }"#]]);
    let mut show: Value = serde_json::from_str(&shown.text)?;
    assert!(show["target"].as_str().is_some_and(|target| target.starts_with("iod_connection-")));
    for time in ["/written_at", "/steps/0/at", "/steps/1/at", "/target"] {
        *show.pointer_mut(time).ok_or(time)? = "…".into();
    }
    world.shows(
        &format!("{show:#}"),
        &expect![[r#"
        {
          "ending": null,
          "ids": {
            "order_request_id": "1ec0b2a0"
          },
          "journal": "/journal/orders",
          "origin": "workspace `blue` of s3 bucket=example key=net",
          "reference": "a",
          "state": "accepted",
          "steps": [
            {
              "at": "…",
              "step": "intent"
            },
            {
              "at": "…",
              "step": "accepted"
            }
          ],
          "target": "…",
          "what": "connection `a` of 100 Mbps at site PL0001247634",
          "workspace": "blue",
          "written_at": "…"
        }"#]],
    );
    Ok(())
}

#[tokio::test]
async fn an_order_is_shown_from_its_beginning_to_its_end() -> Tested {
    let world = given()?;
    let entry = world.returned("a").await?;
    let reference = "a".parse()?;
    let shown = async || {
        let mut history = world.journal().history(&reference).await?;
        for ((_, at), second) in history.steps.iter_mut().zip(0..) {
            *at = format!("2026-05-04T12:00:0{second}Z").parse()?;
        }
        Ok::<_, Box<dyn std::error::Error>>(show::text(&world.subject(), &history))
    };

    world.shows(
        &shown().await?,
        &expect![[r#"
        Reference:     a
        State:         returned
        Order:         connection `a` of 100 Mbps at site PL0001247634
        For:           workspace `blue` of s3 bucket=example key=net
        Journal:       /journal/orders
        Target:        iod_connection-…
        Order request: 1ec0b2a0

        2026-05-04T12:00:00Z  The order was recorded, before it was sent to Lumen.
        2026-05-04T12:00:01Z  Lumen accepted the order.
        2026-05-04T12:00:02Z  Terraform was informed of the order.

        Terraform was informed of the order, and saved it unless it was killed at that moment.
          Nothing to do: the next plan or apply that reads the object closes the entry. If the
          entry stays open, run `terraform apply` again for the same state, without `-target`.
    "#]],
    );
    world.journal().close(entry.key(), Ending::InState).await?;
    world.shows(&shown().await?, &expect![[r#"
        Reference:     a
        State:         closed: a Terraform state has the object
        Order:         connection `a` of 100 Mbps at site PL0001247634
        For:           workspace `blue` of s3 bucket=example key=net
        Journal:       /journal/orders
        Target:        iod_connection-…
        Order request: 1ec0b2a0

        2026-05-04T12:00:00Z  The order was recorded, before it was sent to Lumen.
        2026-05-04T12:00:01Z  Lumen accepted the order.
        2026-05-04T12:00:02Z  Terraform was informed of the order.
        2026-05-04T12:00:03Z  The entry was closed.

        Nothing to do. Only if the state still waits for the order, and Lumen says that the order has
        ended or never existed, run this command. The next plan then shows the order as ended:
          terraform-provider-lumen journal settle a --journal /journal/orders
    "#]]);
    world.settle("a").await?;
    let settled = shown().await?;
    assert!(
        settled.contains("A person marked") && settled.ends_with("\nNothing to do.\n"),
        "{settled}"
    );
    Ok(())
}

#[tokio::test]
async fn settling_says_what_the_next_run_does() -> Tested {
    let world = given()?;
    world.ordered("a").await?;
    world.accepted("b").await?;
    world.returned("c").await?;
    let entry = world.returned("d").await?;
    world.journal().close(entry.key(), Ending::InState).await?;
    let entry = world.accepted("e").await?;
    world.journal().close(entry.key(), Ending::Failed).await?;

    world.shows(
        &world.settle("a").await?,
        &expect![[r#"
        Closed: order a, which was unanswered: connection `a` of 100 Mbps at site PL0001247634

        Runs no longer search for this order. The next apply orders again what is still configured.
        If Lumen does have the order, what it builds is billed, and no Terraform state has it.
    "#]],
    );
    world.shows(&world.settle("b").await?, &expect![[r#"
        Closed: order b, which was accepted: connection `b` of 100 Mbps at site PL0001247634

        Runs no longer resume this order. The next apply orders again what is still configured.

        Warning: Lumen has accepted this order. If Lumen completes it, what it builds exists and is
        billed, regardless of the journal. Find it in Lumen's portal, and import it or have it disconnected.
    "#]]);
    world.shows(&world.settle("c").await?, &expect![[r#"
        Closed: order c, which was returned: connection `c` of 100 Mbps at site PL0001247634

        If a Terraform state still waits for this order, the next plan shows it as ended:
          - A new object leaves the state, and the plan shows it as new.
          - A change is shown again.
        If the state has what the order built, nothing changes there.

        Warning: Lumen has accepted this order. If Lumen completes it, what it builds exists and is
        billed, regardless of the journal. Find it in Lumen's portal, and import it or have it disconnected.
    "#]]);
    world.shows(&world.settle("d").await?, &expect![[r#"
        Noted: order d has ended: connection `d` of 100 Mbps at site PL0001247634

        Its entry was already closed, because a Terraform state has the object.
        If a Terraform state still waits for this order, the next plan shows it as ended:
          - A new object leaves the state, and the plan shows it as new.
          - A change is shown again.
        If the state has what the order built, nothing changes there.

        Warning: Lumen has accepted this order. If Lumen completes it, what it builds exists and is
        billed, regardless of the journal. Find it in Lumen's portal, and import it or have it disconnected.
    "#]]);
    world.shows(
        &world.settle("e").await?,
        &expect![[r#"
        The entry of order e was already closed: connection `e` of 100 Mbps at site PL0001247634

        The reason: Lumen accepted the order, but did not complete it. No run searches for this order.
    "#]],
    );
    world.shows(
        &world.settle("a").await?,
        &expect![[r#"
        Order a was already settled: connection `a` of 100 Mbps at site PL0001247634

        Nothing has changed.
    "#]],
    );
    assert!(world.survey().await?.open.is_empty());
    Ok(())
}

#[tokio::test]
async fn an_unknown_reference_is_an_error_that_says_what_to_do() -> Tested {
    let world = given()?;
    world.ordered("a").await?;

    let settled = settle::run(&world.subject(), &"tf-none".parse()?).await.err();
    let shown = show::run(&world.subject(), &"tf-none".parse()?, false).await.err();

    world.shows(settled.as_deref().unwrap_or_default(), &expect![[r#"
        The order journal in /journal/orders has no order with the reference tf-none.

        - Check the reference, and that this is the journal of the run that ordered. This command
          lists the open orders: terraform-provider-lumen journal list --journal /journal/orders
        - Entries are removed 30 days after they were closed, when the same object is ordered again."#]]);
    assert_eq!(settled, shown);
    Ok(())
}

#[tokio::test]
async fn what_others_wrote_does_not_command_the_terminal() -> Tested {
    let world = given()?;
    world.ordered("a").await?;
    let mut survey = world.survey().await?;
    survey.open.iter_mut().for_each(|order| order.what = "a\u{1b}[2J\nb".to_owned());

    let report = list::report(&world.subject(), &survey, false)?;

    assert!(report.text.contains("a [2J b"), "{}", report.text);
    Ok(())
}

#[test]
fn every_command_has_its_example_and_takes_a_journal() -> Tested {
    use clap::CommandFactory as _;

    let mut command = Command::command();
    let journal = command.find_subcommand_mut("journal").ok_or("no topic")?;
    let names: Vec<_> = journal.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    assert_eq!(names, ["list", "show", "settle"]);
    for name in names {
        let help =
            journal.find_subcommand_mut(&name).ok_or("no command")?.render_help().to_string();
        assert!(help.contains("--journal <PLACE>") && help.contains("Exit codes:"), "{help}");
        assert!(help.contains(&format!("  {NAME} journal {name}")), "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
    }
    Ok(())
}
