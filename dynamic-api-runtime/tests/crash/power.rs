//! The power is cut, or a write or a sync fails, at random instants: what was not synced is gone, in whole or in parts.

use dynamic_api_runtime::store::{Collections, EmbeddedStore, StoreError};
use futures_util::future::join_all;

use super::{
    disk::Disk,
    random::Random,
    workload::{WRITERS, Writer, prepare, verify},
};

const ROUNDS: u64 = 25;
/// More changes than any round makes.
const ENDLESS: u64 = u64::MAX;

async fn write_until_failure(disk: &Disk, writers: &mut [Writer]) {
    let Ok(store) = EmbeddedStore::with_backend(disk.clone()) else { return assert!(disk.has_failed()) };
    if prepare(&store).await.is_err() {
        return assert!(disk.has_failed());
    }
    join_all(writers.iter_mut().map(|writer| async {
        loop {
            match writer.step(&store).await {
                Ok(()) => {}
                Err(StoreError::Unavailable(_)) => break,
                Err(error) => panic!("{error:?}"),
            }
        }
    }))
    .await;
    assert!(disk.has_failed());
    // Nobody knows what the failed commit left: also a disk that works again takes nothing before the store is opened anew.
    let late = store.insert("items", &[bson::rawdoc! { "_id": -1 }]).await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
}

async fn cut_and_verify(seed: u64) {
    let mut random = Random(seed);
    let mut image = Vec::new();
    let mut writers: Vec<Writer> = (0..WRITERS).map(|number| Writer::at(seed, number, 0)).collect();
    for round in 0..ROUNDS {
        let disk = Disk::new(image, random.below(500));
        let disk = if random.below(3) == 0 { disk.recovering() } else { disk };
        write_until_failure(&disk, &mut writers).await;
        // Nothing, some or all of what was not synced has reached the disk all the same.
        let survivors = *random.one_of(&[0, 2, 5, 9, 10]);
        image = disk.after_power_cut(&mut random, survivors);

        let disk = Disk::new(image, ENDLESS);
        let context = format!("seed {seed}, round {round}, {survivors} of 10 survived");
        let store =
            EmbeddedStore::with_backend(disk.clone()).unwrap_or_else(|error| panic!("{context}: {error}"));
        verify(&store, &mut writers, &context).await;
        drop(store);
        image = disk.after_power_cut(&mut random, 0);
    }
    let steps: u64 = writers.iter().map(|writer| writer.steps).sum();
    assert!(steps > ROUNDS * 5, "seed {seed}: too few writes were acknowledged: {steps}");
}

#[tokio::test]
async fn a_power_cut_loses_nothing_that_was_acknowledged() {
    for seed in 1..=3 {
        cut_and_verify(seed).await;
    }
}
