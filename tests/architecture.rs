//! The layers of src/lib.rs: an arrow never points upward. One crate has no
//! compiler to say so, so this reads the sources.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

/// A layer may use itself, and of each layer named here what is named with it.
struct Layer {
    name: &'static str,
    may_use: &'static [(&'static str, What)],
    /// Words that must not stand in its code.
    never: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum What {
    All,
    /// Names that begin with a capital: what a query answers, not the query.
    Types,
    /// What can be asked for and refused, how that goes, and the registers' codes.
    Commands,
}

use What::{All, Commands, Types};

const COMMANDS: [&str; 11] = [
    "BusHealth",
    "ReactionHealth",
    "Command",
    "CommandEnvelope",
    "CommandOutcome",
    "ImportedItem",
    "ImportedSale",
    "OpenShop",
    "Refusal",
    "FIRST_REGISTER",
    "IMPORT_REGISTER",
];

const BROWSER: [&str; 6] = [
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "leptos",
    "gloo_timers",
    "wasm_bindgen_futures",
];

const LAYERS: [Layer; 15] = [
    Layer {
        name: "domain",
        may_use: &[],
        never: &[
            "rusqlite",
            "web_sys",
            "js_sys",
            "wasm_bindgen",
            "leptos",
            "Date::now",
            "SystemTime",
            "Instant",
            "Zoned::now",
            "Timestamp::now",
            "rand",
            "getrandom",
            "new_v4",
            "now_v7",
        ],
    },
    Layer {
        name: "codec",
        may_use: &[("domain", All)],
        never: &["rusqlite", "web_sys", "js_sys", "leptos"],
    },
    Layer {
        name: "disk",
        may_use: &[],
        never: &BROWSER,
    },
    Layer {
        name: "event_store",
        may_use: &[("domain", Types), ("codec", All)],
        never: &BROWSER,
    },
    Layer {
        name: "projector",
        may_use: &[("domain", All), ("codec", All), ("event_store", All)],
        never: &BROWSER,
    },
    Layer {
        name: "views",
        may_use: &[("domain", All), ("event_store", All)],
        never: &BROWSER,
    },
    Layer {
        name: "application",
        may_use: &[("domain", All), ("codec", All), ("event_store", All)],
        never: &BROWSER,
    },
    Layer {
        name: "bench",
        may_use: &[
            ("domain", All),
            ("codec", All),
            ("event_store", All),
            ("projector", All),
            ("application", All),
        ],
        never: &BROWSER,
    },
    Layer {
        name: "protocol",
        may_use: &[("domain", All), ("application", Commands), ("views", Types)],
        never: &BROWSER,
    },
    Layer {
        name: "worker",
        may_use: &[
            ("bench", All),
            ("domain", All),
            ("codec", All),
            ("disk", All),
            ("event_store", All),
            ("projector", All),
            ("views", All),
            ("application", All),
            ("protocol", All),
        ],
        never: &["leptos"],
    },
    Layer {
        name: "companion",
        may_use: &[
            ("domain", All),
            ("codec", All),
            ("event_store", All),
            ("projector", All),
            ("views", All),
            ("application", All),
        ],
        never: &BROWSER,
    },
    Layer {
        name: "client",
        may_use: &[
            ("domain", All),
            ("application", Commands),
            ("views", Types),
            ("protocol", All),
        ],
        never: &["rusqlite", "sqlite_wasm_rs", "sqlite_wasm_vfs"],
    },
    Layer {
        name: "ui",
        may_use: &[
            ("domain", All),
            ("application", Commands),
            ("views", Types),
            ("protocol", All),
            ("client", All),
        ],
        never: &["rusqlite", "sqlite_wasm_rs", "sqlite_wasm_vfs"],
    },
    // The page's, the worker's and the companion's main functions.
    Layer {
        name: "main",
        may_use: &[("ui", All)],
        never: &["rusqlite"],
    },
    Layer {
        name: "bin",
        may_use: &[("worker", All), ("companion", All)],
        never: &["leptos"],
    },
];

// The checker.

/// Names, `::`, and every other character by itself; no comments, no texts.
fn tokens(source: &str) -> Vec<String> {
    let chars: Vec<char> = source.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let (mut tokens, mut place) = (Vec::new(), 0);
    while place < chars.len() {
        let c = at(place);
        let start = place;
        if c == '/' && at(place + 1) == '/' {
            while place < chars.len() && at(place) != '\n' {
                place += 1;
            }
        } else if c == '/' && at(place + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(place), at(place + 1)) {
                    ('/', '*') => depth += 1,
                    ('*', '/') => depth -= 1,
                    _ => {
                        place += 1;
                        continue;
                    }
                }
                place += 2;
                if depth == 0 || place >= chars.len() {
                    break;
                }
            }
        } else if c == 'r'
            && (at(place + 1) == '"' || at(place + 1) == '#')
            && is_raw(&chars, place)
        {
            place = after_raw(&chars, place);
        } else if c == '"' {
            place += 1;
            while place < chars.len() && at(place) != '"' {
                place += if at(place) == '\\' { 2 } else { 1 };
            }
            place += 1;
        } else if c == '\'' && (at(place + 1) == '\\' || at(place + 2) == '\'') {
            place += 2;
            while place < chars.len() && at(place) != '\'' {
                place += 1;
            }
            place += 1;
        } else if is_name(c) {
            while is_name(at(place)) {
                place += 1;
            }
            tokens.push(chars[start..place].iter().collect());
        } else if c == ':' && at(place + 1) == ':' {
            place += 2;
            tokens.push("::".to_owned());
        } else {
            place += 1;
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
        }
    }
    tokens
}

