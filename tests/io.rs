//! Files that lie, writes that fail, archives, maps.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use np::Source;
use np::prelude::*;
use numfuse as np;
use proptest::prelude::*;

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("numfuse-io-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a temporary folder");
        Folder(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the folder");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn npy(array: &Array) -> Vec<u8> {
    let mut bytes = Vec::new();
    np::save(&mut bytes, array).expect("saving to memory");
    bytes
}

fn header(text: &str) -> Vec<u8> {
    [b"\x93NUMPY\x01\x00", &(text.len() as u16).to_le_bytes()[..], text.as_bytes()].concat()
}

#[test]
fn headers_allocate_nothing() {
    let folder = Folder::new();
    let before = np::statistics().peak_bytes;
    for shape in
        ["(1000000000000,)", "(9223372036854775807,)", "(65536, 65536, 65536, 65536)", "(99999999999999999999999,)"]
    {
        let mut bytes = header(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"));
        bytes.extend([0; 64]);
        assert_eq!(np::load(&bytes, ..).check().unwrap_err().class(), "ValueError", "{shape}");
        assert!(np::load(Source::reader(&bytes[..]), ..).check().is_err(), "{shape}");
        let path = folder.file("lies.npy");
        std::fs::write(&path, &bytes).expect("a file");
        assert!(np::load(&path, ..).check().is_err());
        assert!(np::load(&path, "r").check().is_err());
        assert!(np::load(&path, "r+").check().is_err());
        assert_eq!(std::fs::metadata(&path).expect("the file").len(), bytes.len() as u64);
    }
    assert!(np::statistics().peak_bytes - before < 1 << 20);
    let long = [b"\x93NUMPY\x02\x00", &u32::MAX.to_le_bytes()[..], b"{}"].concat();
    assert!(np::load(&long, allow_pickle(true)).check().is_err());
    let deep = header(&"(".repeat(9000));
    assert!(np::load(&deep, ..).check().is_err());
}

#[test]
fn a_failed_write_leaves_the_old_file() {
    let folder = Folder::new();
    let path = folder.file("table.txt");
    np::savetxt(&path, np::arange(3, ..), fmt("%d")).expect("a first table");
    let old = std::fs::read(&path).expect("the table");
    // The second row has no integer.
    let bad = np::array![1.0, np::nan];
    assert_eq!(np::savetxt(&path, &bad, fmt("%d")).unwrap_err().class(), "ValueError");
    assert_eq!(bad.tofile(&path, sep(" ").format("%d")).unwrap_err().class(), "ValueError");
    assert!(np::save(&path, np::zeros(2, ..).reshape([3])).is_err());
    assert_eq!(std::fs::read(&path).expect("the table"), old);
    assert_eq!(folder.names(), ["table.txt"]);
    assert_eq!(np::save("/no such folder/a.npy", &bad).unwrap_err().class(), "FileNotFoundError");
}

#[test]
#[cfg(unix)]
fn links_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let (file, link) = (folder.file("a.npy"), folder.file("link.npy"));
    np::save(&file, np::arange(2, ..)).expect("a file");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    np::save(&link, np::arange(3, ..)).expect("a second file");
    assert!(std::fs::symlink_metadata(&link).expect("the link").is_symlink());
    assert_eq!(std::fs::metadata(&file).expect("the file").permissions().mode() & 0o777, 0o640);
    assert_eq!(np::load(&file, ..).shape(), [3]);
}

