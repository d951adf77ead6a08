//! Starts the worker. Empty where its target is not built for.

fn main() {
    #[cfg(target_arch = "wasm32")]
    daybook::worker::start();
}
