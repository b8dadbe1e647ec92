//! A script of a JavaScript user, run as it is.

use std::process::Stdio;

use tokio::process::Command;

use crate::install;

/// Runs a script of `tests/client` with Node and returns what it printed.
///
/// # Panics
/// Where it can't be run, or fails: with what it printed.
pub async fn node_script(file: &str, arguments: &[&str]) -> String {
    let installed =
        tokio::task::spawn_blocking(install::npm_client).await.expect("the installation of the npm client");
    let directory = installed.unwrap_or_else(|reason| {
        panic!("these tests need Node 18 or later and npm on PATH; what failed: {reason}")
    });
    let node = Command::new("node")
        .arg(file)
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .await;
    let output = node.unwrap_or_else(|error| panic!("these tests need Node 18 or later on PATH: {error}"));
    let (printed, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{file}: {}\n{printed}\n{complained}", output.status);
    printed.into_owned()
}