#[test]
fn archives_round_trip() {
    let folder = Folder::new();
    let (a, b) = (np::arange(6, ..).reshape([2, 3]), np::linspace(0.0, 1.0, 4));
    for packed in [false, true] {
        let path = folder.file("arrays");
        let arrays = [("a", a.t()), ("b", b.clone()), ("c/d", np::zeros((), np::complex64))];
        match packed {
            false => np::savez(&path, arrays),
            true => np::savez_compressed(&path, arrays),
        }
        .expect("an archive");
        let archive = np::NpzFile::open(folder.file("arrays.npz"), ..).expect("the archive");
        assert_eq!(archive.files(), ["a", "b", "c/d"]);
        assert_eq!(archive.get("a").shape(), [3, 2]);
        assert_eq!(archive.get("a.npy").to_vec::<i64>().expect("a"), [0, 3, 1, 4, 2, 5]);
        assert_eq!(archive.get("b").to_vec::<f64>().expect("b"), b.to_vec::<f64>().expect("b"));
        assert_eq!((archive.get("c/d").dtype(), archive.get("c/d").ndim()), (np::complex64, 0));
    }
    let twice = np::NamedArrays::new().named("a", &a).named("a", &b);
    assert_eq!(np::savez(folder.file("twice"), twice).unwrap_err().class(), "ValueError");
    let clash = np::NamedArrays::new().with(&a).named("arr_0", &b);
    let clash = np::savez(folder.file("clash"), clash).unwrap_err();
    assert_eq!(clash.detail().message, "Cannot use un-named variables and keyword arr_0");
    assert_eq!(folder.names(), ["arrays.npz"]);
}

#[test]
fn archives_unpack_to_a_limit() {
    let mut bytes = Vec::new();
    np::savez_compressed(&mut bytes, [("zeros", np::zeros(1 << 20, ..))]).expect("an archive");
    assert!(bytes.len() < 20_000);
    let archive = np::NpzFile::open(&bytes, max_unpacked(1 << 20)).expect("the archive");
    let error = archive.get("zeros").check().unwrap_err();
    assert!(error.detail().message.contains("max_unpacked"), "{error}");
    let archive = np::NpzFile::open(&bytes, ..).expect("the archive");
    assert_eq!(archive.get("zeros").shape(), [1 << 20]);
    // One flipped bit of the data is found out.
    let mut stored = Vec::new();
    np::savez(&mut stored, [("a", np::arange(1000, ..))]).expect("an archive");
    stored[4000] ^= 1;
    let archive = np::NpzFile::open(&stored, ..).expect("the archive");
    assert!(archive.get("a").check().is_err());
}

#[test]
fn packed_text_unpacks_to_a_limit() {
    let folder = Folder::new();
    let path = folder.file("zeros.txt.gz");
    np::savetxt(&path, np::zeros(100_000, ..), fmt("%d")).expect("a table");
    assert_eq!(np::loadtxt(&path, ..).shape(), [100_000]);
    assert!(np::loadtxt(&path, max_unpacked(1000)).check().is_err());
    assert!(np::genfromtxt(&path, max_unpacked(1000)).check().is_err());
}

#[test]
fn a_reader_is_left_where_the_array_ends() {
    let both = [npy(&np::arange(3, ..)), npy(&np::ones([2, 2], ..))].concat();
    let mut reader = &both[..];
    assert_eq!(np::load(Source::reader(&mut reader), ..).shape(), [3]);
    assert_eq!(np::load(Source::reader(&mut reader), ..).shape(), [2, 2]);
    assert_eq!(np::load(Source::reader(&mut reader), ..).check().unwrap_err().class(), "EOFError");
}

#[test]
fn progress_is_told() {
    let folder = Folder::new();
    let array = np::arange(3_000_000, ..);
    let path = folder.file("a.npy");
    np::save(&path, &array).expect("a file");
    type Seen = Arc<Mutex<Vec<(u64, Option<u64>)>>>;
    let seen = Seen::default();
    let report = || {
        let seen = seen.clone();
        move |done, all| seen.lock().expect("no panic").push((done, all))
    };
    let check = |bytes: u64| {
        let calls = std::mem::take(&mut *seen.lock().expect("no panic"));
        assert!(calls.len() > 3 && calls.is_sorted());
        assert_eq!(calls.last().expect("calls").0, bytes);
    };
    np::load(&path, progress(report())).check().expect("the file");
    check(24_000_128);
    np::fromfile(&path, progress(report()).dtype(np::uint8)).check().expect("the file");
    check(24_000_128);
    let text = folder.file("a.txt");
    np::savetxt(&text, array.slice(s![..500_000]), fmt("%d")).expect("a table");
    np::loadtxt(&text, progress(report())).check().expect("the table");
    check(std::fs::metadata(&text).expect("the table").len());
    np::genfromtxt(&text, progress(report())).check().expect("the table");
    check(std::fs::metadata(&text).expect("the table").len());
}

