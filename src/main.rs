//! Mounts the app. Empty where its target is not built for.

fn main() {
    #[cfg(target_arch = "wasm32")]
    daybook::ui::mount();
}
