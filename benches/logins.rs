//! What a hundred logins at once do to everything else: `cargo bench --bench logins`.
//!
//! The server is a process of its own. A probe asks it for one document, again and again on one connection, in rounds that are
//! idle and in rounds in which a hundred logins wait for their hashes, in turns. The same probe asks a process that does nothing
//! but send back what it got: what becomes slower there is the machine's, whose cores all three processes share, and not the
//! server's. `cargo bench --bench logins -- 200` makes it two hundred logins.

use std::{
    error::Error,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use dynamic_api::{AuthConfig, DynamicApi, EmbeddedStore, Password, RateLimits, Store, dynamic_api};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Pairs of an idle and a loaded round.
const ROUNDS: usize = 9;
/// How long an idle round takes; a loaded one takes as long as its logins.
const IDLE: Duration = Duration::from_secs(3);
/// How long the probe rests between two requests.
const PAUSE: Duration = Duration::from_millis(1);

#[dynamic_api(path = "users")]
struct User {
    #[api(login)]
    email: String,
    #[api(password)]
    password: Password,
}

#[dynamic_api(path = "notes", routes(create_one(public), get_one(public)))]
struct Note {
    title: String,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--serve"] => tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve()),
        ["--echo"] => echo(),
        [] => measure(100),
        [logins] => measure(logins.parse()?),
        _ => Err("usage: logins [<how many at once>]".into()),
    }
}

async fn serve() -> Outcome<()> {
    let store: Store = EmbeddedStore::in_memory()?.into();
    let router = DynamicApi::builder()
        .store(store)
        .resource::<User>()
        .resource::<Note>()
        .auth::<User>(AuthConfig::development().rate_limits(RateLimits::none()))
        .build()
        .await?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

/// Sends back what comes: the least that a server can do.
fn echo() -> Outcome<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", listener.local_addr()?);
    let mut stream = listener.accept()?.0;
    stream.set_nodelay(true)?;
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            length => stream.write_all(&buffer[..length])?,
        }
    }
}

