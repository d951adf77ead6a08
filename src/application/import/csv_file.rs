//! CSV as people have it: any of three separators, headers in any case, a byte
//! order mark, cells that are not text.

use std::io::Cursor;

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator, Trim};
use thiserror::Error;

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 48 * 1024 * 1024;

/// Why a whole file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// Beyond the limit.
    #[error("the file is larger than {} MB", MAX_FILE_BYTES / 1024 / 1024)]
    TooLarge,
    /// No header.
    #[error("the file is empty")]
    Empty,
    /// A column that is needed.
    #[error("the file has no column “{0}”")]
    MissingColumn(&'static str),
    /// One column twice.
    #[error("the file has the column “{0}” twice")]
    ColumnTwice(&'static str),
}

/// What some programs write before the text.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// An open file, and where its columns are.
pub struct CsvFile<Bytes> {
    reader: Reader<Cursor<Bytes>>,
    /// Where the reader begins to count, in bytes.
    begin: usize,
    header: Vec<String>,
    record: ByteRecord,
}

/// A row's cells, by the index that [`CsvFile::column`] gave.
pub struct Row<'a> {
    /// In the file, from 1, the header's.
    pub line: u64,
    record: &'a ByteRecord,
}

impl Row<'_> {
    /// The cell's text; nothing where the row is too short.
    ///
    /// # Errors
    /// A reason in plain words if it is not text.
    pub fn text(&self, column: usize) -> Result<&str, String> {
        let cell = self.record.get(column).unwrap_or_default();
        std::str::from_utf8(cell).map_err(|_| "a cell is not UTF-8 text".to_owned())
    }
}

impl<Bytes: AsRef<[u8]>> CsvFile<Bytes> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`ImportError`].
    pub fn open(bytes: Bytes) -> Result<Self, ImportError> {
        let whole = bytes.as_ref();
        if whole.len() > MAX_FILE_BYTES {
            return Err(ImportError::TooLarge);
        }
        let begin = if whole.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        };
        let separator = separator(&whole[begin..]);
        let mut text = Cursor::new(bytes);
        text.set_position(begin as u64);
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            // Lines end with LF; the CR before it goes with the white space. The
            // reader's own CRLF would begin to count a line too early.
            .terminator(Terminator::Any(b'\n'))
            .trim(Trim::All)
            .from_reader(text);
        let header: Vec<String> = match reader.byte_headers() {
            Ok(header) => header
                .iter()
                .map(|cell| String::from_utf8_lossy(cell).to_lowercase())
                .collect(),
            Err(_) => Vec::new(),
        };
        if header.is_empty() {
            return Err(ImportError::Empty);
        }
        Ok(Self {
            reader,
            begin,
            header,
            record: ByteRecord::new(),
        })
    }

    /// Where a column is, if it is there.
    ///
    /// # Errors
    /// [`ImportError::ColumnTwice`].
    pub fn column(&self, name: &'static str) -> Result<Option<usize>, ImportError> {
        let mut places = self
            .header
            .iter()
            .enumerate()
            .filter(|(_, cell)| *cell == name);
        let first = places.next().map(|(index, _)| index);
        match places.next() {
            Some(_) => Err(ImportError::ColumnTwice(name)),
            None => Ok(first),
        }
    }

    /// Where a column is that must be there.
    ///
    /// # Errors
    /// [`ImportError::MissingColumn`] or [`ImportError::ColumnTwice`].
    pub fn required_column(&self, name: &'static str) -> Result<usize, ImportError> {
        self.column(name)?.ok_or(ImportError::MissingColumn(name))
    }

    /// The next row that is not empty.
    pub fn next_row(&mut self) -> Option<Row<'_>> {
        // With `flexible` and bytes, the only error left is I/O, which bytes have not.
        while self
            .reader
            .read_byte_record(&mut self.record)
            .unwrap_or(false)
        {
            if self.record.iter().any(|cell| !cell.is_empty()) {
                return Some(Row {
                    line: self.line(),
                    record: &self.record,
                });
            }
        }
        None
    }

    /// The line of the record. The reader's position is before the empty lines that
    /// it passed over.
    fn line(&self) -> u64 {
        let Some(position) = self.record.position() else {
            return 0;
        };
        let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
        let bytes = self.reader.get_ref().get_ref().as_ref();
        let ahead = bytes.get(start.saturating_add(self.begin)..);
        let ahead = ahead.unwrap_or_default().iter();
        let passed_over = ahead.take_while(|byte| **byte == b'\n').count();
        position.line() + passed_over as u64
    }
}

/// The candidate that the header has most of.
fn separator(bytes: &[u8]) -> u8 {
    let header = bytes
        .split(|byte| *byte == b'\n')
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let count = |separator: &u8| header.iter().filter(|byte| *byte == separator).count();
    // The last of equals wins, so the comma comes last.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(count)
        .unwrap_or(b',')
}
