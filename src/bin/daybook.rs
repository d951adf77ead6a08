//! Starts the companion. Empty where there is no command line.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    daybook::companion::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
