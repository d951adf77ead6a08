//! What `make bench` drives, on the page: only there with `?bench` in the address.

use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Float64Array, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::{Client, spawn};
use crate::application::Command;
use crate::domain::ids::ProductId;
use crate::domain::product::ProductCommand;
use crate::domain::quantity::Quantity;
use crate::protocol::{Answer, Bench, BenchResult, Query, Repair, Request, WorkerError};
use crate::views::StockFilter;

/// The name under which the bench finds its functions.
const GLOBAL_NAME: &str = "daybookBench";
const MAX_NUMBER: u32 = 100_000_000;

type BenchAnswer = Result<JsValue, WorkerError>;

/// Offers `window.daybookBench` if the address asks for it.
pub fn install(client: Client) {
    let search = window().location().search().unwrap_or_default();
    if !search
        .trim_start_matches('?')
        .split('&')
        .any(|part| part == "bench" || part.starts_with("bench="))
    {
        return;
    }
    let object = Object::new();
    offer(&object, "rawFlush", move |times| raw_flush(client, times));
    offer(&object, "plainCommit", move |times| {
        plain_commits(client, times)
    });
    offer(&object, "command", move |times| commands(client, times));
    offer(&object, "projectEventsPerS", move |_| {
        project_events_per_s(client)
    });
    offer(&object, "stats", move |_| stats(client));
    offer(&object, "fill", move |events| fill(client, events));
    offer(&object, "append", move |events| append(client, events));
    offer(&object, "loadAggregate", move |events| {
        load_aggregate(client, events)
    });
    offer(&object, "rebuild", move |pause_ms| {
        commands_during_rebuild(client, pause_ms)
    });
    offer(&object, "health", move |_| health(client));
    offer(&object, "writeUntilEnded", move |_| async move {
        bench(client, Bench::WriteUntilEnded).await?;
        Ok(JsValue::UNDEFINED)
    });
    let _ = Reflect::set(&window(), &GLOBAL_NAME.into(), &object);
}