fn is_raw(chars: &[char], place: usize) -> bool {
    let hashes = chars[place + 1..].iter().take_while(|c| **c == '#').count();
    chars.get(place + 1 + hashes) == Some(&'"')
}

fn after_raw(chars: &[char], place: usize) -> usize {
    let hashes = chars[place + 1..].iter().take_while(|c| **c == '#').count();
    let end: Vec<char> = std::iter::once('"')
        .chain(std::iter::repeat_n('#', hashes))
        .collect();
    let body = place + 2 + hashes;
    let length = chars[body..]
        .windows(end.len())
        .position(|window| window == end);
    length.map_or(chars.len(), |length| body + length + end.len())
}

/// All paths that begin at the crate's root, braces multiplied out. `module` is
/// the file's own, for `super`.
fn crate_paths(tokens: &[String], module: &[String]) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut place = 0;
    while place < tokens.len() {
        let continues = place > 0 && tokens[place - 1] == "::";
        let followed = tokens.get(place + 1).is_some_and(|next| next == "::");
        let root = match tokens[place].as_str() {
            "crate" | "daybook" if followed && !continues => Some(Vec::new()),
            "super" if followed && !continues => {
                let mut up = 1;
                while tokens.get(place + 2).is_some_and(|next| next == "super") {
                    up += 1;
                    place += 2;
                }
                Some(module[..module.len().saturating_sub(up)].to_vec())
            }
            _ => None,
        };
        place += 1;
        if let Some(root) = root {
            place = read_tree(tokens, place, &root, &mut paths);
        }
    }
    paths
}

/// Reads what follows a path's beginning; where it ends.
fn read_tree(
    tokens: &[String],
    mut place: usize,
    prefix: &[String],
    paths: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = prefix.to_vec();
    while tokens.get(place).is_some_and(|token| token == "::") {
        match tokens.get(place + 1).map(String::as_str) {
            Some("{") => {
                place += 2;
                while tokens.get(place).is_some_and(|token| token != "}") {
                    if tokens[place] == "," {
                        place += 1;
                        continue;
                    }
                    let mut branch = path.clone();
                    if tokens[place] != "self" {
                        branch.push(tokens[place].clone());
                    }
                    place = read_tree(tokens, place + 1, &branch, paths);
                    while tokens
                        .get(place)
                        .is_some_and(|token| token != "," && token != "}")
                    {
                        place += 1;
                    }
                }
                return place + 1;
            }
            Some(name) if name.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                path.push(name.to_owned());
                place += 2;
            }
            Some("*") => {
                path.push("*".to_owned());
                place += 2;
            }
            _ => break,
        }
    }
    paths.push(path);
    place
}

/// What a file, at this path below src/, does that its layer may not.
fn violations(file: &str, source: &str) -> Vec<String> {
    let mut module: Vec<String> = file
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if module.last().is_some_and(|name| name == "mod") {
        module.pop();
    }
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == module[0]) else {
        return vec![format!("{file} is in no layer")];
    };
    let tokens = tokens(source);
    let mut found = Vec::new();
    for path in crate_paths(&tokens, &module) {
        if !is_allowed(layer, &path) {
            found.push(format!("{file} uses {}", path.join("::")));
        }
    }
    let code = format!(" {} ", tokens.join(" ").replace(" :: ", "::"));
    for word in layer.never {
        let is_boundary = |c: char| !c.is_alphanumeric() && c != '_';
        let mut places = code.match_indices(word);
        if places.any(|(start, _)| {
            code[..start].ends_with(is_boundary)
                && code[start + word.len()..].starts_with(is_boundary)
        }) {
            found.push(format!("{file} names {word}"));
        }
    }
    found
}

fn is_allowed(layer: &Layer, path: &[String]) -> bool {
    let Some(target) = path.first() else {
        return true;
    };
    if target == layer.name {
        return true;
    }
    let Some((_, what)) = layer.may_use.iter().find(|(name, _)| name == target) else {
        return false;
    };
    let item = path.get(1).map(String::as_str);
    match what {
        All => true,
        Types => item.is_some_and(|item| item.starts_with(char::is_uppercase)),
        Commands => item.is_some_and(|item| COMMANDS.contains(&item)),
    }
}

