//! The page: mounts the app. It holds no SQLite; the worker does.

#[cfg(target_arch = "wasm32")]
fn main() {
    daybook::ui::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    println!("This program runs in a browser: see the README.");
}