fn offer<F>(object: &Object, name: &str, run: impl Fn(u32) -> F + 'static)
where
    F: Future<Output = BenchAnswer> + 'static,
{
    let function = Closure::<dyn Fn(f64) -> Promise>::new(move |number: f64| {
        let answer = run((number as u32).clamp(1, MAX_NUMBER));
        promise_of(Box::pin(answer))
    });
    let _ = Reflect::set(object, &name.into(), function.as_ref());
    // It is there for as long as the page is.
    function.forget();
}

fn promise_of(answer: LocalBoxFuture<'static, BenchAnswer>) -> Promise {
    let mut answer = Some(answer);
    Promise::new(&mut |resolve: Function, reject: Function| {
        let Some(answer) = answer.take() else { return };
        spawn(async move {
            let _ = match answer.await {
                Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
                Err(error) => reject.call1(
                    &JsValue::UNDEFINED,
                    &js_sys::Error::new(&error.to_string()).into(),
                ),
            };
        });
    })
}

async fn bench(client: Client, bench: Bench) -> Result<BenchResult, WorkerError> {
    match client.request(Request::Bench(bench)).await? {
        Answer::Bench(result) => Ok(result),
        _ => Err(WorkerError::Malformed("an answer of another kind".into())),
    }
}

fn samples(milliseconds: &[f64]) -> JsValue {
    Array::from(&Float64Array::from(milliseconds)).into()
}

async fn raw_flush(client: Client, times: u32) -> BenchAnswer {
    match bench(client, Bench::RawFlush { times }).await? {
        BenchResult::Samples(milliseconds) => Ok(samples(&milliseconds)),
        _ => Err(WorkerError::Malformed("no samples".into())),
    }
}

async fn plain_commits(client: Client, times: u32) -> BenchAnswer {
    let mut milliseconds = Vec::new();
    for turn in 0..times {
        at_any_phase(turn).await;
        let started = now_ms();
        bench(client, Bench::PlainCommit).await?;
        milliseconds.push(now_ms() - started);
        // Both begin from rest, or the busier one would look quicker.
        settle(client, 0).await;
    }
    Ok(samples(&milliseconds))
}

async fn commands(client: Client, times: u32) -> BenchAnswer {
    let product_id = some_product(client).await?;
    let mut milliseconds = Vec::new();
    for turn in 0..times {
        at_any_phase(turn).await;
        let command = receive_one(&product_id);
        let started = now_ms();
        let outcome = client.execute(command).await?;
        milliseconds.push(now_ms() - started);
        settle(client, outcome.position).await;
    }
    Ok(samples(&milliseconds))
}

fn receive_one(product_id: &ProductId) -> Command {
    Command::Product {
        product_id: product_id.clone(),
        command: ProductCommand::ReceiveStock {
            quantity: Quantity::ONE,
            supplier: String::new(),
            cost_per_unit: None,
        },
    }
}

/// Waits until every screen has painted what was just done, so that the next
/// command meets a till at rest, as a cashier's does.
async fn settle(client: Client, position: u64) {
    client.wait_until(position).await;
    let mut quiet_turns = 0;
    while quiet_turns < 2 {
        TimeoutFuture::new(1).await;
        quiet_turns = if client.is_quiet() {
            quiet_turns + 1
        } else {
            0
        };
    }
    // The second frame begins when the first is painted.
    next_frame().await;
    next_frame().await;
}

/// Fingers know nothing of frames. Begun right behind one, every command would
/// meet the page painting.
async fn at_any_phase(turn: u32) {
    const FRAME_MS: u32 = 17;
    TimeoutFuture::new(turn * 7 % FRAME_MS).await;
}

async fn next_frame() {
    let (sender, receiver) = oneshot::channel();
    request_animation_frame(move || {
        let _ = sender.send(());
    });
    // A page that goes away paints no more.
    let _ = receiver.await;
}

async fn some_product(client: Client) -> Result<ProductId, WorkerError> {
    let filter = StockFilter {
        limit: 1,
        ..StockFilter::default()
    };
    match client.query(Query::Stock(filter)).await? {
        Answer::Stock(page) => page
            .rows
            .into_iter()
            .next()
            .map(|row| row.product_id)
            .ok_or_else(|| WorkerError::Malformed("no product keeps stock".into())),
        _ => Err(WorkerError::Malformed("an answer of another kind".into())),
    }
}

async fn project_events_per_s(client: Client) -> BenchAnswer {
    match bench(client, Bench::ProjectAll).await? {
        BenchResult::Projected {
            events,
            milliseconds,
        } => Ok(JsValue::from_f64(
            events as f64 * 1000.0 / milliseconds.max(0.001),
        )),
        _ => Err(WorkerError::Malformed("no projection".into())),
    }
}

async fn stats(client: Client) -> BenchAnswer {
    stats_object(bench(client, Bench::Stats).await?)
}

fn stats_object(result: BenchResult) -> BenchAnswer {
    match result {
        BenchResult::Stats {
            events,
            bytes,
            opened_in_ms,
        } => Ok(object(&[
            ("events", events as f64),
            ("bytes_per_event", bytes as f64 / (events as f64).max(1.0)),
            ("opened_in_ms", opened_in_ms),
        ])),
        _ => Err(WorkerError::Malformed("no figures".into())),
    }
}

fn object(entries: &[(&str, f64)]) -> JsValue {
    let object = Object::new();
    for (name, value) in entries {
        let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
    }
    object.into()
}

/// A step towards so many events. Only the last one waits for the views.
async fn fill(client: Client, events: u32) -> BenchAnswer {
    let events = u64::from(events);
    let result = bench(client, Bench::Fill { events }).await?;
    if let BenchResult::Stats { events: head, .. } = result
        && head >= events
    {
        client.wait_until(head).await;
    }
    stats_object(result)
}

async fn append(client: Client, batch_events: u32) -> BenchAnswer {
    match bench(client, Bench::Append { batch_events }).await? {
        BenchResult::Samples(rates) => Ok(samples(&rates)),
        _ => Err(WorkerError::Malformed("no samples".into())),
    }
}

async fn load_aggregate(client: Client, events: u32) -> BenchAnswer {
    let events = u64::from(events);
    match bench(client, Bench::LoadAggregate { events }).await? {
        BenchResult::Loaded {
            from_events_ms,
            from_snapshot_ms,
        } => {
            let both = Array::of2(&samples(&from_events_ms), &samples(&from_snapshot_ms));
            Ok(both.into())
        }
        _ => Err(WorkerError::Malformed("no samples".into())),
    }
}

/// Builds all read models anew while somebody sells. What the rebuild took in all,
/// and after that what each command did, in milliseconds.
async fn commands_during_rebuild(client: Client, pause_ms: u32) -> BenchAnswer {
    let product_id = some_product(client).await?;
    let began = now_ms();
    let all = Repair::Rebuild {
        projections: Vec::new(),
    };
    client.request(Request::Repair(all)).await?;
    let mut commands_ms = Vec::new();
    while is_rebuilding(client).await? {
        TimeoutFuture::new(pause_ms).await;
        let started = now_ms();
        client.execute(receive_one(&product_id)).await?;
        commands_ms.push(now_ms() - started);
    }
    commands_ms.insert(0, now_ms() - began);
    Ok(samples(&commands_ms))
}

async fn is_rebuilding(client: Client) -> Result<bool, WorkerError> {
    match client.query(Query::Progress).await? {
        Answer::Progress { projections, .. } => {
            let mut rebuilds = projections.iter().filter_map(|each| each.rebuild.as_ref());
            rebuilds.try_fold(false, |_, rebuild| match &rebuild.error {
                Some(error) => Err(WorkerError::Storage(error.clone())),
                None => Ok(true),
            })
        }
        _ => Err(WorkerError::Malformed("an answer of another kind".into())),
    }
}

async fn health(client: Client) -> BenchAnswer {
    match client.query(Query::Health).await? {
        Answer::Health(health) => Ok(object(&[
            ("longest_slice_ms", health.longest_slice_ms),
            ("memory_bytes", health.memory_bytes as f64),
        ])),
        _ => Err(WorkerError::Malformed("an answer of another kind".into())),
    }
}

fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
