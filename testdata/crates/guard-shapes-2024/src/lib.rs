//! Guards and awaits, compiled under edition 2024. The shapes are in `guard-shapes-source`;
//! both editions compile the same text, and marks with a year hold for that edition only.

#[path = "../../guard-shapes-source/conditional.rs"]
pub mod conditional;
#[path = "../../guard-shapes-source/forms.rs"]
pub mod forms;
#[path = "../../guard-shapes-source/locks.rs"]
pub mod locks;
#[path = "../../guard-shapes-source/moves.rs"]
pub mod moves;
#[path = "../../guard-shapes-source/scopes.rs"]
pub mod scopes;
#[path = "../../guard-shapes-source/support.rs"]
pub mod support;
#[path = "../../guard-shapes-source/temporaries.rs"]
pub mod temporaries;
#[path = "../../guard-shapes-source/wrappers.rs"]
pub mod wrappers;

pub mod chains;
