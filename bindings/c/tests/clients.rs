//! The library as C and Python programs see it. A program whose tool this machine lacks is left out, and that is said;
//! `NUMFUSE_ALL_CLIENTS=1` makes it a failure.

// The library is built because the test depends on it.
use numpy as _;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// The directory of `libnumpy.so`: that of this test's own executable.
fn library_folder() -> PathBuf {
    let test = std::env::current_exe().unwrap_or_else(|e| panic!("this test has no path: {e}"));
    let mut folders = test.ancestors().skip(1).map(Path::to_path_buf);
    let name = format!("{}numpy{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    folders.find(|folder| folder.join(&name).exists()).unwrap_or_else(|| panic!("no {name} beside {}", test.display()))
}

/// Whether a tool answers to `--version`.
fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok_and(|o| o.status.success());
    if !found {
        assert!(std::env::var_os("NUMFUSE_ALL_CLIENTS").is_none(), "{tool} is missing");
        println!("skipped: there is no {tool}");
    }
    found
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}\n{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn c_program() {
    if !has("cc") {
        return;
    }
    let library = library_folder();
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("abi");
    let mut cc = Command::new("cc");
    cc.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-pthread", "-I"]);
    cc.arg(folder().join("../include")).arg(folder().join("abi.c")).arg("-o").arg(&program);
    cc.arg(format!("-L{}", library.display()))
        .arg(format!("-Wl,-rpath,{}", library.display()))
        .args(["-lnumpy", "-lm"]);
    run(&mut cc);
    run(&mut Command::new(&program));
    // What panics inside comes out as NULL.
    run(Command::new(&program).env("NUMFUSE_PANIC_ON_ERROR", "1"));
}

#[test]
fn ctypes_script() {
    if !has("python3") {
        return;
    }
    let name = format!("{}numpy{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    run(Command::new("python3").arg(folder().join("client.py")).arg(library_folder().join(name)));
}
