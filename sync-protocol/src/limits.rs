//! Every bound that both sides keep to, each with its reason. A phone stays inside them; the server refuses what does not.

/// Bytes of one change. The SDK splits larger edits; the largest form of ours takes about 8 KiB.
pub const CHANGE_BYTES: usize = 64 * 1024;
/// Puts in one change: a family form has under 100 fields, an imported household some hundreds.
pub const CHANGE_PUTS: usize = 2_048;
/// Changes a change may directly follow: one per phone that edited concurrently.
pub const CHANGE_DEPS: usize = 64;
/// Earlier values that one put may replace.
pub const PUT_PREDECESSORS: usize = 64;
/// Bytes of a field's key; the longest of the schema has about 60.
pub const KEY_BYTES: usize = 128;
/// Bytes of one text value; the longest field allows 1,000 characters, at most 4 bytes each.
pub const TEXT_BYTES: usize = 8 * 1024;
/// Highest operation counter of a record: far beyond honest use, far below where arithmetic could overflow.
pub const MAX_COUNTER: u64 = 1 << 31;
/// Furthest that an author's clock may be from 1970, in seconds: the year 9999. Clocks are often wrong; this only keeps sums of two in 64 bits.
pub const MAX_TIME: u64 = 253_402_300_799;
/// Changes kept for one record; a record edited ten times a day for ten years stays below it.
pub const RECORD_CHANGES: usize = 50_000;
/// Different keys of one record: the largest household of the survey has about 600.
pub const RECORD_KEYS: usize = 5_000;
/// Bytes of all changes of one record. A record may be sent whole, beside a page, and must then fit a message.
pub const RECORD_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of a request's body as sent.
pub const REQUEST_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of a request's or response's body after decompression.
pub const MESSAGE_BYTES: usize = 16 * 1024 * 1024;
/// Sealed commands in one request; the SDK sends the rest in the next. Each costs the server a key agreement.
pub const REQUEST_SEALED: usize = 200;
/// Bytes of one sealed command's box: the longest value has under 100.
pub const SEALED_BYTES: usize = 1_024;
/// Bytes of the version that a phone says its program has.
pub const VERSION_BYTES: usize = 64;
/// Changes in one request; the SDK sends the rest in the next.
pub const REQUEST_CHANGES: usize = 10_000;
/// Records asked for whole in one request; the SDK asks for 500.
pub const REQUEST_WANTED: usize = 10_000;
/// Frames in one message: an answer has one for each record it delivers, and looks at 20,000 rows of feeds at most.
pub const MESSAGE_FRAMES: usize = 65_536;
/// Areas in one cursor; a region has some hundreds.
pub const CURSOR_AREAS: usize = 10_000;
/// Changes in one answer: one record whole, and as many again of the smallest ones before a page is full.
pub const ANSWER_CHANGES: usize = 2 * RECORD_CHANGES;
/// Records and areas that one answer says have left: every row of the feeds that it looks at, and every area.
pub const ANSWER_LEAVES: usize = 50_000;
/// Fields that the verdicts of one answer name, those of a run each counted: twice what the SDK's pushes could put.
pub const ANSWER_FIELDS: usize = 200_000;
/// Bytes of changes the SDK puts into one request, before compression.
pub const PUSH_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of changes in one page when the phone does not say; it may ask for less.
pub const PAGE_BYTES: usize = 4 * 1024 * 1024;
/// The smallest page budget that is honoured, so that a page always moves forward.
pub const PAGE_BYTES_MIN: usize = 4 * 1024;
