//! The process that writes is killed at random instants; what it acknowledged was counted by another one.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use dynamic_api_runtime::store::EmbeddedStore;

use super::{
    random::Random,
    workload::{WRITERS, Writer, prepare, verify},
};

/// Set for the process that writes: the file, the seed and each writer's steps so far.
const WORK: &str = "DYNAMIC_API_CRASH_WORK";
const ROUNDS: u64 = 20;
const SEED: u64 = 0x0DD5_EED5;

/// The test, and the process that it starts: the same binary with [`WORK`] set.
#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    if let Ok(work) = std::env::var(WORK) {
        return write_until_killed(&work);
    }
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("killed-{}.redb", std::process::id()));
    drop(std::fs::remove_file(&file));
    let mut random = Random(SEED);
    let mut writers: Vec<Writer> = (0..WRITERS).map(|number| Writer::at(SEED, number, 0)).collect();
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let before: u64 = writers.iter().map(|writer| writer.steps).sum();
        let steps = run_and_kill(&file, &writers, &mut random);
        writers =
            steps.into_iter().enumerate().map(|(number, steps)| Writer::at(SEED, number, steps)).collect();
        acknowledged += writers.iter().map(|writer| writer.steps).sum::<u64>() - before;

        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let store = EmbeddedStore::open(&file).unwrap();
        runtime.block_on(verify(&store, &mut writers, &format!("round {round}")));
    }
    assert!(acknowledged > ROUNDS * 10, "too few writes were acknowledged: {acknowledged}");
    std::fs::remove_file(&file).unwrap();
}

/// Runs the writers in a process of their own, kills it after a random number of acknowledgements and a random while, and
/// answers how many steps of each writer were acknowledged.
fn run_and_kill(file: &Path, writers: &[Writer], random: &mut Random) -> Vec<u64> {
    let mut steps: Vec<u64> = writers.iter().map(|writer| writer.steps).collect();
    let work: Vec<String> = steps.iter().map(u64::to_string).collect();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["kill::a_killed_process_loses_nothing_that_it_acknowledged", "--exact", "--nocapture"])
        .env(WORK, format!("{}\n{}", file.display(), work.join(" ")))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut note = |line: String| {
        let Some(acknowledged) = line.strip_prefix("done ") else { return false };
        let (writer, made) = acknowledged.split_once(' ').unwrap();
        steps[writer.parse::<usize>().unwrap()] = made.parse().unwrap();
        true
    };
    let mut wanted = 1 + random.below(150);
    while wanted > 0 {
        let line = lines.next().expect("the writing process ended by itself").unwrap();
        wanted -= u64::from(note(line));
    }
    for _ in 0..random.below(100_000) {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What was acknowledged up to the kill is still in the pipe. A line is written at once, and whole.
    for line in lines {
        note(line.unwrap());
    }
    steps
}

fn write_until_killed(work: &str) {
    let (file, steps) = work.split_once('\n').unwrap();
    let steps = steps.split(' ').map(|steps| steps.parse().unwrap());
    let writers: Vec<Writer> =
        steps.enumerate().map(|(number, steps)| Writer::at(SEED, number, steps)).collect();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(async {
        let store = EmbeddedStore::open(file).unwrap();
        prepare(&store).await.unwrap();
        let writers = writers.into_iter().enumerate().map(|(number, mut writer)| {
            let store = store.clone();
            tokio::spawn(async move {
                loop {
                    writer.step(&store).await.unwrap();
                    let line = format!("done {number} {}\n", writer.steps);
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            let () = writer.await.unwrap();
        }
    });
}
