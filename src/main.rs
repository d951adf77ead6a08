//! Mounts the app. Empty where its target is not built for.

fn main() {}
