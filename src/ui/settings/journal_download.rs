//! The journal as a file: the worker copies it aside and hands it over in parts.

use std::time::Duration;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::client::{Client, spawn, use_client};
use crate::protocol::{Answer, Request, WorkerError};
use crate::ui::changing::{is, memo, part};
use crate::ui::components::{Icon, use_toasts};
use crate::ui::handlers::tap;

/// How much the worker is asked for at a time.
const PART_BYTES: u32 = 1024 * 1024;
/// How long the browser may take to begin with the file.
const KEEP_FOR: Duration = Duration::from_secs(60);
const MEDIA_TYPE: &str = "application/vnd.sqlite3";

/// How much of the file is here, of how much.
type Progress = (u64, u64);

/// The button, and how far it is.
#[component]
pub fn JournalDownload() -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let progress = RwSignal::new(None::<Progress>);
    let busy = memo(move || progress.with(Option::is_some));
    let start = move || {
        if busy.get_untracked() {
            return;
        }
        progress.set(Some((0, 0)));
        spawn(async move {
            let result = download(client, progress).await;
            progress.try_set(None);
            match result {
                Ok(file_name) => toasts.say(format!("{file_name} was downloaded.")),
                Err(error) => toasts.fail(error),
            }
        });
    };
    let bar = move || {
        progress.get().map(|(done, total)| {
            view! {
                <progress
                    aria-label="Download"
                    max=total.max(1).to_string()
                    value=done.to_string()
                ></progress>
            }
        })
    };
    view! {
        <div class="download">
            <button type="button" class="button" disabled=is(busy) on:click=tap(start)>
                <Icon icon=icondata::LuDownload size_px=18 />
                "Download journal"
            </button>
            {part(bar)}
        </div>
    }
}

async fn download(
    client: Client,
    progress: RwSignal<Option<Progress>>,
) -> Result<String, WorkerError> {
    let (file_name, bytes) = match client.request(Request::PrepareJournal).await? {
        Answer::JournalReady { file_name, bytes } => (file_name, bytes),
        _ => return Err(unexpected()),
    };
    let parts = fetch_parts(client, bytes, progress).await;
    // The copy is of no more use, whether all of it came or not.
    let discarded = client.request(Request::DiscardJournal).await;
    save(&parts?, &file_name).map_err(|error| WorkerError::File(format!("{error:?}")))?;
    discarded?;
    Ok(file_name)
}

async fn fetch_parts(
    client: Client,
    bytes: u64,
    progress: RwSignal<Option<Progress>>,
) -> Result<Array, WorkerError> {
    let parts = Array::new();
    let mut offset = 0;
    while offset < bytes {
        let request = Request::ReadJournal {
            offset,
            length: PART_BYTES,
        };
        match client.request(request).await? {
            Answer::JournalPart(part) if !part.is_empty() => {
                offset += part.len() as u64;
                parts.push(&Uint8Array::from(&part[..]));
            }
            Answer::JournalPart(_) => {
                return Err(WorkerError::File("the copy is shorter than it was".into()));
            }
            _ => return Err(unexpected()),
        }
        progress.try_set(Some((offset, bytes)));
    }
    Ok(parts)
}

fn unexpected() -> WorkerError {
    WorkerError::Malformed("an answer of another kind".into())
}

/// Hands the file to the browser, as a link that was clicked would.
fn save(parts: &Array, file_name: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(MEDIA_TYPE);
    let blob = Blob::new_with_u8_array_sequence_and_options(parts, &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(file_name);
    link.click();
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        KEEP_FOR,
    );
    Ok(())
}