#[test]
fn maps_are_written_in_place() {
    let folder = Folder::new();
    let path = folder.file("map.npy");
    let mut map = np::Memmap::create_npy(&path, np::float64, [1000, 8]).expect("a map");
    // Straight into the file's pages: nothing of this size is allocated.
    let allocated = np::statistics().live_bytes;
    let rows = np::arange(1000, dtype(np::float64)).reshape([1000, 1]);
    map.set(s![..], &(np::sqrt(&rows) + np::arange(8, ..))).expect("an assignment");
    assert!(np::statistics().live_bytes <= allocated + 16_384);
    map.update(s![.., 0], |all| all.slice(s![.., 1]) * 2).expect("an assignment");
    map.update(s![1..3], |all| all.slice(s![0..2])).expect("an assignment");
    map.flush().expect("written");
    let file = np::load(&path, ..);
    assert_eq!(file.slice((4, 0)).item::<f64>().expect("an element"), 6.0);
    assert_eq!(file.slice((1, 7)).item::<f64>().expect("an element"), 7.0);
    assert_eq!(file.slice((2, 7)).item::<f64>().expect("an element"), 8.0);
    assert!(map.set(s![0], np::zeros(9, ..)).is_err());
    assert!(map.set(s![2000], 1).is_err());

    // What is held does not change, and arrays of a file are values.
    let mut held = np::load(&path, "r+");
    held.set(s![0, 0], -1);
    assert_eq!(held.slice((0, 0)).item::<f64>().expect("an element"), -1.0);
    assert_eq!(np::load(&path, ..).slice((0, 0)).item::<f64>().expect("an element"), 2.0);
    let mut read_only = np::load(&path, "r").eval().expect("the file");
    (np::zeros([1000, 8], ..)).eval_into(&mut read_only).expect("other memory");
    assert_eq!(np::load(&path, ..).slice((999, 7)).item::<f64>().expect("an element"), 999f64.sqrt() + 7.0);
}

#[test]
fn copies_on_write_stay_in_memory() {
    let folder = Folder::new();
    let path = folder.file("bytes");
    std::fs::write(&path, [1, 2, 3, 4]).expect("a file");
    let mut map = np::memmap(&path, mode("c")).expect("a map");
    map.set(s![1], 9).expect("an assignment");
    assert_eq!(map.array().to_vec::<u8>().expect("bytes"), [1, 9, 3, 4]);
    assert_eq!(std::fs::read(&path).expect("the file"), [1, 2, 3, 4]);
    assert_eq!((map.mode(), map.offset(), map.filename()), ("c", 0, path.as_path()));
}

/// Bytes with some of them changed, dropped or repeated.
fn mutated(original: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let n = original.len();
    let edits = prop::collection::vec((0..n, any::<u8>(), 0..4u8), 1..6);
    (edits, 0..=n).prop_map(move |(edits, end)| {
        let mut bytes = original.clone();
        for (at, byte, what) in edits {
            let at = at.min(bytes.len().saturating_sub(1));
            match what {
                0 if !bytes.is_empty() => drop(bytes.remove(at)),
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(end),
                _ if !bytes.is_empty() => bytes[at] = byte,
                _ => {}
            }
        }
        bytes
    })
}

