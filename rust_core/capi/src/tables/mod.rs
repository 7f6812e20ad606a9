//! Tables: Arrow streams that can be read more than once, and new tables of their rows and columns.

mod bytes;
mod codes;
mod columns;
mod copy;
mod kept;
mod messages;
mod rows;
mod table;

pub use bytes::*;
pub use codes::*;
pub use columns::*;
pub use copy::*;
pub use kept::*;
pub use rows::*;
pub(crate) use table::give;
pub use table::{tp_table, tp_table_free, tp_table_new, tp_table_row_count, tp_table_schema, tp_table_stream};
