//! Starting the worker, shaking hands, and passing bytes to and fro.

use futures::channel::oneshot;
use js_sys::{Array, Uint8Array};
use leptos::logging;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::watch::Watch;
use super::{Client, Reply, Status, spawn, standing_still};
use crate::protocol::{
    CannotStart, FromWorker, Hello, MAX_MESSAGE_BYTES, Notice, Request, ToWorker, ViewChange,
    WorkerError, decode, encode,
};

/// The script that loads the worker's WebAssembly, as the build names it.
const WORKER_SCRIPT: &str = "/worker_loader.js";
const VIEWS_FULL: &str = "this device is out of storage: free some space; what was recorded last \
                          is safe, and is shown once there is room";

/// A running worker, and what listens to it.
pub(super) struct Connection {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
    _on_message_error: Closure<dyn FnMut(MessageEvent)>,
    /// Once it is ready.
    watch: Option<Watch>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

impl Connection {
    fn open(client: Client) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(WORKER_SCRIPT, &options)?;
        let on_message = Closure::new(move |event: MessageEvent| client.receive(&event.data()));
        let on_error = Closure::new(move |event: ErrorEvent| {
            event.prevent_default();
            client.stop(event.message());
        });
        let on_message_error = Closure::new(move |_: MessageEvent| {
            client.stop("a message could not be read".to_owned());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_message_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            _on_message: on_message,
            _on_error: on_error,
            _on_message_error: on_message_error,
            watch: None,
        })
    }

    /// From now on its end is noticed, even one without an error.
    fn watch(&mut self, client: Client) {
        let watch = Watch::new(move || client.stop("the worker has vanished".to_owned()));
        self.watch = Some(watch);
    }

    fn say(&self, text: &str) {
        if let Err(error) = self.worker.post_message(&JsValue::from_str(text)) {
            logging::error!("the worker cannot be greeted: {error:?}");
        }
    }

    /// The bytes change hands and are not copied a second time.
    fn post(&self, bytes: &[u8]) {
        let message = Uint8Array::from(bytes);
        let transfer = Array::of1(&message.buffer());
        if let Err(error) = self.worker.post_message_with_transfer(&message, &transfer) {
            logging::error!("a message was not sent: {error:?}");
        }
    }
}

impl Client {
    /// Starts the worker, or starts it anew.
    pub fn start(self) {
        let link = self.link();
        // Whoever still waits was not answered by the old worker, and asks again.
        let old = {
            let mut link = link.borrow_mut();
            link.open = false;
            link.queue.clear();
            (
                link.worker.take(),
                std::mem::take(&mut link.waiting),
                std::mem::take(&mut link.followers),
            )
        };
        drop(old);
        self.status.set(Status::Starting);
        match Connection::open(self) {
            Ok(connection) => link.borrow_mut().worker = Some(connection),
            Err(error) => self.stop(format!("{error:?}")),
        }
    }

