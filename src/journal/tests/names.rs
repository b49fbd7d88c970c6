//! Names of files, and how others may change them: in a state, or in a folder that they can write to.

use super::*;

/// Numbers that the provider never writes. A different spelling would make two files of one order, and after
/// the largest number there is none left.
#[tokio::test]
async fn a_number_of_no_order_stops_orders() -> Tested {
    for name in ["01-done.json", "+1-done.json", "4294967295-done.json"] {
        let world = given()?;
        world.written(&world.journal()).await?;
        let folder = world.folder.path().join("deep/orders").join(world.target.folder());
        fs::write(folder.join(name), "{}")?;

        let expected =
            format!("`{}/{name}` is not an entry of this journal", world.target.folder());
        assert_eq!(world.refusal().await, expected);
        let told = world.journal().survey().await?.unreadable;
        assert_eq!(told.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }
    Ok(())
}

/// Lumen chooses the IDs of its objects, so they may contain anything.
#[tokio::test]
async fn an_id_is_one_name_whatever_is_in_it() -> Tested {
    for id in ["77001", "XX/XXXX/164523/LUMN", "../../77001", "50 %2F", "Zürich: #1"] {
        let world = given()?;
        world.written(&world.journal()).await?;

        world.journal().replaces(&world.target, &id.parse()?).await?;

        assert_eq!(world.names().len(), 2, "both are in the target's folder: {:?}", world.names());
        let files = world.journal().files(&world.target).await?;
        assert_eq!(files.replaced, BTreeSet::from([id.parse()?]), "{id}");
        world.journal().does_not_replace(&world.target, &id.parse()?).await;
        assert_eq!(world.names(), ["0-intent.json"]);
    }
    Ok(())
}

/// An earlier version that uses the same journal reads IDs without decoding them.
#[tokio::test]
async fn lumen_s_usual_ids_are_written_as_they_are() -> Tested {
    let world = given()?;
    for id in ["77133831778", "order-0", "NaaS_1.A"] {
        world.journal().replaces(&world.target, &id.parse()?).await?;
    }

    let names = ["replaces-77133831778.json", "replaces-NaaS_1.A.json", "replaces-order-0.json"];
    assert_eq!(world.names(), names);
    Ok(())
}

#[tokio::test]
async fn ids_that_earlier_versions_wrote_are_read() -> Tested {
    for id in ["order-0", "a b", "50%", "50%zz"] {
        let world = given()?;
        world.written(&world.journal()).await?;
        let folder = world.folder.path().join("deep/orders").join(world.target.folder());
        fs::write(folder.join(format!("replaces-{id}.json")), "{}")?;

        let files = world.journal().files(&world.target).await?;

        assert_eq!(files.replaced, BTreeSet::from([id.parse()?]));
    }
    Ok(())
}

/// Somebody else may have written a state, and the private data in it.
#[test]
fn a_target_of_a_state_is_in_the_journal() -> Tested {
    let read = |target: &str| {
        serde_json::from_value::<EntryKey>(json!({ "thing": target, "generation": 0 }))
    };
    let own = target("edge-1")?;
    assert_eq!(read(own.as_str())?.target(), &own);
    for target in ["", ".", "..", "../beside", "a/b", "a\\b", "/etc", "C:x"] {
        assert!(read(target).is_err(), "{target}");
    }
    Ok(())
}
