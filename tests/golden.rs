//! NumPy's own results, case by case: see tests/golden/README.md.

mod golden_harness;

use std::collections::HashSet;
use std::path::Path;

use golden_harness::{Mode, case, dispatch, parity, report::Report, run_all};
use numfuse_backends::runtime::config::{Backend, set_backend};

#[test]
fn results_are_numpys() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let read = || case::read_folder(&folder.join("cases")).unwrap_or_else(|e| panic!("{e}"));
    let cases = read();
    let scope = std::fs::read_to_string(folder.join("scope.txt")).unwrap_or_else(|e| panic!("scope.txt: {e}"));

    let covered: HashSet<&str> = cases.iter().map(|c| c.call.name.as_str()).collect();
    let names = scope.lines().filter(|l| !l.starts_with('#')).flat_map(str::split_whitespace);
    let missing: Vec<&str> = names.filter(|n| !covered.contains(n) || !dispatch::knows(n)).collect();
    assert!(missing.is_empty(), "without cases, or without a row in the dispatch table: {}", missing.join(" "));

    let only = std::env::var("GOLDEN_ONLY").ok();
    let wanted = |name: &str| only.as_ref().is_none_or(|only| only.split(',').any(|o| o == name));

    let mut modes = vec![];
    for backend in Backend::native() {
        modes.extend([(Mode::Fused, backend), (Mode::Eager, backend)]);
    }
    modes.push((Mode::Fused, Backend::Interp));
    // The page follows from one mode: all of them must agree anyway.
    let parity_wish = std::env::var("GOLDEN_PARITY").unwrap_or_default();
    assert!(parity_wish.is_empty() || only.is_none(), "GOLDEN_PARITY needs all cases, GOLDEN_ONLY takes some");
    if parity_wish == "write" {
        modes.truncate(1);
    }
    let mut page = None;
    let mut failed = 0;
    let mut text = String::new();
    for (mode, backend) in modes {
        set_backend(backend);
        // Cases keep the values that they computed, so each mode starts from fresh ones.
        let cases = read();
        let chosen: Vec<_> = cases.iter().filter(|c| wanted(&c.call.name)).collect();
        let hook = std::panic::take_hook();
        // A panic of a case is a line of the report.
        std::panic::set_hook(Box::new(|_| {}));
        let failures = run_all(&chosen, mode);
        std::panic::set_hook(hook);
        if page.is_none() {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            page = Some(parity::page(root, &chosen, &failures).unwrap_or_else(|e| panic!("{e}")));
        }
        let report = Report::new(&chosen, failures);
        let title = format!("{backend:?}, {mode:?}");
        // All modes pass alike, so one full table is enough.
        println!("{title}: {}", if failed == 0 && text.is_empty() { report.table() } else { report.summary() });
        text += &format!("{title}\n{}{}\n", report.table(), report.details(usize::MAX));
        if report.failed() > 0 {
            println!("{}", report.details(3));
        }
        failed += report.failed();
    }
    if let Some(path) = std::env::var_os("GOLDEN_REPORT") {
        std::fs::write(path, text).unwrap_or_else(|e| panic!("GOLDEN_REPORT: {e}"));
    }
    assert_eq!(failed, 0, "cases differ from NumPy; see the list above");
    let (path, page) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("PARITY.md"), page.unwrap_or_default());
    if parity_wish == "write" {
        std::fs::write(&path, page).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    } else if parity_wish == "check" {
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == page, "PARITY.md is stale: GOLDEN_PARITY=write cargo test --test golden");
    }
}
