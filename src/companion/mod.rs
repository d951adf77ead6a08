//! The companion: the same core on a computer, at the command line.
//!
//! It makes demo logs, checks logs, exports and imports them, builds views and
//! compares them. What it reads it never writes to, and what it writes appears
//! whole or not at all. Its answers go to stdout, everything else to stderr.
//! Exit code 0: done; 1: something wrong was found; 2: it could not begin.

mod audit;
mod compare;
mod demo;
mod document;
mod error;
mod export;
mod import;
mod lines;
mod new_log;
mod output;
mod progress;
mod receipts;
mod replay;
mod verify_views;
mod views_file;

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use clap::{Parser, Subcommand, ValueEnum, value_parser};

use crate::domain::Currency;

/// Works on Daybook's files where no browser is.
#[derive(Parser)]
#[command(name = "daybook", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write a believable café's log, the same for the same seed
    Demo {
        /// The folder in which events.db shall be
        #[arg(long)]
        out: PathBuf,
        /// How many days it trades
        #[arg(long, default_value_t = 30, value_parser = value_parser!(u32).range(1..=3650))]
        days: u32,
        /// How many products it sells
        #[arg(long, default_value_t = 60, value_parser = value_parser!(u32).range(1..=10_000))]
        products: u32,
        /// What all chance in it follows from
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Check a log: hash chains, positions, versions, payloads, receipt numbers
    Audit {
        /// The log
        events_db: PathBuf,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Write a new log from events in another format
    Import {
        /// What the file holds
        #[arg(long, value_enum)]
        format: Format,
        /// The currency of amounts that name none, ISO 4217
        #[arg(long, default_value = "EUR", value_parser = Currency::from_str)]
        currency: Currency,
        /// JSON Lines: event_id, stream_id, event_type, payload, timestamp, version
        #[arg(value_name = "FILE.jsonl")]
        file: PathBuf,
        /// The new log
        #[arg(long, value_name = "EVENTS_DB")]
        out: PathBuf,
    },
    /// Build the views of a log; views that are there go on from where they stand
    Replay {
        /// The log
        #[arg(long)]
        events: PathBuf,
        /// The views, which are made where there are none
        #[arg(long)]
        views: PathBuf,
        /// Up to this position, instead of the log's end
        #[arg(long, value_name = "POSITION")]
        to: Option<u64>,
    },
    /// Compare views with what their log says, view by view
    VerifyViews {
        /// The log
        #[arg(long)]
        events: PathBuf,
        /// The views
        #[arg(long)]
        views: PathBuf,
    },
    /// Print every event with all its columns, one JSON object a line
    Export {
        /// The log
        events_db: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The documents' events, whose payloads are version 1
    Documents,
}

/// What a command that could do its work found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fine,
    Wrong,
}

/// Reads the command line, does what it says, and says how it went.
#[must_use]
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo {
            out,
            days,
            products,
            seed,
        } => demo::run(&out, days, products as usize, seed),
        Command::Audit { events_db, json } => audit::run(&events_db, json),
        Command::Import {
            format: Format::Documents,
            currency,
            file,
            out,
        } => import::run(&file, currency, &out),
        Command::Replay { events, views, to } => replay::run(&events, &views, to),
        Command::VerifyViews { events, views } => verify_views::run(&events, &views),
        Command::Export { events_db } => export::run(&events_db),
    };
    match done {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Wrong) => ExitCode::from(1),
        // Who reads no further has read enough.
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            output::say(&format!("daybook: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}
