//! Orders that a person settles, and orders that only a state knows.

use super::*;

#[tokio::test]
async fn open_orders_are_listed_and_settled_by_their_reference() -> Tested {
    let world = given()?;
    let journal = world.journal();
    let entry = world.written(&journal).await?;

    let open = journal.survey().await?.open;
    let reference = open.first().ok_or("nothing is open")?.reference.clone();
    assert!(
        open.iter()
            .all(|order| order.progress == Progress::Unanswered && order.key == *entry.key())
    );
    journal.settle(&reference).await?;

    assert!(journal.survey().await?.open.is_empty() && journal.is_settled(&entry.id()).await?);
    let unknown = "tf-none".parse()?;
    let unknown = journal.settle(&unknown).await.map_err(|error| error.to_string());
    assert_eq!(unknown.err(), Some("no order has the reference `tf-none`".to_owned()));
    Ok(())
}

/// Even the reference of the order is the same: the journal that knew the first one is lost.
#[tokio::test]
async fn an_order_that_has_the_key_of_a_lost_one_is_not_closed_for_it() -> Tested {
    let (world, lost) = (given()?, given()?);
    let known = lost.written(&lost.journal()).await?.id();
    let (journal, entry) = (world.journal(), world.written(&world.journal()).await?);
    assert_eq!((&known.key, known.as_object() == entry.id().as_object()), (entry.key(), false));

    let closed = journal.close_order(&known, Ending::Gone).await?;
    let open = journal.survey().await?.open;
    journal.settle(&open[0].reference).await?;
    let settled = journal.is_settled(&known).await?;
    let gone = journal.close_order(&known, Ending::Gone).await?;

    assert_eq!((closed, open.len(), settled, gone), (false, 1, false, false));
    assert!(journal.is_settled(&entry.id()).await?);
    let old = EntryId { since: None, ..known };
    assert!(journal.close_order(&old, Ending::Gone).await?, "an earlier version knew no time");
    Ok(())
}

/// The entry of an order that a state waits for is already closed, but a person can still end the wait.
#[tokio::test]
async fn an_order_that_a_state_has_is_settled_too() -> Tested {
    let world = given()?;
    let journal = world.journal();
    let entry = world.written(&journal).await?;
    entry.accept(&"order 7").await?;
    journal.returned(entry.key()).await?;
    let [open] = journal.survey().await?.open.try_into().map_err(|_| "one is open")?;
    journal.close(entry.key(), Ending::InState).await?;

    let found = journal.find(&open.reference).await?;
    journal.settle(&open.reference).await?;

    assert_eq!((open.progress, found.key), (Progress::Returned, open.key));
    assert!(journal.is_settled(&entry.id()).await?);
    Ok(())
}

/// If the user sets the reference, all orders of a connection share it. A state may wait for the first one.
#[tokio::test]
async fn orders_of_one_reference_are_settled_one_after_the_other() -> Tested {
    let world = given()?;
    let (journal, reference) = (world.journal(), "ours".parse()?);
    let mut orders = Vec::new();
    for _ in 0..2 {
        let free = world.free(&journal).await?;
        let entry = free.write_down(&reference, "a thing", None, &"draft").await?;
        let entry = entry.ok_or("another process was faster")?;
        journal.close(entry.key(), Ending::InState).await?;
        orders.push(entry.id());
    }

    journal.settle(&reference).await?;
    let first = (journal.is_settled(&orders[0]).await?, journal.is_settled(&orders[1]).await?);
    journal.settle(&reference).await?;

    assert_eq!(first, (false, true));
    assert!(journal.is_settled(&orders[0]).await?);
    Ok(())
}
