//! Entries of a target: what is promised of the next one, which are open, and how long they are kept.

use super::*;

#[tokio::test]
async fn a_promise_is_kept_after_an_order_that_lumen_did_not_take() -> Tested {
    let world = given()?;
    let journal = world.journal();
    let latest = journal.latest_order::<Word>(&world.target).await?;
    let promise = latest.promise().ok_or("nothing is promised")?;
    let entry = world.written(&journal).await?;
    journal.close(entry.key(), Ending::NotAccepted).await?;

    let latest = journal.latest_order::<Word>(&world.target).await?;

    assert!(!latest.keeps(&promise), "as far as the plan knows, it may be another order");
    assert!(latest.keeps(&promise.after(entry.key())));
    Ok(())
}

#[tokio::test]
async fn an_order_replaces_only_what_its_plan_knows() -> Tested {
    let world = given()?;
    let (planned, other): (ObjectId, ObjectId) = ("7001".parse()?, "7002".parse()?);
    for object in [&planned, &other] {
        world.journal().replaces(&world.target, object).await?;
    }
    let noted = BTreeSet::from([planned.clone(), other]);
    let planned = BTreeSet::from([planned]);

    let mut latest = world.journal().latest_order::<Word>(&world.target).await?;
    latest.replaces_only(&planned);

    let LatestOrder::None(slot) = latest else { return Err("something is under way".into()) };
    assert_eq!(slot.replaced, planned);
    assert_eq!(slot.reference(), world.target.reference(0, &noted), "all notes count for it");

    let reference = slot.reference().ok_or("no reference")?;
    slot.write_down(&reference, "a thing", None, &"draft").await?;
    let mut latest = world.journal().latest_order::<Word>(&world.target).await?;
    latest.replaces_only(&planned);
    assert!(matches!(latest, LatestOrder::Unanswered(open) if open.replaced == planned));
    Ok(())
}

#[tokio::test]
async fn the_latest_receipt_is_that_of_the_answer_if_there_is_one() -> Tested {
    let world = given()?;
    let journal = world.journal();
    let latest = async || journal.latest_receipt::<Word>(&world.target).await;
    assert_eq!(latest().await?, None);

    let entry = world.written(&journal).await?;
    assert_eq!(latest().await?.as_deref(), Some("draft"));
    entry.accept(&"order 7").await?;
    assert_eq!(latest().await?.as_deref(), Some("order 7"));
    journal.close(entry.key(), Ending::InState).await?;
    assert_eq!(latest().await?.as_deref(), Some("order 7"), "whether it has ended or not");

    let entry = world.written(&journal).await?;
    journal.close(entry.key(), Ending::NotAccepted).await?;
    assert_eq!(latest().await?, None, "it can't have been carried out");
    Ok(())
}

#[tokio::test]
async fn open_entries_are_known_by_their_names() -> Tested {
    let world = given()?;
    let journal = world.journal();
    let (noted, other): (ObjectId, ObjectId) = ("7001".parse()?, "7002".parse()?);
    let closed = world.written(&journal).await?;
    journal.close(closed.key(), Ending::Gone).await?;
    let entry = world.written(&journal).await?;
    journal.replaces(&world.target, &noted).await?;

    let open = journal.open_entries().await?;

    assert!(open.has(entry.key()) && !open.has(closed.key()));
    assert!(open.replaces(&world.target, &noted) && !open.replaces(&world.target, &other));
    assert!(!open.replaces(&target("edge-2")?, &noted), "it is a note of another target");
    Ok(())
}

#[tokio::test]
async fn what_was_closed_lately_is_kept() -> Tested {
    let world = given()?;
    let journal = world.journal();
    for _ in 0..2 {
        let entry = world.written(&journal).await?;
        journal.close(entry.key(), Ending::Gone).await?;
    }

    world.free(&journal).await?;

    let names = ["0-done.json", "0-intent.json", "1-done.json", "1-intent.json"];
    assert_eq!(world.names(), names);
    Ok(())
}
