//! A text file, line by line, whatever its length.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::document::LineError;

/// The longest line, in bytes: four times the longest payload.
pub const MAX_LINE_BYTES: usize = 4 * crate::event_store::MAX_PAYLOAD_BYTES;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Lines of UTF-8 that are not blank.
pub struct Lines {
    reader: BufReader<File>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    /// Opens `file`.
    ///
    /// # Errors
    /// The system's; a folder is one too.
    pub fn open(file: &Path) -> io::Result<Self> {
        let file = File::open(file)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Self {
            reader: BufReader::new(file),
            line: Vec::new(),
            number: 0,
        })
    }

    /// The next line that is not blank, with its number from 1; `None` at the end.
    ///
    /// # Errors
    /// The line's number and what is wrong with it.
    pub fn next(&mut self) -> Result<Option<(u64, &str)>, (u64, LineError)> {
        loop {
            self.number += 1;
            let read = self.read().map_err(|error| (self.number, error))?;
            if read == 0 {
                return Ok(None);
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let line =
            std::str::from_utf8(&self.line).map_err(|_| (self.number, LineError::NotUtf8))?;
        Ok(Some((self.number, line.trim_end_matches(['\r', '\n']))))
    }

    /// How many bytes the next line has; never more of it than the longest.
    fn read(&mut self) -> Result<usize, LineError> {
        self.line.clear();
        let read = (&mut self.reader)
            .take(MAX_LINE_BYTES as u64 + 1)
            .read_until(b'\n', &mut self.line)?;
        if self.line.len() > MAX_LINE_BYTES && !self.line.ends_with(b"\n") {
            return Err(LineError::TooLong(MAX_LINE_BYTES));
        }
        if self.number == 1 && self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(read)
    }
}