/// A process, which ends with this value.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(argument: &str) -> Outcome<Self> {
        let mut child =
            Command::new(std::env::current_exe()?).arg(argument).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Self { address: line.trim().parse()?, child })
    }

    /// The resident memory, in MiB.
    fn resident(&self) -> io::Result<f64> {
        let status = fs::read_to_string(Path::new("/proc").join(self.child.id().to_string()).join("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().map_err(io::Error::other)?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the probe saw in a round.
struct Seen {
    api: Vec<Duration>,
    echo: Vec<Duration>,
    /// The most memory that the server had meanwhile.
    resident: f64,
}

fn measure(logins: usize) -> Outcome<()> {
    let (server, echo) = (Process::start("--serve")?, Process::start("--echo")?);
    let (mut api, mut bare) = (connect(server.address)?, connect(echo.address)?);
    let user = r#"{"email":"ada@example.com","password":"correct horse battery"}"#;
    call(&mut api, &post("/auth/register", user), "201")?;
    let note = call(&mut api, &post("/notes", r#"{"title":"A"}"#), "201")?;
    let id = note.split(r#""id":""#).nth(1).and_then(|rest| rest.get(..24)).ok_or("no id")?;
    let get = format!("GET /notes/{id} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let idle_memory = server.resident()?;

    let mut probe = |go_on: &dyn Fn() -> bool| -> Outcome<Seen> {
        let mut seen = Seen { api: vec![], echo: vec![], resident: 0.0 };
        while go_on() {
            seen.api.push(timed(|| call(&mut api, &get, "200"))?);
            thread::sleep(PAUSE);
            seen.echo.push(timed(|| call(&mut bare, &echoed(), "200"))?);
            thread::sleep(PAUSE);
            if seen.api.len().is_multiple_of(32) {
                seen.resident = seen.resident.max(server.resident()?);
            }
        }
        Ok(seen)
    };
    let (mut ratios, mut of_echo, mut memory, mut slowest) = (vec![], vec![], 0_f64, vec![]);
    println!("p99 (median) in us, {logins} logins at once");
    for round in 0..=ROUNDS {
        let end = Instant::now() + IDLE;
        let idle = probe(&|| Instant::now() < end)?;
        let (waiting, done) = start_logins(server.address, logins, user);
        let loaded = probe(&|| !done.load(Ordering::Relaxed))?;
        let time = waiting.join().map_err(|_| "the logins failed")??;
        // The first one warms up.
        if round == 0 {
            continue;
        }
        let figures =
            [&idle.api, &loaded.api, &idle.echo, &loaded.echo].map(|times| (p(times, 99), p(times, 50)));
        let [idle_api, loaded_api, idle_echo, loaded_echo] = figures;
        let shown = |(p99, p50): (f64, f64)| format!("{p99:>5.0} ({p50:>4.0})");
        println!(
            "API idle {} loaded {}   echo idle {} loaded {}   all logins in {:.1} s",
            shown(idle_api),
            shown(loaded_api),
            shown(idle_echo),
            shown(loaded_echo),
            time.as_secs_f64()
        );
        ratios.push(loaded_api.0 / idle_api.0);
        of_echo.push(loaded_echo.0 / idle_echo.0);
        slowest.push(time.as_secs_f64());
        memory = memory.max(loaded.resident);
    }
    println!(
        "p99 loaded / idle, median of {ROUNDS}: API {:.2}, bare echo {:.2}",
        median(ratios),
        median(of_echo)
    );
    println!(
        "memory: {idle_memory:.1} MiB idle, {memory:.1} MiB at most under load; all logins in {:.1} s",
        median(slowest)
    );
    Ok(())
}

/// Logs in so many times at once, and says when all are done.
fn start_logins(
    address: SocketAddr,
    logins: usize,
    user: &str,
) -> (thread::JoinHandle<Outcome<Duration>>, Arc<AtomicBool>) {
    let (done, login) = (Arc::new(AtomicBool::new(false)), post("/auth/login", user));
    let told = done.clone();
    let all = thread::spawn(move || {
        let together = Arc::new(Barrier::new(logins));
        let start = Instant::now();
        let clients: Vec<_> = (0..logins)
            .map(|_| {
                let (together, login) = (together.clone(), login.clone());
                thread::spawn(move || {
                    let stream = connect(address);
                    together.wait();
                    call(&mut stream?, &login, "200").map(drop)
                })
            })
            .collect();
        let outcomes: Vec<Outcome<()>> =
            clients.into_iter().map(|client| client.join().unwrap_or(Err("panicked".into()))).collect();
        told.store(true, Ordering::Relaxed);
        outcomes.into_iter().collect::<Outcome<()>>().map(|()| start.elapsed())
    });
    (all, done)
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// What comes back from the echo is a response as the API's is.
fn echoed() -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\n{}", "x".repeat(200))
}

/// Sends a request and returns the body of its response, which must be of this status.
fn call(stream: &mut TcpStream, request: &str, status: &str) -> Outcome<String> {
    stream.write_all(request.as_bytes())?;
    let (mut response, mut buffer) = (vec![], [0; 4096]);
    loop {
        match stream.read(&mut buffer)? {
            0 => return Err("the server closed the connection".into()),
            length => response.extend_from_slice(&buffer[..length]),
        }
        let text = String::from_utf8_lossy(&response);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        if body.len() < length.and_then(|length| length.parse().ok()).unwrap_or(0) {
            continue;
        }
        if !head.starts_with(&format!("http/1.1 {status}")) {
            return Err(text.into_owned().into());
        }
        return Ok(body.to_owned());
    }
}

fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// A percentile, in microseconds.
fn p(times: &[Duration], percent: usize) -> f64 {
    let mut times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e6).collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() * percent / 100).copied().unwrap_or(f64::NAN)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
