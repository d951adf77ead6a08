//! The journal as a file: the worker copies it aside and hands it over in parts.

use std::time::Duration;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::client::{Client, spawn, use_client};
use crate::protocol::{Answer, Request, WorkerError};
use crate::ui::changing::{is, part_if, text};
use crate::ui::components::{Icon, use_toasts};
use crate::ui::handlers::tap;

/// How much the worker is asked for at a time.
const PART_BYTES: u32 = 1024 * 1024;
/// How long the browser may take to begin with the file.
const KEEP_FOR: Duration = Duration::from_secs(60);
/// All of the file.
const PERMILLE: u64 = 1000;
const MEDIA_TYPE: &str = "application/vnd.sqlite3";

/// The button, and how far it is.
#[component]
pub fn JournalDownload() -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let permille = RwSignal::new(0);
    let start = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        permille.set(0);
        spawn(async move {
            let result = download(client, permille).await;
            busy.try_set(false);
            match result {
                Ok(file_name) => toasts.say(format!("{file_name} was downloaded.")),
                Err(error) => toasts.fail(error),
            }
        });
    };
    view! {
        <div class="download">
            <button type="button" class="button" disabled=is(busy) on:click=tap(start)>
                <Icon icon=icondata::LuDownload size_px=18 />
                "Download journal"
            </button>
            {part_if(
                move || busy.get(),
                move || view! {
                    <progress
                        aria-label="Download"
                        max=PERMILLE.to_string()
                        value=text(move || permille.get().to_string())
                    ></progress>
                },
            )}
        </div>
    }
}

async fn download(client: Client, permille: RwSignal<u32>) -> Result<String, WorkerError> {
    let (file_name, bytes) = match client.request(Request::PrepareJournal).await? {
        Answer::JournalReady { file_name, bytes } => (file_name, bytes),
        _ => return Err(unexpected()),
    };
    let parts = fetch_parts(client, bytes, permille).await;
    // The copy is of no more use, whether all of it came or not.
    let discarded = client.request(Request::DiscardJournal).await;
    save(&parts?, &file_name).map_err(|error| WorkerError::File(format!("{error:?}")))?;
    discarded?;
    Ok(file_name)
}

async fn fetch_parts(
    client: Client,
    bytes: u64,
    permille: RwSignal<u32>,
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
        permille.try_set(u32::try_from(offset * PERMILLE / bytes).unwrap_or(0));
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
