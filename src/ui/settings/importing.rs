//! An import of sales history: where it stands. It lives above the pages, so that
//! it goes on while another screen is looked at.

use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::client::{Client, spawn};
use crate::protocol::{
    Answer, ImportSummary, MAX_MESSAGE_BYTES, Request, SalesFile, SalesInspection, WorkerError,
};
use crate::ui::components::{Toasts, use_toasts};

/// Where an import stands.
#[derive(Clone, PartialEq, Default)]
pub enum Stage {
    /// No file yet.
    #[default]
    Choose,
    /// The worker looks through the file.
    Inspecting,
    /// What is in it; nothing is recorded.
    Ready(SalesInspection),
    /// It is being recorded.
    Running,
    /// What became of it.
    Done(ImportSummary),
}

/// An import; a handle in the context.
#[derive(Clone, Copy)]
pub struct Importing {
    client: Client,
    toasts: Toasts,
    /// Where it stands.
    pub stage: RwSignal<Stage>,
    file: StoredValue<Option<SalesFile>>,
}

impl Importing {
    /// Provides it.
    pub fn provide(client: Client) {
        provide_context(Self {
            client,
            toasts: use_toasts(),
            stage: RwSignal::new(Stage::Choose),
            file: StoredValue::new(None),
        });
    }

    /// Looks through a file of tickets.
    pub fn inspect_tickets(self, file: web_sys::File) {
        spawn(async move {
            match bytes_of(&file).await {
                Ok(tickets_csv) => {
                    self.file.set_value(Some(SalesFile {
                        tickets_csv,
                        price_list_csv: None,
                        price_for_all_minor: None,
                    }));
                    self.inspect().await;
                }
                Err(error) => self.toasts.fail(error),
            }
        });
    }

    /// Looks through it again, with a price list.
    pub fn add_price_list(self, file: web_sys::File) {
        spawn(async move {
            match bytes_of(&file).await {
                Ok(price_list_csv) => {
                    self.file.update_value(|sales| {
                        if let Some(sales) = sales {
                            sales.price_list_csv = Some(price_list_csv);
                        }
                    });
                    self.inspect().await;
                }
                Err(error) => self.toasts.fail(error),
            }
        });
    }

    async fn inspect(self) {
        let Some(file) = self.file.get_value() else {
            return;
        };
        self.stage.set(Stage::Inspecting);
        let stage = match self.client.request(Request::InspectSales(file)).await {
            Ok(Answer::Inspected(inspection)) => Stage::Ready(inspection),
            Ok(_) => Stage::Choose,
            Err(error) => {
                self.toasts.fail(error);
                Stage::Choose
            }
        };
        self.stage.set(stage);
    }

    /// Records it.
    pub fn start(self, price_for_all_minor: Option<i64>) {
        let Some(mut file) = self.file.get_value() else {
            return;
        };
        file.price_for_all_minor = price_for_all_minor;
        self.client.import_progress().set(None);
        self.stage.set(Stage::Running);
        spawn(async move {
            let stage = match self.client.request(Request::ImportSales(file)).await {
                Ok(Answer::Imported(summary)) => Stage::Done(summary),
                Ok(_) => Stage::Choose,
                Err(error) => {
                    self.toasts.fail(error);
                    Stage::Choose
                }
            };
            self.file.set_value(None);
            self.stage.set(stage);
        });
    }

    /// Stops it after the ticket at hand.
    pub fn cancel(self) {
        let answer = self.client.request(Request::CancelImport);
        spawn(async move {
            if let Err(error) = answer.await {
                self.toasts.fail(error);
            }
        });
    }

    /// Forgets the file.
    pub fn reset(self) {
        self.file.set_value(None);
        self.stage.set(Stage::Choose);
    }
}

/// The import that the frame provides.
pub fn use_importing() -> Importing {
    expect_context()
}

async fn bytes_of(file: &web_sys::File) -> Result<Vec<u8>, WorkerError> {
    // Some room is left for what goes with it.
    if file.size() > (MAX_MESSAGE_BYTES - 1024 * 1024) as f64 / 2.0 {
        return Err(WorkerError::File(
            "this file is too large: split it into parts below 30 MB".into(),
        ));
    }
    JsFuture::from(file.array_buffer())
        .await
        .map(|buffer| Uint8Array::new(&buffer).to_vec())
        .map_err(|_| WorkerError::File("this file could not be read".into()))
}
