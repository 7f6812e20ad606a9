//! Tables: Arrow streams that can be read more than once.

mod bytes;
mod kept;
mod table;

pub use bytes::*;
pub use kept::*;
pub(crate) use table::give;
pub use table::{tp_table, tp_table_free, tp_table_new, tp_table_row_count, tp_table_schema, tp_table_stream};