/// Reads that must end in a value or an error.
fn read_all(path: &Path, bytes: &[u8]) {
    let _ = np::load(bytes, ..).check();
    let _ = np::load(bytes, allow_pickle(true)).check();
    let _ = np::load(Source::reader(bytes), ..).check();
    if let Ok(archive) = np::NpzFile::open(bytes, max_unpacked(1 << 20)) {
        for name in archive.files() {
            let _ = archive.get(name).check();
        }
    }
    std::fs::write(path, bytes).expect("a file");
    for mode in ["r", "c"] {
        if let Ok(value) = np::load(path, mode).eval() {
            let _ = value.to_string();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_arrays_are_errors_or_values(bytes in mutated(npy(&np::arange(6, dtype(np::int16)).reshape([2, 3]).t()))) {
        let folder = Folder::new();
        read_all(&folder.file("a.npy"), &bytes);
    }

    #[test]
    fn mutated_headers_are_errors_or_values(text in "[{}()\\[\\]':, 0-9a-zL<>|]{0,60}") {
        let folder = Folder::new();
        let mut bytes = header(&text);
        bytes.extend([7; 40]);
        read_all(&folder.file("a.npy"), &bytes);
    }

    #[test]
    fn mutated_archives_are_errors_or_values(packed: bool, seed in any::<u64>()) {
        let mut bytes = Vec::new();
        let arrays = [("a", np::arange(50, ..)), ("b", np::ones([2, 2], ..))];
        if packed { np::savez_compressed(&mut bytes, arrays) } else { np::savez(&mut bytes, arrays) }.expect("an archive");
        let mut state = seed | 1;
        for _ in 0..3 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let at = (state >> 33) as usize % bytes.len();
            bytes[at] = (state >> 8) as u8;
        }
        let folder = Folder::new();
        read_all(&folder.file("a.npz"), &bytes);
    }

    #[test]
    fn any_text_is_a_table_or_an_error(text in "[0-9.,;e+j#\" \\n\\r\\-naif]{0,80}", quote: bool) {
        let options = |separator: &'static str| {
            let options = np::LoadtxtOptions::from(delimiter(separator));
            if quote { options.with(quotechar('"')) } else { options }
        };
        let _ = np::loadtxt(Source::text(&text), ..).check();
        let _ = np::loadtxt(Source::text(&text), options(",")).check();
        let _ = np::loadtxt(Source::text(&text), delimiter(";").dtype(np::complex64).unpack(true)).check();
        let _ = np::genfromtxt(Source::text(&text), delimiter(",").invalid_raise(false)).check();
        let _ = np::genfromtxt(Source::text(&text), delimiter(3).dtype(np::int16)).check();
        let _ = np::genfromtxt_fields(Source::text(&text), names(true).dtypes(()).skip_footer(1));
        let _ = np::fromstring(&text, ",").check();
        let _ = np::frombuffer(text.as_bytes(), np::float16).check();
        let _ = np::fromregex(Source::text(&text), r"(\d+),(\d*)", [("a", np::int8), ("b", np::float32)], ..);
    }

    #[test]
    fn any_bytes_are_text_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = np::loadtxt(&bytes, ..).check();
        let _ = np::loadtxt(&bytes, encoding("latin1")).check();
        let _ = np::genfromtxt(&bytes, encoding("utf-8-sig")).check();
        let _ = np::fromfile(&bytes, sep(" ")).check();
        let _ = np::fromfile(&bytes, np::bool_).eval().map(|a| a.to_string());
    }

    #[test]
    fn any_format_prints_or_is_an_error(format in "[%a-zA-Z0-9.+# -]{0,12}") {
        let values = np::array![1.5, -0.0, np::nan];
        let mut out = Vec::new();
        let _ = np::savetxt(&mut out, &values, np::SavetxtOptions::from(..).with(np::options::fmt(np::Formats::One(format.clone()))));
        let _ = np::arange(3, ..).tofile(&mut out, sep(" ").format(format.as_str()));
    }

    #[test]
    fn text_round_trips(values in prop::collection::vec(any::<f64>(), 1..20)) {
        let array = Array::from_vec(values.clone());
        let mut text = Vec::new();
        np::savetxt(&mut text, &array, ..).expect("a table");
        let read = np::loadtxt(&text, ndmin(1)).to_vec::<f64>().expect("the table");
        let same = read.iter().zip(&values).all(|(a, b)| a == b || a.is_nan() && b.is_nan());
        prop_assert!(same && read.len() == values.len());
    }
}