// The sources.

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_arrow_points_upward() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 50, "{} files are not all", files.len());
    let mut found = Vec::new();
    for path in files {
        let file = path.strip_prefix(&root).unwrap().to_str().unwrap();
        // The root of the library only names the layers.
        if file != "lib.rs" {
            let source = std::fs::read_to_string(&path).unwrap();
            found.extend(violations(&file.replace('\\', "/"), &source));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_layer_is_in_the_table_of_the_library() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    let library = std::fs::read_to_string(library).unwrap();
    for layer in &LAYERS[..13] {
        let declared = format!("pub mod {};", layer.name);
        assert!(library.contains(&declared), "{declared}");
        let row = format!("`{}`", layer.name);
        assert!(library.contains(&row), "no row about {row}");
    }
}

// The checker, checked.

#[test]
fn planted_violations_are_found() {
    for (file, source, expected) in [
        (
            "domain/order/decide.rs",
            "use crate::codec::encode;",
            "domain/order/decide.rs uses codec::encode",
        ),
        (
            "domain/money.rs",
            "fn f() { let x = crate::application::demo::commands(); }",
            "domain/money.rs uses application::demo::commands",
        ),
        (
            "domain/order/decide.rs",
            "use super::super::super::event_store::EventStore;",
            "domain/order/decide.rs uses event_store::EventStore",
        ),
        (
            "codec/mod.rs",
            "use crate::{domain::Event, event_store::{self, read::Reader}};",
            "codec/mod.rs uses event_store",
        ),
        (
            "codec/mod.rs",
            "use crate::{\n    domain::{ids::*, Event},\n    event_store::Batch as B,\n};",
            "codec/mod.rs uses event_store::Batch",
        ),
        (
            "event_store/append.rs",
            "use crate::domain::order::decide;",
            "event_store/append.rs uses domain::order::decide",
        ),
        (
            "views/orders.rs",
            "use crate::projector::Projector;",
            "views/orders.rs uses projector::Projector",
        ),
        (
            "application/bus.rs",
            "use crate::views::order;",
            "application/bus.rs uses views::order",
        ),
        (
            "protocol.rs",
            "use crate::application::CommandBus;",
            "protocol.rs uses application::CommandBus",
        ),
        (
            "protocol.rs",
            "use crate::application::*;",
            "protocol.rs uses application::*",
        ),
        (
            "worker/shop.rs",
            "use crate::ui::mount;",
            "worker/shop.rs uses ui::mount",
        ),
        (
            "client/mod.rs",
            "use crate::application::{Command, demo};",
            "client/mod.rs uses application::demo",
        ),
        (
            "ui/sell/mod.rs",
            "use crate::views::{OrderDetail, order};",
            "ui/sell/mod.rs uses views::order",
        ),
        (
            "ui/app.rs",
            "type T<'a> = &'a str; fn f(c: char) -> bool { c == '\"' } use crate::worker::start;",
            "ui/app.rs uses worker::start",
        ),
        (
            "main.rs",
            "fn main() { daybook::worker::start(); }",
            "main.rs uses worker::start",
        ),
        (
            "domain/time.rs",
            "fn now() -> f64 { js_sys::Date::now() }",
            "domain/time.rs names js_sys",
        ),
        (
            "domain/time.rs",
            "fn now() -> f64 { Date :: now() }",
            "domain/time.rs names Date::now",
        ),
        (
            "domain/ids.rs",
            "fn id() -> u64 { rand::random() }",
            "domain/ids.rs names rand",
        ),
        (
            "ui/app.rs",
            "use rusqlite::Connection;",
            "ui/app.rs names rusqlite",
        ),
        ("plugins/mod.rs", "", "plugins/mod.rs is in no layer"),
    ] {
        let found = violations(file, source);
        assert!(
            found.iter().any(|violation| violation == expected),
            "{source}: {found:?}"
        );
    }
}

#[test]
fn what_is_allowed_passes() {
    for (file, source) in [
        (
            "domain/order/decide.rs",
            "use crate::domain::ids::LineId; use super::super::money::Money;",
        ),
        (
            "domain/time.rs",
            "// rand, js_sys: use crate::codec::decode;\n/* /* crate::ui::mount */ rusqlite */\n\
             const A: &str = \"use crate::codec::encode; rand \\\" rusqlite\";\n\
             const B: &str = r#\"crate::codec::\"encode\"#; const C: char = '\\''; fn operand() {}",
        ),
        (
            "protocol.rs",
            "use crate::application::{CommandEnvelope, Refusal}; use crate::views::{OrderPage};",
        ),
        (
            "ui/sell/mod.rs",
            "use crate::{client::{Client, use_client}, views::OrderDetail, protocol::Query};",
        ),
        (
            "projector/engine.rs",
            "fn f() -> crate::domain::Event { crate::codec::decode::<Vec<u8>>() }",
        ),
        ("main.rs", "fn main() { daybook::ui::mount(); }"),
    ] {
        let found = violations(file, source);
        assert!(found.is_empty(), "{source}: {found:?}");
    }
}
