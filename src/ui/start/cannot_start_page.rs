//! What keeps Daybook from starting, in plain words, with what to do next.

use leptos::prelude::*;

use super::mark::Mark;
use super::stopped_page::Details;
use crate::client::use_client;
use crate::protocol::CannotStart;
use crate::ui::handlers::tap;
use crate::ui::settings::JournalDownload;

struct Words {
    title: &'static str,
    text: &'static str,
    details: String,
    next: Next,
}

#[derive(Clone, Copy)]
enum Next {
    TryAgain,
    Reload,
    Download,
}

fn words(reason: CannotStart) -> Words {
    match reason {
        CannotStart::NoOpfs(details) => Words {
            title: "This window cannot keep your sales",
            text: "Daybook stores everything on this device, and this browser window offers no \
                   lasting storage. Private windows do that, old browsers, and addresses that do not \
                   begin with https. Open Daybook in a normal window of a current browser.",
            details,
            next: Next::TryAgain,
        },
        CannotStart::OpenElsewhere => Words {
            title: "Daybook is open in another tab or window",
            text: "Only one may sell at a time, so that nothing is counted twice. Go on there, or \
                   close it and try again here.",
            details: String::new(),
            next: Next::TryAgain,
        },
        CannotStart::StorageFull => Words {
            title: "This device is full",
            text: "There is no room left to record a sale. Free some space, for example by \
                   deleting downloads or photos, then try again. Nothing is lost.",
            details: String::new(),
            next: Next::TryAgain,
        },
        CannotStart::VersionMismatch => Words {
            title: "Daybook was updated",
            text: "Two parts of different versions met. Reload to continue with the new one. \
                   Everything that was saved is safe.",
            details: String::new(),
            next: Next::Reload,
        },
        CannotStart::JournalDamaged(details) => Words {
            title: "The journal cannot be opened",
            text: "Its file is not what Daybook wrote, so nothing more is recorded in it. Download it now and keep it: what is in it can be examined, \
                   and often be saved.",
            details,
            next: Next::Download,
        },
        CannotStart::JournalNewer(details) => Words {
            title: "This journal is newer than the app",
            text: "It was written by a newer version of Daybook. Reload to get that version; the \
                   journal is left exactly as it is.",
            details,
            next: Next::Reload,
        },
        CannotStart::Other(details) => Words {
            title: "Daybook could not start",
            text: "Everything that was saved is safe. Try again; if that does not help, restart \
                   the browser.",
            details,
            next: Next::TryAgain,
        },
    }
}

/// Nothing is shown but the reason.
#[component]
pub fn CannotStartPage(
    /// Why.
    reason: CannotStart,
) -> impl IntoView {
    let client = use_client();
    let Words {
        title,
        text,
        details,
        next,
    } = words(reason);
    let try_again = move || {
        view! {
            <button type="button" class="button primary big" on:click=tap(move || client.start())>
                "Try again"
            </button>
        }
    };
    let reload = || {
        view! {
            <button
                type="button"
                class="button primary big"
                on:click=tap(move || {
                    let _ = window().location().reload();
                })
            >
                "Reload"
            </button>
        }
    };
    let action = match next {
        Next::TryAgain => try_again().into_any(),
        Next::Reload => reload().into_any(),
        Next::Download => view! { <JournalDownload /> }.into_any(),
    };
    view! {
        <main class="full-screen" role="alert">
            <Mark />
            <h1>{title}</h1>
            <p>{text}</p>
            {action}
            <Details reason=details />
        </main>
    }
}
