//! The dedicated worker: the one owner of both databases.
//!
//! Sync access handles exist only here, so commands, projector and queries live
//! here too, on one thread. [`scheduler`](Scheduler) decides what comes next:
//! commands first, then what they changed in the views, then queries, then
//! background work in slices.

mod background;
mod bench;
mod boot;
mod chain_check;
mod dirty;
mod environment;
mod import;
mod journal_copy;
mod locks;
mod messages;
mod opfs;
mod pace;
mod queries;
mod repairs;
mod scheduler;
mod shop;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

pub use opfs::{POOL_DIRECTORY, install_pool, open as open_database};

use crate::protocol::{
    FromWorker, Hello, MAX_MESSAGE_BYTES, Notice, ToWorker, WorkerError, decode,
};
use scheduler::Scheduler;

/// Says hello and waits for the page to say the same, then opens the databases.
pub fn start() {
    report_panics();
    let scope = messages::scope();
    let boot = Rc::new(RefCell::new(Boot::Greeting));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        receive(&boot, &event);
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    messages::post_text(&Hello::ours().to_text());
}

/// How far the worker is.
enum Boot {
    /// The page has not answered the hello.
    Greeting,
    /// Requests are taken; they wait until the databases are open.
    Running(Scheduler),
    /// Page and worker are of different builds: nothing is understood any more.
    Mismatched,
}

fn receive(boot: &Rc<RefCell<Boot>>, event: &MessageEvent) {
    let mut state = boot.borrow_mut();
    match &*state {
        Boot::Greeting => {
            let greeting = event.data().as_string().unwrap_or_default();
            if Hello::matches(&greeting) {
                let scheduler = Scheduler::new();
                *state = Boot::Running(scheduler.clone());
                boot::open_databases(scheduler);
            } else {
                *state = Boot::Mismatched;
            }
        }
        Boot::Running(scheduler) => match read_request(event) {
            Ok(message) => scheduler.accept(message),
            Err((id, error)) => messages::post(&FromWorker::Answer(id, Err(error))),
        },
        Boot::Mismatched => {}
    }
}

/// A request that is not understood is answered as number 0, which no request has.
fn read_request(event: &MessageEvent) -> Result<ToWorker, (u32, WorkerError)> {
    // Anything else is not even touched: to make bytes of it may throw.
    let Ok(bytes) = event.data().dyn_into::<Uint8Array>() else {
        return Err((0, WorkerError::Malformed("it is not bytes".to_owned())));
    };
    if bytes.length() as usize > MAX_MESSAGE_BYTES {
        return Err((0, WorkerError::Malformed("it is too long".to_owned())));
    }
    decode(&bytes.to_vec()).map_err(|error| (0, error))
}

/// A panic ends this worker. The page is told, and starts another one.
fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        messages::post(&FromWorker::Notice(Notice::Stopped(info.to_string())));
    }));
}

/// The worker's global scope.
pub(crate) type Scope = DedicatedWorkerGlobalScope;
