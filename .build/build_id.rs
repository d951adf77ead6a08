//! Gives every binary of one build the same `DAYBOOK_BUILD_ID`, for example `0.1.0-9f31c2aa`.
//!
//! Page and worker are compiled apart and with different profiles, so the id cannot come from a clock or
//! a counter: it is a hash of what they are made of. `.build/build_id.mjs` computes the same id for the
//! service worker; change both together.

use std::{fs, io, path::Path};

/// What the id covers. Directories count with everything in them.
const SOURCES: [&str; 4] = ["Cargo.lock", "index.html", "public", "src"];

fn main() -> io::Result<()> {
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
    }
    println!("cargo:rerun-if-changed=.build/build_id.rs");
    let version = env!("CARGO_PKG_VERSION");
    println!(
        "cargo:rustc-env=DAYBOOK_BUILD_ID={version}-{:08x}",
        hash_of_sources()?
    );
    Ok(())
}

fn hash_of_sources() -> io::Result<u32> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect_files(source, &mut files)?;
    }
    files.sort();
    let mut hash = Fnv1a::new();
    for file in files {
        hash.write(file.as_bytes());
        hash.write(&[0]);
        hash.write(&fs::read(&file)?);
        hash.write(&[0]);
    }
    Ok(hash.0)
}

/// Adds `path`, or all files below it, with `/` between the names whatever the system uses.
/// Hidden files and editors' back-up copies are left out: they change nothing that is built.
fn collect_files(path: &str, files: &mut Vec<String>) -> io::Result<()> {
    if Path::new(path).is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    if !Path::new(path).is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !name.ends_with('~') {
            collect_files(&format!("{path}/{name}"), files)?;
        }
    }
    Ok(())
}

/// FNV-1a in 32 bits: enough to tell builds apart, and a few lines in any language.
struct Fnv1a(u32);

impl Fnv1a {
    fn new() -> Self {
        Self(0x811c_9dc5)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
    }
}