    /// Asks, at once and in order; the future is only for the answer.
    pub fn request(self, request: Request) -> impl Future<Output = Reply> + 'static {
        let (sender, receiver) = oneshot::channel();
        let refused = self.send(request, sender).err();
        async move {
            match refused {
                Some(error) => Err(error),
                // A worker that ends drops who waits for it.
                None => receiver.await.unwrap_or(Err(WorkerError::OutcomeUnknown)),
            }
        }
    }

    fn send(self, request: Request, sender: oneshot::Sender<Reply>) -> Result<(), WorkerError> {
        let link = self.link();
        let mut link = link.borrow_mut();
        link.last_id = link.last_id.wrapping_add(1);
        let id = link.last_id;
        let bytes = encode(&ToWorker { id, request })?;
        if bytes.len() > MAX_MESSAGE_BYTES {
            return Err(WorkerError::Malformed("it is too long".to_owned()));
        }
        link.waiting.push((id, sender));
        match (&link.worker, link.open) {
            (Some(worker), true) => worker.post(&bytes),
            _ => link.queue.push(bytes),
        }
        Ok(())
    }

    fn receive(self, data: &JsValue) {
        if let Some(text) = data.as_string() {
            self.shake_hands(&text);
            return;
        }
        let Some(bytes) = data.dyn_ref::<Uint8Array>() else {
            logging::error!("a message of the worker is not bytes");
            return;
        };
        match decode::<FromWorker>(&bytes.to_vec()) {
            Ok(FromWorker::Answer(id, reply)) => self.answer(id, reply),
            Ok(FromWorker::Notice(notice)) => self.notice(notice),
            Err(error) => logging::error!("a message of the worker: {error}"),
        }
    }

    fn shake_hands(self, text: &str) {
        if let Some(worker) = &self.link().borrow().worker {
            worker.say(&Hello::ours().to_text());
        }
        if !Hello::matches(text) {
            self.status
                .set(Status::CannotStart(CannotStart::VersionMismatch));
        }
    }

    fn answer(self, id: u32, reply: Reply) {
        let link = self.link();
        let waiting = &mut link.borrow_mut().waiting;
        if let Some(place) = waiting.iter().position(|(waits_for, _)| *waits_for == id) {
            let (_, sender) = waiting.swap_remove(place);
            // Who asked may have gone away meanwhile.
            let _ = sender.send(reply);
        }
    }

    fn notice(self, notice: Notice) {
        match notice {
            Notice::Ready(ready) => {
                if let Some(worker) = &mut self.link().borrow_mut().worker {
                    worker.watch(self);
                }
                self.projected.update(|at| *at = (*at).max(ready.projected));
                self.open_queue();
                self.status.set(Status::Ready);
            }
            Notice::CannotStart(reason) => {
                self.open_queue();
                self.status.set(Status::CannotStart(reason));
            }
            Notice::ViewsChanged { changes, position } => self.views_changed(&changes, position),
            Notice::Import(progress) => self.import.set(Some(progress)),
            Notice::Stopped(reason) => self.stop(reason),
            Notice::ViewsStopped(reason) => self.trouble.set(Some(standing_still(&reason))),
            Notice::ViewsFull => self.trouble.set(Some(VIEWS_FULL.to_owned())),
        }
    }

    fn views_changed(self, changes: &[ViewChange], position: u64) {
        self.projected.update(|at| *at = (*at).max(position));
        self.ask_again_after(changes);
        let link = self.link();
        let mut link = link.borrow_mut();
        for (wanted, sender) in std::mem::take(&mut link.followers) {
            if wanted <= position {
                let _ = sender.send(());
            } else {
                link.followers.push((wanted, sender));
            }
        }
    }

    /// Waits until the views contain the event at `position`.
    pub async fn wait_until(self, position: u64) {
        if self.projected.get_untracked() >= position {
            return;
        }
        let (sender, receiver) = oneshot::channel();
        self.link().borrow_mut().followers.push((position, sender));
        // A worker that ends drops the sender; the views are asked again then.
        let _ = receiver.await;
    }

    /// Whether no answer is outstanding.
    pub(super) fn is_quiet(self) -> bool {
        self.link().borrow().waiting.is_empty()
    }

    fn open_queue(self) {
        let link = self.link();
        let mut link = link.borrow_mut();
        link.open = true;
        let queue = std::mem::take(&mut link.queue);
        if let Some(worker) = &link.worker {
            for bytes in queue {
                worker.post(&bytes);
            }
        }
    }

    /// The worker has ended: everybody who waits for it is told.
    fn stop(self, reason: String) {
        logging::error!("the worker stopped: {reason}");
        let link = self.link();
        let (worker, waiting, followers) = {
            let mut link = link.borrow_mut();
            link.open = false;
            link.queue.clear();
            (
                link.worker.take(),
                std::mem::take(&mut link.waiting),
                std::mem::take(&mut link.followers),
            )
        };
        drop((waiting, followers));
        // This may run inside one of its listeners, which must outlive the call.
        spawn(async move { drop(worker) });
        self.status.set(Status::Stopped(reason));
    }
}
