//! What was brought from elsewhere: the text of a file, what other programs do to its cells, and ids that come out the same each time. The import
//! on a phone and the lists that the centre brings in share it.

pub mod cell;
pub mod decode;
pub mod identity;
