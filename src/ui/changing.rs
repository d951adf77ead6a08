//! What changes on the screen, in few kinds. A closure given to a view is a kind of
//! its own, with its own copy of all the machinery; these share theirs, which keeps
//! the page small.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;

/// What can be shown as words.
pub trait Words {
    /// The words; empty for none.
    fn into_words(self) -> String;
}

impl Words for String {
    fn into_words(self) -> String {
        self
    }
}

impl Words for &'static str {
    fn into_words(self) -> String {
        self.to_owned()
    }
}

/// As attributes that begin with `aria-` want it.
impl Words for bool {
    fn into_words(self) -> String {
        if self { "true" } else { "false" }.to_owned()
    }
}

impl<W: Words> Words for Option<W> {
    fn into_words(self) -> String {
        self.map(Words::into_words).unwrap_or_default()
    }
}

/// Words that change.
pub fn text<W: Words>(words: impl Fn() -> W + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(move || words().into_words())
}

/// A yes or no that changes.
pub fn flag(holds: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(holds)
}

/// A yes or no that is a signal already.
pub fn is(signal: impl Into<Signal<bool>>) -> Signal<bool> {
    signal.into()
}

/// A value that is reckoned anew when what it is made of changes, and announced
/// only when it is another one.
pub fn memo<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    boxed_memo(Box::new(value))
}

fn boxed_memo<T>(value: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| value())
}

/// Runs now and whenever what it looked at changes.
pub fn effect(run: impl FnMut() + 'static) {
    boxed_effect(Box::new(run));
}

fn boxed_effect(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_| run());
}

/// A part of the page that changes as a whole.
pub fn part<V: IntoAny>(
    mut build: impl FnMut() -> V + Send + 'static,
) -> SharedReactiveFunction<AnyView> {
    Arc::new(Mutex::new(move || build().into_any()))
}

/// A part of the page that is there while something holds.
pub fn part_if<V: IntoAny>(
    holds: impl Fn() -> bool + Send + Sync + 'static,
    build: impl Fn() -> V + Send + 'static,
) -> SharedReactiveFunction<AnyView> {
    let holds = memo(holds);
    Arc::new(Mutex::new(move || {
        if holds.get() {
            build().into_any()
        } else {
            ().into_any()
        }
    }))
}

/// A row of a [`list`], not built yet.
struct Entry {
    key: String,
    build: Box<dyn FnOnce() -> AnyView + Send>,
}

/// A row an item. What is still there under the same key stays in the page as it
/// is, so that neither focus nor a tap is lost.
pub fn list<T, V>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: impl Fn(&T) -> String + Send + Sync + 'static,
    row: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView
where
    T: Send + 'static,
    V: IntoAny,
{
    let row = Arc::new(row);
    entries(Box::new(move || {
        let entry = |item| {
            let row = Arc::clone(&row);
            Entry {
                key: key(&item),
                build: Box::new(move || row(item).into_any()),
            }
        };
        items().into_iter().map(entry).collect()
    }))
}

fn entries(each: Box<dyn Fn() -> Vec<Entry> + Send + Sync>) -> AnyView {
    view! {
        <For
            each=move || each()
            key=|entry| entry.key.clone()
            children=|entry| (entry.build)()
        />
    }
    .into_any()
}
