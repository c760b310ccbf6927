//! Call events in files: one structured event a line, plain, gzip or zstd.
//!
//! # Layout
//! - [`lines`]: the lines of one file.
//! - [`merge`]: several files as one stream; [`sort`]: in the order of time.
//! - [`pace`]: at so many times the speed of then.
//! - [`shift`]: moved in time.
//! - [`writer`]: into a file.

pub mod lines;
pub mod merge;
pub mod pace;
pub mod shift;
pub mod sort;
pub mod writer;
