//! What a request costs: the generated API against a hand-written axum handler over the same store, and its socket calls against
//! a bare socketioxide echo.
//!
//! `cargo bench --bench requests` starts each variant as a process of its own, sends both the same requests in turns, and prints
//! the medians of CPU time per request and of their ratio. `cargo bench --bench requests -- embedded` measures one store only,
//! `-- scopes` what a scope costs, `-- sockets` and `-- memory` the rest. Loads are on loopback and bounded.

mod hand_written;
mod load;
mod server;

use std::{
    error::Error,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use load::{Cost, Socket};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Measured rounds of each variant, after one that warms up.
const ROUNDS: usize = 7;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match words[..] {
        ["--serve", variant, store] => runtime.block_on(server::run(variant, store)),
        [] => runtime.block_on(async {
            over("embedded", "hand-written", &KINDS).await?;
            over("mongodb", "hand-written", &KINDS).await?;
            scopes().await?;
            sockets().await?;
            memory().await
        }),
        ["sockets"] => runtime.block_on(sockets()),
        ["memory"] => runtime.block_on(memory()),
        ["scopes"] => runtime.block_on(scopes()),
        [store @ ("embedded" | "mongodb")] => runtime.block_on(over(store, "hand-written", &KINDS)),
        _ => Err("usage: requests [embedded | mongodb | scopes | sockets | memory]".into()),
    }
}

/// A variant in a process of its own, which ends with this value.
struct Server {
    process: Child,
    address: SocketAddr,
    /// The id of a document that is there.
    id: String,
}

impl Server {
    fn start(variant: &str, store: &str) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--serve", variant, store]).stdout(Stdio::piped());
        if store == "mongodb" {
            command.env("MONGODB_URI", test_support::mongod());
        }
        let mut process = command.spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let (address, id) =
            line.trim().split_once(' ').ok_or_else(|| format!("{variant} did not start: {line}"))?;
        Ok(Self { address: address.parse()?, id: id.to_owned(), process })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A kind of request.
struct Kind {
    name: &'static str,
    requests: usize,
    status: &'static str,
    request: fn(usize, &str) -> String,
}

const KINDS: [Kind; 3] = [
    Kind { name: "get one", requests: 16_000, status: "200", request: get_one },
    Kind { name: "list 20", requests: 8_000, status: "200", request: list },
    Kind { name: "create one", requests: 4_000, status: "201", request: create },
];

fn get_one(_: usize, id: &str) -> String {
    format!("GET /users/{id} HTTP/1.1\r\nhost: localhost\r\n\r\n")
}

fn list(_: usize, _: &str) -> String {
    "GET /users?page=2&limit=20 HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned()
}

fn create(number: usize, round: &str) -> String {
    let body = format!(r#"{{"name":"User {number}","email":"user.{round}.{number}@example.com"}}"#);
    let length = body.len();
    format!(
        "POST /users HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// What a scope costs in reads: against the same entity without.
async fn scopes() -> Outcome<()> {
    for store in ["embedded", "mongodb"] {
        over(store, "scoped", &KINDS[..2]).await?;
    }
    Ok(())
}

async fn over(store: &str, other: &str, kinds: &[Kind]) -> Outcome<()> {
    let variants = [Server::start("generated", store)?, Server::start(other, store)?];
    for kind in kinds {
        let mut costs: [Vec<Cost>; 2] = [vec![], vec![]];
        for round in 0..=ROUNDS {
            // Whoever goes first in one round goes second in the next.
            for turn in 0..2 {
                let variant = (round + turn) % 2;
                let server = &variants[variant];
                let parameter = if kind.name == "create one" { round.to_string() } else { server.id.clone() };
                let work = load::http(server.address, kind.requests, kind.status, kind.request, &parameter);
                let cost = load::measure(server.process.id(), kind.requests, work).await?;
                if round > 0 {
                    costs[variant].push(cost);
                }
            }
        }
        report(store, kind.name, ["generated", other], &costs);
    }
    Ok(())
}

async fn sockets() -> Outcome<()> {
    const EVENTS: usize = 16_000;
    let variants = [Server::start("generated", "memory")?, Server::start("sockets", "memory")?];
    let get = |event, server: &Server| format!(r#"["{event}",{{"id":"{}"}}]"#, server.id);
    // The echo is sent what the API answers, so that both send as much.
    let nothing = r#"["delete-one-user",{"id":"0"}]"#.to_owned();
    let calls = [
        ("dispatch alone", "bare echo", [nothing, r#"["echo",{"deletedCount":0}]"#.to_owned()]),
        ("get one", "hand-written", [get("get-one-user", &variants[0]), get("get", &variants[1])]),
    ];
    for (name, baseline, arguments) in &calls {
        let mut costs: [Vec<Cost>; 2] = [vec![], vec![]];
        let mut clients = vec![];
        for server in &variants {
            let connected = (0..load::CONNECTIONS).map(|_| Socket::connect(server.address));
            clients.push(futures_util::future::try_join_all(connected).await?);
        }
        for round in 0..=ROUNDS {
            for turn in 0..2 {
                let variant = (round + turn) % 2;
                let server = &variants[variant];
                let work = load::events(&mut clients[variant], EVENTS, &arguments[variant]);
                let cost = load::measure(server.process.id(), EVENTS, work).await?;
                if round > 0 {
                    costs[variant].push(cost);
                }
            }
        }
        report("socket", name, ["generated", baseline], &costs);
    }
    Ok(())
}

async fn memory() -> Outcome<()> {
    const SOCKETS: usize = 500;
    let server = Server::start("generated", "memory")?;
    let idle = load::resident_kib(server.process.id())?;
    println!("idle memory: {:.1} MiB", idle as f64 / 1024.0);
    let mut sockets = vec![];
    for _ in 0..SOCKETS {
        sockets.push(Socket::connect(server.address).await?);
    }
    let connected = load::resident_kib(server.process.id())?;
    println!(
        "memory of an idle socket: {:.1} KiB, over {SOCKETS}",
        (connected - idle) as f64 / SOCKETS as f64
    );
    Ok(())
}

fn report(subject: &str, kind: &str, names: [&str; 2], costs: &[Vec<Cost>; 2]) {
    for (name, costs) in names.iter().zip(costs) {
        let cpu = median(costs.iter().map(|cost| cost.cpu_micros()));
        let rate = median(costs.iter().map(|cost| cost.per_second()));
        println!("{subject:>9} {kind:<15} {name:<13} {cpu:>8.1} us CPU per request {rate:>9.0} requests/s");
    }
    let ratio =
        median(costs[0].iter().zip(&costs[1]).map(|(ours, base)| ours.cpu_micros() / base.cpu_micros()));
    println!("{subject:>9} {kind:<15} CPU ratio {ratio:.3}");
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
